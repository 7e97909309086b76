#include "tc/testcase.h"

/*
 * Names carry meaning to their last character: region, role, number. Cut without a
 * word, ten machines share one name, and the wrong one is terminated.
 */
static CO_FN void name_length(struct tc *t)
{
	struct tc_site site = { 0 };
	struct resource want;

	CALL(t, "MCI-VM-02", "make network, security group and key pair", tc_ground(t, KIND_VM, &site));
	tc_want(t, KIND_VM, &site, &want);
	tc_name_of_length(t, KIND_VM, tc_longest_name(t, KIND_VM), want.name);
	tc_check_name_kept(t, "MCI-VM-02", &want);
	if (!t->dialect->name_longest)
		return;
	tc_name_of_length(t, KIND_VM, t->dialect->name_longest + 1, want.name);
	tc_check_name_refused(t, "MCI-ERR-04", "create one whose name is a character too long", &want);
}

TESTCASE(vm_name_length) {
	.id = "compute.vm.name-length",
	.title = "A long VM name is kept whole or refused",
	.purpose = "Check that a long name is kept to the last character and that one over the "
		   "documented length is refused as invalid.",
	.verifies = REQS("MCI-VM-02", "MCI-ERR-04"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 2, .vpcs = 1, .requests = 80 },
	.any_site = true,
	.timeout_s = 900,
	.run = name_length,
};
