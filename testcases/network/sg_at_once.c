#include "tc/testcase.h"

/*
 * The wall around a machine is made by two scripts at once: one must be told
 * that it came second, or it adds its rules to the other's.
 */
static CO_FN void at_once(struct tc *t)
{
	struct tc_site site = { 0 };
	struct resource want;

	CALL(t, "MCI-IDM-04", "make what it needs", tc_ground(t, KIND_SG, &site));
	tc_want(t, KIND_SG, &site, &want);
	tc_check_at_once(t, "MCI-IDM-04", &want, 4);
}

TESTCASE(sg_at_once) {
	.id = "network.sg.create-at-once",
	.title = "Of security groups created at once under one name one wins",
	.purpose = "Check that of four creates of one name sent at once exactly one wins where names are "
		   "unique, and that else each makes one of its own.",
	.verifies = REQS("MCI-IDM-04"),
	.needs = CAN(VPC) | CAN(SG),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 4, .requests = 40 },
	.timeout_s = 600,
	.run = at_once,
};
