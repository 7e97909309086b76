#include "tc/testcase.h"

/*
 * Closing a port is done by removing its rule.  A removal that answers success
 * and leaves the rule keeps the port open while everybody believes it shut.
 */
static CO_FN void change(struct tc *t)
{
	struct resource vpc, sg, rule, seen;

	resource_init(&rule, KIND_SG);
	rule_set(&rule.sg.rules[0], "inbound", "tcp", 5432, 5432, "198.51.100.7/32");
	rule.sg.rule_count = 1;

	CALL(t, "MCI-SG-01", "create a virtual network", tc_some_vpc(t, &vpc));
	CALL(t, "MCI-SG-01", "create a security group", tc_sg(t, &vpc, &sg));
	CALL(t, "MCI-SG-01", "add a rule", tc_act(t, &sg, ACT_ADD_RULE, &rule));
	CALL(t, "MCI-SG-01", "read the group", tc_get(t, &sg, &seen));
	CHECK(t, "MCI-SG-01", "the added rule is there", rule_in(&seen, &rule.sg.rules[0]),
	      "inbound tcp 5432-5432 198.51.100.7/32",
	      rule_in(&seen, &rule.sg.rules[0]) ? "the same" : "not there");
	tc_check_list_agrees(t, "MCI-SG-01", &seen);
	CALL(t, "MCI-SG-01", "remove the rule", tc_act(t, &sg, ACT_REMOVE_RULE, &rule));
	CALL(t, "MCI-SG-01", "read the group again", tc_get(t, &sg, &seen));
	CHECK(t, "MCI-SG-01", "the removed rule is gone", !rule_in(&seen, &rule.sg.rules[0]),
	      "not there", rule_in(&seen, &rule.sg.rules[0]) ? "still there" : "not there");
	tc_check_list_agrees(t, "MCI-SG-01", &seen);
	rule_set(&rule.sg.rules[0], "inbound", "tcp", 22, 22, "0.0.0.0/0");
	CHECK(t, "MCI-SG-05", "the group's first rule is untouched", rule_in(&seen, &rule.sg.rules[0]),
	      "inbound tcp 22-22 0.0.0.0/0",
	      rule_in(&seen, &rule.sg.rules[0]) ? "the same" : "not there");
	rule_set(&rule.sg.rules[0], "inbound", "tcp", 2000, 1000, "192.0.2.0/24");
	CHECK_REFUSED(t, "MCI-SG-05", "add a rule for TCP ports 2000 to 1000",
		      tc_act(t, &sg, ACT_ADD_RULE, &rule), ERR_INVALID);
}

TESTCASE(sg_change_rules) {
	.id = "network.sg.change-rules",
	.title = "Rules can be added to and removed from a security group",
	.purpose = "Check that an added rule appears, a removed one disappears, in the list too, and others "
		   "stay.",
	.verifies = REQS("MCI-SG-01", "MCI-SG-05"),
	.needs = CAN(VPC) | CAN(SG),
	.if_claimed = CAN(SG_CHANGE),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 40 },
	.any_site = true,
	.timeout_s = 240,
	.run = change,
};
