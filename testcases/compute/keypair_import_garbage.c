#include "tc/testcase.h"

/*
 * What is no key opens no machine.  Accepted, the mistake comes to light when the
 * machine runs and nobody can enter it.
 */
static CO_FN void import_garbage(struct tc *t)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	struct resource want, kp;
	size_t named = 0;

	resource_init(&want, KIND_KEYPAIR);
	str_copy(want.keypair.public_key, sizeof(want.keypair.public_key), "ssh-ed25519 this-is-no-key");
	CHECK_REFUSED(t, "MCI-KEY-04", "import a text that is no key", tc_create(t, &want, &kp),
		      ERR_INVALID);
	CALL(t, "MCI-KEY-04", "list the key pairs", tc_list(t, KIND_KEYPAIR, NULL, &all));
	for (size_t i = 0; i < all.count; i++)
		named += !strcmp(all.at[i].name, want.name);
	CHECK_INT(t, "MCI-KEY-04", "how many key pairs of that name exist", 0, (int64_t)named);
}

TESTCASE(keypair_import_garbage) {
	.id = "compute.keypair.import-garbage",
	.title = "A text that is no key cannot be imported",
	.purpose = "Check that importing garbage is refused as invalid and makes nothing.",
	.verifies = REQS("MCI-KEY-04"),
	.if_claimed = CAN(KEYPAIR) | CAN(KEYPAIR_IMPORT),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .requests = 10 },
	.timeout_s = 240,
	.run = import_garbage,
};
