#ifndef EXPLORE_EXPLORE_H
#define EXPLORE_EXPLORE_H

#include "explore/operation.h"

/*
 * Model-based exploration: random legal and illegal sequences from the model's
 * table, held step by step against an oracle.  To the rest of the program it is
 * one case, explore.sequence.agrees, of the profile `exploration`; its steps are
 * recorded like any other's.  A sequence that diverges is shortened and journalled
 * as an event of type `explore`, whose `script` is a file to run again.
 */
struct explore_options {
	uint64_t seed;			/* of the first sequence; the next have the next ones */
	unsigned sequences, steps, actors;
	unsigned shrink_runs;		/* the most runs that shortening may take */
	const struct sequence *replay;	/* instead of random ones; outlives the run */
};

/* Before the run begins; else one sequence of seed 1. */
void explore_configure(const struct explore_options *opt);

#endif
