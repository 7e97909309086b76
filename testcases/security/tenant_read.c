#include "tenant.h"

/*
 * Who knows, or guesses, an id must not be able to read what is behind it: rules
 * of a wall are the map of the house.
 */
static CO_FN void reads(struct tc *t)
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
		r = cloud_get(second, &ref, &seen, &t->err);
		CHECK_REFUSED_AS(t, "MCI-SEC-05", tenant_what("read", kind, what), r, ERR_NOT_FOUND,
				 ERR_DENIED);
	}
}

TESTCASE(tenant_read) {
	.id = "security.tenant.read",
	.title = "A tenant cannot read what another tenant has",
	.purpose = "Check that reading key pairs, networks, security groups and public addresses of "
		   "another tenant by id is refused as not-found or denied.",
	.verifies = REQS("MCI-SEC-05"),
	.needs = CAN(VPC) | CAN(SG) | CAN(KEYPAIR),
	.if_claimed = CAN(TENANTS),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 2, .addresses = 1, .requests = 48 },
	.timeout_s = 1200,
	.run = reads,
};
