#include "tc/testcase.h"

/*
 * A delete whose answer was lost is sent again. The second one must find nothing to
 * do, and must not be a fault.
 */
static CO_FN void twice(struct tc *t)
{
	struct tc_site site;
	struct resource vm;
	int r;

	if (!tc_vm_in_state(t, "MCI-IDM-01", STATE_RUNNING, &site, &vm))
		return;
	CALL(t, "MCI-IDM-01", "delete it", tc_send_destroy(t, &vm));
	r = tc_send_destroy(t, &vm);
	if (r < 0)
		CHECK_REFUSED_AS(t, "MCI-IDM-01", "delete it again at once", r, ERR_NOT_FOUND,
				 ERR_CONFLICT);
	else
		CHECK(t, "MCI-IDM-01", "delete it again at once", true, "accepted, or not-found",
		      "accepted");
	CALL(t, "MCI-IDM-01", "wait until it is gone", tc_wait(t, &vm, STATE_GONE, NULL, NULL));
	tc_check_absent(t, "MCI-IDM-01", &vm);
}

TESTCASE(vm_terminate_twice) {
	.id = "compute.vm.terminate-twice",
	.title = "A VM that is deleted twice is deleted once",
	.purpose = "Check that repeating the delete of a VM, at once and when it is gone, has no "
		   "further effect and gives the documented answer.",
	.verifies = REQS("MCI-IDM-01"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 70 },
	.any_site = true,
	.timeout_s = 1200,
	.run = twice,
};
