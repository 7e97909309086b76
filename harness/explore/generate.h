#ifndef EXPLORE_GENERATE_H
#define EXPLORE_GENERATE_H

#include "explore/world.h"

/*
 * The next operation of a random walk, legal or not, from the model's table and
 * what the world holds.  It depends on the numbers and states of the items only,
 * so that a seed means the same walk wherever cloud and oracle agree.  number:
 * the item of a create.  false: nothing can be done here.
 */
bool generate(const struct world *w, uint64_t *random, int number, struct operation *ret);

/* An operation to be sent at once with another one, over the same resource: the
 * same name, the same delete, another action.  false: there is none. */
bool generate_rival(const struct world *w, uint64_t *random, const struct operation *of, int number,
		    struct operation *ret);

/* The end of a walk: every list, and a read of all that is alive. */
void generate_audit(const struct world *w, struct sequence *to);

#endif
