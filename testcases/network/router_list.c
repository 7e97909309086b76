#include "tc/testcase.h"

/*
 * Dashboards are made from lists, decisions from what is read.  Where the two
 * differ somebody acts on a router that is not so.
 */
static CO_FN void list_agrees(struct tc *t)
{
	struct tc_site site = { 0 };
	struct resource one, other;

	CALL(t, "MCI-NET-09", "make one", tc_make(t, KIND_ROUTER, &site, &one));
	tc_check_list_agrees(t, "MCI-NET-09", &one);
	CALL(t, "MCI-NET-09", "make another", tc_make(t, KIND_ROUTER, &site, &other));
	tc_check_list_agrees(t, "MCI-NET-09", &other);
	tc_check_list_agrees(t, "MCI-NET-09", &one);
}

TESTCASE(router_list) {
	.id = "network.router.list-agrees",
	.title = "The list shows a router as reading it does",
	.purpose = "Check that each of two is in the list once, and that every field the list shows is "
		   "as read.",
	.verifies = REQS("MCI-NET-09"),
	.needs = 0,
	.if_claimed = CAN(ROUTER),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 2, .routers = 2, .requests = 24 },
	.timeout_s = 600,
	.run = list_agrees,
};
