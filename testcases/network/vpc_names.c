#include "names.h"

/*
 * Inventories find a network by its name.  One that comes back shorter, or in
 * small letters, is not found, and is made again.
 */
static CO_FN void names(struct tc *t) { names_kept(t, "MCI-NET-01", KIND_VPC); }

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
