#include "tc/testcase.h"

/*
 * Dashboards list, operators read. A machine that has another name or address in the
 * list gets the command that was meant for its neighbour.
 */
static CO_FN void list_agrees(struct tc *t)
{
	struct tc_site site;
	struct resource vm;

	if (tc_vm_in_state(t, "MCI-VM-09", STATE_RUNNING, &site, &vm))
		tc_check_list_agrees(t, "MCI-VM-09", &vm);
}

TESTCASE(vm_list_agrees) {
	.id = "compute.vm.list-agrees",
	.title = "A VM is the same in the list and when read",
	.purpose = "Check that each field which the list shows of a VM says what a read says.",
	.verifies = REQS("MCI-VM-09"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 60 },
	.any_site = true,
	.timeout_s = 900,
	.run = list_agrees,
};
