#include "tc/testcase.h"

/*
 * Everything else is built inside a virtual network.  One that does not read
 * back as asked puts machines where nobody planned them.
 */
static CO_FN void create_read(struct tc *t)
{
	struct resource vpc, seen;

	CALL(t, "MCI-NET-01", "create a virtual network", tc_vpc(t, &vpc));
	CALL(t, "MCI-NET-01", "read it", tc_get(t, &vpc, &seen));
	CHECK_TEXT(t, "MCI-NET-01", "its id reads back", vpc.id, seen.id);
	CHECK_TEXT(t, "MCI-NET-01", "its name reads back", vpc.name, seen.name);
	tc_check_listed(t, "MCI-NET-01", &vpc, true);
	CALL(t, "MCI-NET-01", "delete it and wait until it is gone", tc_destroy(t, &vpc));
	tc_check_listed(t, "MCI-IDM-06", &vpc, false);
	tc_check_absent(t, "MCI-IDM-01", &vpc);
}

TESTCASE(vpc_create_read) {
	.id = "network.vpc.create-read-delete",
	.title = "A virtual network reads back as created and is gone after its delete",
	.purpose = "Check create, read, list and delete of a virtual network, and the answer to reads "
		   "and deletes after it is gone.",
	.verifies = REQS("MCI-NET-01", "MCI-IDM-06", "MCI-IDM-01"),
	.needs = CAN(VPC),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 24 },
	.timeout_s = 180,
	.run = create_read,
};
