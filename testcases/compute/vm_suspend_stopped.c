#include "tc/testcase.h"

/*
 * There is no memory to keep in a stopped machine. One that ends up suspended is
 * resumed later into nothing.
 */
static CO_FN void suspend_stopped(struct tc *t)
{
	struct tc_site site;
	struct resource vm;

	if (tc_vm_in_state(t, "MCI-STM-04", STATE_STOPPED, &site, &vm))
		tc_check_illegal(t, "MCI-STM-04", &vm, ACT_SUSPEND, STATE_STOPPED);
}

TESTCASE(vm_suspend_stopped) {
	.id = "compute.vm.suspend-stopped",
	.title = "A stopped VM that is told to suspend is left as it is",
	.purpose = "Check that suspend, illegal for a stopped VM, gets the documented answer and "
		   "leaves the state alone.",
	.verifies = REQS("MCI-STM-04"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM) | CAN(VM_STOP),
	.if_claimed = CAN(VM_SUSPEND),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 80 },
	.any_site = true,
	.timeout_s = 1200,
	.run = suspend_stopped,
};
