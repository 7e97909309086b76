#include "tc/testcase.h"

/*
 * A size that does not exist must not be replaced by one that does: the bill
 * and the machine are then somebody else's idea.
 */
static CO_FN void unknown_spec(struct tc *t)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	struct resource want, vm, nobody;
	struct tc_site site;
	size_t named = 0;

	CALL(t, "MCI-ERR-04", "make network, security group and key pair", tc_site(t, &site));
	tc_vm_want(t, &site, &want);
	tc_unknown(t, KIND_SPEC, &nobody);
	str_copy(want.vm.spec, ID_MAX, nobody.id);
	CHECK_REFUSED_AS(t, "MCI-ERR-04", "create a VM of a spec that does not exist",
			 tc_create(t, &want, &vm), ERR_INVALID, ERR_NOT_FOUND);
	CALL(t, "MCI-ERR-04", "list the VMs", tc_list(t, KIND_VM, NULL, &all));
	for (size_t i = 0; i < all.count; i++)
		named += !strcmp(all.at[i].name, want.name);
	CHECK_INT(t, "MCI-ERR-04", "how many VMs of that name exist", 0, (int64_t)named);
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
