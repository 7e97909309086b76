#include "tc/testcase.h"

/*
 * A machine that lives on after its delete is billed for ever and holds the
 * quota, the key and the network it used.
 */
static CO_FN void terminate(struct tc *t)
{
	struct tc_site site;
	struct resource vm;

	CALL(t, "MCI-VM-07", "make network, security group and key pair", tc_site(t, &site));
	CALL(t, "MCI-VM-07", "create a VM and wait until it runs", tc_vm(t, &site, &vm));
	CALL(t, "MCI-VM-07", "delete it and wait until it is gone", tc_destroy(t, &vm));
	tc_check_listed(t, "MCI-VM-09", &vm, false);
	tc_check_absent(t, "MCI-ERR-02", &vm);
	CALL(t, "MCI-VM-07", "delete its security group, which nothing uses now",
	     tc_destroy(t, &site.sg));
	CALL(t, "MCI-VM-07", "delete its subnet", tc_destroy(t, &site.subnet));
	CALL(t, "MCI-VM-07", "delete its network", tc_destroy(t, &site.vpc));
	tc_check_listed(t, "MCI-IDM-06", &site.vpc, false);
}

TESTCASE(vm_terminate) {
	.id = "compute.vm.terminate",
	.title = "A terminated VM is gone and frees what it used",
	.purpose = "Check that a deleted VM leaves read and list, answers not-found, and lets its "
		   "security group, subnet and network be deleted.",
	.verifies = REQS("MCI-VM-07", "MCI-VM-09", "MCI-ERR-02", "MCI-IDM-06"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 80 },
	.timeout_s = 1200,
	.run = terminate,
};
