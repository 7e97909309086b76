#include "router.h"

/*
 * A router is the way out of a network.  One that reads back with another
 * exit, or stays after its delete, is a way that nobody watches.
 */
static CO_FN void create_read(struct tc *t)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	struct resource router, seen;
	const struct resource *entry;

	CALL(t, "MCI-NET-09", "create a router", router_make(t, &router));
	CALL(t, "MCI-NET-09", "read it", tc_get(t, &router, &seen));
	CHECK_TEXT(t, "MCI-NET-09", "its id reads back", router.id, seen.id);
	CHECK_TEXT(t, "MCI-NET-09", "its name reads back", router.name, seen.name);
	CHECK_TEXT(t, "MCI-NET-09", "its external network is as asked", t->cfg->external_network,
		   seen.router.external_network);
	tc_check_listed(t, "MCI-NET-09", &router, true);
	CALL(t, "MCI-NET-09", "list every router", tc_list(t, KIND_ROUTER, NULL, &all));
	entry = resource_list_find(&all, router.id);
	CHECK_TEXT(t, "MCI-NET-09", "its external network in the list", t->cfg->external_network,
		   entry ? entry->router.external_network : "");
	CALL(t, "MCI-NET-09", "delete it and wait until it is gone", tc_destroy(t, &router));
	tc_check_listed(t, "MCI-NET-09", &router, false);
	tc_check_absent(t, "MCI-IDM-01", &router);
}

TESTCASE(router_create_read) {
	.id = "network.router.create-read-delete",
	.title = "A router reads back as created and is gone after its delete",
	.purpose = "Check create, read, list and delete of a router, and the answer to a second delete.",
	.verifies = REQS("MCI-NET-09", "MCI-IDM-01"),
	.needs = 0,
	.if_claimed = CAN(ROUTER),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 24 },
	.timeout_s = 600,
	.run = create_read,
};
