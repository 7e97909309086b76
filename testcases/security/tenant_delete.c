#include "tenant.h"

/*
 * A delete that reaches into another tenant's house is the end of it.
 */
static CO_FN void deletes(struct tc *t)
{
	struct tenants of = { 0 };
	struct resource seen;

	while (tenant_next(t, &of)) {
		int r = cloud_destroy(of.second, &of.ref, &t->err);

		if (r < 0 || t->dialect->delete_missing == EXPECT_REFUSED)
			CHECK_REFUSED_AS(t, "MCI-SEC-05", tenant_what(&of, "delete"), r,
					 ERR_NOT_FOUND, ERR_DENIED);
		CALL(t, "MCI-SEC-05", tenant_what(&of, "read, as the first,"),
		     tc_get(t, &of.mine, &seen));
		tc_check_listed(t, "MCI-SEC-05", &of.mine, true);
	}
}

TESTCASE(tenant_delete) {
	.id = "security.tenant.delete",
	.title = "A tenant cannot delete what another tenant has",
	.purpose = "Check that deleting key pairs, networks, security groups, public addresses and "
		   "disks of another tenant is refused and that they are still there.",
	.verifies = REQS("MCI-SEC-05"),
	.needs = CAN(VPC) | CAN(SG) | CAN(KEYPAIR),
	.if_claimed = CAN(TENANTS),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 2, .addresses = 1, .disks = 1, .requests = 84 },
	.timeout_s = 1200,
	.run = deletes,
};
