#include "tc/testcase.h"

/*
 * One rule added to somebody else's wall is a door into somebody else's
 * machines.
 */
static CO_FN void rules(struct tc *t)
{
	struct tc_site site = { 0 };
	struct resource sg, hole, seen;
	struct cloud *second;
	struct ref ref;
	int r;

	CALL(t, "MCI-SEC-05", "open a session of another tenant", tc_second_tenant(t, &second));
	CALL(t, "MCI-SEC-05", "make a security group", tc_make(t, KIND_SG, &site, &sg));
	resource_init(&hole, KIND_SG);
	rule_set(&hole.sg.rules[0], "inbound", "tcp", 3389, 3389, "198.51.100.66/32");
	hole.sg.rule_count = 1;
	ref = resource_ref(&sg);
	r = cloud_act(second, &ref, ACT_ADD_RULE, &hole, &t->err);
	CHECK_REFUSED_AS(t, "MCI-SEC-05", "add a rule to it as the second tenant", r, ERR_NOT_FOUND,
			 ERR_DENIED);
	CALL(t, "MCI-SEC-05", "read it", tc_get(t, &sg, &seen));
	CHECK(t, "MCI-SEC-05", "the rule is not there", !rule_in(&seen, &hole.sg.rules[0]),
	      "not there", rule_in(&seen, &hole.sg.rules[0]) ? "there" : "not there");
	hole.sg.rules[0] = sg.sg.rules[0];
	r = cloud_act(second, &ref, ACT_REMOVE_RULE, &hole, &t->err);
	CHECK_REFUSED_AS(t, "MCI-SEC-05", "remove a rule of it as the second tenant", r, ERR_NOT_FOUND,
			 ERR_DENIED);
	CALL(t, "MCI-SEC-05", "read it again", tc_get(t, &sg, &seen));
	CHECK(t, "MCI-SEC-05", "its own rule is there", rule_in(&seen, &hole.sg.rules[0]), "there",
	      rule_in(&seen, &hole.sg.rules[0]) ? "there" : "not there");
}

TESTCASE(tenant_rules) {
	.id = "security.tenant.change-rules",
	.title = "A tenant cannot change the rules of another tenant's security group",
	.purpose = "Check that adding a rule to, and removing one from, another tenant's security group "
		   "is refused and changes nothing.",
	.verifies = REQS("MCI-SEC-05"),
	.needs = CAN(VPC) | CAN(SG),
	.if_claimed = CAN(TENANTS) | CAN(SG_CHANGE),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 32 },
	.timeout_s = 600,
	.run = rules,
};
