#include "tc/testcase.h"

/*
 * A disk of no size is a mistake of the caller.  Accepted, it becomes one of a
 * size that nobody chose, or a ruin that cannot be removed.
 */
static CO_FN void invalid(struct tc *t)
{
	struct resource want, disk;
	AUTO(resource_list) struct resource_list all = { 0 };
	size_t named = 0;

	tc_disk_want(t, &want);
	want.disk.size_gb = 0;
	CHECK_REFUSED(t, "MCI-DSK-07", "create a disk of 0 GB", tc_create(t, &want, &disk), ERR_INVALID);
	CALL(t, "MCI-DSK-07", "list the disks", tc_list(t, KIND_DISK, NULL, &all));
	for (size_t i = 0; i < all.count; i++)
		named += !strcmp(all.at[i].name, want.name);
	CHECK_INT(t, "MCI-DSK-07", "how many disks of that name exist", 0, (int64_t)named);
}

TESTCASE(disk_invalid_size) {
	.id = "storage.disk.invalid-size",
	.title = "A disk of no size is refused and nothing is made",
	.purpose = "Check that a create with an invalid size is refused as a client error and makes nothing.",
	.verifies = REQS("MCI-DSK-07"),
	.if_claimed = CAN(DISK),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .disks = 1, .requests = 20 },
	.timeout_s = 300,
	.run = invalid,
};
