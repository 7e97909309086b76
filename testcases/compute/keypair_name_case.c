#include "tc/testcase.h"

/*
 * Upper and lower case are part of a name. A cloud that folds them breaks every script
 * that looks for what it created.
 */
static CO_FN void name_case(struct tc *t)
{
	struct resource want;

	tc_want(t, KIND_KEYPAIR, NULL, &want);
	str_copy(want.name + strlen(want.name), 20, "-MiXedCaSe");
	tc_check_name_kept(t, "MCI-KEY-01", &want);
}

TESTCASE(keypair_name_case) {
	.id = "compute.keypair.name-case",
	.title = "The name of a key pair keeps its upper and lower case",
	.purpose = "Check that a name in mixed case reads back as given.",
	.verifies = REQS("MCI-KEY-01"),
	.needs = CAN(KEYPAIR),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .requests = 10 },
	.timeout_s = 120,
	.run = name_case,
};
