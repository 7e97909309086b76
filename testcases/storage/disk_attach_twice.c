#include "disk_used.h"

/*
 * An ordinary file system that is mounted twice is destroyed: a disk in use must
 * not be given away again.
 */
static CO_FN void attach_twice(struct tc *t)
{
	struct resource vm, disk;

	if (!disk_used(t, "MCI-DSK-07", &vm, &disk))
		return;
	CHECK_REFUSED_AS(t, "MCI-DSK-07", "attach it once more", tc_act(t, &disk, ACT_ATTACH, &vm),
			 ERR_CONFLICT, ERR_INVALID);
	disk_still_used(t, "MCI-DSK-07", &vm, &disk);
}

TESTCASE(disk_attach_twice) {
	.id = "storage.disk.attach-twice",
	.title = "A disk in use cannot be attached again",
	.purpose = "Check that attaching an attached disk is refused and changes nothing.",
	.verifies = REQS("MCI-DSK-07"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.if_claimed = CAN(DISK) | CAN(DISK_ATTACH),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .disks = 1, .requests = 80 },
	.any_site = true,
	.timeout_s = 900,
	.run = attach_twice,
};
