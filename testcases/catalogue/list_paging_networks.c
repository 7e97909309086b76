#include "tc/testcase.h"

/*
 * The network that falls between two pages is the one that nobody audits, and its
 * address range is given away a second time.
 */
static CO_FN void paging(struct tc *t)
{
	struct tc_site site = { 0 };

	tc_check_paged(t, "MCI-META-03", KIND_VPC, &site, 3, 2);
	tc_check_paged(t, "MCI-META-03", KIND_SUBNET, &site, 3, 2);
}

TESTCASE(list_paging_networks) {
	.id = "catalogue.list.paging-networks",
	.title = "Paging neither loses nor repeats a network or subnet",
	.purpose = "Check that lists of three networks and of three subnets, two at a time, hold each exactly once.",
	.verifies = REQS("MCI-META-03"),
	.needs = CAN(VPC) | CAN(SUBNET),
	.if_claimed = CAN(PAGING),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 4, .requests = 120 },
	.timeout_s = 900,
	.run = paging,
};
