#ifndef EXPLORE_PERFORM_H
#define EXPLORE_PERFORM_H

#include "explore/judge.h"
#include "tc/testcase.h"

/* Sends one operation and waits for what it leads to.  Judges nothing; o is
 * outcome_free()d by the caller. */
CO_FN void perform(struct tc *t, const struct world *w, const struct operation *op,
		   struct outcome *o);
void outcome_free(struct outcome *o);

/* Deletes what earlier operations made, in one quick try: what stays is the
 * runner's to remove. */
CO_FN void tidy_up(struct tc *t, const struct world *w);

#endif
