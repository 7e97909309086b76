#include "tc/guest.h"

/*
 * Deleting a key pair takes it out of the list, not out of the machines. A cloud that
 * withdraws it locks their owner out; one that looks for a key of that name at each login
 * hands them to whoever makes the next one.
 */
static CO_FN void deleted(struct tc *t)
{
	struct resource want, keypair, namesake;
	struct secret key, strange;
	struct tc_guest *g;
	struct tc_site site;

	resource_init(&want, KIND_KEYPAIR);
	CALL(t, "MCI-KEY-02", "make a network and a group that opens the port of logins",
	     tc_login_site(t, &site));
	CALL(t, "MCI-KEY-02", "have a key pair generated", tc_create(t, &want, &keypair));
	key = keypair.keypair.private_key;
	CALL(t, "MCI-KEY-02", "create a VM with it and wait until it runs",
	     tc_login_vm(t, &site, &keypair, key, &g));
	if (!tc_check_login(t, "MCI-KEY-02", "the key opens it", g, key))
		return;
	CALL(t, "MCI-KEY-03", "delete the key pair", tc_destroy(t, &keypair));
	if (!tc_check_login(t, "MCI-KEY-03", "the key still opens it", g, key))
		return;
	resource_init(&want, KIND_KEYPAIR);
	str_copy(want.name, sizeof(want.name), keypair.name);
	CALL(t, "MCI-KEY-02", "have another generated under the same name",
	     tc_create(t, &want, &namesake));
	strange = namesake.keypair.private_key;
	REQUIRE(t, "MCI-KEY-02", "the answer to it has a private key", secret_present(strange),
		"a private key", secret_present(strange) ? "one" : "none");
	tc_check_no_login(t, "MCI-KEY-02", "the new key does not open the VM", g, strange);
}

TESTCASE(guest_login_deleted_key) {
	.id = "guest.login.deleted-key",
	.title = "A VM keeps the key it was made with when the key pair is deleted and replaced",
	.purpose = "Check by logins that a VM still accepts the key of a deleted key pair, and "
		   "refuses that of a new one of the same name.",
	.verifies = REQS("MCI-KEY-02", "MCI-KEY-03"),
	.needs = GUEST_NEEDS,
	.inside = INSIDE_SSH,
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .addresses = 1, .requests = 100 },
	.any_vpc = true,
	.apart = true,
	.timeout_s = 900,
	.run = deleted,
};
