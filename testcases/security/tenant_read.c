#include "tenant.h"

/*
 * Who knows, or guesses, an id must not be able to read what is behind it: rules
 * of a wall are the map of the house.
 */
static CO_FN void reads(struct tc *t)
{
	struct tenants of = { 0 };
	struct resource seen;

	while (tenant_next(t, &of))
		CHECK_REFUSED_AS(t, "MCI-SEC-05", tenant_what(&of, "read"),
				 cloud_get(of.second, &of.ref, &seen, &t->err), ERR_NOT_FOUND,
				 ERR_DENIED);
}

TESTCASE(tenant_read) {
	.id = "security.tenant.read",
	.title = "A tenant cannot read what another tenant has",
	.purpose = "Check that reading key pairs, networks, security groups, public addresses and disks of "
		   "another tenant by id is refused as not-found or denied.",
	.verifies = REQS("MCI-SEC-05"),
	.needs = CAN(VPC) | CAN(SG) | CAN(KEYPAIR),
	.if_claimed = CAN(TENANTS),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 2, .addresses = 1, .disks = 1, .requests = 72 },
	.timeout_s = 1200,
	.run = reads,
};
