#include "names.h"

/*
 * Two walls whose names differ only in what the cloud cuts off, or folds, are
 * one for whoever looks for them.
 */
static CO_FN void names(struct tc *t) { names_kept(t, "MCI-SG-01", KIND_SG); }

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
