#include "tc/testcase.h"

/*
 * Bills and inventories are made from the list: where it differs from what a
 * read shows, one of the two is wrong and nobody knows which.
 */
static CO_FN void agree(struct tc *t, const struct resource_list *all, const struct resource *disk)
{
	const struct resource *listed = resource_list_find(all, disk->id);
	struct resource seen;

	CHECK_INT(t, "MCI-DSK-01", "how often the list holds it", 1,
		  (int64_t)resource_list_count_id(all, disk->id));
	if (!listed)
		return;
	CALL(t, "MCI-DSK-01", "read it", tc_get(t, disk, &seen));
	CHECK_TEXT(t, "MCI-DSK-01", "its name in list and read", seen.name, listed->name);
	CHECK_INT(t, "MCI-DSK-01", "its size in list and read", seen.disk.size_gb,
		  listed->disk.size_gb);
	CHECK_TEXT(t, "MCI-DSK-01", "its state in list and read", state_name(seen.state),
		   state_name(listed->state));
}

static CO_FN void list(struct tc *t)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	struct resource want, disk[2];

	CALL(t, "MCI-DSK-01", "create a disk and wait until it is available", tc_disk(t, &disk[0]));
	tc_disk_want(t, &want);
	want.disk.size_gb *= 2;
	CALL(t, "MCI-DSK-01", "create one of twice that size", tc_create(t, &want, &disk[1]));
	CALL(t, "MCI-DSK-01", "wait until it is available",
	     tc_wait(t, &disk[1], STATE_AVAILABLE, NULL, NULL));
	CALL(t, "MCI-DSK-01", "list the disks", tc_list_with(t, disk, 2, &all));
	agree(t, &all, &disk[0]);
	agree(t, &all, &disk[1]);
}

TESTCASE(disk_list) {
	.id = "storage.disk.list-read",
	.title = "List and read show the same of each disk",
	.purpose = "Check that the list of disks holds each once, with the size and state that reading it "
		   "shows.",
	.verifies = REQS("MCI-DSK-01"),
	.if_claimed = CAN(DISK),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .disks = 2, .requests = 40 },
	.timeout_s = 600,
	.run = list,
};
