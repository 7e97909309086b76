#include "tc/guest.h"

/*
 * The application talks to its database over the private network. Where neighbours do not
 * reach each other there is no application, and where no rule is needed there is no wall
 * between them.
 */
static CO_FN void neighbours(struct tc *t)
{
	struct tc_guest *one, *two;
	struct tc_site site;
	struct resource rule;
	char address[ADDR_LEN + 4];

	resource_init(&rule, KIND_SG);
	rule.sg.rule_count = 1;
	CALL(t, "MCI-VM-01", "make a network and a group that opens a port to us and to the subnet",
	     tc_guest_inner_site(t, &site, &rule.sg.rules[0]));
	CALL(t, "MCI-VM-01", "create a VM and wait until it runs", tc_guest_vm(t, &site, &one));
	CALL(t, "MCI-VM-01", "create another and wait until it runs", tc_guest_vm(t, &site, &two));
	if (!tc_check_reachable(t, "MCI-VM-01", "the first answers us", one, 0) ||
	    !tc_check_reachable(t, "MCI-VM-01", "the second answers us", two, 0))
		return;
	if (!tc_check_reaches(t, "MCI-NET-03", "the first reaches the second by its private address",
			      one, two, true) ||
	    !tc_check_reaches(t, "MCI-NET-03", "the second reaches the first", two, one, true))
		return;
	/* Where our probes come from the same range, their rule lets the neighbour in too. */
	snprintf(address, sizeof(address), "%s/32", one->vm.vm.private_ip);
	if (cidr_contains(t->cfg->guest.source, address) ||
	    t->cfg->ics[CAP_BIT_SG_CHANGE] == CLAIM_UNSUPPORTED)
		return;
	CALL(t, "MCI-SG-04", "remove the rule for the subnet",
	     tc_act(t, &site.sg, ACT_REMOVE_RULE, &rule));
	tc_check_reaches(t, "MCI-SG-04", "the first reaches the second no longer", one, two, false);
	tc_check_opened(t, "MCI-SG-04", "the second still answers us", two, 0);
}

TESTCASE(guest_net_neighbours) {
	.id = "guest.net.neighbours",
	.title = "Two VMs of one subnet reach each other while a rule lets them",
	.purpose = "Check inside two VMs of a subnet that each reaches the other by its private "
		   "address, and not any more once the rule for that is removed.",
	.verifies = REQS("MCI-NET-03", "MCI-SG-04", "MCI-VM-01"),
	.needs = GUEST_NEEDS,
	.inside = INSIDE_GUEST,
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 2, .vpcs = 1, .addresses = 2, .requests = 240 },
	.any_vpc = true,
	.timeout_s = 1500,
	.run = neighbours,
};
