#include "tc/testcase.h"

/*
 * Scripts remove subnets by a name that may be wrong: "not there" must not be
 * taken for "not allowed" or for "done".
 */
static CO_FN void unknown(struct tc *t)
{
	struct resource vpc, nobody;

	CALL(t, "MCI-ERR-02", "create a virtual network", tc_vpc(t, &vpc));
	tc_unknown(t, KIND_SUBNET, &nobody);
	str_copy(nobody.parent, sizeof(nobody.parent), vpc.id);
	tc_check_absent(t, "MCI-ERR-02", &nobody);
}

TESTCASE(subnet_unknown) {
	.id = "network.subnet.unknown-id",
	.title = "A subnet that does not exist is answered with not-found",
	.purpose = "Check that reading and removing an unknown subnet of a network is refused as "
		   "not-found.",
	.verifies = REQS("MCI-ERR-02"),
	.needs = CAN(VPC) | CAN(SUBNET),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 16 },
	.timeout_s = 400,
	.run = unknown,
};
