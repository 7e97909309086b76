#include "tc/guest.h"

/*
 * A stopped machine that still answers is billed, and attacked, behind its owner's back.
 * One that starts again without its data was not stopped but thrown away; one that starts
 * again only once is lost on the second morning.
 */
static CO_FN void stop_start(struct tc *t)
{
	char marker[MARKER_LEN];
	struct guest_who before;
	struct tc_guest *g;
	struct tc_site site;

	if (!tc_answering_guest(t, &site, &g))
		return;
	before = g->who;
	CALL(t, "MCI-VM-04", "write a text to its root disk",
	     tc_guest_put(t, g, "root", tc_marker(marker)));
	CALL(t, "MCI-VM-04", "stop it", tc_guest_act(t, g, ACT_STOP, STATE_STOPPED));
	if (!tc_check_unreachable(t, "MCI-VM-04", "it answers no longer", g, 0))
		return;
	CALL(t, "MCI-VM-04", "start it", tc_guest_act(t, g, ACT_START, STATE_RUNNING));
	if (!tc_check_reachable(t, "MCI-VM-04", "it answers again", g, 0))
		return;
	CHECK(t, "MCI-VM-04", "it has booted anew", strcmp(before.boot, g->who.boot),
	      "another boot id", g->who.boot);
	tc_check_text_on(t, "MCI-VM-04", "its root disk still has the text", g, "root", marker);
	before = g->who;
	CALL(t, "MCI-VM-04", "stop it once more", tc_guest_act(t, g, ACT_STOP, STATE_STOPPED));
	CALL(t, "MCI-VM-04", "start it once more", tc_guest_act(t, g, ACT_START, STATE_RUNNING));
	tc_check_rebooted(t, "MCI-VM-04", "it answers after another boot", g, before.boot);
}

TESTCASE(guest_vm_stop_start) {
	.id = "guest.vm.stop-start",
	.title = "A stopped VM is silent; started again it boots and has its root disk",
	.purpose = "Check from outside that a stopped VM does not answer, and that the started one "
		   "answers as itself after a new boot with its root disk's content kept, and once more "
		   "after a second round.",
	.verifies = REQS("MCI-VM-04", "MCI-VM-01"),
	.needs = GUEST_NEEDS | CAN(VM_STOP),
	.inside = INSIDE_DISKS,
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .addresses = 1, .requests = 260 },
	.any_vpc = true,
	.timeout_s = 1500,
	.run = stop_start,
};
