#include "tc/testcase.h"

/*
 * Configuration management looks machines up by name. Folded case makes it create the
 * same machine again on every run.
 */
static CO_FN void name_case(struct tc *t)
{
	struct tc_site site = { 0 };
	struct resource want;

	CALL(t, "MCI-VM-02", "make network, security group and key pair", tc_ground(t, KIND_VM, &site));
	tc_want(t, KIND_VM, &site, &want);
	str_copy(want.name + strlen(want.name), 20, "-MiXedCaSe");
	tc_check_name_kept(t, "MCI-VM-02", &want);
}

TESTCASE(vm_name_case) {
	.id = "compute.vm.name-case",
	.title = "The name of a VM keeps its upper and lower case",
	.purpose = "Check that a name in mixed case reads back as given.",
	.verifies = REQS("MCI-VM-02"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 60 },
	.any_site = true,
	.timeout_s = 900,
	.run = name_case,
};
