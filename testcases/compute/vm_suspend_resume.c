#include "tc/testcase.h"

/*
 * Suspending keeps the memory: who resumes expects to go on where the machine
 * stood.  One that comes back as another machine has lost the work.
 */
static CO_FN void suspend_resume(struct tc *t)
{
	struct tc_site site;
	struct resource vm, again;

	CALL(t, "MCI-VM-05", "make network, security group and key pair", tc_site(t, &site));
	CALL(t, "MCI-VM-05", "create a VM and wait until it runs", tc_vm(t, &site, &vm));
	CALL(t, "MCI-VM-05", "suspend it", tc_act(t, &vm, ACT_SUSPEND, NULL));
	CALL(t, "MCI-VM-05", "wait until it is suspended", tc_wait(t, &vm, STATE_SUSPENDED, &again, NULL));
	CHECK_REFUSED(t, "MCI-STM-04", "suspend it again", tc_act(t, &vm, ACT_SUSPEND, NULL), ERR_CONFLICT);
	CALL(t, "MCI-VM-05", "resume it", tc_act(t, &vm, ACT_RESUME, NULL));
	CALL(t, "MCI-VM-05", "wait until it runs", tc_wait(t, &vm, STATE_RUNNING, &again, NULL));
	CHECK_TEXT(t, "MCI-VM-05", "its id stays", vm.id, again.id);
	CHECK_TEXT(t, "MCI-VM-05", "its private address stays", vm.vm.private_ip, again.vm.private_ip);
}

TESTCASE(vm_suspend_resume) {
	.id = "compute.vm.suspend-resume",
	.title = "A suspended and resumed VM is the same machine",
	.purpose = "Check that suspend and resume lead to the suspended and running states, that a second "
		   "suspend is refused, and that identity and private address survive.",
	.verifies = REQS("MCI-VM-05", "MCI-STM-04"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.if_claimed = CAN(VM_SUSPEND),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 90 },
	.any_site = true,
	.timeout_s = 1200,
	.run = suspend_resume,
};
