#include "address.h"

/*
 * Bound to a machine that does not exist, an address is neither free nor of
 * use, and it is paid for.
 */
static CO_FN void unknown_vm(struct tc *t)
{
	struct resource address, nobody;

	CALL(t, "MCI-ERR-04", "allocate a public address", address_make(t, &address));
	tc_unknown(t, KIND_VM, &nobody);
	CHECK_REFUSED_AS(t, "MCI-ERR-04", "bind it to a VM that does not exist",
			 tc_act(t, &address, ACT_BIND, &nobody), ERR_NOT_FOUND, ERR_INVALID);
	check_bound_to(t, "MCI-ERR-04", &address, "");
}

TESTCASE(address_unknown_vm) {
	.id = "network.address.bind-unknown-vm",
	.title = "A public address is not bound to a VM that does not exist",
	.purpose = "Check that binding to an unknown VM is refused as not-found or invalid and that the "
		   "address stays free.",
	.verifies = REQS("MCI-ERR-04"),
	.needs = 0,
	.if_claimed = CAN(ADDRESS) | CAN(ADDRESS_BIND),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .addresses = 1, .requests = 20 },
	.timeout_s = 600,
	.run = unknown_vm,
};
