#include "tc/testcase.h"

/*
 * Keys are deleted because somebody left or one was lost.  A machine that is
 * still made with it opens to the wrong person, or to nobody.
 */
static CO_FN void deleted_key(struct tc *t)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	struct resource want, vm;
	struct tc_site site;
	size_t named = 0;

	CALL(t, "MCI-ERR-04", "make network, security group and key pair", tc_site(t, &site));
	CALL(t, "MCI-ERR-04", "delete the key pair and wait until it is gone",
	     tc_destroy(t, &site.keypair));
	tc_vm_want(t, &site, &want);
	CHECK_REFUSED_AS(t, "MCI-ERR-04", "create a VM with the deleted key pair",
			 tc_create(t, &want, &vm), ERR_INVALID, ERR_NOT_FOUND);
	CALL(t, "MCI-ERR-04", "list the VMs", tc_list(t, KIND_VM, NULL, &all));
	for (size_t i = 0; i < all.count; i++)
		named += !strcmp(all.at[i].name, want.name);
	CHECK_INT(t, "MCI-KEY-03", "how many VMs of that name exist", 0, (int64_t)named);
}

TESTCASE(vm_deleted_key) {
	.id = "compute.vm.deleted-key",
	.title = "A VM with a deleted key pair is refused and nothing is made",
	.purpose = "Check that a deleted key pair in a VM create is refused and creates nothing.",
	.verifies = REQS("MCI-ERR-04", "MCI-KEY-03"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 50 },
	.any_vpc = true,
	.timeout_s = 600,
	.run = deleted_key,
};
