#include "tc/testcase.h"

/*
 * A terminated machine is beyond recall. One that still takes commands is still there,
 * and still billed.
 */
static CO_FN void action_terminated(struct tc *t)
{
	struct tc_site site;
	struct resource vm;

	if (!tc_vm_in_state(t, "MCI-ERR-02", STATE_RUNNING, &site, &vm))
		return;
	CALL(t, "MCI-VM-07", "delete it and wait until it is gone", tc_destroy(t, &vm));
	CHECK_REFUSED(t, "MCI-ERR-02", "stop what is not there", tc_act(t, &vm, ACT_STOP, NULL),
		      ERR_NOT_FOUND);
	CHECK_REFUSED(t, "MCI-ERR-02", "start what is not there", tc_act(t, &vm, ACT_START, NULL),
		      ERR_NOT_FOUND);
}

TESTCASE(vm_act_terminated) {
	.id = "compute.vm.action-terminated",
	.title = "Stopping or starting a terminated VM is answered with not-found",
	.purpose = "Check that stop and start of a terminated VM are refused as not-found.",
	.verifies = REQS("MCI-ERR-02", "MCI-VM-07"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM) | CAN(VM_STOP),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 70 },
	.any_site = true,
	.timeout_s = 1200,
	.run = action_terminated,
};
