#include "tc/testcase.h"

/*
 * Inventories find a network by its name.  One that comes back shorter, or in
 * small letters, is not found, and is made again.
 */
static CO_FN void names(struct tc *t)
{
	struct tc_site site = { 0 };
	struct resource want;
	size_t n;

	CALL(t, "MCI-NET-01", "make what it needs", tc_ground(t, KIND_VPC, &site));
	tc_want(t, KIND_VPC, &site, &want);
	n = strlen(want.name);
	str_copy(want.name + n, sizeof(want.name) - n, "-AbC");
	tc_check_name_kept(t, "MCI-NET-01", &want);
	tc_want(t, KIND_VPC, &site, &want);
	tc_name_of_length(t, KIND_VPC, tc_longest_name(t, KIND_VPC), want.name);
	tc_check_name_kept(t, "MCI-NET-01", &want);
	tc_want(t, KIND_VPC, &site, &want);
	tc_check_unicode_name(t, "MCI-NET-01", &want);
}

TESTCASE(vpc_names) {
	.id = "network.vpc.names",
	.title = "The name of a virtual network stays what it was given",
	.purpose = "Check that upper and lower case, a name of the greatest documented length and "
		   "letters outside ASCII read back as given or, where the documents say so, are refused "
		   "as invalid.",
	.verifies = REQS("MCI-NET-01"),
	.needs = CAN(VPC),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 3, .requests = 32 },
	.timeout_s = 600,
	.run = names,
};
