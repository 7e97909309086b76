#include "tenant.h"

/*
 * A list that shows what others have tells a competitor how many machines run
 * here, and under which names to attack them.
 */
static CO_FN void lists(struct tc *t)
{
	struct tenants of = { 0 };
	char what[100];

	while (tenant_next(t, &of)) {
		AUTO(resource_list) struct resource_list all = { 0 };

		snprintf(what, sizeof(what), "list every %s as the second tenant",
			 kind_info(of.kind)->title);
		CALL(t, "MCI-SEC-05", what, cloud_list(of.second, of.kind, NULL, &all, &t->err));
		CHECK_INT(t, "MCI-SEC-05", tenant_what(&of, "how often the list holds"), 0,
			  (int64_t)resource_list_count_id(&all, of.mine.id));
	}
}

TESTCASE(tenant_list) {
	.id = "security.tenant.list",
	.title = "A tenant's lists do not show what another tenant has",
	.purpose = "Check that key pairs, networks, security groups, public addresses and disks of "
		   "one tenant are in no list of another.",
	.verifies = REQS("MCI-SEC-05"),
	.needs = CAN(VPC) | CAN(SG) | CAN(KEYPAIR),
	.if_claimed = CAN(TENANTS),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 2, .addresses = 1, .disks = 1, .requests = 72 },
	.timeout_s = 1200,
	.run = lists,
};
