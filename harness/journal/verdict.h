#ifndef JOURNAL_VERDICT_H
#define JOURNAL_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/*
 * The verdict algebra: the one definition of every verdict, count and exit
 * status.  Pure functions; the runner, the console, each report and `verify`
 * all call these.
 */
enum verdict {
	VERDICT_PASS, VERDICT_DEVIATION, VERDICT_FAIL, VERDICT_INCONCLUSIVE,
	VERDICT_NOT_APPLICABLE, VERDICT_WAIVED, VERDICT_NOT_RUN, VERDICT_NO_PEER,
	VERDICT_INCOMPLETE, VERDICT_ERROR, VERDICT_COUNT
};
enum cleanup { CLEANUP_NONE, CLEANUP_CLEAN, CLEANUP_LEFTOVER, CLEANUP_UNKNOWN, CLEANUP_COUNT };

const char *verdict_name(enum verdict v);	/* as the journal spells it: "pass-with-deviation" */
int verdict_by_name(const char *name);		/* -1 */
const char *cleanup_name(enum cleanup c);
int cleanup_by_name(const char *name);

/* What one step of a case contributes. */
struct step_result {
	bool check;		/* false: a stimulus */
	bool ok;
	bool advisory;
	enum err error;		/* of the failed call; ERR_OK when the check compared values */
	bool undeclared;	/* unsupported, and the ICS never claimed it */
	bool not_applicable;	/* the target has not what the case needs, as reading showed */
};

/*
 * The verdict of an attempt.  A failed mandatory check is fail, whatever came
 * after it; a failed stimulus is classified by its error: quota, throttled,
 * network, configuration, unauthenticated/denied give inconclusive with a cause (before any
 * failed check); unsupported, protocol, not-found, conflict, invalid,
 * unavailable, timeout give fail; cancelled gives did-not-complete and harness
 * error; unsupported is not-run (undeclared) where the ICS does not know the
 * capability and the profile does not demand it; a step that says that the case
 * does not apply gives not-applicable.  No check at all is error: a
 * case that checks nothing proves nothing.
 * *cause is a static word ("quota", "unreachable", ...) or "".
 */
enum verdict verdict_of_steps(const struct step_result *steps, size_t n, const char **cause);

/* A row for the run verdict. */
struct row_result {
	bool mandatory;
	enum verdict verdict;
	enum cleanup cleanup;
};
enum run_verdict { RUN_CONFORMANT, RUN_NOT_CONFORMANT, RUN_UNDECIDED };

/* Design: strictest first.  complete: the journal has its end and the run was
 * not interrupted; ics_full: no ICS item unknown. */
enum run_verdict verdict_of_run(const struct row_result *rows, size_t n, bool complete,
				bool ics_full);
/* 0, 1, 2. */
int run_verdict_exit(enum run_verdict v);

/* Counts that always add up: the sum over verdict[] is n. */
struct tally {
	unsigned verdict[VERDICT_COUNT];
	unsigned cleanup[CLEANUP_COUNT];
	unsigned total, mandatory;
};
void tally_rows(const struct row_result *rows, size_t n, struct tally *ret);

#endif
