#include "rules.h"

/*
 * Shutting one port must not shut the others, nor open what was shut: an
 * administrator who removes a rule and loses SSH cannot come back to mend it.
 */
static CO_FN void remove_one(struct tc *t)
{
	struct resource vpc, want, sg, gone, seen;

	CALL(t, "MCI-SG-01", "create a virtual network", tc_some_vpc(t, &vpc));
	sg_want(t, &vpc, &want);
	sg_add(&want, "inbound", "tcp", 22, 22, "192.0.2.0/24");
	sg_add(&want, "inbound", "tcp", 80, 80, "0.0.0.0/0");
	sg_add(&want, "inbound", "tcp", 443, 443, "0.0.0.0/0");
	CALL(t, "MCI-SG-01", "create a security group with three rules", tc_create(t, &want, &sg));
	sg_want(t, &vpc, &gone);
	gone.sg.rules[gone.sg.rule_count++] = want.sg.rules[1];
	CALL(t, "MCI-SG-01", "remove the second rule", tc_act(t, &sg, ACT_REMOVE_RULE, &gone));
	CALL(t, "MCI-SG-01", "read the group", tc_get(t, &sg, &seen));
	check_rule(t, "MCI-SG-01", &seen, &want.sg.rules[0], "is still there", true);
	check_rule(t, "MCI-SG-01", &seen, &want.sg.rules[1], "is gone", false);
	check_rule(t, "MCI-SG-01", &seen, &want.sg.rules[2], "is still there", true);
}

TESTCASE(sg_remove_one) {
	.id = "network.sg.remove-one-rule",
	.title = "Removing one rule leaves the others",
	.purpose = "Check that of three rules only the one that was removed is gone.",
	.verifies = REQS("MCI-SG-01"),
	.needs = CAN(VPC) | CAN(SG),
	.if_claimed = CAN(SG_CHANGE),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 28 },
	.any_site = true,
	.timeout_s = 600,
	.run = remove_one,
};
