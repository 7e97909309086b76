#include "tc/testcase.h"

/*
 * The next step of a script uses what the step before it made. A key that is not there
 * yet fails the deployment one time in ten.
 */
static CO_FN void shown(struct tc *t)
{
	tc_check_new_shown(t, "MCI-KEY-01", KIND_KEYPAIR);
}

TESTCASE(keypair_shown) {
	.id = "compute.keypair.shown-at-once",
	.title = "A new key pair is shown by read and list at once",
	.purpose = "Check that read and list show a new key pair at the first look or within the "
		   "declared consistency window, which is measured.",
	.verifies = REQS("MCI-KEY-01"),
	.needs = CAN(KEYPAIR),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .requests = 210 },
	.timeout_s = 180,
	.run = shown,
};
