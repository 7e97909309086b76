#include "tc/testcase.h"

/*
 * Keys are cleared away when somebody leaves. The machines made with them serve on: a
 * cloud that touches them turns tidying up into an outage.
 */
static CO_FN void key_gone(struct tc *t)
{
	struct tc_site site;
	struct resource vm, seen;
	int r;

	if (!tc_vm_in_state(t, "MCI-KEY-03", STATE_RUNNING, &site, &vm))
		return;
	r = tc_send_destroy(t, &site.keypair);
	if (r < 0)
		CHECK_REFUSED(t, "MCI-KEY-03", "delete the key pair of a running VM", r, ERR_CONFLICT);
	else
		CHECK(t, "MCI-KEY-03", "delete the key pair of a running VM", true,
		      "accepted, or refused as in use", "accepted");
	CALL(t, "MCI-KEY-03", "read the VM", tc_get(t, &vm, &seen));
	CHECK_TEXT(t, "MCI-KEY-03", "the VM still runs", state_name(STATE_RUNNING),
		   state_name(seen.state));
	CHECK_TEXT(t, "MCI-KEY-03", "its private address stays", vm.vm.private_ip, seen.vm.private_ip);
}

TESTCASE(vm_key_gone) {
	.id = "compute.vm.key-deleted-while-running",
	.title = "A VM runs on when its key pair is deleted",
	.purpose = "Check that deleting a key pair leaves a running VM that was made with it "
		   "running, with its address.",
	.verifies = REQS("MCI-KEY-03"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 60 },
	.timeout_s = 900,
	.run = key_gone,
};
