#include "tc/testcase.h"

/*
 * A typing error in a network must end at the order. Half made, the machine holds
 * quota and cannot be reached.
 */
static CO_FN void unknown_network(struct tc *t)
{
	struct tc_site site = { 0 };
	struct resource want, nobody;

	CALL(t, "MCI-ERR-04", "make network, security group and key pair",
	     tc_ground(t, KIND_VM, &site));
	tc_want(t, KIND_VM, &site, &want);
	tc_unknown(t, KIND_VPC, &nobody);
	str_copy(want.vm.vpc, ID_MAX, nobody.id);
	tc_check_order_refused(t, "MCI-ERR-04", "create a VM in a network that does not exist", &want);
}

TESTCASE(vm_unknown_network) {
	.id = "compute.vm.unknown-network",
	.title = "A VM in a network that does not exist is refused and nothing is made",
	.purpose = "Check that an unknown network in a VM create is refused and creates nothing.",
	.verifies = REQS("MCI-ERR-04"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 50 },
	.any_site = true,
	.timeout_s = 600,
	.run = unknown_network,
};
