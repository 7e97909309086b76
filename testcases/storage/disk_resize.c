#include "tc/testcase.h"

/*
 * A database that runs full is saved by a larger disk.  One that says it grew
 * and did not ends in the outage that it was to prevent.
 */
static CO_FN void resize(struct tc *t)
{
	struct resource disk, size, seen;

	CALL(t, "MCI-DSK-05", "create a disk and wait until it is available", tc_disk(t, &disk));
	tc_disk_want(t, &size);
	size.disk.size_gb = disk.disk.size_gb + t->cfg->disk_gb;
	CALL(t, "MCI-DSK-05", "ask for a larger size", tc_act(t, &disk, ACT_RESIZE, &size));
	CALL(t, "MCI-DSK-05", "wait until it is available again",
	     tc_wait(t, &disk, STATE_AVAILABLE, &seen, NULL));
	CHECK_INT(t, "MCI-DSK-05", "its size in GB is the larger one", size.disk.size_gb,
		  seen.disk.size_gb);
	CHECK_TEXT(t, "MCI-DSK-05", "it is still the same disk", disk.id, seen.id);
}

TESTCASE(disk_resize) {
	.id = "storage.disk.resize",
	.title = "A disk can be made larger",
	.purpose = "Check that enlarging an available disk is shown by reading it.",
	.verifies = REQS("MCI-DSK-05"),
	.if_claimed = CAN(DISK) | CAN(DISK_RESIZE),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .disks = 1, .requests = 40 },
	.timeout_s = 600,
	.run = resize,
};
