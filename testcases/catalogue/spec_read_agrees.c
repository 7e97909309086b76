#include "tc/testcase.h"

/*
 * Sizes are compared in the list and ordered by id. When the two differ, the cheaper
 * offer was no offer.
 */
static CO_FN void read_agrees(struct tc *t) { tc_check_sample_reads(t, "MCI-META-01", KIND_SPEC); }

TESTCASE(spec_read_each) {
	.id = "catalogue.spec.read-agrees",
	.title = "VM specs are the same in the list and when read",
	.purpose = "Check for a sample of specs that each field the list shows says what a read "
		   "says.",
	.verifies = REQS("MCI-META-01"),
	.needs = CAN(SPEC),
	.severity = SEV_MINOR,
	.impact = IMPACT_READ,
	.budget = { .requests = 30 },
	.timeout_s = 180,
	.run = read_agrees,
};
