#include "tc/testcase.h"

/*
 * A router in use that can be deleted takes the way out of every machine
 * behind it.
 */
static CO_FN void join(struct tc *t)
{
	struct resource vpc, subnet, want, router, seen;

	CALL(t, "MCI-NET-05", "create a virtual network", tc_vpc(t, &vpc));
	CALL(t, "MCI-NET-05", "add a subnet", tc_subnet(t, &vpc, &subnet));
	resource_init(&want, KIND_ROUTER);
	str_copy(want.router.external_network, ID_MAX, t->cfg->external_network);
	CALL(t, "MCI-NET-05", "create a router", tc_create(t, &want, &router));
	CALL(t, "MCI-NET-05", "read it", tc_get(t, &router, &seen));
	CHECK_TEXT(t, "MCI-NET-09", "its external network is as asked", t->cfg->external_network,
		   seen.router.external_network);
	tc_check_listed(t, "MCI-NET-09", &router, true);
	CALL(t, "MCI-NET-05", "join the subnet", tc_act(t, &router, ACT_JOIN, &subnet));
	CHECK_REFUSED(t, "MCI-NET-05", "delete the router while it serves a subnet",
		      tc_send_destroy(t, &router), ERR_CONFLICT);
	CHECK_REFUSED(t, "MCI-NET-05", "delete the network while a router serves it",
		      tc_send_destroy(t, &vpc), ERR_CONFLICT);
	CALL(t, "MCI-NET-05", "read the router again", tc_get(t, &router, &seen));
	CALL(t, "MCI-NET-05", "part from the subnet", tc_act(t, &router, ACT_PART, &subnet));
	CALL(t, "MCI-NET-09", "delete the router and wait until it is gone", tc_destroy(t, &router));
	tc_check_listed(t, "MCI-NET-09", &router, false);
}

TESTCASE(router_join) {
	.id = "network.router.join-part",
	.title = "A router joins a subnet, and neither it nor the network can be deleted meanwhile",
	.purpose = "Check create, read, list and delete of a router, joining a subnet, and that deletes "
		   "of what is in use are refused and change nothing.",
	.verifies = REQS("MCI-NET-05", "MCI-NET-09"),
	.needs = CAN(VPC) | CAN(SUBNET),
	.if_claimed = CAN(ROUTER),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 40 },
	.timeout_s = 300,
	.run = join,
};
