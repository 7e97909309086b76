#include "tc/testcase.h"

/*
 * The private half of a key is shown once.  A cloud that shows it again hands
 * every machine of the account to whoever can read; one that never shows it
 * makes machines that nobody can enter.
 */
static CO_FN void create_read(struct tc *t)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	const struct resource *listed;
	struct resource kp, seen;

	CALL(t, "MCI-KEY-01", "create a key pair", tc_keypair(t, &kp));
	CHECK(t, "MCI-KEY-01", "the answer to the create shows the private key",
	      kp.keypair.private_key_shown, "a private key", kp.keypair.private_key_shown ?
	      "a private key" : "none");

	CALL(t, "MCI-KEY-01", "read the key pair", tc_get(t, &kp, &seen));
	CHECK_TEXT(t, "MCI-KEY-01", "its name reads back", kp.name, seen.name);
	CHECK_TEXT(t, "MCI-KEY-01", "its fingerprint stays", kp.keypair.fingerprint,
		   seen.keypair.fingerprint);
	CHECK(t, "MCI-KEY-01", "a read does not show the private key", !seen.keypair.private_key_shown,
	      "no private key", seen.keypair.private_key_shown ? "a private key" : "no private key");
	tc_check_listed(t, "MCI-KEY-01", &kp, true);
	CALL(t, "MCI-SEC-06", "list the key pairs", tc_list(t, KIND_KEYPAIR, NULL, &all));
	listed = resource_list_find(&all, kp.id);
	CHECK(t, "MCI-SEC-06", "the list does not show the private key",
	      !listed || !listed->keypair.private_key_shown, "no private key",
	      listed && listed->keypair.private_key_shown ? "a private key" : "no private key");
}

TESTCASE(keypair_create_read) {
	.id = "compute.keypair.create-read",
	.title = "A key pair reads back as created and shows its private key once",
	.purpose = "Check that a created key pair is found by read and list under its name, and that "
		   "only the answer to its creation holds the private key.",
	.verifies = REQS("MCI-KEY-01", "MCI-SEC-06"),
	.needs = CAN(KEYPAIR),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .requests = 14 },
	.timeout_s = 120,
	.run = create_read,
};
