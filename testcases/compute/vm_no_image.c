#include "tc/testcase.h"

/*
 * A machine without a system boots nothing, looks alive from outside and is billed
 * until somebody wonders.
 */
static CO_FN void no_image(struct tc *t)
{
	struct tc_site site = { 0 };
	struct resource want;

	CALL(t, "MCI-ERR-04", "make network, security group and key pair",
	     tc_ground(t, KIND_VM, &site));
	tc_want(t, KIND_VM, &site, &want);
	want.vm.image[0] = '\0';
	tc_check_order_refused(t, "MCI-ERR-04", "create a VM without an image", &want);
}

TESTCASE(vm_no_image) {
	.id = "compute.vm.no-image",
	.title = "A VM without an image is refused and nothing is made",
	.purpose = "Check that a VM create without an image is refused and creates nothing.",
	.verifies = REQS("MCI-ERR-04"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 50 },
	.any_site = true,
	.timeout_s = 600,
	.run = no_image,
};
