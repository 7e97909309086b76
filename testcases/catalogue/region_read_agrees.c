#include "tc/testcase.h"

/*
 * A region that is listed and cannot be read stops every tool that walks through all
 * of them.
 */
static CO_FN void read_agrees(struct tc *t) { tc_check_sample_reads(t, "MCI-RZ-01", KIND_REGION); }

TESTCASE(region_read_each) {
	.id = "catalogue.region.read-agrees",
	.title = "Regions are the same in the list and when read",
	.purpose = "Check for a sample of regions that each field the list shows says what a "
		   "read says.",
	.verifies = REQS("MCI-RZ-01"),
	.needs = CAN(REGION),
	.severity = SEV_MINOR,
	.impact = IMPACT_READ,
	.budget = { .requests = 30 },
	.timeout_s = 180,
	.run = read_agrees,
};
