#include "tc/testcase.h"

/*
 * Software that has made a security group looks for it at once, to put a machine behind it.
 * Where it is not shown yet, the machine is put behind another, or none.
 */
static CO_FN void shown(struct tc *t)
{
	tc_check_new_shown(t, "MCI-SG-01", KIND_SG);
}

TESTCASE(sg_shown) {
	.id = "network.sg.shown-at-once",
	.title = "A new security group is there for the first read and list",
	.purpose = "Check that a security group that was just created is shown by a read and by the "
		   "list, at once or within the declared time.",
	.verifies = REQS("MCI-SG-01"),
	.needs = CAN(VPC) | CAN(SG),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 60 },
	.timeout_s = 400,
	.run = shown,
};
