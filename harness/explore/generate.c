#include "explore/generate.h"

#include <string.h>

#include "base/digest.h"
#include "explore/rules.h"

static unsigned pick(uint64_t *random, unsigned n)
{
	return n ? (unsigned)(seeded_next(random) % n) : 0;
}

static bool chance(uint64_t *random, unsigned percent) { return pick(random, 100) < percent; }

/* A random item of that kind and life; parent -1: any.  0: there is none. */
static int some(const struct world *w, uint64_t *random, enum kind k, enum life life, int parent)
{
	unsigned n = 0, at;

	for (int pass = 0; pass < 2; pass++) {
		at = pass ? pick(random, n) : 0;
		for (size_t i = 0; i < w->count; i++) {
			const struct item *item = &w->items[i];

			if (item->kind != k || item->life != life ||
			    (parent >= 0 && item->parent && item->parent != parent))
				continue;
			if (!pass)
				n++;
			else if (!at--)
				return item->number;
		}
		if (!n)
			return 0;
	}
	return 0;
}

/* ---- create ---- */

/* Kinds of which there is none come first, so that the walk gets somewhere. */
static int some_kind(const struct world *w, uint64_t *random)
{
	unsigned weight[KIND_COUNT], sum = 0, at;

	for (int k = 0; k < KIND_COUNT; k++) {
		unsigned live = world_count(w, (enum kind)k);

		weight[k] = !(w->land->makes & KIND_BIT(k)) || live >= w->land->most[k] ? 0 :
			    live ? 1 : 5;
		sum += weight[k];
	}
	if (!sum)
		return -1;
	at = pick(random, sum);
	for (int k = 0; k < KIND_COUNT; k++) {
		if (at < weight[k])
			return k;
		at -= weight[k];
	}
	return -1;
}

static bool lives_in_parent(const struct world *w, enum kind k)
{
	return kind_info(k)->parent >= 0 && (k != KIND_SG || w->land->dialect->sg_in_vpc);
}

/* What its fields refer to: parts of one network first, then that network. */
static bool pick_refs(const struct world *w, uint64_t *random, struct operation *op)
{
	const struct kind_info *info = kind_info(op->kind);
	int anchor = -1;

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < info->field_count; i++) {
			const struct field *f = &info->fields[i];
			const struct kind_info *to;

			if (f->ref < 0)
				continue;
			to = kind_info((enum kind)f->ref);
			if (!to->ours || f->flags & FIELD_GIVEN || (to->parent >= 0) == pass)
				continue;
			if (pass && anchor > 0 && world_item(w, anchor)->kind == (enum kind)f->ref)
				op->refs[i] = anchor;
			else
				op->refs[i] = some(w, random, (enum kind)f->ref, ITEM_LIVE,
						   pass ? -1 : anchor);
			if (!op->refs[i])
				return false;
			if (!pass && world_item(w, op->refs[i])->parent)
				anchor = world_item(w, op->refs[i])->parent;
		}
	return true;
}

static bool has_range(enum kind k) { return field_index(k, "cidr") >= 0; }

/* A field of the create that refers to something outside of it. */
static bool twist_nobody(const struct world *w, uint64_t *random, struct operation *op)
{
	const struct kind_info *info = kind_info(op->kind);
	int i = (int)pick(random, (unsigned)info->field_count);
	const struct field *f = info->field_count ? &info->fields[i] : NULL;

	/* A part of a network may be implied by it. */
	if (!f || f->ref < 0 || f->flags & FIELD_GIVEN ||
	    (kind_info((enum kind)f->ref)->parent >= 0 && f->ref != KIND_SG))
		return false;
	op->field = i;
	op->refs[i] = chance(random, 50) ? some(w, random, (enum kind)f->ref, ITEM_GONE, -1) : 0;
	return true;
}

/* Not a number: APIs have defaults for sizes. */
static bool twist_missing(uint64_t *random, struct operation *op)
{
	const struct kind_info *info = kind_info(op->kind);

	op->field = (int)pick(random, (unsigned)info->field_count);
	return info->field_count && info->fields[op->field].type == FIELD_TEXT &&
	       info->fields[op->field].flags & FIELD_REQUIRED &&
	       !(info->fields[op->field].flags & FIELD_GIVEN);
}

static bool pick_twist(const struct world *w, uint64_t *random, struct operation *op)
{
	bool parted = lives_in_parent(w, op->kind);
	enum twist t = (enum twist)(1 + pick(random, TWISTS - 1));
	bool can = false;

	switch (t) {
	case TWIST_TWICE:
		op->object = some(w, random, op->kind, ITEM_LIVE, parted ? op->parent : -1);
		can = op->object != 0;
		break;
	case TWIST_MISSING:
		can = twist_missing(random, op);
		break;
	case TWIST_NOBODY:
		can = twist_nobody(w, random, op);
		break;
	case TWIST_OUTSIDE:
		can = parted && has_range(op->kind);
		break;
	case TWIST_OVERLAP:
		op->object = parted && has_range(op->kind) ?
			     some(w, random, op->kind, ITEM_LIVE, op->parent) : 0;
		can = op->object != 0;
		break;
	case TWIST_BAD_RULE:
		can = field_index(op->kind, "rules") >= 0;
		break;
	case TWIST_NONE:
	case TWISTS:
		break;
	}
	op->twist = can ? t : TWIST_NONE;
	if (!can)
		op->object = 0;
	return can;
}

static bool try_create(const struct world *w, uint64_t *random, int number, struct operation *op)
{
	int k = some_kind(w, random);

	if (k < 0)
		return false;
	op->kind = (enum kind)k;
	op->item = number;
	op->value = pick(random, 16);
	if (lives_in_parent(w, op->kind)) {
		op->parent = some(w, random, (enum kind)kind_info(op->kind)->parent, ITEM_LIVE, -1);
		if (!op->parent)
			return false;
	}
	if (!pick_refs(w, random, op))
		return false;
	if (chance(random, 30))
		for (int i = 0; i < 6 && !pick_twist(w, random, op); i++)
			;
	return true;
}

/* ---- the others ---- */

/* Alive mostly, gone sometimes, and now and then nobody. */
static bool pick_item(const struct world *w, uint64_t *random, uint32_t kinds, struct operation *op)
{
	unsigned dice = pick(random, 100);
	int k = (int)pick(random, KIND_COUNT);

	op->kind = (enum kind)k;
	if (!(kinds & KIND_BIT(k)))
		return false;
	op->item = dice < 96 ? some(w, random, op->kind, dice < 78 ? ITEM_LIVE : ITEM_GONE, -1) : 0;
	return op->item || (dice >= 96 && kind_info(op->kind)->parent < 0);
}

static bool try_read(const struct world *w, uint64_t *random, struct operation *op)
{
	const struct cloud_config *cfg = w->land->cfg;

	if (chance(random, 6)) {
		op->kind = chance(random, 50) ? KIND_IMAGE : KIND_SPEC;
		return w->land->lists & KIND_BIT(op->kind) &&
		       *(op->kind == KIND_IMAGE ? cfg->image : cfg->spec);
	}
	return pick_item(w, random, w->land->makes, op);
}

static bool try_list(const struct world *w, uint64_t *random, struct operation *op)
{
	op->kind = (enum kind)pick(random, KIND_COUNT);
	if (!(w->land->lists & KIND_BIT(op->kind)) ||
	    (!kind_info(op->kind)->ours && chance(random, 70)))
		return false;
	if (op->kind == KIND_SUBNET && chance(random, 50))
		op->object = some(w, random, (enum kind)kind_info(op->kind)->parent, ITEM_LIVE, -1);
	return true;
}

static bool try_act(const struct world *w, uint64_t *random, struct operation *op)
{
	const struct act_rule *rule;
	unsigned n = 0;

	while (act_rule_at(n))
		n++;
	rule = act_rule_at(pick(random, n));
	if (!rule || !terrain_can(w->land, rule->cap))
		return false;
	op->kind = rule->kind;
	op->action = rule->action;
	op->value = pick(random, 8);
	op->item = some(w, random, op->kind, chance(random, 93) ? ITEM_LIVE : ITEM_GONE, -1);
	if (rule->effect == EFFECT_GROW)
		op->value = 5 + pick(random, 12);
	else if (rule->effect == EFFECT_ADD_RULE && chance(random, 15))
		op->twist = TWIST_BAD_RULE;
	else if (rule->object >= 0 && rule->object != (int)rule->kind)
		op->object = some(w, random, (enum kind)rule->object,
				  chance(random, 95) ? ITEM_LIVE : ITEM_GONE, -1);
	return op->item != 0;
}

static bool try_one(const struct world *w, uint64_t *random, int number, struct operation *op)
{
	static const unsigned char weight[OP_VERBS] = {
		[OP_CREATE] = 34, [OP_READ] = 16, [OP_LIST] = 10, [OP_DELETE] = 14, [OP_ACT] = 26,
	};
	int at = (int)pick(random, 100), verb = 0;

	while (verb < OP_VERBS - 1 && at >= weight[verb])
		at -= weight[verb++];
	*op = (struct operation){ .verb = (enum verb)verb };
	switch (op->verb) {
	case OP_CREATE:
		return try_create(w, random, number, op);
	case OP_READ:
		return try_read(w, random, op);
	case OP_LIST:
		return try_list(w, random, op);
	case OP_DELETE:
		return pick_item(w, random, w->land->makes, op);
	case OP_ACT:
		return try_act(w, random, op);
	case OP_VERBS:
		break;
	}
	return false;
}

bool generate(const struct world *w, uint64_t *random, int number, struct operation *ret)
{
	struct expectation x;

	for (int i = 0; i < 400; i++) {
		if (!try_one(w, random, number, ret))
			continue;
		world_expect(w, ret, &x);
		/* Most random actions are illegal: enough of them is enough. */
		if (x.possible && (ret->verb != OP_ACT || x.want == WANT_OK || chance(random, 30)))
			return true;
	}
	return false;
}

bool generate_rival(const struct world *w, uint64_t *random, const struct operation *of, int number,
		    struct operation *ret)
{
	struct expectation x;

	*ret = *of;
	switch (of->verb) {
	case OP_CREATE:
		ret->item = number;
		ret->object = of->item;
		ret->twist = TWIST_TWICE;
		/* The same range twice would be refused for another reason. */
		return of->twist == TWIST_NONE && !(of->parent && has_range(of->kind));
	case OP_DELETE:
		return true;
	case OP_ACT:
		for (int i = 0; i < 20; i++) {
			*ret = (struct operation){ 0 };
			ret->verb = OP_ACT;
			if (!try_act(w, random, ret) || ret->kind != of->kind ||
			    ret->item != of->item)
				continue;
			world_expect(w, ret, &x);
			if (x.possible)
				return true;
		}
		return false;
	case OP_READ:
	case OP_LIST:
	case OP_VERBS:
		break;
	}
	return false;
}

void generate_audit(const struct world *w, struct sequence *to)
{
	struct operation op = { .verb = OP_LIST };

	for (int k = 0; k < KIND_COUNT; k++) {
		op.kind = (enum kind)k;
		if (w->land->lists & KIND_BIT(k))
			sequence_add(to, &op);
	}
	op.verb = OP_READ;
	for (size_t i = 0; i < w->count; i++) {
		op.kind = w->items[i].kind;
		op.item = w->items[i].number;
		if (w->items[i].life == ITEM_LIVE)
			sequence_add(to, &op);
	}
}
