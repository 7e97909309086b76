#include "tc/testcase.h"

/*
 * A network that goes while its subnet stays leaves addresses that nobody can
 * use and nobody can remove.  Where the document lets the subnets go with it,
 * they must really be gone.
 */
static CO_FN void with_subnet(struct tc *t)
{
	struct resource vpc, subnet, seen;
	bool ok;

	CALL(t, "MCI-NET-05", "create a virtual network", tc_vpc(t, &vpc));
	CALL(t, "MCI-NET-05", "add a subnet", tc_subnet(t, &vpc, &subnet));
	if (tc_check_expected(t, "MCI-NET-05", "delete the network that has a subnet",
			      tc_send_destroy(t, &vpc), t->dialect->delete_vpc_with_subnets, &ok,
			      AT)) {
		CALL(t, "MCI-NET-05", "wait until the network is gone",
		     tc_wait(t, &vpc, STATE_GONE, NULL, NULL));
		CHECK_REFUSED(t, "MCI-NET-05", "read the subnet of the network that is gone",
			      tc_get(t, &subnet, &seen), ERR_NOT_FOUND);
		return;
	}
	CALL(t, "MCI-NET-05", "read the network", tc_get(t, &vpc, &seen));
	CALL(t, "MCI-NET-05", "read the subnet", tc_get(t, &subnet, &seen));
	CHECK_TEXT(t, "MCI-NET-05", "the subnet's range is as before", subnet.subnet.cidr,
		   seen.subnet.cidr);
	tc_check_listed(t, "MCI-NET-05", &subnet, true);
	CALL(t, "MCI-NET-05", "remove the subnet", tc_destroy(t, &subnet));
	CALL(t, "MCI-NET-05", "delete the network that has none", tc_destroy(t, &vpc));
}

TESTCASE(vpc_with_subnet) {
	.id = "network.vpc.delete-with-subnet",
	.title = "A network with a subnet is not deleted, or goes with it, but never half",
	.purpose = "Check that deleting a network that has a subnet is refused and changes nothing or, "
		   "where documented, removes both.",
	.verifies = REQS("MCI-NET-05"),
	.needs = CAN(VPC) | CAN(SUBNET),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 32 },
	.timeout_s = 600,
	.run = with_subnet,
};
