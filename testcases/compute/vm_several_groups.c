#include "tc/testcase.h"

/*
 * One group lets the administrators in, another the customers. A cloud that keeps only
 * the first of them locks one of the two out.
 */
static CO_FN void several_groups(struct tc *t)
{
	struct tc_site site = { 0 };
	struct resource second, want, vm, seen;

	CALL(t, "MCI-VM-02", "make network, security group and key pair", tc_ground(t, KIND_VM, &site));
	CALL(t, "MCI-VM-02", "make another security group", tc_sg(t, &site.vpc, &second));
	tc_want(t, KIND_VM, &site, &want);
	str_copy(want.vm.sgs[1], ID_MAX, second.id);
	CALL(t, "MCI-VM-02", "create a VM with both", tc_create(t, &want, &vm));
	CALL(t, "MCI-VM-02", "wait until it runs", tc_wait(t, &vm, STATE_RUNNING, &seen, NULL));
	tc_check_same(t, "MCI-VM-02", &want, &seen);
	CHECK_REFUSED(t, "MCI-ERR-05", "delete the second group while the VM uses it",
		      tc_send_destroy(t, &second), ERR_CONFLICT);
}

TESTCASE(vm_several_groups) {
	.id = "compute.vm.several-groups",
	.title = "A VM has every security group that was asked for",
	.purpose = "Check that a VM created with two security groups shows both and holds both "
		   "in use.",
	.verifies = REQS("MCI-VM-02", "MCI-ERR-05"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .sgs = 2, .requests = 80 },
	.timeout_s = 900,
	.run = several_groups,
};
