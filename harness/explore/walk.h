#ifndef EXPLORE_WALK_H
#define EXPLORE_WALK_H

#include "explore/judge.h"
#include "tc/testcase.h"

/* One exploration of one target under way. */
struct explorer {
	struct tc *t;
	struct terrain land;
	struct world world;
	struct sequence done;		/* what was sent since the world was new */
	struct divergence d;		/* of the run that ended by one */
	bool quiet;			/* records no steps: while shrinking */
	char title[60];			/* "seed 7" */
};

/* A new, empty world; what the one before made is removed. */
CO_FN void walk_begin(struct explorer *x);
/*
 * Sends up to ACTORS_MAX operations at once and looks for an order of them in
 * which all answers are as the oracle says.  False: there is none (x->d).
 */
enum { ACTORS_MAX = 4 };
CO_FN bool walk_round(struct explorer *x, const struct operation *ops, size_t n);
/* All rounds of a sequence; those that say nothing here are left out. */
CO_FN bool walk_sequence(struct explorer *x, const struct sequence *s);
/* A random walk of that many steps, and an audit at its end. */
CO_FN bool walk_random(struct explorer *x, uint64_t seed, unsigned steps, unsigned actors);

/*
 * Shortens a sequence whose last operation diverges, as long as what is left
 * diverges at the same kind of resource; at most `runs` further runs.  Returns
 * how many it took; x->d is that of the shortest one.
 */
CO_FN unsigned shrink(struct explorer *x, struct sequence *s, unsigned runs);

#endif
