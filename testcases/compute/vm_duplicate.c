#include "tc/testcase.h"

/*
 * A create is repeated when its answer was lost.  A second machine under the
 * same name is paid for, and answers in place of the first.
 */
static CO_FN void duplicate(struct tc *t)
{
	struct resource vm, again, second;
	struct tc_site site;

	CALL(t, "MCI-IDM-02", "make network, security group and key pair", tc_site(t, &site));
	CALL(t, "MCI-IDM-02", "create a VM and wait until it runs", tc_vm(t, &site, &vm));
	tc_vm_want(t, &site, &again);
	str_copy(again.name, sizeof(again.name), vm.name);
	if (t->dialect->names_unique & KIND_BIT(KIND_VM)) {
		CHECK_REFUSED(t, "MCI-IDM-02", "create a second one of the same name",
			      tc_create(t, &again, &second), ERR_CONFLICT);
	} else {
		CALL(t, "MCI-IDM-02", "create a second one of the same name", tc_create(t, &again, &second));
		CHECK(t, "MCI-IDM-02", "the second one has an id of its own",
		      strcmp(second.id, vm.id), "another id", second.id);
	}
	tc_check_listed(t, "MCI-IDM-02", &vm, true);
}

TESTCASE(vm_duplicate) {
	.id = "compute.vm.duplicate-name",
	.title = "A second VM of the same name never takes the place of the first",
	.purpose = "Check that creating a VM under a name in use is refused as a conflict or, "
		   "where names are not unique, makes one of its own.",
	.verifies = REQS("MCI-IDM-02"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 2, .vpcs = 1, .requests = 90 },
	.any_site = true,
	.timeout_s = 1200,
	.run = duplicate,
};
