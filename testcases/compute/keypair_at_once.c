#include "tc/testcase.h"

/*
 * Two pipelines that start together both create "the" key. If both are told yes, one
 * of them holds a private key that opens nothing.
 */
static CO_FN void at_once(struct tc *t)
{
	struct resource want;

	tc_want(t, KIND_KEYPAIR, NULL, &want);
	tc_check_at_once(t, "MCI-IDM-04", &want, 4);
}

TESTCASE(keypair_at_once) {
	.id = "compute.keypair.create-at-once",
	.title = "Of key pairs created at once under one name exactly one is made",
	.purpose = "Check that of four simultaneous creates of one name one is accepted and the "
		   "others are refused as conflicts.",
	.verifies = REQS("MCI-IDM-04"),
	.needs = CAN(KEYPAIR),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .keypairs = 4, .requests = 20 },
	.timeout_s = 120,
	.run = at_once,
};
