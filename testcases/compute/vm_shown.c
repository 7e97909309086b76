#include "tc/testcase.h"

/*
 * The create was answered, the next call asks for the machine: "not found" makes a
 * controller order it again.
 */
static CO_FN void shown(struct tc *t)
{
	tc_check_new_shown(t, "MCI-VM-09", KIND_VM);
}

TESTCASE(vm_shown) {
	.id = "compute.vm.shown-at-once",
	.title = "A new VM is shown by read and list at once",
	.purpose = "Check that read and list show a VM whose create was answered at the first "
		   "look or within the declared consistency window, which is measured.",
	.verifies = REQS("MCI-VM-09"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 260 },
	.any_site = true,
	.timeout_s = 900,
	.run = shown,
};
