#include "rules.h"

/*
 * The same rule twice has to be removed twice, and whoever removes it once
 * believes the door shut.
 */
static CO_FN void rule_twice(struct tc *t)
{
	struct resource vpc, sg, rule, seen;
	char count[24];
	int64_t found = 0;

	CALL(t, "MCI-ERR-03", "create a virtual network", tc_some_vpc(t, &vpc));
	CALL(t, "MCI-ERR-03", "create a security group", tc_sg(t, &vpc, &sg));
	sg_want(t, &vpc, &rule);
	sg_add(&rule, "inbound", "tcp", 5432, 5432, "198.51.100.7/32");
	CALL(t, "MCI-ERR-03", "add a rule", tc_act(t, &sg, ACT_ADD_RULE, &rule));
	CHECK_REFUSED(t, "MCI-ERR-03", "add the same rule again", tc_act(t, &sg, ACT_ADD_RULE, &rule),
		      ERR_CONFLICT);
	CALL(t, "MCI-ERR-03", "read the group", tc_get(t, &sg, &seen));
	for (int64_t i = 0; i < seen.sg.rule_count && i < RULES_MAX; i++)
		found += rule_eq(&seen.sg.rules[i], &rule.sg.rules[0]);
	snprintf(count, sizeof(count), "%lld", (long long)found);
	CHECK(t, "MCI-ERR-03", "how often the rule is there", found == 1, "1", count);
}

TESTCASE(sg_rule_twice) {
	.id = "network.sg.duplicate-rule",
	.title = "The same rule cannot be in a security group twice",
	.purpose = "Check that adding a rule that is there already is refused as a conflict and does not "
		   "double it.",
	.verifies = REQS("MCI-ERR-03"),
	.needs = CAN(VPC) | CAN(SG),
	.if_claimed = CAN(SG_CHANGE),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 28 },
	.any_site = true,
	.timeout_s = 600,
	.run = rule_twice,
};
