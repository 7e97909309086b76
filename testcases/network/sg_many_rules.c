#include "rules.h"

/*
 * Rules beyond some number that are dropped without a word are doors that
 * stay open, or shut, and nobody knows which.
 */
enum { MANY = 20 };

static CO_FN void many(struct tc *t)
{
	struct resource vpc, want, sg, seen;
	char least[24], count[24];

	CALL(t, "MCI-SG-05", "create a virtual network", tc_some_vpc(t, &vpc));
	sg_want(t, &vpc, &want);
	for (int i = 0; i < MANY; i++)
		sg_add(&want, "inbound", "tcp", 9000 + 10 * i, 9000 + 10 * i, "192.0.2.0/24");
	CALL(t, "MCI-SG-05", "create a security group with 20 rules", tc_create(t, &want, &sg));
	CALL(t, "MCI-SG-05", "read it", tc_get(t, &sg, &seen));
	snprintf(least, sizeof(least), "%d or more", MANY);
	snprintf(count, sizeof(count), "%lld", (long long)seen.sg.rule_count);
	CHECK(t, "MCI-SG-05", "how many rules it has", seen.sg.rule_count >= MANY, least, count);
	if (seen.sg.rule_count > RULES_MAX) {
		tc_not_applicable(t, "MCI-SG-05",
				  "with the cloud's own there are more rules than are read here");
		return;
	}
	check_rules(t, "MCI-SG-05", &seen, &want);
}

TESTCASE(sg_many_rules) {
	.id = "network.sg.many-rules",
	.title = "A security group keeps twenty rules",
	.purpose = "Check that each of twenty rules of a security group reads back as given.",
	.verifies = REQS("MCI-SG-05"),
	.needs = CAN(VPC) | CAN(SG),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 48 },
	.any_site = true,
	.timeout_s = 600,
	.run = many,
};
