#include "tc/testcase.h"

/*
 * A machine named in Hangul must be found again under that name. Garbled, it is
 * nobody's, and is billed for ever.
 */
static CO_FN void name_unicode(struct tc *t)
{
	struct tc_site site = { 0 };
	struct resource want;

	CALL(t, "MCI-VM-02", "make network, security group and key pair", tc_ground(t, KIND_VM, &site));
	tc_want(t, KIND_VM, &site, &want);
	tc_check_unicode_name(t, t->dialect->names_unicode & KIND_BIT(KIND_VM) ? "MCI-VM-02" :
			      "MCI-ERR-04", &want);
}

TESTCASE(vm_name_unicode) {
	.id = "compute.vm.name-unicode",
	.title = "Letters outside ASCII in a VM name are kept, or refused as invalid",
	.purpose = "Check that a name in several scripts reads back as given where names may "
		   "hold it and is refused as invalid where not.",
	.verifies = REQS("MCI-VM-02", "MCI-ERR-04"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 60 },
	.any_site = true,
	.timeout_s = 900,
	.run = name_unicode,
};
