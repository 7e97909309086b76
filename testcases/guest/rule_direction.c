#include "tc/guest.h"

/*
 * "May go out to port 443" is not "may be called on port 443". Who mixes the two opens
 * the inside of every machine that only wanted to fetch something.
 */
static CO_FN void direction(struct tc *t)
{
	struct tc_guest *g;
	struct tc_site site;
	struct rule rules[2];
	int port = tc_guest_port(t);

	tc_guest_rule(t, port, port, &rules[0]);
	str_copy(rules[0].direction, sizeof(rules[0].direction), "outbound");
	tc_guest_rule(t, port + 1, port + 1, &rules[1]);
	CALL(t, "MCI-VM-01", "make a network and a group with an outbound rule for the first port and "
	     "an inbound rule for the second", tc_guest_site(t, rules, 2, &site));
	CALL(t, "MCI-VM-01", "create a VM and wait until it runs", tc_guest_vm(t, &site, &g));
	if (!tc_check_reachable(t, "MCI-VM-01", "it answers on the port of the inbound rule", g, 1))
		return;
	tc_check_unreachable(t, "MCI-SG-05", "it does not on the port of the outbound rule", g, 0);
	tc_check_can_open(t, "MCI-SG-04", &site, g, 0);
}

TESTCASE(guest_rule_direction) {
	.id = "guest.rule.direction",
	.title = "An outbound rule lets nobody in",
	.purpose = "Check from outside that a VM answers on a port with an inbound rule and does not on "
		   "one with an outbound rule.",
	.verifies = REQS("MCI-SG-05", "MCI-SG-04", "MCI-VM-01"),
	.needs = GUEST_NEEDS,
	.inside = INSIDE_GUEST,
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .addresses = 1, .requests = 120 },
	.any_vpc = true,
	.timeout_s = 900,
	.run = direction,
};
