#include "tc/testcase.h"

/*
 * Test and production use one address plan.  A cloud that refuses the second
 * network, or mixes the two, forces everybody to renumber.
 */
static CO_FN void check_own(struct tc *t, const struct resource *vpc,
			    const struct resource *subnet, const char *cidr)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	struct resource seen;

	CALL(t, "MCI-NET-04", "read the subnet", tc_get(t, subnet, &seen));
	CHECK_TEXT(t, "MCI-NET-04", "the subnet's network", vpc->id, seen.parent);
	CHECK_TEXT(t, "MCI-NET-04", "the subnet's address range", cidr, seen.subnet.cidr);
	CALL(t, "MCI-NET-04", "list the subnets of the network",
	     tc_list_counting(t, KIND_SUBNET, vpc->id, 1, &all));
	CHECK_INT(t, "MCI-NET-04", "how many subnets the network has", 1, (int64_t)all.count);
	CHECK_INT(t, "MCI-NET-04", "how often its own subnet is among them", 1,
		  (int64_t)resource_list_count_id(&all, subnet->id));
}

static CO_FN void same(struct tc *t)
{
	struct resource one, other, in_one, in_other;
	char cidr[ADDR_LEN];

	CALL(t, "MCI-NET-04", "create a virtual network", tc_vpc(t, &one));
	CALL(t, "MCI-NET-04", "create another with the same address range", tc_vpc(t, &other));
	CHECK(t, "MCI-NET-04", "the two are different ones", strcmp(one.id, other.id),
	      "another id", other.id);
	tc_subnet_cidr(t, 1, cidr);
	CALL(t, "MCI-NET-04", "add a subnet to the first", tc_subnet(t, &one, &in_one));
	CALL(t, "MCI-NET-04", "add one with the same range to the second",
	     tc_subnet(t, &other, &in_other));
	check_own(t, &one, &in_one, cidr);
	check_own(t, &other, &in_other, cidr);
	CALL(t, "MCI-NET-04", "remove the second one's subnet", tc_destroy(t, &in_other));
	CALL(t, "MCI-NET-04", "delete the second network", tc_destroy(t, &other));
	check_own(t, &one, &in_one, cidr);
}

TESTCASE(vpc_same_cidr) {
	.id = "network.vpc.same-cidr",
	.title = "Two virtual networks with the same address range do not know of each other",
	.purpose = "Check that networks and subnets of the same address range coexist, each with its own "
		   "subnet, and that removing one leaves the other (control plane).",
	.verifies = REQS("MCI-NET-04"),
	.needs = CAN(VPC) | CAN(SUBNET),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 2, .requests = 48 },
	.timeout_s = 600,
	.run = same,
};
