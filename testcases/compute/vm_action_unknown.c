#include "tc/testcase.h"

/*
 * "Stopped" said of a machine that does not exist sends the operator home while the
 * real one runs on under a name spelled otherwise.
 */
static CO_FN void action_unknown(struct tc *t)
{
	struct resource nobody;

	tc_unknown(t, KIND_VM, &nobody);
	CHECK_REFUSED(t, "MCI-ERR-02", "stop what is not there", tc_act(t, &nobody, ACT_STOP, NULL),
		      ERR_NOT_FOUND);
	CHECK_REFUSED(t, "MCI-ERR-02", "start what is not there", tc_act(t, &nobody, ACT_START, NULL),
		      ERR_NOT_FOUND);
}

TESTCASE(vm_act_unknown) {
	.id = "compute.vm.action-unknown",
	.title = "Stopping or starting a VM that does not exist is answered with not-found",
	.purpose = "Check that stop and start of an unknown VM are refused as not-found.",
	.verifies = REQS("MCI-ERR-02"),
	.needs = CAN(VM) | CAN(VM_STOP),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .requests = 6 },
	.timeout_s = 60,
	.run = action_unknown,
};
