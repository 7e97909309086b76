#include "tc/guest.h"

/*
 * A reboot is how a machine that hangs is brought back. One that only says so leaves it
 * hanging; one that makes it anew takes its data, and one that works only once
 * leaves it hanging the next time.
 */
static CO_FN void reboot(struct tc *t)
{
	char marker[MARKER_LEN];
	struct guest_who before;
	struct tc_guest *g;
	struct tc_site site;

	if (!tc_answering_guest(t, &site, &g))
		return;
	before = g->who;
	CALL(t, "MCI-VM-06", "write a text to its root disk",
	     tc_guest_put(t, g, "root", tc_marker(marker)));
	CALL(t, "MCI-VM-06", "reboot it", tc_guest_act(t, g, ACT_REBOOT, STATE_RUNNING));
	if (!tc_check_rebooted(t, "MCI-VM-06", "it answers after another boot", g, before.boot))
		return;
	tc_check_text_on(t, "MCI-VM-06", "its root disk still has the text", g, "root", marker);
	before = g->who;
	CALL(t, "MCI-VM-06", "reboot it once more", tc_guest_act(t, g, ACT_REBOOT, STATE_RUNNING));
	tc_check_rebooted(t, "MCI-VM-06", "it answers after yet another boot", g, before.boot);
}

TESTCASE(guest_vm_reboot) {
	.id = "guest.vm.reboot",
	.title = "A rebooted VM has booted anew, as itself and with its root disk",
	.purpose = "Check from outside that a rebooted VM answers as itself with another boot id and "
		   "its root disk's content kept, and once more after a second reboot.",
	.verifies = REQS("MCI-VM-06", "MCI-VM-01"),
	.needs = GUEST_NEEDS | CAN(VM_REBOOT),
	.inside = INSIDE_DISKS,
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .addresses = 1, .requests = 240 },
	.any_vpc = true,
	.timeout_s = 1200,
	.run = reboot,
};
