#include "tc/testcase.h"

/*
 * Automation repeats a create after a lost answer.  If the name is not kept
 * unique, the second key replaces or shadows the first and machines become
 * unreachable.
 */
static CO_FN void duplicate(struct tc *t)
{
	struct resource kp, again, second, seen;

	CALL(t, "MCI-ERR-03", "create a key pair", tc_keypair(t, &kp));
	resource_init(&again, KIND_KEYPAIR);
	str_copy(again.name, sizeof(again.name), kp.name);
	CHECK_REFUSED(t, "MCI-ERR-03", "create a second one of the same name",
		      tc_create(t, &again, &second), ERR_CONFLICT);
	CALL(t, "MCI-IDM-02", "read the first one", tc_get(t, &kp, &seen));
	CHECK_TEXT(t, "MCI-IDM-02", "the first one's fingerprint stays", kp.keypair.fingerprint,
		   seen.keypair.fingerprint);
	tc_check_listed(t, "MCI-IDM-02", &kp, true);
}

TESTCASE(keypair_duplicate) {
	.id = "compute.keypair.duplicate-name",
	.title = "A second key pair of the same name is refused and the first one stays",
	.purpose = "Check that creating a key pair under a name in use is refused as a conflict and "
		   "changes nothing.",
	.verifies = REQS("MCI-ERR-03", "MCI-IDM-02"),
	.needs = CAN(KEYPAIR),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .keypairs = 2, .requests = 16 },
	.timeout_s = 120,
	.run = duplicate,
};
