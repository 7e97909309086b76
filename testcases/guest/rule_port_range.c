#include "tc/guest.h"

/*
 * "Ports 8000 to 8080" must not mean 8000 alone, nor 8081 as well: the one cuts off a
 * service, the other shows one that was to stay inside.
 */
static CO_FN void ports(struct tc *t)
{
	struct tc_guest *g;
	struct tc_site site;
	struct resource rule;
	int port = tc_guest_port(t);

	resource_init(&rule, KIND_SG);
	rule.sg.rule_count = 1;
	tc_guest_rule(t, port - 9, port, &rule.sg.rules[0]);
	CALL(t, "MCI-VM-01", "make a network and a group with a rule whose range ends with the first port",
	     tc_guest_site(t, rule.sg.rules, 1, &site));
	CALL(t, "MCI-VM-01", "create a VM and wait until it runs", tc_guest_vm(t, &site, &g));
	if (!tc_check_reachable(t, "MCI-SG-05", "it answers on the last port of the range", g, 0))
		return;
	tc_check_unreachable(t, "MCI-SG-05", "it does not on the port behind the range", g, 1);
	if (t->cfg->ics[CAP_BIT_SG_CHANGE] == CLAIM_UNSUPPORTED)
		return;
	CALL(t, "MCI-SG-04", "remove the rule", tc_act(t, &site.sg, ACT_REMOVE_RULE, &rule));
	tc_guest_rule(t, port + 1, port + 10, &rule.sg.rules[0]);
	CALL(t, "MCI-SG-04", "add one whose range begins with the second port",
	     tc_act(t, &site.sg, ACT_ADD_RULE, &rule));
	if (!tc_check_opened(t, "MCI-SG-05", "it answers on the first port of that range", g, 1))
		return;
	tc_check_unreachable(t, "MCI-SG-05", "it does not on the port before the range", g, 0);
}

TESTCASE(guest_rule_ports) {
	.id = "guest.rule.port-range",
	.title = "A rule opens the ports of its range, both ends included, and no other",
	.purpose = "Check from outside that a VM answers on the last and on the first port of a rule's "
		   "range, and not on the port behind and before it.",
	.verifies = REQS("MCI-SG-05", "MCI-SG-04", "MCI-VM-01"),
	.needs = GUEST_NEEDS,
	.inside = INSIDE_GUEST,
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .addresses = 1, .requests = 160 },
	.any_vpc = true,
	.timeout_s = 900,
	.run = ports,
};
