#ifndef TESTCASES_GUEST_LETS_IN_H
#define TESTCASES_GUEST_LETS_IN_H

#include "tc/guest.h"

/* A rule for the first port that lets nobody in who comes by TCP, and what the steps say. */
struct lets_nobody_in {
	const char *direction, *protocol;
	const char *site;	/* the stimulus that makes this rule and one for the second port */
	const char *open, *shut;
};

/*
 * Beside a rule that opens the second port, where the VM answers, this one opens nothing:
 * the VM is silent on the first, until a rule that does open it is added.
 */
static inline CO_FN void check_lets_nobody_in(struct tc *t, const struct lets_nobody_in *n)
{
	int port = tc_guest_port(t);
	struct rule rules[2];
	struct tc_guest *g;
	struct tc_site site;

	rule_set(&rules[0], n->direction, n->protocol, port, port, t->cfg->guest.source);
	tc_guest_rule(t, port + 1, port + 1, &rules[1]);
	CALL(t, "MCI-VM-01", n->site, tc_guest_site(t, rules, 2, &site));
	CALL(t, "MCI-VM-01", "create a VM and wait until it runs", tc_guest_vm(t, &site, &g));
	if (!tc_check_reachable(t, "MCI-VM-01", n->open, g, 1))
		return;
	tc_check_unreachable(t, "MCI-SG-05", n->shut, g, 0);
	tc_check_can_open(t, "MCI-SG-04", &site, g, 0);
}

#endif
