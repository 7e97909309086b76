#include "tc/guest.h"

/*
 * Whoever lets a machine out to one place only means that what was broken into cannot be
 * used to reach the rest. Where an outbound rule limits nothing, it can; where the way out
 * that a rule opens is shut, the application stands still.
 */

/* The rules that let everything out, by which the guest has booted. */
static void open_rules(const struct resource *sg, struct resource *ret)
{
	resource_init(ret, KIND_SG);
	for (int64_t i = 0; i < sg->sg.rule_count && i < RULES_MAX; i++) {
		const struct rule *u = &sg->sg.rules[i];

		if (!strcmp(u->direction, "outbound") && !strcmp(u->protocol, "all") &&
		    !strcmp(u->cidr, "0.0.0.0/0"))
			ret->sg.rules[ret->sg.rule_count++] = *u;
	}
}

static CO_FN void outbound(struct tc *t)
{
	static const char req[] = "MCI-SG-05";
	struct tc_guest *one, *two;
	struct tc_site site;
	struct resource lasting, narrow, seen;
	struct rule rules[3];
	int port = tc_guest_port(t);

	CALL(t, "MCI-VM-01", "make a network and a group that opens a port to us and to the subnet",
	     tc_guest_inner_site(t, &site, &rules[0]));
	CALL(t, "MCI-VM-01", "create a VM and wait until it runs", tc_guest_vm(t, &site, &two));
	tc_guest_rule(t, port, port, &rules[0]);
	rule_set(&rules[1], "outbound", "tcp", port + 1, port + 1, site.subnet.subnet.cidr);
	CALL(t, req, "make a group that lets out to the next port of the subnet, and everywhere",
	     tc_guest_sg(t, &site.vpc, rules, 2, &lasting));
	site.sg = lasting;
	CALL(t, "MCI-VM-01", "create a VM of that group and wait until it runs",
	     tc_guest_vm(t, &site, &one));
	if (!tc_check_reachable(t, "MCI-VM-01", "the first answers us", two, 0) ||
	    !tc_check_reachable(t, "MCI-VM-01", "the second answers us", one, 0) ||
	    !tc_check_reaches(t, "MCI-NET-03", "the second reaches the first", one, two, true))
		return;
	CALL(t, "MCI-SG-01", "read the group", tc_get(t, &lasting, &seen));
	open_rules(&seen, &narrow);
	REQUIRE(t, "MCI-SG-01", "the rule that lets out everywhere reads back", narrow.sg.rule_count > 0,
		"outbound, all, 0.0.0.0/0", narrow.sg.rule_count > 0 ? "it is there" : "no such rule");
	CALL(t, "MCI-SG-04", "remove the rule that lets out everywhere",
	     tc_act(t, &lasting, ACT_REMOVE_RULE, &narrow));
	tc_check_reaches(t, req, "no rule lets it out to that port: it reaches the first no longer",
			 one, two, false);
	tc_check_opened(t, "MCI-SG-04", "it still answers us", one, 0);
	rule_set(&narrow.sg.rules[0], "outbound", "tcp", port, port, site.subnet.subnet.cidr);
	narrow.sg.rule_count = 1;
	CALL(t, "MCI-SG-04", "add a rule that lets it out to that port",
	     tc_act(t, &lasting, ACT_ADD_RULE, &narrow));
	tc_check_reaches(t, "MCI-SG-04", "it reaches the first again", one, two, true);
}

TESTCASE(guest_rule_outbound) {
	.id = "guest.rule.outbound",
	.title = "A VM reaches what an outbound rule lets it reach, and nothing else",
	.purpose = "Check inside a VM that with an outbound rule for one port it does not reach a "
		   "neighbour's other port, and that it does with a rule for that.",
	.verifies = REQS("MCI-SG-05", "MCI-SG-04", "MCI-SG-01", "MCI-NET-03", "MCI-VM-01"),
	.needs = GUEST_NEEDS,
	.if_claimed = CAN(SG_CHANGE),
	.inside = INSIDE_GUEST,
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 2, .vpcs = 1, .sgs = 2, .addresses = 2, .requests = 240 },
	.any_vpc = true,
	.timeout_s = 1500,
	.run = outbound,
};
