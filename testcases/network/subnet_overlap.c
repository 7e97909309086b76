#include "tc/testcase.h"

/*
 * Two subnets with the same addresses route each other's traffic.  The request
 * is at fault and must be refused as such, leaving the network as it was.
 */
static CO_FN void overlap(struct tc *t)
{
	struct resource vpc, subnet, again, second;
	AUTO(resource_list) struct resource_list all = { 0 };

	CALL(t, "MCI-NET-02", "create a virtual network", tc_vpc(t, &vpc));
	CALL(t, "MCI-NET-02", "add a subnet", tc_subnet(t, &vpc, &subnet));
	resource_init(&again, KIND_SUBNET);
	str_copy(again.parent, sizeof(again.parent), vpc.id);
	tc_subnet_cidr(t, 1, again.subnet.cidr);
	CHECK_REFUSED_AS(t, "MCI-ERR-04", "add a second one with the same address range",
			 tc_create(t, &again, &second), ERR_INVALID, ERR_CONFLICT);
	CALL(t, "MCI-NET-02", "list the subnets",
	     tc_list_counting(t, KIND_SUBNET, vpc.id, 1, &all));
	CHECK_INT(t, "MCI-ERR-04", "how many subnets the network has", 1, (int64_t)all.count);
}

TESTCASE(subnet_overlap) {
	.id = "network.subnet.overlap-refused",
	.title = "A subnet that overlaps another one is refused and nothing changes",
	.purpose = "Check that a subnet whose address range is taken is refused as invalid or "
		   "conflicting and that the list of subnets stays.",
	.verifies = REQS("MCI-NET-02", "MCI-ERR-04"),
	.needs = CAN(VPC) | CAN(SUBNET),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .subnets = 2, .requests = 24 },
	.timeout_s = 240,
	.run = overlap,
};
