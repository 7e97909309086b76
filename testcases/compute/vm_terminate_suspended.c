#include "tc/testcase.h"

/*
 * A suspended machine that cannot be deleted keeps its memory image, its address and
 * its bill.
 */
static CO_FN void terminate_suspended(struct tc *t)
{
	struct tc_site site;
	struct resource vm;

	if (!tc_vm_in_state(t, "MCI-VM-07", STATE_SUSPENDED, &site, &vm))
		return;
	CALL(t, "MCI-VM-07", "delete it and wait until it is gone", tc_destroy(t, &vm));
	tc_check_listed(t, "MCI-VM-09", &vm, false);
	CALL(t, "MCI-VM-07", "delete its security group, which nothing uses now",
	     tc_destroy(t, &site.sg));
}

TESTCASE(vm_terminate_suspended) {
	.id = "compute.vm.terminate-suspended",
	.title = "A suspended VM can be terminated and frees what it used",
	.purpose = "Check that a suspended VM can be deleted, leaves the list and frees its "
		   "security group.",
	.verifies = REQS("MCI-VM-07", "MCI-VM-09"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.if_claimed = CAN(VM_SUSPEND),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 80 },
	.timeout_s = 1200,
	.run = terminate_suspended,
};
