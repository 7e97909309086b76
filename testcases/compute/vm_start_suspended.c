#include "tc/testcase.h"

/*
 * Start means a fresh boot. Done to a suspended machine it throws away the memory that
 * was kept on purpose.
 */
static CO_FN void start_suspended(struct tc *t)
{
	struct tc_site site;
	struct resource vm;

	if (tc_vm_in_state(t, "MCI-STM-04", STATE_SUSPENDED, &site, &vm))
		tc_check_illegal(t, "MCI-STM-04", &vm, ACT_START, STATE_SUSPENDED);
}

TESTCASE(vm_start_suspended) {
	.id = "compute.vm.start-suspended",
	.title = "A suspended VM that is told to start is left as it is",
	.purpose = "Check that start, illegal for a suspended VM, gets the documented answer and "
		   "leaves the state alone.",
	.verifies = REQS("MCI-STM-04"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM) | CAN(VM_STOP),
	.if_claimed = CAN(VM_SUSPEND),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 80 },
	.any_site = true,
	.timeout_s = 1200,
	.run = start_suspended,
};
