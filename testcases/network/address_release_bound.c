#include "address.h"

/*
 * An address that was released while a machine still shows it goes to the next
 * customer, and both believe it theirs.
 */
static CO_FN void release_bound(struct tc *t)
{
	struct tc_site site = { 0 };
	struct resource vm, address, seen;
	bool released, ok;

	CALL(t, "MCI-ERR-05", "create a VM and wait until it runs", tc_make(t, KIND_VM, &site, &vm));
	if (!address_way(t, "MCI-ERR-05", &site))
		return;
	CALL(t, "MCI-ERR-05", "allocate a public address", address_make(t, &address));
	CALL(t, "MCI-ERR-05", "bind it", tc_act(t, &address, ACT_BIND, &vm));
	released = tc_check_expected(t, "MCI-ERR-05", "release it while it is bound",
				     tc_send_destroy(t, &address), t->dialect->release_bound, &ok,
				     AT);
	if (!ok)
		return;
	if (released)
		CHECK_REFUSED(t, "MCI-ERR-05", "read the address that was released",
			      tc_get(t, &address, &seen), ERR_NOT_FOUND);
	else
		check_bound_to(t, "MCI-ERR-05", &address, vm.id);
	check_vm_shows(t, "MCI-ERR-05", "whether the VM has the address", &vm, address.address.ip,
		       !released);
	CALL(t, "MCI-ERR-05", "read the VM again", tc_get(t, &vm, &seen));
	CHECK_TEXT(t, "MCI-ERR-05", "the VM still runs", state_name(STATE_RUNNING),
		   state_name(seen.state));
}

TESTCASE(address_release_bound) {
	.id = "network.address.release-bound",
	.title = "A bound public address is unbound when it is released, or not released",
	.purpose = "Check that releasing a bound address is refused, or unbinds it first, as documented, "
		   "and that the VM shows it accordingly.",
	.verifies = REQS("MCI-ERR-05"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.if_claimed = CAN(ADDRESS) | CAN(ADDRESS_BIND),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .addresses = 1, .requests = 90 },
	.timeout_s = 900,
	.run = release_bound,
};
