#include "tc/testcase.h"

/*
 * A public address that stays bound to a machine that is gone can be neither used nor
 * given back, and is billed by the hour.
 */

/* Where a public address needs it: a router between subnet and outside. */
static CO_FN bool way_out(struct tc *t, const struct tc_site *site)
{
	struct resource want, router;

	if (!t->dialect->needs_router)
		return true;
	tc_want(t, KIND_ROUTER, site, &want);
	return tc_stimulus(t, "MCI-VM-07", "create a router", tc_create(t, &want, &router), AT) &&
	       tc_stimulus(t, "MCI-VM-07", "join the subnet",
			   tc_act(t, &router, ACT_JOIN, &site->subnet), AT);
}

static CO_FN void frees_address(struct tc *t)
{
	struct resource want, address, vm, seen;
	struct tc_site site;

	if (!tc_vm_in_state(t, "MCI-VM-07", STATE_RUNNING, &site, &vm) || !way_out(t, &site))
		return;
	tc_want(t, KIND_ADDRESS, &site, &want);
	CALL(t, "MCI-VM-07", "allocate a public address", tc_create(t, &want, &address));
	CALL(t, "MCI-VM-07", "bind it to the VM", tc_act(t, &address, ACT_BIND, &vm));
	CALL(t, "MCI-VM-07", "delete the VM and wait until it is gone", tc_destroy(t, &vm));
	CALL(t, "MCI-VM-07", "read the address", tc_get(t, &address, &seen));
	CHECK_TEXT(t, "MCI-VM-07", "the address is free", state_name(STATE_AVAILABLE),
		   state_name(seen.state));
	CHECK(t, "MCI-VM-07", "the address names no VM", !*seen.address.vm, "none",
	      *seen.address.vm ? seen.address.vm : "none");
	CALL(t, "MCI-NET-06", "release it and wait until it is gone", tc_destroy(t, &address));
}

TESTCASE(vm_frees_address) {
	.id = "compute.vm.frees-public-address",
	.title = "A terminated VM gives its public address free",
	.purpose = "Check that a public address bound to a VM is free and can be released when "
		   "the VM is terminated.",
	.verifies = REQS("MCI-VM-07", "MCI-NET-06"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.if_claimed = CAN(ADDRESS) | CAN(ADDRESS_BIND),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .addresses = 1, .requests = 100 },
	.timeout_s = 1200,
	.run = frees_address,
};
