#include "tc/guest.h"

/*
 * The disk of its own holds what must outlast the machine's bad days. One that is empty, or
 * no longer there, after the machine was switched off and on was never a disk.
 */
static CO_FN void restart(struct tc *t)
{
	char marker[MARKER_LEN], boot[sizeof(((struct guest_who *)0)->boot)];
	struct resource disk;
	struct tc_guest *g;
	struct tc_site site;
	const char *id;

	if (!tc_answering_guest(t, &site, &g) ||
	    !tc_disk_with_text(t, g, "the VM", &disk, marker))
		return;
	id = tc_guest_disk(&disk);
	str_copy(boot, sizeof(boot), g->who.boot);
	CALL(t, "MCI-VM-04", "stop the VM", tc_guest_act(t, g, ACT_STOP, STATE_STOPPED));
	CALL(t, "MCI-VM-04", "start it", tc_guest_act(t, g, ACT_START, STATE_RUNNING));
	if (!tc_check_rebooted(t, "MCI-VM-04", "it answers after another boot", g, boot) ||
	    !tc_check_text_on(t, "MCI-DSK-02", "the text still stands on the disk", g, id, marker) ||
	    t->cfg->ics[CAP_BIT_VM_REBOOT] != CLAIM_SUPPORTED)
		return;
	str_copy(boot, sizeof(boot), g->who.boot);
	CALL(t, "MCI-VM-06", "reboot it", tc_guest_act(t, g, ACT_REBOOT, STATE_RUNNING));
	if (tc_check_rebooted(t, "MCI-VM-06", "it answers after yet another boot", g, boot))
		tc_check_text_on(t, "MCI-DSK-02", "the text stands there after the reboot too", g, id,
				 marker);
}

TESTCASE(guest_disk_restart) {
	.id = "guest.disk.restart",
	.title = "A disk keeps its content, and its VM, when the VM is stopped and started or rebooted",
	.purpose = "Check inside a VM that a text on an attached disk is still there after stop and "
		   "start and, where reboot is offered, after a reboot.",
	.verifies = REQS("MCI-DSK-02", "MCI-VM-04", "MCI-VM-06", "MCI-VM-01"),
	.needs = GUEST_NEEDS | CAN(VM_STOP),
	.if_claimed = CAN(DISK) | CAN(DISK_ATTACH),
	.inside = INSIDE_DISKS,
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .addresses = 1, .disks = 1, .requests = 260 },
	.any_vpc = true,
	.timeout_s = 1500,
	.run = restart,
};
