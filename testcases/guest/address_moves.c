#include "tc/guest.h"

/*
 * Moving a public address is how a service is switched to another machine. One that is
 * bound in the API and leads elsewhere sends customers to the wrong machine, or nowhere.
 */
static CO_FN int allocate(struct tc *t, struct resource *ret)
{
	struct resource want;

	resource_init(&want, KIND_ADDRESS);
	str_copy(want.address.external_network, ID_MAX, t->cfg->external_network);
	return tc_create(t, &want, ret);
}

static CO_FN void moves(struct tc *t)
{
	struct resource one, two, address;
	struct tc_guest *at_one, *at_two;
	struct tc_site site;

	if (t->cfg->guest.private_address) {
		tc_not_applicable(t, "MCI-NET-06", "VMs are asked at their private addresses");
		return;
	}
	CALL(t, "MCI-VM-01", "make a network and a group that opens both ports",
	     tc_guest_open_site(t, &site));
	CALL(t, "MCI-VM-01", "create a VM and wait until it runs", tc_guest_bare(t, &site, &one));
	CALL(t, "MCI-VM-01", "create another and wait until it runs", tc_guest_bare(t, &site, &two));
	CALL(t, "MCI-NET-06", "allocate a public address", allocate(t, &address));
	CALL(t, "MCI-NET-06", "bind it to the first VM", tc_act(t, &address, ACT_BIND, &one));
	CALL(t, "MCI-NET-06", "ask at that address", tc_guest(t, &one, address.address.ip, &at_one));
	if (!tc_check_reachable(t, "MCI-NET-06", "the first VM answers there", at_one, 0))
		return;
	CALL(t, "MCI-NET-06", "unbind it", tc_act(t, &address, ACT_UNBIND, &one));
	if (!tc_check_unreachable(t, "MCI-NET-06", "nobody answers there", at_one, 0))
		return;
	CALL(t, "MCI-NET-06", "bind it to the second VM", tc_act(t, &address, ACT_BIND, &two));
	CALL(t, "MCI-NET-06", "ask there again", tc_guest(t, &two, address.address.ip, &at_two));
	tc_check_reachable(t, "MCI-NET-06", "the second VM answers there", at_two, 0);
}

TESTCASE(guest_address_moves) {
	.id = "guest.address.moves",
	.title = "A public address leads to the VM that it is bound to, and to nobody when it is free",
	.purpose = "Check from outside that a VM answers at an address that is bound to it, nobody once "
		   "it is unbound, and another VM after it was bound to that.",
	.verifies = REQS("MCI-NET-06", "MCI-VM-01"),
	.needs = GUEST_NEEDS,
	.if_claimed = CAN(ADDRESS) | CAN(ADDRESS_BIND),
	.inside = INSIDE_GUEST,
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 2, .vpcs = 1, .addresses = 1, .requests = 260 },
	.any_vpc = true,
	.timeout_s = 1500,
	.run = moves,
};
