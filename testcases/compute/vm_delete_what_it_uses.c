#include "tc/testcase.h"

/*
 * The network under a running machine must not be pulled away by a delete that
 * a script sends in the wrong order.
 */
static CO_FN void in_use(struct tc *t)
{
	struct tc_site site;
	struct resource vm, seen;

	CALL(t, "MCI-ERR-05", "make network, security group and key pair", tc_site(t, &site));
	CALL(t, "MCI-ERR-05", "create a VM and wait until it runs", tc_vm(t, &site, &vm));
	CHECK_REFUSED(t, "MCI-NET-05", "delete the network of a running VM",
		      tc_send_destroy(t, &site.vpc), ERR_CONFLICT);
	CHECK_REFUSED(t, "MCI-ERR-05", "delete the subnet of a running VM",
		      tc_send_destroy(t, &site.subnet), ERR_CONFLICT);
	CHECK_REFUSED(t, "MCI-ERR-05", "delete the security group of a running VM",
		      tc_send_destroy(t, &site.sg), ERR_CONFLICT);
	CALL(t, "MCI-ERR-05", "read the network", tc_get(t, &site.vpc, &seen));
	CALL(t, "MCI-ERR-05", "read the subnet", tc_get(t, &site.subnet, &seen));
	CALL(t, "MCI-ERR-05", "read the security group", tc_get(t, &site.sg, &seen));
	CALL(t, "MCI-ERR-05", "read the VM", tc_get(t, &vm, &seen));
	CHECK_TEXT(t, "MCI-ERR-05", "the VM still runs", state_name(STATE_RUNNING),
		   state_name(seen.state));
}

TESTCASE(vm_in_use) {
	.id = "compute.vm.delete-what-it-uses",
	.title = "Network, subnet and security group of a running VM cannot be deleted",
	.purpose = "Check that deletes of what a VM uses are refused as conflicts and change nothing.",
	.verifies = REQS("MCI-NET-05", "MCI-ERR-05"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 80 },
	.timeout_s = 900,
	.run = in_use,
};
