#include "vm_whole.h"

/*
 * A reboot is the operator's first remedy.  It must come back as the same
 * machine at the same address, of the same size and with its key, and come back at all.
 */
static CO_FN void reboot(struct tc *t)
{
	struct tc_site site;
	struct resource vm, again;

	CALL(t, "MCI-VM-06", "make network, security group and key pair", tc_site(t, &site));
	CALL(t, "MCI-VM-06", "create a VM and wait until it runs", tc_vm(t, &site, &vm));
	CALL(t, "MCI-VM-06", "reboot it", tc_act(t, &vm, ACT_REBOOT, NULL));
	CALL(t, "MCI-VM-06", "wait until it runs", tc_wait(t, &vm, STATE_RUNNING, &again, NULL));
	vm_whole(t, "MCI-VM-06", &vm, &again);
}

TESTCASE(vm_reboot) {
	.id = "compute.vm.reboot",
	.title = "A rebooted VM keeps its id, private address and all it was ordered with",
	.purpose = "Check that a reboot ends in the running state with identity, private address and "
		   "all that was ordered kept.",
	.verifies = REQS("MCI-VM-06"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.if_claimed = CAN(VM_REBOOT),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 80 },
	.any_site = true,
	.timeout_s = 1200,
	.run = reboot,
};
