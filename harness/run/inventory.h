#ifndef RUN_INVENTORY_H
#define RUN_INVENTORY_H

#include "cloud/cloud.h"
#include "tc/testcase.h"

/*
 * What a target holds before and after the run, so that "nothing left behind"
 * is measured and not believed.
 */
struct inventory;

/* Lists every kind that can be created.  A kind that cannot be listed is left
 * out and said so in the journal. */
CO_FN struct inventory *inventory_take(struct cloud *c, const char *dir, const char *when);
void inventory_free(struct inventory *i);
/* Before the built-in case runs for this target: what was there at first. */
void inventory_remember(const struct cloud_config *cfg, struct inventory *before, const char *dir);
/* The built-in case; runs after all others of its target. */
bool inventory_is_case(const struct testcase *test);

#endif
