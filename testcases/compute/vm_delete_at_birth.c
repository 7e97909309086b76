#include "tc/testcase.h"

/*
 * An order is cancelled a moment after it was sent. A delete that is lost while the
 * machine is being built leaves one that nobody knows of.
 */
static CO_FN void at_birth(struct tc *t)
{
	struct tc_site site = { 0 };
	struct resource want, vm;

	CALL(t, "MCI-VM-07", "make network, security group and key pair", tc_ground(t, KIND_VM, &site));
	tc_want(t, KIND_VM, &site, &want);
	CALL(t, "MCI-VM-07", "create a VM", tc_create(t, &want, &vm));
	CALL(t, "MCI-VM-07", "delete it at once and wait until it is gone", tc_destroy(t, &vm));
	tc_check_listed(t, "MCI-VM-09", &vm, false);
}

TESTCASE(vm_delete_at_birth) {
	.id = "compute.vm.delete-at-birth",
	.title = "A VM that is deleted as soon as it was ordered is gone",
	.purpose = "Check that a delete sent right after the create was answered removes the VM.",
	.verifies = REQS("MCI-VM-07", "MCI-VM-09"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 70 },
	.any_site = true,
	.timeout_s = 1200,
	.run = at_birth,
};
