#include "tc/testcase.h"

/*
 * A soft reboot asks the guest, and a suspended guest cannot answer. A cloud that goes
 * on regardless throws its memory away.
 */
static CO_FN void reboot_suspended(struct tc *t)
{
	struct tc_site site;
	struct resource vm;

	if (tc_vm_in_state(t, "MCI-STM-04", STATE_SUSPENDED, &site, &vm))
		tc_check_illegal(t, "MCI-STM-04", &vm, ACT_REBOOT, STATE_SUSPENDED);
}

TESTCASE(vm_reboot_suspended) {
	.id = "compute.vm.reboot-suspended",
	.title = "A suspended VM that is told to reboot is left as it is",
	.purpose = "Check that reboot, illegal for a suspended VM, gets the documented answer "
		   "and leaves the state alone.",
	.verifies = REQS("MCI-STM-04"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.if_claimed = CAN(VM_SUSPEND) | CAN(VM_REBOOT),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 80 },
	.any_site = true,
	.timeout_s = 1200,
	.run = reboot_suspended,
};
