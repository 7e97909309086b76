#include "tc/guest.h"

/*
 * Who brings a key of his own has no other. A cloud that keeps the key and does not put it
 * into the machine locks him out, and every answer of its API looks right.
 */
static CO_FN void imported(struct tc *t)
{
	struct resource want, keypair;
	char public[PUBLIC_KEY_LEN];
	struct secret key = tc_own_key(public);
	struct tc_guest *g;
	struct tc_site site;

	resource_init(&want, KIND_KEYPAIR);
	str_copy(want.keypair.public_key, sizeof(want.keypair.public_key), public);
	CALL(t, "MCI-KEY-02", "make a network and a group that opens the port of logins",
	     tc_login_site(t, &site));
	CALL(t, "MCI-KEY-02", "import a public key", tc_create(t, &want, &keypair));
	CALL(t, "MCI-KEY-02", "create a VM with it and wait until it runs",
	     tc_login_vm(t, &site, &keypair, key, &g));
	tc_check_login(t, "MCI-KEY-02", "the private half of the imported key opens it", g, key);
}

TESTCASE(guest_login_imported_key) {
	.id = "guest.login.imported-key",
	.title = "A VM lets its owner in with the key that he imported",
	.purpose = "Check by a login that a VM made with an imported key pair accepts the private "
		   "half, which the cloud has never seen.",
	.verifies = REQS("MCI-KEY-02"),
	.needs = GUEST_NEEDS,
	.if_claimed = CAN(KEYPAIR_IMPORT),
	.inside = INSIDE_SSH,
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .addresses = 1, .requests = 80 },
	.any_vpc = true,
	.apart = true,
	.timeout_s = 900,
	.run = imported,
};
