#include "tc/testcase.h"

/*
 * "Released" for an address that was never there hides the one that goes on
 * costing money.
 */
static CO_FN void unknown(struct tc *t)
{
	struct resource nobody;

	tc_unknown(t, KIND_ADDRESS, &nobody);
	tc_check_absent(t, "MCI-ERR-02", &nobody);
}

TESTCASE(address_unknown) {
	.id = "network.address.unknown-id",
	.title = "A public address that does not exist is answered with not-found",
	.purpose = "Check that reading and releasing an unknown public address is refused as not-found.",
	.verifies = REQS("MCI-ERR-02"),
	.needs = 0,
	.if_claimed = CAN(ADDRESS),
	.severity = SEV_MAJOR,
	.impact = IMPACT_READ,
	.budget = { .requests = 6 },
	.timeout_s = 400,
	.run = unknown,
};
