#include "tc/testcase.h"

/*
 * Two walls under one name: the rule is added to one of them, and the machine
 * stands behind the other.
 */
static CO_FN void duplicate(struct tc *t)
{
	struct resource vpc, sg, again, second;

	CALL(t, "MCI-ERR-03", "create a virtual network", tc_some_vpc(t, &vpc));
	CALL(t, "MCI-ERR-03", "create a security group", tc_sg(t, &vpc, &sg));
	resource_init(&again, KIND_SG);
	if (t->dialect->sg_in_vpc)
		str_copy(again.parent, sizeof(again.parent), vpc.id);
	rule_set(&again.sg.rules[0], "inbound", "tcp", 443, 443, "0.0.0.0/0");
	again.sg.rule_count = 1;
	str_copy(again.name, sizeof(again.name), sg.name);
	if (t->dialect->names_unique & KIND_BIT(KIND_SG)) {
		CHECK_REFUSED(t, "MCI-ERR-03", "create a second one of the same name",
			      tc_create(t, &again, &second), ERR_CONFLICT);
	} else {
		CALL(t, "MCI-ERR-03", "create a second one of the same name", tc_create(t, &again, &second));
		CHECK(t, "MCI-ERR-03", "the second one has an id of its own",
		      strcmp(second.id, sg.id), "another id", second.id);
	}
	tc_check_listed(t, "MCI-ERR-03", &sg, true);
}

TESTCASE(sg_duplicate) {
	.id = "network.sg.duplicate-name",
	.title = "A second security group of the same name never takes the place of the first",
	.purpose = "Check that creating a security group under a name in use is refused as a conflict or, "
		   "where names are not unique, makes one of its own.",
	.verifies = REQS("MCI-ERR-03"),
	.needs = CAN(VPC) | CAN(SG),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .sgs = 2, .requests = 32 },
	.any_site = true,
	.timeout_s = 240,
	.run = duplicate,
};
