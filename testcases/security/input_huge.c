#include "tc/testcase.h"

/*
 * Whoever can make the cloud take in two megabytes for a name can make it take
 * in all of its memory.
 */
static const struct { enum probe probe; const char *what; } spoiled[] = {
	{ PROBE_HUGE, "create a key pair with a name of 2 MiB" },
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

TESTCASE(input_huge) {
	.id = "security.input.oversized",
	.title = "A request of two megabytes is refused",
	.purpose = "Check that a create with a name of 2 MiB is refused as invalid or as over a limit "
		   "and leaves the service answering.",
	.verifies = REQS("MCI-SEC-07"),
	.needs = CAN(KEYPAIR),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .requests = 16 },
	.timeout_s = 400,
	.run = spoiled_input,
};
