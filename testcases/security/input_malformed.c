#include "tc/testcase.h"

/*
 * A proxy cuts a request short.  The cloud must say so, not fall over, and not
 * make half of what was meant.
 */
static const struct { enum probe probe; const char *what; } spoiled[] = {
	{ PROBE_CUT_JSON, "create a key pair by JSON that ends in the middle" },
	{ PROBE_ARRAY, "create a key pair by a JSON array" },
};

static CO_FN void spoiled_input(struct tc *t)
{
	AUTO(resource_list) struct resource_list all = { 0 };

	if (!cloud_driver(t->cloud)->probe) {
		tc_not_applicable(t, "MCI-SEC-07", "this driver cannot send spoiled requests");
		return;
	}
	/* Too much of it is over a limit for some. */
	for (size_t i = 0; i < sizeof(spoiled) / sizeof(*spoiled); i++)
		CHECK_REFUSED_AS(t, "MCI-SEC-07", spoiled[i].what, tc_probe(t, spoiled[i].probe),
				 ERR_INVALID,
				 spoiled[i].probe == PROBE_HUGE ? ERR_QUOTA : ERR_INVALID);
	CALL(t, "MCI-SEC-07", "list the key pairs after that", tc_list(t, KIND_KEYPAIR, NULL, &all));
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
