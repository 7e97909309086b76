#ifndef REPORTS_WORDS_H
#define REPORTS_WORDS_H

#include "reports/lang/lang.h"
#include "reports/model.h"

/* The sentences that more than one writer needs. */

/* "Meets the profile ..." */
void words_verdict(struct str *out, const struct report *r, enum lang lang);
void words_short_verdict(struct str *out, enum run_verdict v, enum lang lang);
/* "OpenStack RegionOne through CB-Spider 0.12" */
void words_target(struct str *out, const struct target *t, enum lang lang);
/* Why a row has its verdict, in one line without the verdict's word; "" for a plain pass. */
void words_row(struct str *out, const struct row *row, enum lang lang);
void words_error(struct str *out, const json_t *error, enum lang lang);
/* The error of a step, without what the step says as observed; "" when nothing is left. */
void words_step_error(struct str *out, const struct step *s, enum lang lang);
void words_trace(struct str *out, const json_t *trace, enum lang lang);
/* "12.345": seconds with three decimals, the same in every locale. */
void words_seconds(struct str *out, int64_t ms);
/* "3 pass + 1 fail", leaving out what is 0. */
void words_tally(struct str *out, const struct tally *t, enum lang lang);
/* Why the run verdict is no better than it is; calls add() once per reason. */
void words_reasons(const struct report *r, enum lang lang,
		   void (*add)(void *arg, const char *text), void *arg);
/* An argument as a shell reads it back. */
void words_shell(struct str *out, const char *text);
/* plugfest run -t TARGET.yaml -p PROFILE --only CASE */
void words_reproduce(struct str *out, const struct report *r, const struct row *row);
/* The row's cell of the ledger: resources still open, one call each. */
void words_left(const struct report *r, const struct row *row, enum lang lang,
		void (*add)(void *arg, const char *text), void *arg);
/* Puts everything on one line of at most room bytes, cut at a code point with "...". */
void words_one_line(struct str *out, const char *text, size_t room);

#endif
