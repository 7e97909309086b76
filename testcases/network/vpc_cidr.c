#include "tc/testcase.h"

/*
 * Address plans are made before clouds are joined.  A network that silently
 * takes another range collides with its peers on the day of the switchover.
 */
static CO_FN void cidr(struct tc *t)
{
	struct resource vpc, seen;
	char want[ADDR_LEN];

	CALL(t, "MCI-NET-01", "create a virtual network with an address range", tc_vpc(t, &vpc));
	CALL(t, "MCI-NET-01", "read it", tc_get(t, &vpc, &seen));
	CHECK_TEXT(t, "MCI-NET-01", "its address range is as asked", tc_cidr(t, want), seen.vpc.cidr);
}

TESTCASE(vpc_cidr) {
	.id = "network.vpc.cidr-as-asked",
	.title = "A virtual network has the address range that was asked for",
	.purpose = "Check that the address range of a virtual network reads back as given.",
	.verifies = REQS("MCI-NET-01"),
	.needs = CAN(VPC),
	.if_claimed = CAN(VPC_CIDR),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 12 },
	.timeout_s = 180,
	.run = cidr,
};
