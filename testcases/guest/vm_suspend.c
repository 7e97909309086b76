#include "tc/guest.h"

/*
 * Suspend is chosen over stop for what runs: open sessions and a warm cache. A machine
 * that boots at its resume has lost them; one that never slept was billed.
 */
static CO_FN void suspend(struct tc *t)
{
	struct guest_who before;
	struct tc_guest *g;
	struct tc_site site;

	if (!tc_answering_guest(t, &site, &g))
		return;
	before = g->who;
	CALL(t, "MCI-VM-05", "suspend it", tc_guest_act(t, g, ACT_SUSPEND, STATE_SUSPENDED));
	if (!tc_check_unreachable(t, "MCI-VM-05", "it answers no longer", g, 0))
		return;
	CALL(t, "MCI-VM-05", "resume it", tc_guest_act(t, g, ACT_RESUME, STATE_RUNNING));
	if (!tc_check_reachable(t, "MCI-VM-05", "it answers again", g, 0))
		return;
	CHECK_TEXT(t, "MCI-VM-05", "it is still the boot of before", before.boot, g->who.boot);
}

TESTCASE(guest_vm_suspend) {
	.id = "guest.vm.suspend-resume",
	.title = "A suspended VM is silent and goes on, without a boot, when it is resumed",
	.purpose = "Check from outside that a suspended VM does not answer and that the resumed one "
		   "answers with the boot id of before.",
	.verifies = REQS("MCI-VM-05", "MCI-VM-01"),
	.needs = GUEST_NEEDS,
	.if_claimed = CAN(VM_SUSPEND),
	.inside = INSIDE_GUEST,
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .addresses = 1, .requests = 160 },
	.any_vpc = true,
	.timeout_s = 1200,
	.run = suspend,
};
