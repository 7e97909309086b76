#include "tc/testcase.h"

/*
 * A range whose end comes before its start opens nothing, or everything, as the
 * cloud likes: it must be refused.
 */
static CO_FN void invalid(struct tc *t)
{
	struct resource vpc, want, sg;

	CALL(t, "MCI-SG-05", "create a virtual network", tc_some_vpc(t, &vpc));
	resource_init(&want, KIND_SG);
	if (t->dialect->sg_in_vpc)
		str_copy(want.parent, sizeof(want.parent), vpc.id);
	rule_set(&want.sg.rules[0], "inbound", "tcp", 2000, 1000, "192.0.2.0/24");
	want.sg.rule_count = 1;
	CHECK_REFUSED(t, "MCI-SG-05", "create a security group with a rule for TCP ports 2000 to 1000",
		      tc_create(t, &want, &sg), ERR_INVALID);
}

TESTCASE(sg_invalid_rule) {
	.id = "network.sg.invalid-rule",
	.title = "A rule whose port range ends before it starts is refused",
	.purpose = "Check that an impossible port range in a rule is refused as invalid.",
	.verifies = REQS("MCI-SG-05"),
	.needs = CAN(VPC) | CAN(SG),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 20 },
	.any_site = true,
	.timeout_s = 240,
	.run = invalid,
};
