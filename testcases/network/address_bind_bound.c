#include "address.h"

/*
 * An address is moved to the standby machine while the first still has it.
 * Whether the cloud moves it or refuses, it must never be at both.
 */
static CO_FN void rebind(struct tc *t)
{
	struct tc_site site = { 0 };
	struct resource first, second, address;
	bool moved, ok;

	CALL(t, "MCI-NET-06", "create a VM and wait until it runs",
	     tc_make(t, KIND_VM, &site, &first));
	if (!address_way(t, "MCI-NET-06", &site))
		return;
	CALL(t, "MCI-NET-06", "create another VM and wait until it runs",
	     tc_make(t, KIND_VM, &site, &second));
	CALL(t, "MCI-NET-06", "allocate a public address", address_make(t, &address));
	CALL(t, "MCI-NET-06", "bind it to the first VM", tc_act(t, &address, ACT_BIND, &first));
	moved = tc_check_expected(t, "MCI-NET-06", "bind it to the second VM",
				  tc_act(t, &address, ACT_BIND, &second), t->dialect->rebind,
				  &ok, AT);
	if (!ok)
		return;
	check_bound_to(t, "MCI-NET-06", &address, moved ? second.id : first.id);
	check_vm_shows(t, "MCI-NET-06", "whether the first VM has the address", &first,
		       address.address.ip, !moved);
	check_vm_shows(t, "MCI-NET-06", "whether the second VM has the address", &second,
		       address.address.ip, moved);
}

TESTCASE(address_rebind) {
	.id = "network.address.bind-bound",
	.title = "A bound public address moves or stays, but is never at two VMs",
	.purpose = "Check that binding a bound address to another VM moves it or is refused, as "
		   "documented, and that exactly one VM shows it.",
	.verifies = REQS("MCI-NET-06"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.if_claimed = CAN(ADDRESS) | CAN(ADDRESS_BIND),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 2, .vpcs = 1, .addresses = 1, .requests = 120 },
	.timeout_s = 1200,
	.run = rebind,
};
