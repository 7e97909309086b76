#include "router.h"

/*
 * A subnet joined twice would have two gateways of one address; parting once
 * then leaves a way out that everybody believes closed.
 */
static CO_FN void twice(struct tc *t)
{
	struct resource vpc, subnet, router;

	CALL(t, "MCI-IDM-03", "create a virtual network", tc_vpc(t, &vpc));
	CALL(t, "MCI-IDM-03", "add a subnet", tc_subnet(t, &vpc, &subnet));
	CALL(t, "MCI-IDM-03", "create a router", router_make(t, &router));
	CALL(t, "MCI-IDM-03", "join the subnet", tc_act(t, &router, ACT_JOIN, &subnet));
	CHECK_REFUSED_AS(t, "MCI-IDM-03", "join the subnet again",
			 tc_act(t, &router, ACT_JOIN, &subnet), ERR_INVALID, ERR_CONFLICT);
	CALL(t, "MCI-IDM-03", "part from the subnet", tc_act(t, &router, ACT_PART, &subnet));
	CHECK_REFUSED(t, "MCI-IDM-03", "part from the subnet again",
		      tc_act(t, &router, ACT_PART, &subnet), ERR_NOT_FOUND);
	CALL(t, "MCI-IDM-03", "delete the router that serves nobody", tc_destroy(t, &router));
}

TESTCASE(router_join_twice) {
	.id = "network.router.join-twice",
	.title = "A router joins a subnet once, and parts from it once",
	.purpose = "Check that joining a subnet twice is refused, and that parting from one that is not "
		   "joined is answered with not-found.",
	.verifies = REQS("MCI-IDM-03"),
	.needs = CAN(VPC) | CAN(SUBNET),
	.if_claimed = CAN(ROUTER),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 32 },
	.timeout_s = 600,
	.run = twice,
};
