#ifndef REPORTS_JUNIT_H
#define REPORTS_JUNIT_H

#include "reports/words.h"
#include "reports/xml.h"

/*
 * What both JUnit dialects share.  JUnit knows four outcomes; a verdict that
 * says nothing about the product is `error`, one that was set aside is
 * `skipped`, and neither is ever shown as a pass.
 */
enum outcome { OUTCOME_PASS, OUTCOME_FAILURE, OUTCOME_ERROR, OUTCOME_SKIPPED, OUTCOME_COUNT };

struct junit_count {
	unsigned of[OUTCOME_COUNT], total;
	int64_t ms;
};

enum outcome junit_outcome(enum verdict v);
/* The dotted word for the type attribute: "environment.quota", "check". */
void junit_type(struct str *out, enum verdict v, const char *cause);
/* "inconclusive: quota reached: ...", one line of at most 200 bytes. */
void junit_message(struct str *out, const struct row *row);
int64_t row_ms(const struct row *row);

/* Rows of one target (NULL: of all), with their clean-up cases. */
void junit_count_rows(const struct report *r, const struct target *t, struct junit_count *ret);

/* Attributes name, classname and time of a row's case, in that order. */
void junit_case_attributes(struct xml *x, const struct row *row, const char *suffix, int64_t ms);
void junit_time(struct xml *x, int64_t ms);
void junit_property(struct xml *x, const char *name, const char *value);
void junit_run_properties(struct xml *x, const struct report *r);
/* prefix "target." or "target.NAME." */
void junit_target_properties(struct xml *x, const struct target *t, const char *prefix);

/* <failure|error|skipped message= type=>message NL body</...> */
void junit_outcome_element(struct xml *x, enum outcome o, const char *message, const char *type,
			   const char *body);
/* The steps of an attempt as text. */
void junit_steps(struct str *out, const struct attempt *a);
/* The whole text behind an outcome: requirement, steps, what to run again. */
void junit_body(struct str *out, const struct report *r, const struct row *row);
/* That element for a row, all of its text included. */
void junit_row_outcome(struct xml *x, const struct report *r, const struct row *row);

/* The synthetic case "<id> clean-up" of a row that left something or may have. */
bool row_has_cleanup_case(const struct row *row);
void junit_cleanup_case(struct xml *x, const struct report *r, const struct row *row);
/* The synthetic case that says whether the journal can be relied upon. */
enum outcome junit_journal_outcome(const struct report *r);
void junit_journal_case(struct xml *x, const struct report *r);

#endif
