#include "tc/testcase.h"

/*
 * A subnet of a network that is not there would be in nobody's list, and paid
 * for all the same.
 */
static CO_FN void unknown_vpc(struct tc *t)
{
	struct resource nobody, want;

	tc_unknown(t, KIND_VPC, &nobody);
	resource_init(&want, KIND_SUBNET);
	str_copy(want.parent, sizeof(want.parent), nobody.id);
	tc_subnet_cidr(t, 1, want.subnet.cidr);
	tc_check_create_refused(t, "MCI-ERR-04", "add a subnet to a network that does not exist", &want,
				ERR_NOT_FOUND, ERR_INVALID);
}

TESTCASE(subnet_unknown_vpc) {
	.id = "network.subnet.unknown-vpc",
	.title = "A subnet of a network that does not exist is refused and not made",
	.purpose = "Check that adding a subnet to an unknown network is refused as not-found or invalid "
		   "and leaves nothing.",
	.verifies = REQS("MCI-ERR-04"),
	.needs = CAN(VPC) | CAN(SUBNET),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 12 },
	.timeout_s = 400,
	.run = unknown_vpc,
};
