#include "tc/testcase.h"

/*
 * "web" is a name that everybody uses.  A name that another tenant has taken
 * must be free, and deleting mine must not take theirs.
 */
static CO_FN void same_name(struct tc *t)
{
	struct tc_site none = { 0 };
	struct resource want, mine, theirs, seen;
	struct cloud *second;
	struct ref ref;

	CALL(t, "MCI-SEC-05", "open a session of another tenant", tc_second_tenant(t, &second));
	CALL(t, "MCI-SEC-05", "create a virtual network", tc_make(t, KIND_VPC, &none, &mine));
	tc_want(t, KIND_VPC, &none, &want);
	str_copy(want.name, sizeof(want.name), mine.name);
	CALL(t, "MCI-SEC-05", "create one of the same name as the second tenant",
	     tc_create_as(t, second, &want, &theirs));
	if (*mine.native && *theirs.native)
		CHECK(t, "MCI-SEC-05", "the second one is another network",
		      strcmp(mine.native, theirs.native), "another id", theirs.native);
	CALL(t, "MCI-SEC-05", "delete the first tenant's", tc_destroy(t, &mine));
	ref = resource_ref(&theirs);
	CALL(t, "MCI-SEC-05", "read the second tenant's", cloud_get(second, &ref, &seen, &t->err));
	CHECK_TEXT(t, "MCI-SEC-05", "its name is as before", want.name, seen.name);
	CHECK_REFUSED(t, "MCI-SEC-05", "read the first tenant's, which is gone",
		      tc_get(t, &mine, &seen), ERR_NOT_FOUND);
}

TESTCASE(tenant_same_name) {
	.id = "security.tenant.same-name",
	.title = "Two tenants can use the same name, and one's delete leaves the other's",
	.purpose = "Check that a network of a name that another tenant uses can be created and outlives "
		   "the other.",
	.verifies = REQS("MCI-SEC-05"),
	.needs = CAN(VPC),
	.if_claimed = CAN(TENANTS),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 2, .requests = 32 },
	.timeout_s = 600,
	.run = same_name,
};
