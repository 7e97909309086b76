#include "vm_whole.h"

/*
 * What a machine was ordered to be must survive the night it is switched off. One that
 * comes back without its group stands open the next morning.
 */
static CO_FN void whole(struct tc *t)
{
	struct tc_site site;
	struct resource vm, again;

	if (!tc_vm_in_state(t, "MCI-VM-06", STATE_STOPPED, &site, &vm))
		return;
	CALL(t, "MCI-VM-04", "start it", tc_act(t, &vm, ACT_START, NULL));
	CALL(t, "MCI-VM-04", "wait until it runs", tc_wait(t, &vm, STATE_RUNNING, &again, NULL));
	vm_whole(t, "MCI-VM-06", &vm, &again);
}

TESTCASE(vm_stop_start_whole) {
	.id = "compute.vm.stop-start-whole",
	.title = "A restarted VM has all it had: image, spec, network, key, groups, zone",
	.purpose = "Check that stop and start change none of the attributes that a VM was "
		   "ordered with.",
	.verifies = REQS("MCI-VM-06", "MCI-VM-04"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM) | CAN(VM_STOP),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 90 },
	.any_site = true,
	.timeout_s = 1200,
	.run = whole,
};
