#include "address.h"

/*
 * Clean-up scripts unbind what may be free already.  That must not break the
 * address, nor hand it to somebody else.
 */
static CO_FN void unbind_free(struct tc *t)
{
	struct tc_site site = { 0 };
	struct resource vm, address;
	bool ok;

	CALL(t, "MCI-IDM-03", "create a VM and wait until it runs", tc_make(t, KIND_VM, &site, &vm));
	if (!address_way(t, "MCI-IDM-03", &site))
		return;
	CALL(t, "MCI-IDM-03", "allocate a public address", address_make(t, &address));
	(void)tc_check_expected(t, "MCI-IDM-03", "unbind the address that is free",
				tc_act(t, &address, ACT_UNBIND, &vm), t->dialect->unbind_free,
				&ok, AT);
	check_bound_to(t, "MCI-IDM-03", &address, "");
	CALL(t, "MCI-IDM-03", "bind it", tc_act(t, &address, ACT_BIND, &vm));
	CALL(t, "MCI-IDM-03", "unbind it", tc_act(t, &address, ACT_UNBIND, &vm));
	(void)tc_check_expected(t, "MCI-IDM-03", "unbind it again",
				tc_act(t, &address, ACT_UNBIND, &vm), t->dialect->unbind_free,
				&ok, AT);
	check_bound_to(t, "MCI-IDM-03", &address, "");
}

TESTCASE(address_unbind_free) {
	.id = "network.address.unbind-free",
	.title = "Unbinding a public address that is free does no harm",
	.purpose = "Check that unbinding a free address is accepted or refused as a conflict, as "
		   "documented, and that it can be bound afterwards.",
	.verifies = REQS("MCI-IDM-03"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.if_claimed = CAN(ADDRESS) | CAN(ADDRESS_BIND),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .addresses = 1, .requests = 90 },
	.timeout_s = 900,
	.run = unbind_free,
};
