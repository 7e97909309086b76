#include "tenant.h"

/*
 * A list that shows what others have tells a competitor how many machines run
 * here, and under which names to attack them.
 */
static CO_FN void lists(struct tc *t)
{
	struct tc_site site = { 0 };
	struct cloud *second;
	char what[100];

	CALL(t, "MCI-SEC-05", "open a session of another tenant", tc_second_tenant(t, &second));
	for (size_t i = 0; i < TENANT_KINDS; i++) {
		AUTO(resource_list) struct resource_list all = { 0 };
		struct resource mine;
		enum kind kind = tenant_kinds[i];

		if (!tenant_has(t, kind))
			continue;
		CALL(t, "MCI-SEC-05", tenant_what("make", kind, what), tc_make(t, kind, &site, &mine));
		snprintf(what, sizeof(what), "list every %s as the second tenant",
			 kind_info(kind)->title);
		CALL(t, "MCI-SEC-05", what, cloud_list(second, kind, NULL, &all, &t->err));
		snprintf(what, sizeof(what), "how often the list holds the first tenant's %s",
			 kind_info(kind)->title);
		CHECK_INT(t, "MCI-SEC-05", what, 0, (int64_t)resource_list_count_id(&all, mine.id));
	}
}

TESTCASE(tenant_list) {
	.id = "security.tenant.list",
	.title = "A tenant's lists do not show what another tenant has",
	.purpose = "Check that key pairs, networks, security groups and public addresses of one tenant "
		   "are in no list of another.",
	.verifies = REQS("MCI-SEC-05"),
	.needs = CAN(VPC) | CAN(SG) | CAN(KEYPAIR),
	.if_claimed = CAN(TENANTS),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 2, .addresses = 1, .requests = 48 },
	.timeout_s = 1200,
	.run = lists,
};
