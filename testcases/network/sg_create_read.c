#include "tc/testcase.h"

/*
 * A rule that reads back with another port, protocol or source is a hole in
 * the wall, or a wall in the door.
 */
static CO_FN void create_read(struct tc *t)
{
	struct resource vpc, want, sg, seen;
	struct rule web, dns;
	char count[24];

	CALL(t, "MCI-SG-01", "create a virtual network", tc_some_vpc(t, &vpc));
	resource_init(&want, KIND_SG);
	if (t->dialect->sg_in_vpc)
		str_copy(want.parent, sizeof(want.parent), vpc.id);
	rule_set(&web, "inbound", "tcp", 8080, 8090, "192.0.2.0/24");
	rule_set(&dns, "inbound", "udp", 53, 53, "0.0.0.0/0");
	want.sg.rules[0] = web;
	want.sg.rules[1] = dns;
	want.sg.rule_count = 2;
	CALL(t, "MCI-SG-01", "create a security group with two rules", tc_create(t, &want, &sg));
	CALL(t, "MCI-SG-01", "read it", tc_get(t, &sg, &seen));
	CHECK_TEXT(t, "MCI-SG-01", "its name reads back", want.name, seen.name);
	snprintf(count, sizeof(count), "%lld", (long long)seen.sg.rule_count);
	CHECK(t, "MCI-SG-01", "it holds rules", seen.sg.rule_count >= 2, "two or more", count);
	CHECK(t, "MCI-SG-05", "the TCP rule reads back as asked", rule_in(&seen, &web),
	      "inbound tcp 8080-8090 192.0.2.0/24", rule_in(&seen, &web) ? "the same" : "not there");
	CHECK(t, "MCI-SG-05", "the UDP rule reads back as asked", rule_in(&seen, &dns),
	      "inbound udp 53-53 0.0.0.0/0", rule_in(&seen, &dns) ? "the same" : "not there");
	tc_check_listed(t, "MCI-SG-01", &sg, true);
	CALL(t, "MCI-SG-01", "delete it and wait until it is gone", tc_destroy(t, &sg));
	tc_check_listed(t, "MCI-SG-01", &sg, false);
	tc_check_absent(t, "MCI-ERR-02", &sg);
}

TESTCASE(sg_create_read) {
	.id = "network.sg.create-read-delete",
	.title = "A security group holds the rules that were asked for and is gone after its delete",
	.purpose = "Check that direction, protocol, ports and source of rules read back as given, and "
		   "create, list and delete of a security group.",
	.verifies = REQS("MCI-SG-01", "MCI-SG-05", "MCI-ERR-02"),
	.needs = CAN(VPC) | CAN(SG),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 32 },
	.any_site = true,
	.timeout_s = 240,
	.run = create_read,
};
