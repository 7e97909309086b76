#include "tc/guest.h"

/*
 * Deleting a key pair takes it out of the list, not out of the machines. A cloud that
 * withdraws it locks their owner out; one that looks for a key of that name at each login
 * hands them to whoever makes the next one.
 */
static CO_FN void deleted(struct tc *t)
{
	struct secret strange;
	struct tc_login in;

	if (!tc_login_generated(t, &in) ||
	    !tc_check_login(t, "MCI-KEY-02", "the key opens it", in.guest, in.key))
		return;
	CALL(t, "MCI-KEY-03", "delete the key pair", tc_destroy(t, &in.keypair));
	if (!tc_check_login(t, "MCI-KEY-03", "the key still opens it", in.guest, in.key) ||
	    !tc_strange_key(t, "have another generated under the same name", in.keypair.name, &strange))
		return;
	tc_check_no_login(t, "MCI-KEY-02", "the new key does not open the VM", in.guest, strange);
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
