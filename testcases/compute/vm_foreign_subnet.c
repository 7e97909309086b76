#include "tc/testcase.h"

/*
 * A machine ordered into one network and put into a subnet of another stands where nobody
 * looks for it, behind the walls of somebody else's.
 */
static CO_FN void foreign_subnet(struct tc *t)
{
	struct tc_site site = { 0 };
	struct resource other, foreign, want;

	CALL(t, "MCI-ERR-04", "make network, security group and key pair",
	     tc_ground(t, KIND_VM, &site));
	if (t->dialect->places_by_network) {
		tc_not_applicable(t, "MCI-ERR-04", "a VM is put into a network, not into a subnet of it");
		return;
	}
	CALL(t, "MCI-ERR-04", "make another network", tc_vpc(t, &other));
	CALL(t, "MCI-ERR-04", "and a subnet of that", tc_subnet(t, &other, &foreign));
	tc_want(t, KIND_VM, &site, &want);
	str_copy(want.vm.subnet, ID_MAX, foreign.id);
	tc_check_order_refused(t, "MCI-ERR-04", "create a VM in the one network and the other's subnet",
			       &want);
}

TESTCASE(vm_foreign_subnet) {
	.id = "compute.vm.foreign-subnet",
	.title = "A VM in one network and another's subnet is refused and nothing is made",
	.purpose = "Check that a subnet of another network in a VM create is refused and creates "
		   "nothing.",
	.verifies = REQS("MCI-ERR-04"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 2, .requests = 60 },
	.timeout_s = 600,
	.run = foreign_subnet,
};
