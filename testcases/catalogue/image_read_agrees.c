#include "tc/testcase.h"

/*
 * Images are chosen from the list and started by id. When the two tell different
 * systems, the machine is not what was chosen.
 */
static CO_FN void read_agrees(struct tc *t) { tc_check_sample_reads(t, "MCI-IMG-01", KIND_IMAGE); }

TESTCASE(image_read_each) {
	.id = "catalogue.image.read-agrees",
	.title = "Images are the same in the list and when read",
	.purpose = "Check for a sample of images that each field the list shows says what a read "
		   "says.",
	.verifies = REQS("MCI-IMG-01"),
	.needs = CAN(IMAGE),
	.severity = SEV_MINOR,
	.impact = IMPACT_READ,
	.budget = { .requests = 30 },
	.timeout_s = 180,
	.run = read_agrees,
};
