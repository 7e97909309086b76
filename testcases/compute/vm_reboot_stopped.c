#include "vm_reaches.h"

/*
 * A machine that was taken out of service must stay out until somebody starts
 * it; a reboot that wakes it brings an old copy of a service back.
 */
static CO_FN void reboot_stopped(struct tc *t)
{
	struct tc_site site;
	struct resource vm, seen;

	CALL(t, "MCI-STM-04", "make network, security group and key pair", tc_site(t, &site));
	CALL(t, "MCI-STM-04", "create a VM and wait until it runs", tc_vm(t, &site, &vm));
	CALL(t, "MCI-STM-04", "stop it", tc_act(t, &vm, ACT_STOP, NULL));
	if (vm_reaches(t, "MCI-STM-04", &vm, STATE_STOPPED, &seen))
		tc_check_illegal(t, "MCI-STM-04", &vm, ACT_REBOOT, STATE_STOPPED);
}

TESTCASE(vm_reboot_stopped) {
	.id = "compute.vm.reboot-stopped",
	.title = "A stopped VM that is told to reboot is left as it is",
	.purpose = "Check that reboot, illegal for a stopped VM, gets the documented answer and leaves the "
		   "state alone.",
	.verifies = REQS("MCI-STM-04"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM) | CAN(VM_STOP),
	.if_claimed = CAN(VM_REBOOT),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 80 },
	.any_site = true,
	.timeout_s = 1200,
	.run = reboot_stopped,
};
