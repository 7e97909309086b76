#include "tc/testcase.h"

/*
 * Stopping a suspended machine loses the memory it was suspended to keep.
 */
static CO_FN void stop_suspended(struct tc *t)
{
	struct tc_site site;
	struct resource vm;

	if (tc_vm_in_state(t, "MCI-STM-04", STATE_SUSPENDED, &site, &vm))
		tc_check_illegal(t, "MCI-STM-04", &vm, ACT_STOP, STATE_SUSPENDED);
}

TESTCASE(vm_stop_suspended) {
	.id = "compute.vm.stop-suspended",
	.title = "A suspended VM that is told to stop is left as it is",
	.purpose = "Check that stop, illegal for a suspended VM, gets the documented answer and "
		   "leaves the state alone.",
	.verifies = REQS("MCI-STM-04"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM) | CAN(VM_STOP),
	.if_claimed = CAN(VM_SUSPEND),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 80 },
	.any_site = true,
	.timeout_s = 1200,
	.run = stop_suspended,
};
