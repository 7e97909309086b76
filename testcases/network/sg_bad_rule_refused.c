#include "rules.h"

/*
 * A rule that cannot be understood must stop the script.  A cloud that takes it
 * and makes "from everywhere" of a mistyped source opens the machine to all.
 */
static const struct bad {
	const char *what, *protocol, *cidr;
	int from, to;
} bad[] = {
	{ "for the source 10.0.0.0/33", "tcp", "10.0.0.0/33", 22, 22 },
	{ "for the source 300.0.0.1/32", "tcp", "300.0.0.1/32", 22, 22 },
	{ "for the source \"everybody\"", "tcp", "everybody", 22, 22 },
	{ "for the protocol \"warp\"", "warp", "192.0.2.0/24", 22, 22 },
	{ "for TCP port 65536", "tcp", "192.0.2.0/24", 22, 65536 },
};

static CO_FN void bad_rules(struct tc *t)
{
	struct resource vpc, sg, rule, before, seen;
	char what[120];

	CALL(t, "MCI-SG-05", "create a virtual network", tc_some_vpc(t, &vpc));
	CALL(t, "MCI-SG-05", "create a security group", tc_sg(t, &vpc, &sg));
	CALL(t, "MCI-SG-05", "read it", tc_get(t, &sg, &before));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		sg_want(t, &vpc, &rule);
		sg_add(&rule, "inbound", bad[i].protocol, bad[i].from, bad[i].to, bad[i].cidr);
		snprintf(what, sizeof(what), "add a rule %s", bad[i].what);
		CHECK_REFUSED(t, "MCI-SG-05", what, tc_act(t, &sg, ACT_ADD_RULE, &rule), ERR_INVALID);
	}
	CALL(t, "MCI-SG-05", "read it again", tc_get(t, &sg, &seen));
	CHECK_INT(t, "MCI-SG-05", "how many rules it has, as before", before.sg.rule_count,
		  seen.sg.rule_count);
	check_rules(t, "MCI-SG-05", &seen, &before);
}

TESTCASE(sg_bad_rules) {
	.id = "network.sg.bad-rule-refused",
	.title = "A rule with an impossible source, protocol or port is refused and changes nothing",
	.purpose = "Check that rules whose source is no address range, whose protocol is unknown or "
		   "whose port is above 65535 are refused as invalid and leave the group as it was.",
	.verifies = REQS("MCI-SG-05"),
	.needs = CAN(VPC) | CAN(SG),
	.if_claimed = CAN(SG_CHANGE),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 32 },
	.any_site = true,
	.timeout_s = 600,
	.run = bad_rules,
};
