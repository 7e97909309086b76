#include "vm_reaches.h"

/*
 * A machine that is switched off every evening must come back every morning. What
 * leaks at each turn shows only after a few.
 */
static CO_FN void thrice(struct tc *t)
{
	struct tc_site site;
	struct resource vm, again;

	if (!tc_vm_in_state(t, "MCI-VM-04", STATE_RUNNING, &site, &vm))
		return;
	for (int i = 0; i < 3; i++) {
		CALL(t, "MCI-VM-04", "stop it", tc_act(t, &vm, ACT_STOP, NULL));
		if (!vm_reaches(t, "MCI-VM-04", &vm, STATE_STOPPED, &again))
			return;
		CALL(t, "MCI-VM-04", "start it", tc_act(t, &vm, ACT_START, NULL));
		if (!vm_reaches(t, "MCI-VM-04", &vm, STATE_RUNNING, &again))
			return;
	}
	CHECK_TEXT(t, "MCI-VM-06", "its id stays", vm.id, again.id);
	CHECK_TEXT(t, "MCI-VM-06", "its private address stays", vm.vm.private_ip, again.vm.private_ip);
}

TESTCASE(vm_stop_start_thrice) {
	.id = "compute.vm.stop-start-thrice",
	.title = "A VM can be stopped and started again and again",
	.purpose = "Check that a VM follows three rounds of stop and start and keeps its "
		   "identity.",
	.verifies = REQS("MCI-VM-04", "MCI-VM-06", "MCI-STM-03"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM) | CAN(VM_STOP),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 160 },
	.any_site = true,
	.timeout_s = 1800,
	.run = thrice,
};
