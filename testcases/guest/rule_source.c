#include "tc/guest.h"

/*
 * "Only from the office" is what protects most machines. Where the source of a rule is
 * not looked at, the door that it guards stands open to everybody.
 */
static CO_FN void source(struct tc *t)
{
	struct tc_guest *g;
	struct tc_site site;
	struct resource rule;
	struct rule rules[2];
	int port = tc_guest_port(t);

	/* An address that documents are written with: nobody's, and so not ours. */
	rule_set(&rules[0], "inbound", "tcp", port, port, "192.0.2.0/24");
	tc_guest_rule(t, port + 1, port + 1, &rules[1]);
	CALL(t, "MCI-VM-01", "make a network and a group that opens the first port to somebody else, "
	     "the second to us", tc_guest_site(t, rules, 2, &site));
	CALL(t, "MCI-VM-01", "create a VM and wait until it runs", tc_guest_vm(t, &site, &g));
	if (!tc_check_reachable(t, "MCI-VM-01", "it answers us on the second port", g, 1))
		return;
	if (!tc_check_unreachable(t, "MCI-SG-05", "it does not answer us on the first", g, 0))
		return;
	if (t->cfg->ics[CAP_BIT_SG_CHANGE] == CLAIM_UNSUPPORTED)
		return;
	resource_init(&rule, KIND_SG);
	rule.sg.rule_count = 1;
	tc_guest_rule(t, port, port, &rule.sg.rules[0]);
	CALL(t, "MCI-SG-04", "open the first port to us too",
	     tc_act(t, &site.sg, ACT_ADD_RULE, &rule));
	tc_check_opened(t, "MCI-SG-04", "it answers us there as well", g, 0);
}

TESTCASE(guest_rule_source) {
	.id = "guest.rule.source",
	.title = "A rule opens its port to the addresses of its source alone",
	.purpose = "Check from outside that a VM does not answer on a port that is open to another "
		   "address range, and does once a rule names the range that we ask from.",
	.verifies = REQS("MCI-SG-05", "MCI-SG-04", "MCI-VM-01"),
	.needs = GUEST_NEEDS,
	.inside = INSIDE_GUEST,
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .addresses = 1, .requests = 160 },
	.any_vpc = true,
	.timeout_s = 900,
	.run = source,
};
