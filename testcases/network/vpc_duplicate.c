#include "tc/testcase.h"

/*
 * A repeated order must not end in two networks behind one name: what is built
 * next lands in either of them.
 */
static CO_FN void duplicate(struct tc *t)
{
	struct resource vpc, again, second;

	CALL(t, "MCI-ERR-03", "create a virtual network", tc_vpc(t, &vpc));
	resource_init(&again, KIND_VPC);
	if (*vpc.vpc.cidr)
		tc_cidr(t, again.vpc.cidr);
	str_copy(again.name, sizeof(again.name), vpc.name);
	if (t->dialect->names_unique & KIND_BIT(KIND_VPC)) {
		CHECK_REFUSED(t, "MCI-ERR-03", "create a second one of the same name",
			      tc_create(t, &again, &second), ERR_CONFLICT);
	} else {
		CALL(t, "MCI-ERR-03", "create a second one of the same name", tc_create(t, &again, &second));
		CHECK(t, "MCI-ERR-03", "the second one has an id of its own",
		      strcmp(second.id, vpc.id), "another id", second.id);
	}
	tc_check_listed(t, "MCI-ERR-03", &vpc, true);
}

TESTCASE(vpc_duplicate) {
	.id = "network.vpc.duplicate-name",
	.title = "A second virtual network of the same name never takes the place of the first",
	.purpose = "Check that creating a virtual network under a name in use is refused as a conflict or, "
		   "where names are not unique, makes one of its own.",
	.verifies = REQS("MCI-ERR-03"),
	.needs = CAN(VPC),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 2, .requests = 24 },
	.timeout_s = 240,
	.run = duplicate,
};
