#include "tenant.h"

/*
 * A delete that reaches into another tenant's house is the end of it.
 */
static CO_FN void deletes(struct tc *t)
{
	struct tc_site site = { 0 };
	struct cloud *second;
	char what[100];

	CALL(t, "MCI-SEC-05", "open a session of another tenant", tc_second_tenant(t, &second));
	for (size_t i = 0; i < TENANT_KINDS; i++) {
		struct resource mine, seen;
		enum kind kind = tenant_kinds[i];
		struct ref ref;
		int r;

		if (!tenant_has(t, kind))
			continue;
		CALL(t, "MCI-SEC-05", tenant_what("make", kind, what), tc_make(t, kind, &site, &mine));
		ref = resource_ref(&mine);
		r = cloud_destroy(second, &ref, &t->err);
		if (r < 0 || t->dialect->delete_missing == EXPECT_REFUSED)
			CHECK_REFUSED_AS(t, "MCI-SEC-05", tenant_what("delete", kind, what), r,
					 ERR_NOT_FOUND, ERR_DENIED);
		CALL(t, "MCI-SEC-05", tenant_what("read, as the first,", kind, what),
		     tc_get(t, &mine, &seen));
		tc_check_listed(t, "MCI-SEC-05", &mine, true);
	}
}

TESTCASE(tenant_delete) {
	.id = "security.tenant.delete",
	.title = "A tenant cannot delete what another tenant has",
	.purpose = "Check that deleting key pairs, networks, security groups and public addresses of "
		   "another tenant is refused and that they are still there.",
	.verifies = REQS("MCI-SEC-05"),
	.needs = CAN(VPC) | CAN(SG) | CAN(KEYPAIR),
	.if_claimed = CAN(TENANTS),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 2, .addresses = 1, .requests = 60 },
	.timeout_s = 1200,
	.run = deletes,
};
