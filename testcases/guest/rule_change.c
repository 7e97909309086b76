#include "tc/guest.h"

/*
 * A port is opened for a day and shut again. Where the change does not reach machines
 * that run, the customer waits outside, or the attacker stays in.
 */
static CO_FN void change(struct tc *t)
{
	struct tc_guest *g;
	struct tc_site site;
	struct resource rule;
	int port = tc_guest_port(t);

	resource_init(&rule, KIND_SG);
	rule.sg.rule_count = 1;
	tc_guest_rule(t, port + 1, port + 1, &rule.sg.rules[0]);
	CALL(t, "MCI-VM-01", "make a network and a group with a rule for the second port",
	     tc_guest_site(t, rule.sg.rules, 1, &site));
	CALL(t, "MCI-VM-01", "create a VM and wait until it runs", tc_guest_vm(t, &site, &g));
	if (!tc_check_reachable(t, "MCI-VM-01", "it answers on the second port", g, 1))
		return;
	tc_guest_rule(t, port, port, &rule.sg.rules[0]);
	CALL(t, "MCI-SG-04", "add a rule for the first port", tc_act(t, &site.sg, ACT_ADD_RULE, &rule));
	if (!tc_check_opened(t, "MCI-SG-04", "it answers on the first port too", g, 0))
		return;
	tc_check_opened(t, "MCI-SG-04", "it still answers on the second", g, 1);
	CALL(t, "MCI-SG-04", "remove the rule", tc_act(t, &site.sg, ACT_REMOVE_RULE, &rule));
	tc_check_unreachable(t, "MCI-SG-04", "it answers on the first port no longer", g, 0);
	tc_check_opened(t, "MCI-SG-04", "on the second it does", g, 1);
}

TESTCASE(guest_rule_change) {
	.id = "guest.rule.change",
	.title = "A rule that is added or removed acts on a VM that runs",
	.purpose = "Check from outside that adding a rule opens its port of a running VM and removing "
		   "it shuts that port alone, within the declared time.",
	.verifies = REQS("MCI-SG-04", "MCI-VM-01"),
	.needs = GUEST_NEEDS,
	.if_claimed = CAN(SG_CHANGE),
	.inside = INSIDE_GUEST,
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .addresses = 1, .requests = 160 },
	.any_vpc = true,
	.timeout_s = 900,
	.run = change,
};
