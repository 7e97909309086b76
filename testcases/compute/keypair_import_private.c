#include "tc/testcase.h"

/* Made for this suite; nobody has its private half. */
#define KEY "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPnMjS7xIJM+wp4E+WpilucigVmOOo7akZgn1dcOFfzt"

/*
 * There is no private half of an imported key in the cloud.  One that shows a
 * private key all the same made its own, and has a copy of the door key.
 */
static CO_FN void import_private(struct tc *t)
{
	struct resource want, kp, seen;

	resource_init(&want, KIND_KEYPAIR);
	str_copy(want.keypair.public_key, sizeof(want.keypair.public_key), KEY " plugfest");
	CALL(t, "MCI-KEY-04", "import a public key", tc_create(t, &want, &kp));
	CHECK(t, "MCI-KEY-04", "the answer shows no private key", !kp.keypair.private_key_shown,
	      "no private key", kp.keypair.private_key_shown ? "a private key" : "no private key");
	CALL(t, "MCI-KEY-04", "read the key pair", tc_get(t, &kp, &seen));
	CHECK(t, "MCI-KEY-04", "nor does a read", !seen.keypair.private_key_shown, "no private key",
	      seen.keypair.private_key_shown ? "a private key" : "no private key");
}

TESTCASE(keypair_import_private) {
	.id = "compute.keypair.import-no-private",
	.title = "An imported key pair has no private key to show",
	.purpose = "Check that neither the answer to an import nor a later read holds a private key.",
	.verifies = REQS("MCI-KEY-04"),
	.if_claimed = CAN(KEYPAIR) | CAN(KEYPAIR_IMPORT),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .requests = 10 },
	.timeout_s = 240,
	.run = import_private,
};
