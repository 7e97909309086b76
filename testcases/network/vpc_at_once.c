#include "tc/testcase.h"

/*
 * Two pipelines start at the same minute.  Both being told that the network is
 * theirs ends with one of them deleting it under the other.
 */
static CO_FN void at_once(struct tc *t)
{
	struct tc_site site = { 0 };
	struct resource want;

	CALL(t, "MCI-IDM-04", "make what it needs", tc_ground(t, KIND_VPC, &site));
	tc_want(t, KIND_VPC, &site, &want);
	tc_check_at_once(t, "MCI-IDM-04", &want, 4);
}

TESTCASE(vpc_at_once) {
	.id = "network.vpc.create-at-once",
	.title = "Of virtual networks created at once under one name one wins",
	.purpose = "Check that of four creates of one name sent at once exactly one wins where names are "
		   "unique, and that else each makes one of its own.",
	.verifies = REQS("MCI-IDM-04"),
	.needs = CAN(VPC),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 4, .requests = 32 },
	.timeout_s = 600,
	.run = at_once,
};
