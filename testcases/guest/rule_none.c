#include "tc/guest.h"

/*
 * What nobody opened must be shut: every service that a machine runs for itself, a
 * database or a console, stands on the Internet where it is not.
 */
static CO_FN void none(struct tc *t)
{
	struct tc_guest *g;
	struct tc_site site;
	struct rule rule;

	tc_guest_rule(t, tc_guest_port(t) + 1, tc_guest_port(t) + 1, &rule);
	CALL(t, "MCI-VM-01", "make a network and a group with a rule for the second port",
	     tc_guest_site(t, &rule, 1, &site));
	CALL(t, "MCI-VM-01", "create a VM and wait until it runs", tc_guest_vm(t, &site, &g));
	if (!tc_check_reachable(t, "MCI-VM-01", "it answers on the port that a rule opens", g, 1))
		return;
	tc_check_unreachable(t, "MCI-SG-03", "it does not on the port beside it", g, 0);
	tc_check_opened(t, "MCI-VM-01", "it still answers on the one that is open", g, 1);
	tc_check_can_open(t, "MCI-SG-04", &site, g, 0);
}

TESTCASE(guest_rule_none) {
	.id = "guest.rule.none",
	.title = "A VM is reached on the port that a rule opens and on no other",
	.purpose = "Check from outside that a VM answers on a port that its group opens and that the "
		   "port beside it, on which it listens too, stays shut.",
	.verifies = REQS("MCI-SG-03", "MCI-SG-04", "MCI-VM-01"),
	.needs = GUEST_NEEDS,
	.inside = INSIDE_GUEST,
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .addresses = 1, .requests = 120 },
	.any_vpc = true,
	.timeout_s = 900,
	.run = none,
};
