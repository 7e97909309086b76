#include "vm_reaches.h"

/*
 * Stopping a server frees its processor, not its identity.  A cloud that
 * brings it back under a new id or address breaks every inventory that
 * points at the old one.
 */
static CO_FN void stop_start(struct tc *t)
{
	struct tc_site site;
	struct resource vm, again;

	CALL(t, "MCI-VM-04", "make network, security group and key pair", tc_site(t, &site));
	CALL(t, "MCI-VM-04", "create a VM and wait until it runs", tc_vm(t, &site, &vm));
	CALL(t, "MCI-VM-04", "stop it", tc_act(t, &vm, ACT_STOP, NULL));
	if (!vm_reaches(t, "MCI-VM-04", &vm, STATE_STOPPED, &again))
		return;
	CALL(t, "MCI-VM-04", "start it", tc_act(t, &vm, ACT_START, NULL));
	if (!vm_reaches(t, "MCI-VM-04", &vm, STATE_RUNNING, &again))
		return;
	CHECK_TEXT(t, "MCI-VM-06", "its id stays", vm.id, again.id);
	CHECK_TEXT(t, "MCI-VM-06", "its private address stays", vm.vm.private_ip, again.vm.private_ip);
	CHECK_TEXT(t, "MCI-VM-04", "its spec stays", vm.vm.spec, again.vm.spec);
}

TESTCASE(vm_stop_start) {
	.id = "compute.vm.stop-start",
	.title = "A stopped and restarted VM keeps its id and private address",
	.purpose = "Check that stop and start lead to the stopped and running states and that identity "
		   "and private address survive, within the declared time.",
	.verifies = REQS("MCI-VM-04", "MCI-VM-06", "MCI-STM-03"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM) | CAN(VM_STOP),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 90 },
	.any_site = true,
	.timeout_s = 1200,
	.run = stop_start,
};
