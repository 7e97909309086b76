#ifndef REPORTS_MODEL_H
#define REPORTS_MODEL_H

#include <jansson.h>
#include <stdio.h>

#include "journal/reader.h"
#include "journal/waiver.h"
#include "reports/pool.h"
#include "reports/report.h"

/*
 * The one model that every writer reads.  The journal's lines go by one at a time; what
 * is needed of them stays, texts in a pool.  Texts are never NULL ("" when absent).
 */
struct requirement {
	const char *id, *text, *level;
	const char *covered;	/* what of it the cases check; "": all */
	const json_t *trace;	/* NULL or an array, never empty; so all lists here */
	int line;
};

struct inventory {
	const char *when, *kind;
	int64_t count, changed_by_others;
	const json_t *leftover;	/* NULL or an array of names */
};

/* What the cloud said of its quota when the run began. */
struct quota_line {
	const char *kind;
	int64_t used, limit, room;
};

struct target {
	const char *name, *driver, *layer, *layer_version, *provider, *region, *scope_note;
	const char *answers_product, *answers_version;	/* what its endpoint calls itself */
	const char *ics_digest, *ixit_digest;
	const json_t *ics, *dialect;	/* NULL or objects */
	const json_t *options;		/* NULL, or how the reference cloud was started */
	bool embedded, ics_full;
	struct inventory *inventory;
	size_t inventory_count;
	struct quota_line *quotas;
	size_t quota_count;
};

struct test {
	const char *id, *title, *purpose, *impact, *severity;
	const json_t *requirements;
};

struct step {
	int64_t n;
	bool check, advisory, ok;
	const char *requirement, *what, *expected, *observed, *at;
	const json_t *error;		/* NULL when there is none */
	const json_t *exchanges;	/* NULL or an array */
	int line;
};

struct waiting {
	const char *what;
	int64_t polls, same, ms;
};

struct attempt {
	int64_t number;
	struct step *steps;
	size_t step_count;
	struct waiting *waits;
	size_t wait_count;
	bool finished;		/* else verdict is did-not-complete */
	bool crashed;		/* the worker ended in it */
	enum verdict verdict;
	const char *cause;
	enum cleanup cleanup;
	int64_t ms;
	int line;		/* of its finish */
};

/* Somebody answers for failures until a day. */
struct waiver_line {
	const char *id, *target, *profile, *reason, *link, *owner, *approver, *granted, *expires;
	const json_t *cases;
	const char **patterns;	/* of cases; ends in NULL */
	enum waiver_state state;	/* on the day the run began */
	unsigned rows, waived, passed, failed;	/* of the plan; failed: it did not help */
};

struct row {
	int64_t number;
	const struct test *test;
	const struct target *target;
	const char *level, *decision, *cause, *reason;
	struct attempt *attempts;
	size_t attempt_count;
	enum verdict verdict;	/* of the last attempt, or what the plan decided */
	enum cleanup cleanup;
	const char *why;	/* cause of the verdict */
	const struct waiver_line *waiver;	/* that covers it; NULL: none */
	bool waived;		/* it failed and the waiver is in force */
};

/* A resource of ours, by its last word in the ledger. */
struct resource {
	int64_t intent, row;
	const char *op, *target, *kind, *name, *id;
};

/* A file of the side store that a finding shows: the last ones are what the step failed on. */
enum { EXCHANGES_SHOWN = 3 };
struct exchange {
	const char *digest;
	enum { EXCHANGE_HERE, EXCHANGE_WITHHELD, EXCHANGE_ALTERED } state;
	char *text;	/* its JSON; NULL unless it is here */
	size_t len;
};

/* What the cases of one target say about one requirement. */
struct coverage {
	unsigned shown, contradicted, open;
};

/* A further file of the journal, of a run that was resumed. */
struct segment {
	const char *began, *commit;
	int64_t number, kept, to_run;
};

struct report {
	struct pool texts;
	json_t *kept;		/* array: owns the lists and objects that the model names */
	struct journal_state state;
	const json_t *run;	/* the run's own line; NULL: the journal has none */
	const char *began, *ended;	/* utc of the first and the last line */

	struct requirement *requirements;
	size_t requirement_count;
	struct target *targets;
	size_t target_count;
	struct test *tests;
	size_t test_count;
	struct row *rows;
	size_t row_count;
	struct waiver_line *waivers;
	size_t waiver_count;
	struct segment *segments;
	size_t segment_count;
	struct resource *resources;
	size_t resource_count;
	struct exchange *exchanges;	/* by digest */
	size_t exchange_count;
	struct coverage *coverage;	/* [requirement][target] */
	unsigned crashes, torn, interrupts;

	struct row_result *results;	/* one per row, in order, and room for one more */
	struct tally tally;
	bool complete, ics_full;
	enum run_verdict verdict;
};

/* "" when absent or no text. */
const char *report_text(const json_t *object, const char *key);
/* A member of the run's line, or of its profile. */
const char *report_run_text(const struct report *r, const char *key);
const char *report_profile_text(const struct report *r, const char *key);

/* The last attempt, NULL when there was none. */
const struct attempt *row_last(const struct row *row);
/* The step that decided the attempt; NULL when none failed. */
const struct step *attempt_decisive(const struct attempt *a);
/* The step whose exchanges show what a failed step saw: itself, or for a check that sent
 * nothing the last step before it that did.  NULL: none. */
const struct step *attempt_source(const struct attempt *a, const struct step *s);
/* What verdict_of_steps() says of it. */
enum verdict attempt_derived(const struct attempt *a, const char **cause);
/* The verdict by which it counts: a waived failure counts as waived. */
enum verdict row_standing(const struct row *row);
/* A failed row, or one that left something behind. */
bool row_is_finding(const struct row *row);
/* Hardest first: 0 mandatory failure, 1 other failure, 2 left something, 3 deviation
 * or waived. */
enum { FINDING_WEIGHTS = 4 };
int finding_weight(const struct report *r, const struct row *row);
bool row_is_undecided(const struct row *row);
bool target_has_leftover(const struct target *t);
bool resource_is_open(const struct resource *s);
/* The verdict over one target's rows. */
enum run_verdict report_target_verdict(const struct report *r, const struct target *t,
				       struct tally *tally);
const struct coverage *report_coverage(const struct report *r, const struct requirement *q,
				       const struct target *t);
const struct requirement *report_requirement(const struct report *r, const char *id);
const struct exchange *report_exchange(const struct report *r, const char *digest);
/* Its document, for the caller to free; NULL when it is no JSON after all. */
json_t *exchange_doc(const struct exchange *x);
/* "compute.server" of "compute.server.stop-start". */
void test_area(const struct test *t, struct str *out);

/* Fills in what follows from the events: verdicts, tally, coverage. */
void report_derive(struct report *r);
/* Reads the exchanges of failed steps from DIR/exchanges. */
void report_read_exchanges(struct report *r, const char *dir);
/* The path below DIR of a side-store file; false when the names are not such. */
bool exchange_path(const char *target, const char *digest, struct str *out);

/* A regular file to read; NULL with errno. */
FILE *report_open(const char *path);
/* Appends a regular file of at most about `most` bytes; -1 with errno. */
int report_slurp(const char *path, size_t most, struct str *out);

#endif
