#ifndef TESTCASES_NETWORK_RULES_H
#define TESTCASES_NETWORK_RULES_H

#include <stdio.h>

#include "tc/testcase.h"

/* A security group's rules in a case: what is asked for, and whether it is there. */

static inline void sg_want(struct tc *t, const struct resource *vpc, struct resource *want)
{
	resource_init(want, KIND_SG);
	if (t->dialect->sg_in_vpc)
		str_copy(want->parent, sizeof(want->parent), vpc->id);
	want->sg.rule_count = 0;
}

static inline void sg_add(struct resource *sg, const char *direction, const char *protocol,
			  int from, int to, const char *cidr)
{
	rule_set(&sg->sg.rules[sg->sg.rule_count++], direction, protocol, from, to, cidr);
}

static inline const char *rule_text(const struct rule *u, char to[100])
{
	snprintf(to, 100, "%s %s %d-%d %s", u->direction, u->protocol, u->from, u->to, u->cidr);
	return to;
}

/* how: "reads back as asked" */
static inline void check_rule(struct tc *t, const char *req, const struct resource *seen,
			      const struct rule *u, const char *how, bool there)
{
	char rule[100], what[200];
	bool found = rule_in(seen, u);

	rule_text(u, rule);
	snprintf(what, sizeof(what), "the rule %s %s", rule, how);
	CHECK(t, req, what, found == there, there ? rule : "not there",
	      !found ? "not there" : there ? "the same" : "there");
}

static inline void check_rules(struct tc *t, const char *req, const struct resource *seen,
			       const struct resource *want)
{
	for (int64_t i = 0; i < want->sg.rule_count; i++)
		check_rule(t, req, seen, &want->sg.rules[i], "reads back as asked", true);
}

#endif
