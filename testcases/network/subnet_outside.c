#include "tc/testcase.h"

/*
 * A subnet outside its network can never be reached; accepting it hides a
 * typing error until the first packet is lost.
 */
static CO_FN void outside(struct tc *t)
{
	struct resource vpc, stray, made;

	CALL(t, "MCI-NET-02", "create a virtual network", tc_vpc(t, &vpc));
	resource_init(&stray, KIND_SUBNET);
	str_copy(stray.parent, sizeof(stray.parent), vpc.id);
	str_copy(stray.subnet.cidr, sizeof(stray.subnet.cidr), "198.51.100.0/24");
	CHECK_REFUSED_AS(t, "MCI-NET-02", "add a subnet outside the network's address range",
			 tc_create(t, &stray, &made), ERR_INVALID, ERR_CONFLICT);
}

TESTCASE(subnet_outside) {
	.id = "network.subnet.outside-refused",
	.title = "A subnet outside the address range of its network is refused",
	.purpose = "Check that a subnet that is not within its network's address range is refused.",
	.verifies = REQS("MCI-NET-02"),
	.needs = CAN(VPC) | CAN(SUBNET),
	.if_claimed = CAN(VPC_CIDR),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 16 },
	.timeout_s = 240,
	.run = outside,
};
