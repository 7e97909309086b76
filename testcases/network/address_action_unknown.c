#include "tc/testcase.h"

/*
 * "Bound" said of an address that does not exist is a service that nobody reaches, and
 * whose operator looks for the reason everywhere else.
 */
static CO_FN void action_unknown(struct tc *t)
{
	tc_check_act_absent(t, "MCI-ERR-02", KIND_ADDRESS, ACT_BIND, ACT_UNBIND);
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
