#include "tc/guest.h"

/*
 * Two machines made side by side, and the address of the one leads to the other: the
 * customer's data go to the wrong database, and every check of "it answers" is green.
 */
static CO_FN void own_address(struct tc *t)
{
	char of_one[MARKER_LEN], of_two[MARKER_LEN];
	struct tc_guest *one, *two;
	struct tc_site site;

	CALL(t, "MCI-VM-01", "make a network and a group that opens both ports",
	     tc_guest_open_site(t, &site));
	CALL(t, "MCI-VM-01", "create a VM and wait until it runs", tc_guest_vm(t, &site, &one));
	CALL(t, "MCI-VM-01", "create another and wait until it runs", tc_guest_vm(t, &site, &two));
	if (!tc_check_reachable(t, "MCI-VM-01", "the first answers at its address", one, 0) ||
	    !tc_check_reachable(t, "MCI-VM-01", "the second answers at its own", two, 0))
		return;
	CHECK(t, "MCI-VM-08", "each had a start of its own", strcmp(one->who.boot, two->who.boot),
	      "two boot ids", strcmp(one->who.boot, two->who.boot) ? "two boot ids" : "the same twice");
	CALL(t, "MCI-VM-08", "write a text to the root disk of the first",
	     tc_guest_put(t, one, "root", tc_marker(of_one)));
	CALL(t, "MCI-VM-08", "write another to that of the second",
	     tc_guest_put(t, two, "root", tc_marker(of_two)));
	tc_check_text_on(t, "MCI-VM-08", "the first still has its own text", one, "root", of_one);
	tc_check_text_on(t, "MCI-VM-08", "the second has its own", two, "root", of_two);
}

TESTCASE(guest_vm_own_address) {
	.id = "guest.vm.own-address",
	.title = "Of two VMs each answers at its own address, with a root disk of its own",
	.purpose = "Check that what answers at a VM's address is that VM and not its neighbour, and "
		   "that the two share neither boot nor root disk.",
	.verifies = REQS("MCI-VM-01", "MCI-VM-08"),
	.needs = GUEST_NEEDS,
	.inside = INSIDE_DISKS,
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 2, .vpcs = 1, .addresses = 2, .requests = 200 },
	.any_vpc = true,
	.timeout_s = 1200,
	.run = own_address,
};
