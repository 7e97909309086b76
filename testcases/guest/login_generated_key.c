#include "tc/guest.h"

/*
 * The private key is shown once, and it is the only way into the machine. Where it does not
 * open it, the machine runs, is paid for, and is nobody's.
 */
static CO_FN void generated(struct tc *t)
{
	struct tc_login in;

	if (tc_login_generated(t, &in))
		tc_check_login(t, "MCI-KEY-02", "the private key of the answer opens it", in.guest,
			       in.key);
}

TESTCASE(guest_login_generated_key) {
	.id = "guest.login.generated-key",
	.title = "A VM lets its owner in with the key that was generated for it",
	.purpose = "Check by a login that a VM accepts the private key which creating its key pair "
		   "was answered with.",
	.verifies = REQS("MCI-KEY-02"),
	.needs = GUEST_NEEDS,
	.inside = INSIDE_SSH,
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .addresses = 1, .requests = 80 },
	.any_vpc = true,
	.apart = true,
	.timeout_s = 900,
	.run = generated,
};
