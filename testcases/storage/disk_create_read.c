#include "tc/testcase.h"

/*
 * A disk of another size than ordered is paid for wrongly or runs full early;
 * one that stays after its delete is paid for on and on.
 */
static CO_FN void create_read(struct tc *t)
{
	struct resource disk, seen;

	CALL(t, "MCI-DSK-01", "create a disk and wait until it is available", tc_disk(t, &disk));
	CALL(t, "MCI-DSK-01", "read it", tc_get(t, &disk, &seen));
	CHECK_TEXT(t, "MCI-DSK-01", "its name reads back", disk.name, seen.name);
	CHECK_INT(t, "MCI-DSK-01", "its size in GB is the one asked for", t->cfg->disk_gb,
		  seen.disk.size_gb);
	CHECK(t, "MCI-DSK-01", "it has a type", *seen.disk.type != '\0', "a type",
	      *seen.disk.type ? seen.disk.type : "(absent)");
	CHECK_TEXT(t, "MCI-DSK-10", "it is attached to no VM", "none",
		   *seen.disk.vm ? seen.disk.vm : "none");
	tc_check_listed(t, "MCI-DSK-01", &disk, true);
	CALL(t, "MCI-DSK-01", "delete it and wait until it is gone", tc_destroy(t, &disk));
	tc_check_listed(t, "MCI-DSK-01", &disk, false);
	tc_check_absent(t, "MCI-DSK-01", &disk);
}

TESTCASE(disk_create_read) {
	.id = "storage.disk.create-read",
	.title = "A disk reads back as ordered and is gone after its delete",
	.purpose = "Check the life of a disk from create over read and list to delete.",
	.verifies = REQS("MCI-DSK-01", "MCI-DSK-10"),
	.if_claimed = CAN(DISK),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .disks = 1, .requests = 40 },
	.timeout_s = 600,
	.run = create_read,
};
