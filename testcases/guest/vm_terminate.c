#include "tc/guest.h"

/*
 * A machine that its owner believes gone and that still runs keeps what it knows, and
 * keeps telling it.
 */
static CO_FN void terminate(struct tc *t)
{
	struct tc_guest *g, *other;
	struct tc_site site;

	if (!tc_answering_guests(t, &site, &g, &other))
		return;
	CALL(t, "MCI-VM-07", "terminate the first and wait until it is gone", tc_destroy(t, &g->vm));
	/* A bound address is still ours, and leads nowhere. */
	g->let_go = !*g->address.id;
	tc_check_unreachable(t, "MCI-VM-07", "it answers no longer", g, 0);
	tc_check_opened(t, "MCI-VM-07", "the second still does", other, 0);
}

TESTCASE(guest_vm_terminate) {
	.id = "guest.vm.terminate",
	.title = "A terminated VM answers no longer, and its neighbour does",
	.purpose = "Check from outside that a VM that was terminated does not answer any more while "
		   "the one beside it goes on.",
	.verifies = REQS("MCI-VM-07", "MCI-VM-01"),
	.needs = GUEST_NEEDS,
	.inside = INSIDE_GUEST,
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 2, .vpcs = 1, .addresses = 2, .requests = 160 },
	.any_vpc = true,
	.timeout_s = 1200,
	.run = terminate,
};
