#include "spoiled.h"

/*
 * Whoever can make the cloud take in two megabytes for a name can make it take
 * in all of its memory.
 */
static const struct spoiled spoiled[] = {
	{ PROBE_HUGE, "create a key pair with a name of 2 MiB" },
};

static CO_FN void spoiled_input(struct tc *t)
{
	spoiled_refused(t, spoiled, sizeof(spoiled) / sizeof(*spoiled));
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
