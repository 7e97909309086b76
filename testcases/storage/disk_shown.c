#include "tc/testcase.h"

/*
 * Software that has made a disk looks for it at once. Where it is not shown yet a second one
 * is made, and paid for, and nobody attaches the first.
 */
static CO_FN void shown(struct tc *t)
{
	tc_check_new_shown(t, "MCI-DSK-01", KIND_DISK);
}

TESTCASE(disk_shown) {
	.id = "storage.disk.shown-at-once",
	.title = "A new disk is there for the first read and list",
	.purpose = "Check that a disk that was just created is shown by a read and by the list, at once "
		   "or within the declared time.",
	.verifies = REQS("MCI-DSK-01"),
	.if_claimed = CAN(DISK),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .disks = 1, .requests = 60 },
	.timeout_s = 600,
	.run = shown,
};
