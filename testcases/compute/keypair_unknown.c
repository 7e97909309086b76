#include "tc/testcase.h"

/*
 * "Not found" must be told from "failed": a client that cannot tell them apart
 * recreates what exists or gives up on what does not.
 */
static CO_FN void unknown(struct tc *t)
{
	struct resource nobody;

	tc_unknown(t, KIND_KEYPAIR, &nobody);
	tc_check_absent(t, "MCI-ERR-02", &nobody);
}

TESTCASE(keypair_unknown) {
	.id = "compute.keypair.unknown-id",
	.title = "A key pair that does not exist is answered with not-found",
	.purpose = "Check that reading and deleting an unknown key pair is refused as not-found.",
	.verifies = REQS("MCI-ERR-02"),
	.needs = CAN(KEYPAIR),
	.severity = SEV_MAJOR,
	.impact = IMPACT_READ,
	.budget = { .requests = 4 },
	.timeout_s = 60,
	.run = unknown,
};
