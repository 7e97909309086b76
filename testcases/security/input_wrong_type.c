#include "tc/testcase.h"

/*
 * A number where a text belongs is a programming error of the client: the cloud
 * that breaks over it can be broken by anybody.
 */
static const struct { enum probe probe; const char *what; } spoiled[] = {
	{ PROBE_WRONG_TYPE, "create a key pair whose name is a number" },
	{ PROBE_FORM, "create a key pair by form fields" },
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
