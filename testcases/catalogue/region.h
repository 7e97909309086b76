#ifndef TESTCASES_CATALOGUE_REGION_H
#define TESTCASES_CATALOGUE_REGION_H

#include "tc/testcase.h"

/* The one that the target names, which is the one that is tested; else the first. */
static inline const struct resource *region_of(const struct tc *t,
					       const struct resource_list *regions)
{
	const struct resource *ours = resource_list_find(regions, t->cfg->backend_region);

	return ours ? ours : &regions->at[0];
}

#endif
