#include "tc/testcase.h"

/*
 * Detaching what is not attached is a sign of a mix-up: a cloud that says yes
 * hides that the data are still behind another machine.
 */
static CO_FN void detach_unattached(struct tc *t)
{
	struct tc_site site;
	struct resource vm, disk, seen;

	CALL(t, "MCI-STM-04", "make network, security group and key pair", tc_site(t, &site));
	CALL(t, "MCI-STM-04", "create a VM and wait until it runs", tc_vm(t, &site, &vm));
	CALL(t, "MCI-STM-04", "create a disk and wait until it is available", tc_disk(t, &disk));
	CHECK_REFUSED_AS(t, "MCI-STM-04", "detach the disk, which is attached to nothing",
			 tc_act(t, &disk, ACT_DETACH, &vm), ERR_CONFLICT, ERR_NOT_FOUND);
	CALL(t, "MCI-STM-04", "read the disk", tc_get(t, &disk, &seen));
	CHECK_TEXT(t, "MCI-STM-04", "it is still available", state_name(STATE_AVAILABLE),
		   state_name(seen.state));
}

TESTCASE(disk_detach_unattached) {
	.id = "storage.disk.detach-unattached",
	.title = "A disk that is attached to nothing cannot be detached",
	.purpose = "Check that detaching a disk from a VM that does not have it is refused and leaves the "
		   "disk available.",
	.verifies = REQS("MCI-STM-04"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.if_claimed = CAN(DISK) | CAN(DISK_ATTACH),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .disks = 1, .requests = 80 },
	.any_site = true,
	.timeout_s = 900,
	.run = detach_unattached,
};
