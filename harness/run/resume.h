#ifndef RUN_RESUME_H
#define RUN_RESUME_H

#include "run/run.h"

/* The supervised work of a run and the `end` line of its journal, which it closes;
 * r: what came before it.  states, starts: as of struct job. */
int run_go(struct journal *j, const struct run_options *opt, const enum row_state *states,
	   unsigned *starts, int r, enum job_outcome *outcome, struct error *err);

#endif
