#include "address.h"

/*
 * One address handed out twice sends one customer's traffic to another.
 */
static CO_FN void two(struct tc *t)
{
	struct resource one, other, seen;

	CALL(t, "MCI-NET-06", "allocate a public address", address_make(t, &one));
	CALL(t, "MCI-NET-06", "allocate another", address_make(t, &other));
	CHECK(t, "MCI-NET-06", "they are two", strcmp(one.id, other.id), "another id", other.id);
	CHECK(t, "MCI-NET-06", "they are different addresses",
	      strcmp(one.address.ip, other.address.ip), "another address", other.address.ip);
	CALL(t, "MCI-NET-06", "release the second", tc_destroy(t, &other));
	CALL(t, "MCI-NET-06", "read the first", tc_get(t, &one, &seen));
	CHECK_TEXT(t, "MCI-NET-06", "the first is the address that it was", one.address.ip,
		   seen.address.ip);
}

TESTCASE(address_two) {
	.id = "network.address.two-differ",
	.title = "Two public addresses are different, and one can be released without the other",
	.purpose = "Check that two allocated addresses differ in id and address, and that releasing one "
		   "leaves the other.",
	.verifies = REQS("MCI-NET-06"),
	.needs = 0,
	.if_claimed = CAN(ADDRESS),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .addresses = 2, .requests = 20 },
	.timeout_s = 600,
	.run = two,
};
