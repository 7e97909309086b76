#include "tc/testcase.h"

/*
 * Moving a public address is how a service is switched to another machine.  One
 * that says "bound" and is not sends customers nowhere.
 */

/* Where a public address needs it: a router between subnet and outside; that of a subnet
 * which is there already is not ours to make. */
static CO_FN bool way_out(struct tc *t, const struct tc_site *site)
{
	struct resource want, router;

	if (!t->dialect->needs_router || tc_is_given(t, &site->subnet))
		return true;
	resource_init(&want, KIND_ROUTER);
	str_copy(want.router.external_network, ID_MAX, t->cfg->external_network);
	return tc_stimulus(t, "MCI-NET-06", "create a router", tc_create(t, &want, &router), AT) &&
	       tc_stimulus(t, "MCI-NET-06", "join the subnet",
			   tc_act(t, &router, ACT_JOIN, &site->subnet), AT);
}

static CO_FN void bind(struct tc *t)
{
	struct resource want, address, vm, seen;
	struct tc_site site;

	CALL(t, "MCI-NET-06", "make network, security group and key pair", tc_site(t, &site));
	if (!way_out(t, &site))
		return;
	CALL(t, "MCI-NET-06", "create a VM and wait until it runs", tc_vm(t, &site, &vm));
	resource_init(&want, KIND_ADDRESS);
	str_copy(want.address.external_network, ID_MAX, t->cfg->external_network);
	CALL(t, "MCI-NET-06", "allocate a public address", tc_create(t, &want, &address));

	CALL(t, "MCI-NET-06", "bind it to the VM", tc_act(t, &address, ACT_BIND, &vm));
	CALL(t, "MCI-NET-06", "read the address", tc_get(t, &address, &seen));
	CHECK_TEXT(t, "MCI-NET-06", "the address is bound", state_name(STATE_BOUND),
		   state_name(seen.state));
	CHECK_TEXT(t, "MCI-NET-06", "the address names the VM", vm.id, seen.address.vm);
	tc_check_list_agrees(t, "MCI-NET-06", &seen);
	CALL(t, "MCI-NET-06", "unbind it", tc_act(t, &address, ACT_UNBIND, &vm));
	CALL(t, "MCI-NET-06", "read the address again", tc_get(t, &address, &seen));
	CHECK_TEXT(t, "MCI-NET-06", "the address is free", state_name(STATE_AVAILABLE),
		   state_name(seen.state));
	tc_check_list_agrees(t, "MCI-NET-06", &seen);
}

TESTCASE(address_bind) {
	.id = "network.address.bind-unbind",
	.title = "A public address can be bound to a VM and unbound",
	.purpose = "Check that binding and unbinding a public address is shown by reading it, and by "
		   "the list.",
	.verifies = REQS("MCI-NET-06"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.if_claimed = CAN(ADDRESS) | CAN(ADDRESS_BIND),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .addresses = 1, .requests = 80 },
	.any_vpc = true,
	.timeout_s = 900,
	.run = bind,
};
