#include "tc/testcase.h"

/*
 * A controller that runs twice asks for the same machine twice. Where a name is the
 * identity, a second machine under it is paid for and never found.
 */
static CO_FN void at_once(struct tc *t)
{
	struct tc_site site = { 0 };
	struct resource want;

	CALL(t, "MCI-IDM-04", "make network, security group and key pair",
	     tc_ground(t, KIND_VM, &site));
	tc_want(t, KIND_VM, &site, &want);
	tc_check_at_once(t, "MCI-IDM-04", &want, 3);
}

TESTCASE(vm_at_once) {
	.id = "compute.vm.create-at-once",
	.title = "Of VMs created at once under one name exactly one is made, or each is its own",
	.purpose = "Check that of three simultaneous creates of one name one is accepted or, "
		   "where names are not unique, that each makes a VM with an id of its own.",
	.verifies = REQS("MCI-IDM-04"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 3, .vpcs = 1, .requests = 90 },
	.any_site = true,
	.timeout_s = 1200,
	.run = at_once,
};
