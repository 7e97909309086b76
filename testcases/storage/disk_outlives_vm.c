#include "disk_used.h"

/*
 * Data are put on a disk of their own so that they survive the machine.  Where the
 * disk goes with it, terminating a machine is losing the data.  (That the bytes are
 * still there is for a case that can look inside a guest.)
 */
static CO_FN void outlives(struct tc *t)
{
	struct resource vm, disk, seen;

	if (!disk_used(t, "MCI-DSK-04", &vm, &disk))
		return;
	CALL(t, "MCI-DSK-04", "terminate the VM and wait until it is gone", tc_destroy(t, &vm));
	CALL(t, "MCI-DSK-04", "wait until the disk is available",
	     tc_wait(t, &disk, STATE_AVAILABLE, &seen, NULL));
	CHECK_TEXT(t, "MCI-DSK-04", "the disk is attached to no VM", "none",
		   *seen.disk.vm ? seen.disk.vm : "none");
	CHECK_INT(t, "MCI-DSK-04", "its size stays", disk.disk.size_gb, seen.disk.size_gb);
	tc_check_listed(t, "MCI-DSK-04", &disk, true);
}

TESTCASE(disk_outlives_vm) {
	.id = "storage.disk.outlives-vm",
	.title = "A disk outlives the VM that it was attached to",
	.purpose = "Check that terminating a VM leaves an attached disk behind, detached.",
	.verifies = REQS("MCI-DSK-04"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.if_claimed = CAN(DISK) | CAN(DISK_ATTACH),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .disks = 1, .requests = 80 },
	.any_site = true,
	.timeout_s = 900,
	.run = outlives,
};
