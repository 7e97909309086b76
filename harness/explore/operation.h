#ifndef EXPLORE_OPERATION_H
#define EXPLORE_OPERATION_H

#include "base/str.h"
#include "cloud/model.h"

/*
 * One step of an exploration, without a word about any cloud: resources are
 * numbers ("vpc-3"), so that a sequence can be cut, stored and run again under
 * fresh names.
 */
enum verb { OP_CREATE, OP_READ, OP_LIST, OP_DELETE, OP_ACT, OP_VERBS };

/* What makes a request illegal on purpose. */
enum twist {
	TWIST_NONE,
	TWIST_TWICE,		/* create: under the name of `object` */
	TWIST_MISSING,		/* create: without the required `field` */
	TWIST_NOBODY,		/* create: `field` refers to nobody, or to what is gone */
	TWIST_OUTSIDE,		/* create: an address range outside the parent's */
	TWIST_OVERLAP,		/* create: the address range of `object` */
	TWIST_BAD_RULE,		/* create, add a rule: with ports that cannot be */
	TWISTS
};

enum { REFS_MAX = 16 };

struct operation {
	enum verb verb;
	enum kind kind;
	enum action action;	/* of OP_ACT */
	enum twist twist;
	int item;		/* 0: nobody ever had it */
	int object;		/* what an action or a twist is about; list: in whom */
	int parent;		/* create: what it lives in */
	int refs[REFS_MAX];	/* create: the items that the kind's fields refer to */
	int field;		/* the twist's, an index of the kind's fields */
	unsigned value;		/* picks ranges, rules and numbers */
	unsigned round;		/* operations of one round are sent at once */
};

struct sequence { struct operation *at; size_t count, room; };
void sequence_add(struct sequence *s, const struct operation *op);
void sequence_copy(struct sequence *to, const struct sequence *from);
void sequence_free(struct sequence *s);

const char *verb_name(enum verb v);
int verb_by_name(const char *name);		/* -1 */
const char *twist_name(enum twist t);
int twist_by_name(const char *name);		/* -1 */

/* "create subnet-3 in vpc-1" */
void operation_text(const struct operation *op, struct str *to);
/* Every item that the operation names; at most REFS_MAX + 3. */
size_t operation_items(const struct operation *op, int to[REFS_MAX + 3]);

#endif
