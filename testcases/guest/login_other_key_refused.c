#include "tc/guest.h"

/*
 * A team's machines have a team's key. Where any key of the account opens every machine,
 * whoever holds one of them holds all.
 */
static CO_FN void other_key(struct tc *t)
{
	struct secret strange;
	struct tc_login in;

	/* Before the VM: whatever a cloud puts into it is there to be put. */
	if (!tc_strange_key(t, "have a key pair generated that the VM is not made with", NULL, &strange) ||
	    !tc_login_generated(t, &in) ||
	    !tc_check_login(t, "MCI-KEY-02", "its own key opens it", in.guest, in.key))
		return;
	tc_check_no_login(t, "MCI-KEY-02", "the other does not", in.guest, strange);
	tc_check_login(t, "MCI-KEY-02", "its own still does", in.guest, in.key);
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
