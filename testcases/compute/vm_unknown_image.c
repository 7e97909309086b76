#include "tc/testcase.h"

/*
 * A request that cannot be met must be refused at once.  Accepted and failed
 * later, or half made, it costs money and hides the mistake.
 */
static CO_FN void unknown_image(struct tc *t)
{
	struct tc_site site;
	struct resource want, nobody;

	CALL(t, "MCI-ERR-04", "make network, security group and key pair", tc_site(t, &site));
	tc_vm_want(t, &site, &want);
	tc_unknown(t, KIND_IMAGE, &nobody);
	str_copy(want.vm.image, ID_MAX, nobody.id);
	tc_check_order_refused(t, "MCI-ERR-04", "create a VM from an image that does not exist", &want);
}

TESTCASE(vm_unknown_image) {
	.id = "compute.vm.unknown-image",
	.title = "A VM from an image that does not exist is refused and nothing is made",
	.purpose = "Check that an invalid argument of a VM create is refused as a client error and "
		   "creates nothing.",
	.verifies = REQS("MCI-ERR-04"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 40 },
	.any_site = true,
	.timeout_s = 600,
	.run = unknown_image,
};
