#include "rules.h"

/*
 * Ports at the ends of the range are where a cloud that counts from zero, or
 * keeps a signed number, opens a neighbour instead.
 */
static CO_FN void ports(struct tc *t)
{
	struct resource vpc, want, asked, sg, seen;
	struct rule whole, all;

	CALL(t, "MCI-SG-05", "create a virtual network", tc_some_vpc(t, &vpc));
	sg_want(t, &vpc, &want);
	sg_add(&want, "inbound", "tcp", 1, 1, "192.0.2.1/32");
	sg_add(&want, "inbound", "tcp", 65535, 65535, "192.0.2.2/32");
	sg_add(&want, "inbound", "udp", 32767, 32768, "192.0.2.4/32");
	rule_set(&whole, "inbound", "tcp", 1, 65535, "192.0.2.3/32");
	asked = want;
	asked.sg.rules[asked.sg.rule_count++] = whole;
	CALL(t, "MCI-SG-05", "create a security group with rules for the edges of the port range",
	     tc_create(t, &asked, &sg));
	CALL(t, "MCI-SG-05", "read it", tc_get(t, &sg, &seen));
	check_rules(t, "MCI-SG-05", &seen, &want);
	/* Every port there is: some say so instead of the range. */
	rule_set(&all, "inbound", "tcp", -1, -1, "192.0.2.3/32");
	if (!rule_in(&seen, &all))
		check_rule(t, "MCI-SG-05", &seen, &whole, "reads back as asked", true);
}

TESTCASE(sg_ports) {
	.id = "network.sg.port-edges",
	.title = "Rules for the first, the last and all ports read back as asked",
	.purpose = "Check that ports 1 and 65535, the whole range and a range across 32767 read back as "
		   "given.",
	.verifies = REQS("MCI-SG-05"),
	.needs = CAN(VPC) | CAN(SG),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 24 },
	.any_site = true,
	.timeout_s = 600,
	.run = ports,
};
