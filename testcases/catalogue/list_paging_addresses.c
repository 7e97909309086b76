#include "tc/testcase.h"

/*
 * Public addresses are billed while they are held. One that is shown twice is released
 * twice, and the second time it may be somebody else's; one that is lost is held for good.
 */
static CO_FN void paging(struct tc *t)
{
	struct tc_site site = { 0 };

	tc_check_paged(t, "MCI-META-03", KIND_ADDRESS, &site, 3, 2);
}

TESTCASE(list_paging_addresses) {
	.id = "catalogue.list.paging-addresses",
	.title = "Paging neither loses nor repeats a public address",
	.purpose = "Check that a list of three public addresses, two at a time, holds each exactly once.",
	.verifies = REQS("MCI-META-03"),
	.needs = CAN(ADDRESS),
	.if_claimed = CAN(PAGING),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .addresses = 3, .requests = 80 },
	.timeout_s = 900,
	.run = paging,
};
