#include "tc/testcase.h"

/*
 * Resuming what runs must do no harm: a scheduler resumes everything in the morning,
 * and a restored memory image would throw away the night's work.
 */
static CO_FN void resume_running(struct tc *t)
{
	struct tc_site site;
	struct resource vm;

	if (tc_vm_in_state(t, "MCI-STM-04", STATE_RUNNING, &site, &vm))
		tc_check_illegal(t, "MCI-STM-04", &vm, ACT_RESUME, STATE_RUNNING);
}

TESTCASE(vm_resume_running) {
	.id = "compute.vm.resume-running",
	.title = "A running VM that is told to resume is left as it is",
	.purpose = "Check that resume, illegal for a running VM, gets the documented answer and "
		   "leaves the state alone.",
	.verifies = REQS("MCI-STM-04"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.if_claimed = CAN(VM_SUSPEND),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 80 },
	.any_site = true,
	.timeout_s = 1200,
	.run = resume_running,
};
