#include "tc/testcase.h"

/*
 * Two subnets behind one name: the machine that was meant for the inner one may stand in the
 * one that is open. One that is handed out again has another range than was asked for.
 */
static CO_FN void duplicate(struct tc *t)
{
	struct resource vpc, subnet, again, second;

	CALL(t, "MCI-ERR-03", "create a virtual network", tc_vpc(t, &vpc));
	CALL(t, "MCI-ERR-03", "add a subnet", tc_subnet(t, &vpc, &subnet));
	resource_init(&again, KIND_SUBNET);
	str_copy(again.parent, sizeof(again.parent), vpc.id);
	str_copy(again.name, sizeof(again.name), subnet.name);
	tc_subnet_cidr(t, 2, again.subnet.cidr);
	if (t->dialect->names_unique & KIND_BIT(KIND_SUBNET)) {
		CHECK_REFUSED(t, "MCI-ERR-03", "add a second one of the same name",
			      tc_create(t, &again, &second), ERR_CONFLICT);
		tc_check_named_once(t, "MCI-ERR-03", &again);
	} else {
		CALL(t, "MCI-ERR-03", "add a second one of the same name", tc_create(t, &again, &second));
		CHECK(t, "MCI-ERR-03", "the second one has an id of its own",
		      strcmp(second.id, subnet.id), "another id", second.id);
	}
	tc_check_listed(t, "MCI-ERR-03", &subnet, true);
}

TESTCASE(subnet_duplicate) {
	.id = "network.subnet.duplicate-name",
	.title = "A second subnet of the same name never takes the place of the first",
	.purpose = "Check that adding a subnet under a name in use in its network is refused as a "
		   "conflict or, where names are not unique, makes one of its own.",
	.verifies = REQS("MCI-ERR-03"),
	.needs = CAN(VPC) | CAN(SUBNET),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .subnets = 2, .requests = 30 },
	.timeout_s = 400,
	.run = duplicate,
};
