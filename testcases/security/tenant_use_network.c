#include "tc/testcase.h"

/*
 * Who can put a subnet into another tenant's network stands inside its walls.
 */
static CO_FN void use_network(struct tc *t)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	struct tc_site site = { 0 };
	struct resource want, made;
	struct cloud *second;

	CALL(t, "MCI-SEC-05", "open a session of another tenant", tc_second_tenant(t, &second));
	CALL(t, "MCI-SEC-05", "create a virtual network", tc_ground(t, KIND_SUBNET, &site));
	tc_want(t, KIND_SUBNET, &site, &want);
	CHECK_REFUSED_AS(t, "MCI-SEC-05", "add a subnet to it as the second tenant",
			 tc_create_as(t, second, &want, &made), ERR_NOT_FOUND, ERR_DENIED);
	CALL(t, "MCI-SEC-05", "list its subnets", tc_list(t, KIND_SUBNET, site.vpc.id, &all));
	CHECK_INT(t, "MCI-SEC-05", "how many subnets it has", 0, (int64_t)all.count);
}

TESTCASE(tenant_subnet) {
	.id = "security.tenant.use-network",
	.title = "A tenant cannot add a subnet to another tenant's network",
	.purpose = "Check that adding a subnet to another tenant's network is refused as not-found or "
		   "denied and that the network stays empty.",
	.verifies = REQS("MCI-SEC-05"),
	.needs = CAN(VPC) | CAN(SUBNET),
	.if_claimed = CAN(TENANTS),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 24 },
	.timeout_s = 600,
	.run = use_network,
};
