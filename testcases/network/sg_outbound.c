#include "rules.h"

/*
 * Outbound rules keep a broken-in machine from calling home.  One that is
 * stored as inbound keeps nothing in and lets somebody in.
 */
static CO_FN void outbound(struct tc *t)
{
	struct resource vpc, want, sg, seen;
	struct rule turned;

	CALL(t, "MCI-SG-05", "create a virtual network", tc_some_vpc(t, &vpc));
	sg_want(t, &vpc, &want);
	sg_add(&want, "inbound", "tcp", 22, 22, "192.0.2.0/24");
	sg_add(&want, "outbound", "tcp", 8443, 8443, "203.0.113.0/24");
	CALL(t, "MCI-SG-05", "create a security group with a rule for each direction",
	     tc_create(t, &want, &sg));
	CALL(t, "MCI-SG-05", "read it", tc_get(t, &sg, &seen));
	check_rules(t, "MCI-SG-05", &seen, &want);
	rule_set(&turned, "inbound", "tcp", 8443, 8443, "203.0.113.0/24");
	check_rule(t, "MCI-SG-05", &seen, &turned, "was not asked for", false);
}

TESTCASE(sg_outbound) {
	.id = "network.sg.outbound-rule",
	.title = "An outbound rule reads back as outbound",
	.purpose = "Check that an outbound rule reads back with its direction, and that no inbound one "
		   "was made of it.",
	.verifies = REQS("MCI-SG-05"),
	.needs = CAN(VPC) | CAN(SG),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 24 },
	.any_site = true,
	.timeout_s = 600,
	.run = outbound,
};
