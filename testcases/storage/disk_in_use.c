#include "disk_used.h"

/*
 * A disk that can be deleted under a running machine takes its data with it, and
 * the machine too.
 */
static CO_FN void in_use(struct tc *t)
{
	struct resource vm, disk;

	if (!disk_used(t, "MCI-DSK-07", &vm, &disk))
		return;
	CHECK_REFUSED_AS(t, "MCI-DSK-07", "delete the disk that the VM uses",
			 tc_send_destroy(t, &disk), ERR_CONFLICT, ERR_INVALID);
	disk_still_used(t, "MCI-DSK-07", &vm, &disk);
}

TESTCASE(disk_in_use) {
	.id = "storage.disk.in-use",
	.title = "A disk that a VM uses cannot be deleted",
	.purpose = "Check that deleting an attached disk is refused and changes nothing.",
	.verifies = REQS("MCI-DSK-07"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.if_claimed = CAN(DISK) | CAN(DISK_ATTACH),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .disks = 1, .requests = 80 },
	.any_site = true,
	.timeout_s = 900,
	.run = in_use,
};
