#include "tc/guest.h"

/*
 * One group lets the administrators in, another the customers. Where only one of them
 * acts, the machine either cannot be served or serves nobody.
 */
static CO_FN void groups(struct tc *t)
{
	struct tc_guest *g;
	struct tc_site site;
	struct resource second, want;
	struct rule rule;
	int port = tc_guest_port(t);

	tc_guest_rule(t, port, port, &rule);
	CALL(t, "MCI-VM-01", "make a network and a group with a rule for the first port",
	     tc_guest_site(t, &rule, 1, &site));
	tc_guest_rule(t, port + 1, port + 1, &rule);
	CALL(t, "MCI-VM-01", "make a group with a rule for the second port",
	     tc_guest_sg(t, &site.vpc, &rule, 1, &second));
	tc_guest_want(t, &site, &want);
	str_copy(want.vm.sgs[1], ID_MAX, second.id);
	CALL(t, "MCI-VM-01", "create a VM with both groups and wait until it runs",
	     tc_guest_made(t, &want, &g));
	if (!tc_check_reachable(t, "MCI-SG-02", "it answers on the port of the first group", g, 0))
		return;
	tc_check_opened(t, "MCI-SG-02", "it answers on the port of the second", g, 1);
}

TESTCASE(guest_rule_groups) {
	.id = "guest.rule.groups-add-up",
	.title = "A VM with two security groups is reached on the ports of both",
	.purpose = "Check from outside that a VM in two groups, each with a rule for another port, "
		   "answers on both ports.",
	.verifies = REQS("MCI-SG-02", "MCI-VM-01"),
	.needs = GUEST_NEEDS,
	.inside = INSIDE_GUEST,
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .addresses = 1, .sgs = 2, .requests = 120 },
	.any_vpc = true,
	.timeout_s = 900,
	.run = groups,
};
