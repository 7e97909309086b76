#include "address.h"

/*
 * Operators look at the machine to learn where it is reached.  An address that
 * it does not show, or still shows, sends them to the wrong one.
 */
static CO_FN void shown(struct tc *t)
{
	struct tc_site site = { 0 };
	struct resource vm, address;

	CALL(t, "MCI-NET-06", "create a VM and wait until it runs", tc_make(t, KIND_VM, &site, &vm));
	if (!address_way(t, "MCI-NET-06", &site))
		return;
	CALL(t, "MCI-NET-06", "allocate a public address", address_make(t, &address));
	CALL(t, "MCI-NET-06", "bind it", tc_act(t, &address, ACT_BIND, &vm));
	check_vm_shows(t, "MCI-NET-06", "the VM's public address", &vm, address.address.ip, true);
	CALL(t, "MCI-NET-06", "unbind it", tc_act(t, &address, ACT_UNBIND, &vm));
	check_vm_shows(t, "MCI-NET-06", "the VM's public address after unbinding", &vm,
		       address.address.ip, false);
}

TESTCASE(address_shown) {
	.id = "network.address.shown-by-vm",
	.title = "A VM shows the public address that is bound to it, and no longer",
	.purpose = "Check that a VM shows a bound public address, and does not after it was unbound.",
	.verifies = REQS("MCI-NET-06"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.if_claimed = CAN(ADDRESS) | CAN(ADDRESS_BIND),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .addresses = 1, .requests = 90 },
	.timeout_s = 900,
	.run = shown,
};
