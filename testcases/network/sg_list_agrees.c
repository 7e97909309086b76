#include "rules.h"

/*
 * Auditors read the list.  Rules that it does not show, or shows differently,
 * are rules that nobody reviews.
 */
static CO_FN void listed(struct tc *t)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	struct resource vpc, want, sg, seen;
	const struct resource *entry;

	CALL(t, "MCI-SG-01", "create a virtual network", tc_some_vpc(t, &vpc));
	sg_want(t, &vpc, &want);
	sg_add(&want, "inbound", "tcp", 8080, 8090, "192.0.2.0/24");
	sg_add(&want, "inbound", "udp", 53, 53, "198.51.100.0/24");
	CALL(t, "MCI-SG-01", "create a security group with two rules", tc_create(t, &want, &sg));
	CALL(t, "MCI-SG-01", "read it", tc_get(t, &sg, &seen));
	CALL(t, "MCI-SG-01", "list every security group", tc_list_with(t, &sg, 1, &all));
	entry = resource_list_find(&all, sg.id);
	REQUIRE(t, "MCI-SG-01", "the list holds it", entry, "an entry", entry ? "an entry" : "none");
	CHECK_TEXT(t, "MCI-SG-01", "its name in the list", seen.name, entry->name);
	CHECK_TEXT(t, "MCI-SG-01", "its network in the list", seen.parent, entry->parent);
	CHECK_INT(t, "MCI-SG-01", "how many rules the list shows", seen.sg.rule_count,
		  entry->sg.rule_count);
	check_rules(t, "MCI-SG-01", entry, &seen);
}

TESTCASE(sg_listed_rules) {
	.id = "network.sg.list-agrees",
	.title = "The list shows a security group with the rules that reading it shows",
	.purpose = "Check that name, network and rules of a security group are the same in the list and "
		   "when read.",
	.verifies = REQS("MCI-SG-01"),
	.needs = CAN(VPC) | CAN(SG),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 24 },
	.any_site = true,
	.timeout_s = 600,
	.run = listed,
};
