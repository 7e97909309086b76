#include "tc/guest.h"

/*
 * Two customers, or test and production, use the same private addresses in networks of
 * their own. If the one gets through to the other's machine, what looked like a wall was a
 * naming scheme.
 *
 * The control comes first: a neighbour in the same network gets through. It then makes
 * room, so that two VMs are enough; the one that stays came second, because clouds count
 * up and the stranger must not have the very address that it is to ask.
 */
static CO_FN void isolated(struct tc *t)
{
	struct tc_guest *target, *neighbour, *stranger;
	struct tc_site site, other;
	struct rule inner;

	CALL(t, "MCI-VM-01", "make a network and a group that opens a port to us and to the subnet",
	     tc_guest_inner_site(t, &site, &inner));
	CALL(t, "MCI-VM-01", "create a VM and wait until it runs", tc_guest_vm(t, &site, &neighbour));
	CALL(t, "MCI-VM-01", "create another and wait until it runs", tc_guest_vm(t, &site, &target));
	if (!tc_check_reachable(t, "MCI-VM-01", "the first answers us", neighbour, 0) ||
	    !tc_check_reachable(t, "MCI-VM-01", "the second answers us", target, 0) ||
	    !tc_check_reaches(t, "MCI-NET-03", "the first reaches the second by its private address",
			      neighbour, target, true))
		return;
	CALL(t, "MCI-NET-04", "terminate the first", tc_destroy(t, &neighbour->vm));
	CALL(t, "MCI-NET-04", "make another network with the same address range, its subnet and group",
	     tc_guest_inner_site(t, &other, &inner));
	CALL(t, "MCI-NET-04", "create a VM there and wait until it runs",
	     tc_guest_vm(t, &other, &stranger));
	if (!tc_check_reachable(t, "MCI-VM-01", "it answers us", stranger, 0))
		return;
	if (!strcmp(stranger->vm.vm.private_ip, target->vm.vm.private_ip)) {
		(void)tc_stimulus(t, "MCI-NET-04", "find two VMs of different private addresses",
				  err_set(&t->err, ERR_CONFIG, "found %s twice; wanted two, for each "
					  "would only ask itself", stranger->vm.vm.private_ip), AT);
		return;
	}
	tc_check_reaches(t, "MCI-NET-04", "it does not reach the VM of the first network by its private "
			 "address", stranger, target, false);
	tc_check_opened(t, "MCI-NET-04", "which still answers us", target, 0);
}

TESTCASE(guest_net_isolated) {
	.id = "guest.net.isolated",
	.title = "A VM does not reach into another network with the same address range",
	.purpose = "Check inside VMs of two networks with the same address range that a VM of the one "
		   "does not reach a VM of the other, which its own neighbour did reach.",
	.verifies = REQS("MCI-NET-04", "MCI-NET-03", "MCI-VM-01"),
	.needs = GUEST_NEEDS,
	.inside = INSIDE_GUEST,
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 2, .vpcs = 2, .addresses = 3, .keypairs = 2, .routers = 2,
		    .requests = 300 },
	.timeout_s = 1800,
	.run = isolated,
};
