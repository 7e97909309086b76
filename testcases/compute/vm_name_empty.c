#include "tc/testcase.h"

/*
 * A template with an unset variable asks for a machine without a name. Made, it
 * escapes every clean-up that goes by names.
 */
static CO_FN void name_empty(struct tc *t)
{
	struct tc_site site = { 0 };
	struct resource want;

	CALL(t, "MCI-ERR-04", "make network, security group and key pair", tc_ground(t, KIND_VM, &site));
	tc_want(t, KIND_VM, &site, &want);
	want.name[0] = '\0';
	tc_check_name_refused(t, "MCI-ERR-04", "create a VM with an empty name", &want);
}

TESTCASE(vm_name_empty) {
	.id = "compute.vm.name-empty",
	.title = "A VM with an empty name is refused",
	.purpose = "Check that creating a VM with an empty name is refused as invalid.",
	.verifies = REQS("MCI-ERR-04"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 60 },
	.any_site = true,
	.timeout_s = 900,
	.run = name_empty,
};
