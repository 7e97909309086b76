#include "tc/testcase.h"

/*
 * A wall that does not exist must be told from one that may not be seen: who
 * gets "denied" asks for rights, and looks at the name last.
 */
static CO_FN void unknown(struct tc *t)
{
	struct resource nobody;

	tc_unknown(t, KIND_SG, &nobody);
	tc_check_absent(t, "MCI-ERR-02", &nobody);
}

TESTCASE(sg_unknown) {
	.id = "network.sg.unknown-id",
	.title = "A security group that does not exist is answered with not-found",
	.purpose = "Check that reading and deleting an unknown security group is refused as not-found.",
	.verifies = REQS("MCI-ERR-02"),
	.needs = CAN(SG),
	.severity = SEV_MAJOR,
	.impact = IMPACT_READ,
	.budget = { .requests = 6 },
	.timeout_s = 400,
	.run = unknown,
};
