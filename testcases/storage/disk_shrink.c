#include "tc/testcase.h"

/*
 * Making a disk smaller cuts off whatever lies at its end: the cloud must not do
 * by a mistyped number what no undo brings back.
 */
static CO_FN void shrink(struct tc *t)
{
	struct resource want, disk, size, seen;

	tc_disk_want(t, &want);
	want.disk.size_gb *= 2;
	CALL(t, "MCI-DSK-07", "create a disk", tc_create(t, &want, &disk));
	CALL(t, "MCI-DSK-07", "wait until it is available",
	     tc_wait(t, &disk, STATE_AVAILABLE, NULL, NULL));
	tc_disk_want(t, &size);
	CHECK_REFUSED_AS(t, "MCI-DSK-07", "ask for half its size", tc_act(t, &disk, ACT_RESIZE, &size),
			 ERR_INVALID, ERR_CONFLICT);
	CALL(t, "MCI-DSK-07", "read it", tc_get(t, &disk, &seen));
	CHECK_INT(t, "MCI-DSK-07", "its size in GB stays", want.disk.size_gb, seen.disk.size_gb);
}

TESTCASE(disk_shrink) {
	.id = "storage.disk.shrink",
	.title = "A disk cannot be made smaller",
	.purpose = "Check that asking for a smaller size is refused and changes nothing.",
	.verifies = REQS("MCI-DSK-07"),
	.if_claimed = CAN(DISK) | CAN(DISK_RESIZE),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .disks = 1, .requests = 40 },
	.timeout_s = 600,
	.run = shrink,
};
