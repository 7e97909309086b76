#include "tc/testcase.h"

/*
 * A size that does not exist must not be replaced by one that does: the bill
 * and the machine are then somebody else's idea.
 */
static CO_FN void unknown_spec(struct tc *t)
{
	struct tc_site site;
	struct resource want, nobody;

	CALL(t, "MCI-ERR-04", "make network, security group and key pair", tc_site(t, &site));
	tc_vm_want(t, &site, &want);
	tc_unknown(t, KIND_SPEC, &nobody);
	str_copy(want.vm.spec, ID_MAX, nobody.id);
	tc_check_order_refused(t, "MCI-ERR-04", "create a VM of a spec that does not exist", &want);
}

TESTCASE(vm_unknown_spec) {
	.id = "compute.vm.unknown-spec",
	.title = "A VM of a spec that does not exist is refused and nothing is made",
	.purpose = "Check that an unknown spec in a VM create is refused and creates nothing.",
	.verifies = REQS("MCI-ERR-04"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 50 },
	.any_site = true,
	.timeout_s = 600,
	.run = unknown_spec,
};
