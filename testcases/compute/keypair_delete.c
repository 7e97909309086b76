#include "tc/testcase.h"

/*
 * A deleted key that lives on still opens doors: after the delete it must be
 * gone from read and list, and deleting again must say so.
 */
static CO_FN void delete(struct tc *t)
{
	struct resource kp;

	CALL(t, "MCI-IDM-01", "create a key pair", tc_keypair(t, &kp));
	CALL(t, "MCI-IDM-06", "delete it and wait until it is gone", tc_destroy(t, &kp));
	tc_check_listed(t, "MCI-IDM-06", &kp, false);
	tc_check_absent(t, "MCI-IDM-01", &kp);
}

TESTCASE(keypair_delete) {
	.id = "compute.keypair.delete-twice",
	.title = "A deleted key pair is gone, and a second delete gives the documented answer",
	.purpose = "Check that delete removes a key pair from read and list and that repeating it "
		   "has no further effect.",
	.verifies = REQS("MCI-IDM-01", "MCI-IDM-06"),
	.needs = CAN(KEYPAIR),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .requests = 16 },
	.timeout_s = 120,
	.run = delete,
};
