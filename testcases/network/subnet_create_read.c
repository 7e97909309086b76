#include "tc/testcase.h"

/*
 * A subnet is where addresses come from: a wrong range or a lost one strands
 * the machines in it.
 */
static CO_FN void create_read(struct tc *t)
{
	struct resource vpc, subnet, seen;
	char want[ADDR_LEN];

	CALL(t, "MCI-NET-02", "create a virtual network", tc_vpc(t, &vpc));
	CALL(t, "MCI-NET-02", "add a subnet", tc_subnet(t, &vpc, &subnet));
	CALL(t, "MCI-NET-02", "read it", tc_get(t, &subnet, &seen));
	CHECK_TEXT(t, "MCI-NET-02", "its name reads back", subnet.name, seen.name);
	CHECK_TEXT(t, "MCI-NET-02", "its network is the one it was added to", vpc.id, seen.parent);
	CHECK_TEXT(t, "MCI-NET-02", "its address range is as asked", tc_subnet_cidr(t, 1, want),
		   seen.subnet.cidr);
	tc_check_listed(t, "MCI-NET-02", &subnet, true);
	CALL(t, "MCI-NET-02", "remove it and wait until it is gone", tc_destroy(t, &subnet));
	tc_check_listed(t, "MCI-NET-02", &subnet, false);
	tc_check_absent(t, "MCI-ERR-02", &subnet);
}

TESTCASE(subnet_create_read) {
	.id = "network.subnet.create-read-delete",
	.title = "A subnet reads back as added and is gone after its removal",
	.purpose = "Check adding, reading, listing and removing a subnet of a virtual network.",
	.verifies = REQS("MCI-NET-02", "MCI-ERR-02"),
	.needs = CAN(VPC) | CAN(SUBNET),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 28 },
	.timeout_s = 240,
	.run = create_read,
};
