#include "tc/testcase.h"

/*
 * A lost key is replaced: deleted, and made anew under its name. If the old one comes
 * back with the name, whoever found it still gets in.
 */
static CO_FN void replace(struct tc *t)
{
	struct resource old, want, fresh, seen;

	CALL(t, "MCI-IDM-06", "create a key pair", tc_keypair(t, &old));
	CALL(t, "MCI-IDM-06", "delete it and wait until it is gone", tc_destroy(t, &old));
	resource_init(&want, KIND_KEYPAIR);
	str_copy(want.name, sizeof(want.name), old.name);
	CALL(t, "MCI-IDM-06", "create one of the same name", tc_create(t, &want, &fresh));
	CHECK(t, "MCI-KEY-01", "it is another key",
	      strcmp(old.keypair.fingerprint, fresh.keypair.fingerprint), "another fingerprint",
	      fresh.keypair.fingerprint);
	CALL(t, "MCI-IDM-06", "read it", tc_get(t, &fresh, &seen));
	CHECK_TEXT(t, "MCI-KEY-01", "a read shows the new one", fresh.keypair.fingerprint,
		   seen.keypair.fingerprint);
}

TESTCASE(keypair_replace) {
	.id = "compute.keypair.replace",
	.title = "A deleted key pair frees its name and does not come back with it",
	.purpose = "Check that a key pair made under the name of a deleted one is a new key.",
	.verifies = REQS("MCI-IDM-06", "MCI-KEY-01"),
	.needs = CAN(KEYPAIR),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .requests = 18 },
	.timeout_s = 120,
	.run = replace,
};
