#include "tc/testcase.h"

/*
 * A variable that was not set makes an empty name. Accepted, it leaves a key that
 * nothing can name, and so nothing can delete.
 */
static CO_FN void name_empty(struct tc *t)
{
	struct resource want;

	resource_init(&want, KIND_KEYPAIR);
	tc_check_name_refused(t, "MCI-ERR-04", "create a key pair with an empty name", &want);
}

TESTCASE(keypair_name_empty) {
	.id = "compute.keypair.name-empty",
	.title = "A key pair with an empty name is refused",
	.purpose = "Check that creating a key pair with an empty name is refused as invalid.",
	.verifies = REQS("MCI-ERR-04"),
	.needs = CAN(KEYPAIR),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .requests = 8 },
	.timeout_s = 120,
	.run = name_empty,
};
