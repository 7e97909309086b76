#include "tc/testcase.h"

/*
 * Inventories are made from lists and acted on by reads. Where the two differ, an
 * audit signs off a key that is not the one in use.
 */
static CO_FN void list_agrees(struct tc *t)
{
	struct resource kp, read;

	CALL(t, "MCI-KEY-01", "create a key pair", tc_keypair(t, &kp));
	CALL(t, "MCI-KEY-01", "read it", tc_get(t, &kp, &read));
	tc_check_list_agrees(t, "MCI-KEY-01", &read);
}

TESTCASE(keypair_list_agrees) {
	.id = "compute.keypair.list-agrees",
	.title = "A key pair is the same in the list and when read",
	.purpose = "Check that each field which the list shows of a key pair says what a read "
		   "says.",
	.verifies = REQS("MCI-KEY-01"),
	.needs = CAN(KEYPAIR),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .requests = 10 },
	.timeout_s = 120,
	.run = list_agrees,
};
