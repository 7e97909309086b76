#include "vm_reaches.h"

/*
 * Scripts stop what they are not sure about.  A second stop must not fail the
 * machine or wake it.
 */
static CO_FN void stop_stopped(struct tc *t)
{
	struct tc_site site;
	struct resource vm, seen;

	CALL(t, "MCI-STM-04", "make network, security group and key pair", tc_site(t, &site));
	CALL(t, "MCI-STM-04", "create a VM and wait until it runs", tc_vm(t, &site, &vm));
	CALL(t, "MCI-STM-04", "stop it", tc_act(t, &vm, ACT_STOP, NULL));
	if (vm_reaches(t, "MCI-STM-04", &vm, STATE_STOPPED, &seen))
		tc_check_illegal(t, "MCI-STM-04", &vm, ACT_STOP, STATE_STOPPED);
}

TESTCASE(vm_stop_stopped) {
	.id = "compute.vm.stop-stopped",
	.title = "A stopped VM that is told to stop is left as it is",
	.purpose = "Check that stop, illegal for a stopped VM, gets the documented answer and leaves the "
		   "state alone.",
	.verifies = REQS("MCI-STM-04"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM) | CAN(VM_STOP),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 80 },
	.any_site = true,
	.timeout_s = 1200,
	.run = stop_stopped,
};
