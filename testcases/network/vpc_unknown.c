#include "tc/testcase.h"

/*
 * A mistyped network must be told from one that is forbidden or broken: who
 * cannot tell them apart asks for rights instead of looking at the name.
 */
static CO_FN void unknown(struct tc *t)
{
	struct resource nobody;

	tc_unknown(t, KIND_VPC, &nobody);
	tc_check_absent(t, "MCI-ERR-02", &nobody);
}

TESTCASE(vpc_unknown) {
	.id = "network.vpc.unknown-id",
	.title = "A virtual network that does not exist is answered with not-found",
	.purpose = "Check that reading and deleting an unknown virtual network is refused as not-found.",
	.verifies = REQS("MCI-ERR-02"),
	.needs = CAN(VPC),
	.severity = SEV_MAJOR,
	.impact = IMPACT_READ,
	.budget = { .requests = 6 },
	.timeout_s = 60,
	.run = unknown,
};
