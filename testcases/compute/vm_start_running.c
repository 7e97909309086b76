#include "tc/testcase.h"

/*
 * Starting what runs must do no harm: an orchestrator repeats commands, and one
 * that disturbs a running machine takes the service down.
 */
static CO_FN void illegal(struct tc *t)
{
	struct tc_site site;
	struct resource vm, seen;
	int r;

	CALL(t, "MCI-STM-04", "make network, security group and key pair", tc_site(t, &site));
	CALL(t, "MCI-STM-04", "create a VM and wait until it runs", tc_vm(t, &site, &vm));
	r = tc_act(t, &vm, ACT_START, NULL);
	if (t->dialect->illegal_action == EXPECT_REFUSED || r < 0)
		CHECK_REFUSED_AS(t, "MCI-STM-04", "start it although it runs", r, ERR_CONFLICT, ERR_INVALID);
	else
		CHECK(t, "MCI-STM-04", "start it although it runs", true, "refused, or without effect",
		      "accepted");
	CALL(t, "MCI-STM-04", "read it", tc_get(t, &vm, &seen));
	CHECK_TEXT(t, "MCI-STM-04", "it still runs", state_name(STATE_RUNNING), state_name(seen.state));
	CHECK_TEXT(t, "MCI-STM-04", "its private address stays", vm.vm.private_ip, seen.vm.private_ip);
}

TESTCASE(vm_illegal_action) {
	.id = "compute.vm.start-running",
	.title = "Starting a running VM is refused or has no effect",
	.purpose = "Check that an action that is illegal in the present state gets the documented answer "
		   "and leaves the state alone.",
	.verifies = REQS("MCI-STM-04"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM) | CAN(VM_STOP),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 60 },
	.any_site = true,
	.timeout_s = 900,
	.run = illegal,
};
