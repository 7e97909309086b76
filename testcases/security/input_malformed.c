#include "spoiled.h"

/*
 * A proxy cuts a request short.  The cloud must say so, not fall over, and not
 * make half of what was meant.
 */
static const struct spoiled spoiled[] = {
	{ PROBE_CUT_JSON, "create a key pair by JSON that ends in the middle" },
	{ PROBE_ARRAY, "create a key pair by a JSON array" },
};

static CO_FN void spoiled_input(struct tc *t)
{
	spoiled_refused(t, spoiled, sizeof(spoiled) / sizeof(*spoiled));
}

TESTCASE(input_malformed) {
	.id = "security.input.malformed-json",
	.title = "JSON that is cut short, or no object, is refused as invalid",
	.purpose = "Check that a create whose body ends in the middle, or is an array, is refused as "
		   "invalid, makes nothing and leaves the service answering.",
	.verifies = REQS("MCI-SEC-07"),
	.needs = CAN(KEYPAIR),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .requests = 16 },
	.timeout_s = 400,
	.run = spoiled_input,
};
