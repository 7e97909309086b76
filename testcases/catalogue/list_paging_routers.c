#include "tc/testcase.h"

/*
 * A router that no page shows goes on leading in and out of a network that everybody
 * believes to be shut.
 */
static CO_FN void paging(struct tc *t)
{
	struct tc_site site = { 0 };

	tc_check_paged(t, "MCI-META-03", KIND_ROUTER, &site, 3, 2);
}

TESTCASE(list_paging_routers) {
	.id = "catalogue.list.paging-routers",
	.title = "Paging neither loses nor repeats a router",
	.purpose = "Check that a list of three routers, two at a time, holds each exactly once.",
	.verifies = REQS("MCI-META-03"),
	.needs = CAN(ROUTER),
	.if_claimed = CAN(PAGING),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .routers = 3, .requests = 80 },
	.timeout_s = 900,
	.run = paging,
};
