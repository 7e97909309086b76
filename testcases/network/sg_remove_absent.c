#include "rules.h"

/*
 * "Removed" for a rule that was never there hides the typing error in the rule
 * that should have gone, and the port stays open.
 */
static CO_FN void remove_absent(struct tc *t)
{
	struct resource vpc, sg, absent, before, seen;

	CALL(t, "MCI-ERR-02", "create a virtual network", tc_some_vpc(t, &vpc));
	CALL(t, "MCI-ERR-02", "create a security group", tc_sg(t, &vpc, &sg));
	CALL(t, "MCI-ERR-02", "read it", tc_get(t, &sg, &before));
	sg_want(t, &vpc, &absent);
	sg_add(&absent, "inbound", "tcp", 23, 23, "0.0.0.0/0");
	CHECK_REFUSED(t, "MCI-ERR-02", "remove a rule that is not there",
		      tc_act(t, &sg, ACT_REMOVE_RULE, &absent), ERR_NOT_FOUND);
	CALL(t, "MCI-ERR-02", "read it again", tc_get(t, &sg, &seen));
	CHECK_INT(t, "MCI-ERR-02", "how many rules it has, as before", before.sg.rule_count,
		  seen.sg.rule_count);
}

TESTCASE(sg_remove_absent) {
	.id = "network.sg.remove-absent-rule",
	.title = "Removing a rule that is not there is refused and changes nothing",
	.purpose = "Check that removing an absent rule is answered with not-found and leaves the group's "
		   "rules.",
	.verifies = REQS("MCI-ERR-02"),
	.needs = CAN(VPC) | CAN(SG),
	.if_claimed = CAN(SG_CHANGE),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 24 },
	.any_site = true,
	.timeout_s = 600,
	.run = remove_absent,
};
