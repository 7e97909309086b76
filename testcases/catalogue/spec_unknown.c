#include "tc/testcase.h"

/*
 * A size that was withdrawn must be answered as gone. An empty answer reads as a
 * machine of no size, and is ordered.
 */
static CO_FN void unknown(struct tc *t)
{
	struct resource nobody, seen;

	tc_unknown(t, KIND_SPEC, &nobody);
	CHECK_REFUSED(t, "MCI-ERR-02", "read a spec that does not exist", tc_get(t, &nobody, &seen),
		      ERR_NOT_FOUND);
}

TESTCASE(spec_unknown) {
	.id = "catalogue.spec.unknown-id",
	.title = "A VM spec that does not exist is answered with not-found",
	.purpose = "Check that reading an unknown spec is refused as not-found.",
	.verifies = REQS("MCI-ERR-02"),
	.needs = CAN(SPEC),
	.severity = SEV_MINOR,
	.impact = IMPACT_READ,
	.budget = { .requests = 3 },
	.timeout_s = 60,
	.run = unknown,
};
