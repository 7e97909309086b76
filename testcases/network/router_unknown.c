#include "tc/testcase.h"

/*
 * Clean-up scripts delete routers by id.  "Done" for an id that is wrong leaves
 * the right one running, and billed.
 */
static CO_FN void unknown(struct tc *t)
{
	struct resource vpc, subnet, nobody;

	tc_unknown(t, KIND_ROUTER, &nobody);
	tc_check_absent(t, "MCI-ERR-02", &nobody);
	CALL(t, "MCI-ERR-02", "create a virtual network", tc_vpc(t, &vpc));
	CALL(t, "MCI-ERR-02", "add a subnet", tc_subnet(t, &vpc, &subnet));
	CHECK_REFUSED(t, "MCI-ERR-02", "join a subnet to a router that does not exist",
		      tc_act(t, &nobody, ACT_JOIN, &subnet), ERR_NOT_FOUND);
}

TESTCASE(router_unknown) {
	.id = "network.router.unknown-id",
	.title = "A router that does not exist is answered with not-found",
	.purpose = "Check that reading, deleting and joining an unknown router is refused as not-found.",
	.verifies = REQS("MCI-ERR-02"),
	.needs = CAN(VPC) | CAN(SUBNET),
	.if_claimed = CAN(ROUTER),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 24 },
	.timeout_s = 400,
	.run = unknown,
};
