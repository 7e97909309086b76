#include "spoiled.h"

/*
 * A number where a text belongs is a programming error of the client: the cloud
 * that breaks over it can be broken by anybody.
 */
static const struct spoiled spoiled[] = {
	{ PROBE_WRONG_TYPE, "create a key pair whose name is a number" },
	{ PROBE_FORM, "create a key pair by form fields" },
};

static CO_FN void spoiled_input(struct tc *t)
{
	spoiled_refused(t, spoiled, sizeof(spoiled) / sizeof(*spoiled));
}

TESTCASE(input_wrong_type) {
	.id = "security.input.wrong-type",
	.title = "A member of the wrong type and a body of the wrong content type are refused as invalid",
	.purpose = "Check that a create whose name is a number, and one that is sent as form fields, are "
		   "refused as invalid and leave the service answering.",
	.verifies = REQS("MCI-SEC-07"),
	.needs = CAN(KEYPAIR),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .requests = 16 },
	.timeout_s = 400,
	.run = spoiled_input,
};
