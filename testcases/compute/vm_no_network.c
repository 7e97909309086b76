#include "tc/testcase.h"

/*
 * Put into whatever network there is, a machine stands where its owner's firewall does
 * not reach.
 */
static CO_FN void no_network(struct tc *t)
{
	struct tc_site site = { 0 };
	struct resource want;

	CALL(t, "MCI-ERR-04", "make network, security group and key pair",
	     tc_ground(t, KIND_VM, &site));
	tc_want(t, KIND_VM, &site, &want);
	want.vm.vpc[0] = want.vm.subnet[0] = '\0';
	tc_check_order_refused(t, "MCI-ERR-04", "create a VM without a network", &want);
}

TESTCASE(vm_no_network) {
	.id = "compute.vm.no-network",
	.title = "A VM with an empty network is refused and nothing is made",
	.purpose = "Check that a VM create that names an empty network is refused and creates "
		   "nothing.",
	.verifies = REQS("MCI-ERR-04"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 50 },
	.any_site = true,
	.timeout_s = 600,
	.run = no_network,
};
