#include "tc/testcase.h"

/*
 * A machine made without the group it was to have stands open, or shut, and nobody is
 * told.
 */
static CO_FN void unknown_group(struct tc *t)
{
	struct tc_site site = { 0 };
	struct resource want, nobody;

	CALL(t, "MCI-ERR-04", "make network, security group and key pair",
	     tc_ground(t, KIND_VM, &site));
	tc_want(t, KIND_VM, &site, &want);
	tc_unknown(t, KIND_SG, &nobody);
	str_copy(want.vm.sgs[0], ID_MAX, nobody.id);
	tc_check_order_refused(t, "MCI-ERR-04", "create a VM with a security group that does not exist", &want);
}

TESTCASE(vm_unknown_group) {
	.id = "compute.vm.unknown-group",
	.title = "A VM with a security group that does not exist is refused",
	.purpose = "Check that an unknown security group in a VM create is refused and creates "
		   "nothing.",
	.verifies = REQS("MCI-ERR-04"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 50 },
	.any_site = true,
	.timeout_s = 600,
	.run = unknown_group,
};
