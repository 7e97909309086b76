#include "tc/testcase.h"

/*
 * Who looks for the machine that holds the data asks the disk.  A wrong answer
 * leads to the wrong machine being shut down, or to data behind two machines.
 */
static CO_FN void attach_detach(struct tc *t)
{
	struct tc_site site;
	struct resource vm, disk, seen;

	CALL(t, "MCI-DSK-10", "make network, security group and key pair", tc_site(t, &site));
	CALL(t, "MCI-DSK-10", "create a VM and wait until it runs", tc_vm(t, &site, &vm));
	CALL(t, "MCI-DSK-10", "create a disk and wait until it is available", tc_disk(t, &disk));
	CALL(t, "MCI-DSK-10", "attach it to the VM", tc_act(t, &disk, ACT_ATTACH, &vm));
	CALL(t, "MCI-DSK-10", "wait until it is in use",
	     tc_wait(t, &disk, STATE_BOUND, &seen, NULL));
	CHECK_TEXT(t, "MCI-DSK-10", "it names the VM", vm.id, seen.disk.vm);
	CHECK_INT(t, "MCI-DSK-10", "its size stays", disk.disk.size_gb, seen.disk.size_gb);
	tc_check_list_agrees(t, "MCI-DSK-10", &seen);
	CALL(t, "MCI-DSK-10", "detach it", tc_act(t, &disk, ACT_DETACH, &vm));
	CALL(t, "MCI-DSK-10", "wait until it is available again",
	     tc_wait(t, &disk, STATE_AVAILABLE, &seen, NULL));
	CHECK_TEXT(t, "MCI-DSK-10", "it is attached to no VM", "none",
		   *seen.disk.vm ? seen.disk.vm : "none");
	tc_check_list_agrees(t, "MCI-DSK-10", &seen);
	CALL(t, "MCI-DSK-10", "read the VM", tc_get(t, &vm, &seen));
	CHECK_TEXT(t, "MCI-DSK-10", "the VM still runs", state_name(STATE_RUNNING),
		   state_name(seen.state));
}

TESTCASE(disk_attach_detach) {
	.id = "storage.disk.attach-detach",
	.title = "A disk can be attached to a VM and detached",
	.purpose = "Check that attaching and detaching a disk is shown by reading it, and by the list.",
	.verifies = REQS("MCI-DSK-10"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.if_claimed = CAN(DISK) | CAN(DISK_ATTACH),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .disks = 1, .requests = 80 },
	.any_site = true,
	.timeout_s = 900,
	.run = attach_detach,
};
