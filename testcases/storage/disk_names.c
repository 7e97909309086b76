#include "tc/testcase.h"

/*
 * Two disks whose names differ only in what the cloud cuts off, or folds, are one for
 * whoever looks for the one with the data.
 */
static CO_FN void names(struct tc *t)
{
	struct resource want;
	size_t n;

	tc_disk_want(t, &want);
	tc_name(t, KIND_DISK, want.name);
	n = strlen(want.name);
	str_copy(want.name + n, sizeof(want.name) - n, "-AbC");
	tc_check_name_kept(t, "MCI-DSK-01", &want);
	tc_disk_want(t, &want);
	tc_name_of_length(t, KIND_DISK, tc_longest_name(t, KIND_DISK), want.name);
	tc_check_name_kept(t, "MCI-DSK-01", &want);
}

TESTCASE(disk_names) {
	.id = "storage.disk.names",
	.title = "The name of a disk stays what it was given",
	.purpose = "Check that upper and lower case and a name of the greatest documented length read "
		   "back as given.",
	.verifies = REQS("MCI-DSK-01"),
	.if_claimed = CAN(DISK),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .disks = 2, .requests = 40 },
	.timeout_s = 600,
	.run = names,
};
