#include "tc/guest.h"

/*
 * A team's machines have a team's key. Where any key of the account opens every machine,
 * whoever holds one of them holds all.
 */
static CO_FN void other_key(struct tc *t)
{
	struct resource want, keypair, other;
	struct secret key, strange;
	struct tc_guest *g;
	struct tc_site site;

	CALL(t, "MCI-KEY-02", "make a network and a group that opens the port of logins",
	     tc_login_site(t, &site));
	resource_init(&want, KIND_KEYPAIR);
	CALL(t, "MCI-KEY-02", "have a key pair generated", tc_create(t, &want, &keypair));
	resource_init(&want, KIND_KEYPAIR);
	CALL(t, "MCI-KEY-02", "have another generated", tc_create(t, &want, &other));
	key = keypair.keypair.private_key;
	strange = other.keypair.private_key;
	CALL(t, "MCI-KEY-02", "create a VM with the first and wait until it runs",
	     tc_login_vm(t, &site, &keypair, key, &g));
	if (!tc_check_login(t, "MCI-KEY-02", "the first key opens it", g, key))
		return;
	REQUIRE(t, "MCI-KEY-02", "the answer to the second key pair has a private key",
		secret_present(strange), "a private key", secret_present(strange) ? "one" : "none");
	tc_check_no_login(t, "MCI-KEY-02", "the other does not", g, strange);
	tc_check_login(t, "MCI-KEY-02", "the first still does", g, key);
}

TESTCASE(guest_login_other_key_refused) {
	.id = "guest.login.other-key-refused",
	.title = "A VM refuses a key of its owner's that it was not made with",
	.purpose = "Check by logins that a VM accepts the key pair it was made with and refuses "
		   "another of the same account.",
	.verifies = REQS("MCI-KEY-02"),
	.needs = GUEST_NEEDS,
	.inside = INSIDE_SSH,
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .keypairs = 2, .addresses = 1, .requests = 90 },
	.any_vpc = true,
	.apart = true,
	.timeout_s = 900,
	.run = other_key,
};
