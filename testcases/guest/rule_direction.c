#include "lets_in.h"

/*
 * "May go out to port 443" is not "may be called on port 443". Who mixes the two opens
 * the inside of every machine that only wanted to fetch something.
 */
static CO_FN void direction(struct tc *t)
{
	check_lets_nobody_in(t, &(struct lets_nobody_in){
		.direction = "outbound",
		.protocol = "tcp",
		.site = "make a network and a group with an outbound rule for the first port and "
			"an inbound rule for the second",
		.open = "it answers on the port of the inbound rule",
		.shut = "it does not on the port of the outbound rule",
	});
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
