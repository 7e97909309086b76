#ifndef RUN_RUN_H
#define RUN_RUN_H

#include "plan/plan.h"
#include "plan/target.h"
#include "plan/waivers.h"
#include "run/past.h"
#include "run/supervisor.h"

/*
 * One run: the plan's rows over its targets, from the first journal line to the
 * last.
 */
struct run_options {
	const struct plan *plan;
	const struct waivers *waivers;	/* NULL: none */
	const char *dir;		/* exists and is empty */
	char run_id[13];
	const char *commit;		/* of this build */
	bool dirty;
	const char *const *argv;
	int argc;
	const char *participant, *event, *tester, *challenge, *authorisation;	/* "" */
	const char *authorisation_file, *authorisation_digest;	/* "": it was given as a text */
	bool allow_load, allow_intrusive, read_only, quiet;
	int64_t jobs;			/* 0: as the targets say */
	const char *const *embedded;	/* NULL, or how the reference cloud was started */
	int crash_after_events;		/* tests only */
	const char *standards_dir;
	const struct past *rerun_of;	/* NULL, or the run whose failed rows are run again */
	bool resumed;			/* dir holds the run's own earlier segments */
	unsigned *starts;		/* per row: attempts begun; run_all() sees to it */
};

/* A fresh run id of [a-z0-9]. */
void run_id_make(char to[13]);

/* ERR_INVALID: a target's own settings are at fault (file and line); else as
 * supervise().  *outcome is set when the journal was begun. */
int run_all(const struct run_options *opt, enum job_outcome *outcome, struct error *err);

/*
 * Goes on with a run whose process died or was stopped: what it made is removed
 * first, rows with a verdict keep it, the others run.  Writes the next segment
 * of its journal.  ERR_INVALID: it came to its end, or goes on at this moment.
 */
int run_resume(const struct run_options *opt, const struct past *past, enum job_outcome *outcome,
	       struct error *err);

/*
 * Removes what the run in dir left behind, from its journal and side store
 * alone; writes dir/sweep-N.jsonl, chained to the journal's last line.  Targets
 * are those given (by name), else as the run kept them (yes: wherever it was
 * made).  *status: 0 all gone, 2 something is left or unknown, a target could
 * not be reached or a line was refused, 3 a target is not the one of the run.
 */
int run_sweep(const char *dir, const struct target_options *opt, struct cloud_config *const *given,
	      size_t n_given, bool yes, bool quiet, int *status, struct error *err);

#endif
