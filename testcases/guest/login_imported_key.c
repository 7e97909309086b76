#include "tc/guest.h"

/*
 * Who brings a key of his own has no other. A cloud that keeps the key and does not put it
 * into the machine locks him out, and every answer of its API looks right.
 */
static CO_FN void imported(struct tc *t)
{
	char public[PUBLIC_KEY_LEN];
	struct secret key = tc_own_key(public);
	struct tc_login in;

	if (tc_login_imported(t, public, key, &in))
		tc_check_login(t, "MCI-KEY-02", "the private half of the imported key opens it",
			       in.guest, key);
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
