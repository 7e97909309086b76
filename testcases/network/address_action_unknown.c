#include "tc/testcase.h"

/*
 * "Bound" said of an address that does not exist is a service that nobody reaches, and
 * whose operator looks for the reason everywhere else.
 */
static CO_FN void action_unknown(struct tc *t)
{
	struct tc_site site;
	struct resource vm, nobody;

	CALL(t, "MCI-ERR-02", "make network, security group and key pair", tc_site(t, &site));
	CALL(t, "MCI-ERR-02", "create a VM and wait until it runs", tc_vm(t, &site, &vm));
	tc_unknown(t, KIND_ADDRESS, &nobody);
	CHECK_REFUSED(t, "MCI-ERR-02", "bind a public address that does not exist to the VM",
		      tc_act(t, &nobody, ACT_BIND, &vm), ERR_NOT_FOUND);
	CHECK_REFUSED(t, "MCI-ERR-02", "unbind a public address that does not exist",
		      tc_act(t, &nobody, ACT_UNBIND, &vm), ERR_NOT_FOUND);
}

TESTCASE(address_act_unknown) {
	.id = "network.address.action-unknown",
	.title = "Binding or unbinding a public address that does not exist is answered with not-found",
	.purpose = "Check that bind and unbind of an unknown public address are refused as not-found.",
	.verifies = REQS("MCI-ERR-02"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.if_claimed = CAN(ADDRESS) | CAN(ADDRESS_BIND),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 70 },
	.any_site = true,
	.timeout_s = 900,
	.run = action_unknown,
};
