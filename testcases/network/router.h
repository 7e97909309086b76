#ifndef TESTCASES_NETWORK_ROUTER_H
#define TESTCASES_NETWORK_ROUTER_H

#include "tc/testcase.h"

/* A router to the external network that the target file names. */
static inline CO_FN int router_make(struct tc *t, struct resource *ret)
{
	struct resource want;

	resource_init(&want, KIND_ROUTER);
	str_copy(want.router.external_network, ID_MAX, t->cfg->external_network);
	return tc_create(t, &want, ret);
}

#endif
