#include <stdio.h>

#include "tc/testcase.h"

/*
 * Front, middle and data live in subnets of one network.  Removing one must not
 * touch its neighbours, nor may a list mix up who has which addresses.
 */
enum { MANY = 3 };

static CO_FN void check_all(struct tc *t, const struct resource *vpc, const struct resource *subnet,
			    int64_t left)
{
	AUTO(resource_list) struct resource_list all = { 0 };

	CALL(t, "MCI-NET-02", "list the subnets",
	     tc_list_counting(t, KIND_SUBNET, vpc->id, (size_t)left, &all));
	CHECK_INT(t, "MCI-NET-02", "how many subnets the network has", left, (int64_t)all.count);
	for (unsigned i = 0; i < MANY; i++) {
		const struct resource *listed = resource_list_find(&all, subnet[i].id);
		char what[80], cidr[ADDR_LEN];
		struct resource seen;

		if (i == 1 && left < MANY)
			continue;
		tc_subnet_cidr(t, i + 1, cidr);
		snprintf(what, sizeof(what), "the range of subnet %u in the list", i + 1);
		CHECK_TEXT(t, "MCI-NET-02", what, cidr, listed ? listed->subnet.cidr : "");
		CALL(t, "MCI-NET-02", "read the subnet", tc_get(t, &subnet[i], &seen));
		snprintf(what, sizeof(what), "the range of subnet %u", i + 1);
		CHECK_TEXT(t, "MCI-NET-02", what, cidr, seen.subnet.cidr);
		CHECK_TEXT(t, "MCI-NET-02", "its network", vpc->id, seen.parent);
	}
}

static CO_FN void siblings(struct tc *t)
{
	struct resource vpc, want, subnet[MANY];

	CALL(t, "MCI-NET-02", "create a virtual network", tc_vpc(t, &vpc));
	for (unsigned i = 0; i < MANY; i++) {
		resource_init(&want, KIND_SUBNET);
		str_copy(want.parent, sizeof(want.parent), vpc.id);
		tc_subnet_cidr(t, i + 1, want.subnet.cidr);
		CALL(t, "MCI-NET-02", "add a subnet", tc_create(t, &want, &subnet[i]));
	}
	check_all(t, &vpc, subnet, MANY);
	CALL(t, "MCI-NET-02", "remove the second one", tc_destroy(t, &subnet[1]));
	check_all(t, &vpc, subnet, MANY - 1);
}

TESTCASE(subnet_siblings) {
	.id = "network.subnet.siblings",
	.title = "Subnets of one network keep their ranges, and one can go without the others",
	.purpose = "Check that several subnets of a network are listed and read with their own ranges, "
		   "and that removing one leaves the others as they were.",
	.verifies = REQS("MCI-NET-02"),
	.needs = CAN(VPC) | CAN(SUBNET),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .subnets = 4, .requests = 40 },
	.timeout_s = 600,
	.run = siblings,
};
