#include "rules.h"

/*
 * A name server answers on UDP, a ping is ICMP.  A cloud that makes TCP, or
 * everything, out of them closes a service or opens a machine.
 */
static CO_FN void protocols(struct tc *t)
{
	struct resource vpc, want, sg, seen;

	CALL(t, "MCI-SG-05", "create a virtual network", tc_some_vpc(t, &vpc));
	sg_want(t, &vpc, &want);
	sg_add(&want, "inbound", "tcp", 443, 443, "192.0.2.0/24");
	sg_add(&want, "inbound", "udp", 53, 53, "192.0.2.0/24");
	sg_add(&want, "inbound", "icmp", -1, -1, "192.0.2.0/24");
	sg_add(&want, "inbound", "all", -1, -1, "198.51.100.0/24");
	CALL(t, "MCI-SG-05", "create a security group with a rule for each protocol",
	     tc_create(t, &want, &sg));
	CALL(t, "MCI-SG-05", "read it", tc_get(t, &sg, &seen));
	check_rules(t, "MCI-SG-05", &seen, &want);
}

TESTCASE(sg_protocols) {
	.id = "network.sg.protocols",
	.title = "Rules for TCP, UDP, ICMP and all protocols read back as such",
	.purpose = "Check that a rule for each protocol reads back with that protocol and its source.",
	.verifies = REQS("MCI-SG-05"),
	.needs = CAN(VPC) | CAN(SG),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 24 },
	.any_site = true,
	.timeout_s = 600,
	.run = protocols,
};
