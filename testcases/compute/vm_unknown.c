#include "tc/testcase.h"

/*
 * An empty answer for a machine that does not exist reads as a machine that is
 * ill: a watchdog restarts it for ever.
 */
static CO_FN void unknown(struct tc *t)
{
	struct resource nobody;

	tc_unknown(t, KIND_VM, &nobody);
	tc_check_absent(t, "MCI-ERR-02", &nobody);
}

TESTCASE(vm_unknown) {
	.id = "compute.vm.unknown-id",
	.title = "A VM that does not exist is answered with not-found",
	.purpose = "Check that reading and deleting an unknown VM is refused as not-found.",
	.verifies = REQS("MCI-ERR-02"),
	.needs = CAN(VM),
	.severity = SEV_MAJOR,
	.impact = IMPACT_READ,
	.budget = { .requests = 6 },
	.timeout_s = 60,
	.run = unknown,
};
