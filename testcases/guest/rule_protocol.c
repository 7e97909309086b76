#include "lets_in.h"

/*
 * A rule for UDP, or for traffic that goes out, opens nothing to who comes in by TCP. A
 * cloud that reads only the port number opens more than was asked.
 */
static CO_FN void protocol(struct tc *t)
{
	check_lets_nobody_in(t, &(struct lets_nobody_in){
		.direction = "inbound",
		.protocol = "udp",
		.site = "make a network and a group with a UDP rule for the first port and a TCP "
			"rule for the second",
		.open = "it answers by TCP on the second port",
		.shut = "it does not by TCP on the first",
	});
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
