#include "tc/testcase.h"

/*
 * Resume promises the memory of before. A stopped machine has none: started instead,
 * it comes up with a state that nobody expects.
 */
static CO_FN void resume_stopped(struct tc *t)
{
	struct tc_site site;
	struct resource vm;

	if (tc_vm_in_state(t, "MCI-STM-04", STATE_STOPPED, &site, &vm))
		tc_check_illegal(t, "MCI-STM-04", &vm, ACT_RESUME, STATE_STOPPED);
}

TESTCASE(vm_resume_stopped) {
	.id = "compute.vm.resume-stopped",
	.title = "A stopped VM that is told to resume is left as it is",
	.purpose = "Check that resume, illegal for a stopped VM, gets the documented answer and "
		   "leaves the state alone.",
	.verifies = REQS("MCI-STM-04"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM) | CAN(VM_STOP),
	.if_claimed = CAN(VM_SUSPEND),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 80 },
	.any_site = true,
	.timeout_s = 1200,
	.run = resume_stopped,
};
