#include "tc/guest.h"

/*
 * A rule for UDP, or for traffic that goes out, opens nothing to who comes in by TCP. A
 * cloud that reads only the port number opens more than was asked.
 */
static CO_FN void protocol(struct tc *t)
{
	struct tc_guest *g;
	struct tc_site site;
	struct rule rules[2];
	int port = tc_guest_port(t);

	tc_guest_rule(t, port, port, &rules[0]);
	str_copy(rules[0].protocol, sizeof(rules[0].protocol), "udp");
	tc_guest_rule(t, port + 1, port + 1, &rules[1]);
	CALL(t, "MCI-VM-01", "make a network and a group with a UDP rule for the first port and a TCP "
	     "rule for the second", tc_guest_site(t, rules, 2, &site));
	CALL(t, "MCI-VM-01", "create a VM and wait until it runs", tc_guest_vm(t, &site, &g));
	if (!tc_check_reachable(t, "MCI-VM-01", "it answers by TCP on the second port", g, 1))
		return;
	tc_check_unreachable(t, "MCI-SG-05", "it does not by TCP on the first", g, 0);
	tc_check_can_open(t, "MCI-SG-04", &site, g, 0);
}

TESTCASE(guest_rule_protocol) {
	.id = "guest.rule.protocol",
	.title = "A rule for UDP does not open the port for TCP",
	.purpose = "Check from outside that a VM answers by TCP on a port with a TCP rule and does not "
		   "on one with a UDP rule.",
	.verifies = REQS("MCI-SG-05", "MCI-SG-04", "MCI-VM-01"),
	.needs = GUEST_NEEDS,
	.inside = INSIDE_GUEST,
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .addresses = 1, .requests = 120 },
	.any_vpc = true,
	.timeout_s = 900,
	.run = protocol,
};
