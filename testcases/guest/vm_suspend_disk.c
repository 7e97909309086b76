#include "tc/guest.h"

/*
 * What sleeps must wake with what it had. A machine whose disk is empty after its resume
 * goes on for a while on what is in its memory, and then loses everything at once.
 */
static CO_FN void suspend(struct tc *t)
{
	bool disks = t->cfg->ics[CAP_BIT_DISK] == CLAIM_SUPPORTED &&
		     t->cfg->ics[CAP_BIT_DISK_ATTACH] == CLAIM_SUPPORTED;
	char marker[MARKER_LEN], other[MARKER_LEN];
	struct resource disk;
	struct tc_guest *g;
	struct tc_site site;

	if (!tc_answering_guest(t, &site, &g))
		return;
	CALL(t, "MCI-VM-05", "write a text to its root disk",
	     tc_guest_put(t, g, "root", tc_marker(marker)));
	if (disks && !tc_disk_with_text(t, g, "the VM", &disk, other))
		return;
	CALL(t, "MCI-VM-05", "suspend it", tc_guest_act(t, g, ACT_SUSPEND, STATE_SUSPENDED));
	CALL(t, "MCI-VM-05", "resume it", tc_guest_act(t, g, ACT_RESUME, STATE_RUNNING));
	if (!tc_check_reachable(t, "MCI-VM-05", "it answers again", g, 0))
		return;
	tc_check_text_on(t, "MCI-VM-05", "its root disk still has the text", g, "root", marker);
	if (disks)
		tc_check_text_on(t, "MCI-DSK-02", "so has its disk", g, tc_guest_disk(&disk), other);
}

TESTCASE(guest_vm_suspend_disk) {
	.id = "guest.vm.suspend-disk",
	.title = "A resumed VM has the disks that it was suspended with",
	.purpose = "Check inside a VM that a text on its root disk and, where disks can be attached, on "
		   "one of its own is still there after suspend and resume.",
	.verifies = REQS("MCI-VM-05", "MCI-DSK-02", "MCI-VM-01"),
	.needs = GUEST_NEEDS,
	.if_claimed = CAN(VM_SUSPEND),
	.inside = INSIDE_DISKS,
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .addresses = 1, .disks = 1, .requests = 220 },
	.any_vpc = true,
	.timeout_s = 1200,
	.run = suspend,
};
