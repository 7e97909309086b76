#ifndef EXPLORE_RULES_H
#define EXPLORE_RULES_H

#include "cloud/model.h"

/*
 * What the model's table does not say: which requirement a deviation breaks,
 * and what an action does besides changing the state.  By name, so that a kind
 * or an action that a build lacks is no matter, and a kind that stands in no
 * row here is explored all the same.
 */
enum rule_of { OF_CREATE, OF_FIELDS, OF_LIST, OF_DELETE, OF_TWICE, OF_IN_USE, OF_COUNT };
const char *requirement_of(enum kind k, enum rule_of of);

enum effect {
	EFFECT_STATE,		/* only the state */
	EFFECT_TIE, EFFECT_UNTIE, /* the object's id in `field`, and out again */
	EFFECT_JOIN, EFFECT_PART,
	EFFECT_ADD_RULE, EFFECT_REMOVE_RULE,
	EFFECT_GROW,		/* the number in `field` */
};

struct act_rule {
	enum action action;
	enum kind kind;
	int object;		/* a kind, or -1 */
	int cap;		/* what claims it */
	enum effect effect;
	const char *field;
	const char *requirement;
	const char *keeps;	/* broken when what may never change did */
};
/* NULL when that kind knows no such action. */
const struct act_rule *act_rule(enum kind k, enum action a);
/* The nth of all; NULL past the end. */
const struct act_rule *act_rule_at(size_t i);

const struct field *field_by_name(enum kind k, const char *name);	/* NULL */
int field_index(enum kind k, const char *name);				/* -1 */

#endif
