#include "tc/guest.h"

/*
 * The machine may go, the data must not: who terminates a machine whose disk stays looks
 * for his data there. An empty disk under the old name is data loss that shows late.
 */
static CO_FN void outlives(struct tc *t)
{
	char marker[MARKER_LEN];
	struct tc_guest *one, *two;
	struct resource disk;
	struct tc_site site;
	const char *id;

	if (!tc_answering_guest(t, &site, &one) ||
	    !tc_disk_with_text(t, one, "the VM", &disk, marker))
		return;
	id = tc_guest_disk(&disk);
	CALL(t, "MCI-DSK-04", "terminate the VM and wait until it is gone", tc_destroy(t, &one->vm));
	CALL(t, "MCI-DSK-04", "wait until the disk is available",
	     tc_wait(t, &disk, STATE_AVAILABLE, NULL, NULL));
	CALL(t, "MCI-VM-01", "create another VM and wait until it runs",
	     tc_guest_vm(t, &site, &two));
	if (!tc_check_reachable(t, "MCI-VM-01", "it answers too", two, 0))
		return;
	CALL(t, "MCI-DSK-04", "attach the disk to it", tc_guest_attach(t, &disk, two));
	tc_check_text_on(t, "MCI-DSK-04", "it reads the text", two, id, marker);
}

TESTCASE(guest_disk_outlives_vm) {
	.id = "guest.disk.outlives-vm",
	.title = "What a terminated VM wrote to a disk is read by the VM that has it next",
	.purpose = "Check inside two VMs, made one after the other, that a disk's content outlives the "
		   "termination of the VM that wrote it.",
	.verifies = REQS("MCI-DSK-04", "MCI-DSK-02", "MCI-VM-01"),
	.needs = GUEST_NEEDS,
	.if_claimed = CAN(DISK) | CAN(DISK_ATTACH),
	.inside = INSIDE_DISKS,
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 2, .vpcs = 1, .addresses = 2, .disks = 1, .requests = 260 },
	.any_vpc = true,
	.timeout_s = 1500,
	.run = outlives,
};
