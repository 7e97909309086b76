#include "tc/testcase.h"

/*
 * A disk that can be deleted under a running machine takes its data with it, and
 * the machine too.
 */
static CO_FN void in_use(struct tc *t)
{
	struct tc_site site;
	struct resource vm, disk, seen;

	CALL(t, "MCI-DSK-07", "make network, security group and key pair", tc_site(t, &site));
	CALL(t, "MCI-DSK-07", "create a VM and wait until it runs", tc_vm(t, &site, &vm));
	CALL(t, "MCI-DSK-07", "create a disk and wait until it is available", tc_disk(t, &disk));
	CALL(t, "MCI-DSK-07", "attach it to the VM", tc_act(t, &disk, ACT_ATTACH, &vm));
	CALL(t, "MCI-DSK-07", "wait until it is in use", tc_wait(t, &disk, STATE_BOUND, NULL, NULL));
	CHECK_REFUSED_AS(t, "MCI-DSK-07", "delete the disk that the VM uses",
			 tc_send_destroy(t, &disk), ERR_CONFLICT, ERR_INVALID);
	CALL(t, "MCI-DSK-07", "read the disk", tc_get(t, &disk, &seen));
	CHECK_TEXT(t, "MCI-DSK-07", "it is still in use", state_name(STATE_BOUND),
		   state_name(seen.state));
	CHECK_TEXT(t, "MCI-DSK-07", "and by the same VM", vm.id, seen.disk.vm);
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
