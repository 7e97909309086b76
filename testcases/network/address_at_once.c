#include "tc/testcase.h"

/*
 * An order for an address that was sent twice and accepted twice is paid for
 * twice, and the second is in nobody's books.
 */
static CO_FN void at_once(struct tc *t)
{
	struct tc_site site = { 0 };
	struct resource want;

	CALL(t, "MCI-IDM-04", "make what it needs", tc_ground(t, KIND_ADDRESS, &site));
	tc_want(t, KIND_ADDRESS, &site, &want);
	tc_check_at_once(t, "MCI-IDM-04", &want, 4);
}

TESTCASE(address_at_once) {
	.id = "network.address.create-at-once",
	.title = "Of public addresses allocated at once under one name one wins",
	.purpose = "Check that of four creates of one name sent at once exactly one wins where names are "
		   "unique, and that else each makes one of its own.",
	.verifies = REQS("MCI-IDM-04"),
	.needs = 0,
	.if_claimed = CAN(ADDRESS),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .addresses = 4, .requests = 32 },
	.timeout_s = 600,
	.run = at_once,
};
