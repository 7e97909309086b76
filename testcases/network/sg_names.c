#include "tc/testcase.h"

/*
 * Two walls whose names differ only in what the cloud cuts off, or folds, are
 * one for whoever looks for them.
 */
static CO_FN void names(struct tc *t)
{
	struct tc_site site = { 0 };
	struct resource want;
	size_t n;

	CALL(t, "MCI-SG-01", "make what it needs", tc_ground(t, KIND_SG, &site));
	tc_want(t, KIND_SG, &site, &want);
	n = strlen(want.name);
	str_copy(want.name + n, sizeof(want.name) - n, "-AbC");
	tc_check_name_kept(t, "MCI-SG-01", &want);
	tc_want(t, KIND_SG, &site, &want);
	tc_name_of_length(t, KIND_SG, tc_longest_name(t, KIND_SG), want.name);
	tc_check_name_kept(t, "MCI-SG-01", &want);
	tc_want(t, KIND_SG, &site, &want);
	tc_check_unicode_name(t, "MCI-SG-01", &want);
}

TESTCASE(sg_names) {
	.id = "network.sg.names",
	.title = "The name of a security group stays what it was given",
	.purpose = "Check that upper and lower case, a name of the greatest documented length and "
		   "letters outside ASCII read back as given or, where the documents say so, are refused "
		   "as invalid.",
	.verifies = REQS("MCI-SG-01"),
	.needs = CAN(VPC) | CAN(SG),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 3, .requests = 40 },
	.timeout_s = 600,
	.run = names,
};
