/* What the model says must come of an operation: what leads where, and what is refused how. */
#include <string.h>

#include "explore/rules.h"
#include "explore/world.h"

static void refused(struct expectation *x, enum err one, enum err other, const char *requirement,
		    const char *why)
{
	*x = (struct expectation){ .possible = true, .want = WANT_REFUSED, .one = one,
				   .other = other, .requirement = requirement, .why = why };
}

static void accepted(struct expectation *x, const char *requirement)
{
	*x = (struct expectation){ .possible = true, .want = WANT_OK, .requirement = requirement,
				   .why = "" };
}

static void impossible(struct expectation *x)
{
	*x = (struct expectation){ .possible = false, .requirement = "", .why = "" };
}

/* ---- create ---- */

static bool name_taken(const struct world *w, const struct item *own)
{
	if (!(w->land->dialect->names_unique & KIND_BIT(own->kind)))
		return false;
	for (size_t i = 0; i < w->count; i++)
		if (w->items[i].life == ITEM_LIVE && w->items[i].kind == own->kind &&
		    w->items[i].parent == own->parent && !strcmp(w->items[i].r.name, own->r.name))
			return true;
	return false;
}

/* 1: there; 0: gone or nobody; -1: what the sequence never made. */
static int there(const struct world *w, int number)
{
	const struct item *item = world_item(w, number);

	if (!number)
		return 0;
	return !item || item->life == ITEM_ASKED ? -1 : item->life == ITEM_LIVE;
}

/* Whether the items that a create refers to are there, and belong together. */
static int refs_there(const struct world *w, const struct operation *op)
{
	const struct kind_info *info = kind_info(op->kind);
	int all = 1;

	for (size_t i = 0; i < info->field_count && i < REFS_MAX; i++) {
		const struct field *f = &info->fields[i];
		const struct item *item = world_item(w, op->refs[i]);
		int is, place;

		if (f->ref < 0 || f->flags & FIELD_GIVEN)
			continue;
		if (op->twist == TWIST_NOBODY && op->field == (int)i && !op->refs[i]) {
			all = 0;
			continue;
		}
		if (!kind_info((enum kind)f->ref)->ours ||
		    (op->twist == TWIST_MISSING && op->field == (int)i))
			continue;
		is = there(w, op->refs[i]);
		if (is < 0 || !op->refs[i])
			return -1;
		all = is && all;
		/* A subnet beside the network that is asked for says two things at once. */
		place = kind_info((enum kind)f->ref)->parent;
		for (size_t k = 0; place >= 0 && k < info->field_count; k++)
			if (info->fields[k].ref == place && item->parent &&
			    op->refs[k] != item->parent)
				return -1;
	}
	return all;
}

/* What is wrong with the range that is asked for; NULL. */
static const char *range_fault(const struct world *w, const struct operation *op,
			       const struct resource *want)
{
	const struct item *parent = world_live(w, op->parent);
	char range[ADDR_LEN], outer[ADDR_LEN], other[ADDR_LEN];

	if (!parent || !resource_get_text(want, "cidr", range, sizeof(range)) || !*range)
		return NULL;
	if (resource_get_text(&parent->r, "cidr", outer, sizeof(outer)) && *outer &&
	    !cidr_contains(outer, range))
		return "its range lies outside";
	for (size_t i = 0; i < w->count; i++) {
		const struct item *item = &w->items[i];

		if (item->life != ITEM_LIVE || item->kind != op->kind ||
		    item->parent != op->parent ||
		    !resource_get_text(&item->r, "cidr", other, sizeof(other)))
			continue;
		if (cidr_contains(other, range) || cidr_contains(range, other))
			return "its range overlaps";
	}
	return NULL;
}

static void expect_create(const struct world *w, const struct operation *op,
			  struct expectation *x)
{
	const struct item *own = world_item(w, op->item);
	int refs = refs_there(w, op), parent = op->parent ? there(w, op->parent) : 1;
	struct resource want;
	const char *why;

	if ((own && own->life != ITEM_ASKED) || refs < 0 || parent < 0 ||
	    !(w->land->makes & KIND_BIT(op->kind)) ||
	    (op->twist == TWIST_TWICE && there(w, op->object) <= 0 && !own)) {
		impossible(x);
		return;
	}
	world_want(w, op, &want);
	why = range_fault(w, op, &want);
	if (!parent || !refs)
		refused(x, ERR_INVALID, ERR_NOT_FOUND, "MCI-ERR-04", "it refers to what is not there");
	else if (op->twist == TWIST_MISSING)
		refused(x, ERR_INVALID, ERR_NOT_FOUND, "MCI-ERR-04", "a required field is missing");
	else if (op->twist == TWIST_BAD_RULE)
		refused(x, ERR_INVALID, ERR_INVALID, "MCI-SG-05", "its ports cannot be");
	else if (why && strstr(why, "outside"))
		refused(x, ERR_INVALID, ERR_CONFLICT, requirement_of(op->kind, OF_CREATE), why);
	else if (why)
		refused(x, ERR_INVALID, ERR_CONFLICT, "MCI-ERR-04", why);
	else if (own && name_taken(w, own))
		refused(x, ERR_CONFLICT, ERR_CONFLICT, requirement_of(op->kind, OF_TWICE),
			"the name is taken");
	else
		accepted(x, requirement_of(op->kind,
					   op->twist == TWIST_TWICE ? OF_TWICE : OF_CREATE));
}

/* ---- delete ---- */

static bool holds(const struct item *user, const struct item *item)
{
	const struct kind_info *info = kind_info(user->kind);

	for (size_t i = 0; i < info->field_count && i < REFS_MAX; i++)
		if (info->fields[i].flags & FIELD_HOLDS && user->refs[i] == item->number)
			return true;
	return user->joined == item->number;
}

static bool in_use(const struct world *w, const struct item *item)
{
	bool takes = w->land->dialect->takes_children & KIND_BIT(item->kind);

	if (item->joined)
		return true;
	for (size_t i = 0; i < w->count; i++) {
		const struct item *user = &w->items[i];

		if (user->life != ITEM_LIVE || user == item)
			continue;
		if (holds(user, item))
			return true;
		if (user->parent == item->number && (!takes || in_use(w, user)))
			return true;
	}
	return false;
}

/* Tied to something by an action: documents differ on whether it may be deleted. */
static bool tied(const struct item *item)
{
	const struct kind_info *info = kind_info(item->kind);

	for (size_t i = 0; i < info->field_count; i++)
		if (info->fields[i].ref >= 0 && info->fields[i].flags & FIELD_GIVEN &&
		    *((const char *)&item->r + info->fields[i].offset))
			return true;
	return false;
}

static void expect_delete(const struct world *w, const struct operation *op,
			  struct expectation *x)
{
	const struct item *item = world_live(w, op->item);
	enum expect missing = w->land->dialect->delete_missing;

	if (there(w, op->item) < 0) {
		impossible(x);
	} else if (!item) {
		refused(x, ERR_NOT_FOUND, ERR_NOT_FOUND, "MCI-IDM-01", "it is not there");
		if (missing != EXPECT_REFUSED)
			x->want = missing == EXPECT_ACCEPTED ? WANT_OK : WANT_EITHER;
	} else if (in_use(w, item)) {
		refused(x, ERR_CONFLICT, ERR_CONFLICT, requirement_of(op->kind, OF_IN_USE), "it is in use");
	} else {
		accepted(x, requirement_of(op->kind, OF_DELETE));
		if (tied(item)) {
			x->want = WANT_EITHER;
			x->one = x->other = ERR_CONFLICT;
		}
	}
}

/* ---- act ---- */

enum state world_leads_to(const struct world *w, const struct operation *op)
{
	const struct item *item = world_live(w, op->item);
	const struct transition *t;

	if (!item)
		return STATE_NONE;
	t = kind_transition(op->kind, op->action, item->r.state);
	return t ? t->to : STATE_NONE;
}

/* Somebody else's tie to the same object: APIs differ on whether there may be two. */
static bool tied_to(const struct world *w, const struct item *item, const struct field *f,
		    const struct item *object)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->items[i].life == ITEM_LIVE && w->items[i].kind == item->kind &&
		    !strcmp((const char *)&w->items[i].r + f->offset, object->r.id))
			return true;
	return false;
}

/* A public address reaches a machine over a router, where the API has them. */
static bool reachable(const struct world *w, const struct operation *op, const struct item *object)
{
	const struct kind_info *info = kind_info(object->kind);

	if (!w->land->dialect->needs_router || op->kind != KIND_ADDRESS)
		return true;
	for (size_t i = 0; i < info->field_count && i < REFS_MAX; i++) {
		const struct item *place = world_live(w, object->refs[i]);

		if (info->fields[i].ref == KIND_SUBNET && place && place->joined)
			return true;
	}
	return false;
}

static bool serves_address(const struct world *w, const struct item *subnet)
{
	for (size_t i = 0; i < w->count; i++) {
		const struct item *vm;

		if (w->items[i].life != ITEM_LIVE || w->items[i].kind != KIND_ADDRESS)
			continue;
		vm = world_by_id(w, KIND_VM, w->items[i].r.address.vm);
		if (vm && holds(vm, subnet))
			return true;
	}
	return false;
}

/* A router serves no two parts with the same addresses. */
static bool collides(const struct world *w, const struct item *router, const struct item *subnet)
{
	for (size_t i = 0; i < w->count; i++) {
		const struct item *other = &w->items[i];

		if (other->life == ITEM_LIVE && other->joined == router->number &&
		    (cidr_contains(other->r.subnet.cidr, subnet->r.subnet.cidr) ||
		     cidr_contains(subnet->r.subnet.cidr, other->r.subnet.cidr)))
			return true;
	}
	return false;
}

static bool has_rule(const struct item *item, const struct rule *u)
{
	for (int i = 0; i < item->r.sg.rule_count && i < RULES_MAX; i++)
		if (rule_eq(&item->r.sg.rules[i], u))
			return true;
	return false;
}

static void expect_rules(const struct world *w, const struct operation *op,
			 const struct act_rule *rule, const struct item *item,
			 struct expectation *x)
{
	struct resource want;
	bool has;

	world_want(w, op, &want);
	has = has_rule(item, &want.sg.rules[0]);
	accepted(x, rule->requirement);
	if (op->twist == TWIST_BAD_RULE && rule->effect == EFFECT_ADD_RULE)
		refused(x, ERR_INVALID, ERR_INVALID, "MCI-SG-05", "its ports cannot be");
	else if (has == (rule->effect == EFFECT_ADD_RULE) || op->twist == TWIST_BAD_RULE)
		impossible(x);	/* twice, or what is not there: no document says */
	else if (has && item->r.sg.rule_count < 2)
		impossible(x);	/* a group without a rule is refused by some */
}

/* What an action with an object wants besides a legal state. */
static void expect_object(const struct world *w, const struct operation *op,
			  const struct act_rule *rule, const struct item *item,
			  struct expectation *x)
{
	const struct item *object = world_live(w, op->object);
	const struct field *f = rule->field ? field_by_name(op->kind, rule->field) : NULL;

	accepted(x, rule->requirement);
	if (rule->effect == EFFECT_GROW) {
		const char *size = (const char *)&item->r + (f ? f->offset : 0);

		x->possible = f && (int64_t)op->value > *(const int64_t *)size;
		return;
	}
	if (there(w, op->object) < 0 || (!object && rule->effect != EFFECT_TIE)) {
		impossible(x);
		return;
	}
	if (!object) {
		refused(x, ERR_NOT_FOUND, ERR_INVALID, "MCI-ERR-04", "it refers to what is not there");
		return;
	}
	if (kind_info(object->kind)->transition_count && object->kind != item->kind)
		x->possible = object->r.state == kind_info(object->kind)->ready;
	if (rule->effect == EFFECT_TIE)
		x->possible = x->possible && !tied_to(w, item, f, object) &&
			      reachable(w, op, object);
	else if (rule->effect == EFFECT_UNTIE)
		x->possible = !strcmp((const char *)&item->r + f->offset, object->r.id);
	else if (rule->effect == EFFECT_JOIN)
		x->possible = !object->joined && !collides(w, item, object);
	else if (rule->effect == EFFECT_PART)
		x->possible = object->joined == item->number && !serves_address(w, object);
}

static void expect_act(const struct world *w, const struct operation *op, struct expectation *x)
{
	const struct act_rule *rule = act_rule(op->kind, op->action);
	const struct item *item = world_live(w, op->item);

	impossible(x);
	if (!rule || !terrain_can(w->land, rule->cap) || there(w, op->item) < 0)
		return;
	if (!item) {
		if (rule->effect == EFFECT_STATE)
			refused(x, ERR_NOT_FOUND, ERR_NOT_FOUND, "MCI-ERR-02", "it is not there");
		return;
	}
	if (kind_info(op->kind)->transition_count && world_leads_to(w, op) == STATE_NONE) {
		/* Of actions with an object no document says what a second one does. */
		if (rule->object >= 0)
			return;
		refused(x, ERR_CONFLICT, ERR_INVALID, "MCI-STM-04", "it is illegal in this state");
		if (w->land->dialect->illegal_action != EXPECT_REFUSED)
			x->want = WANT_EITHER;
		return;
	}
	if (rule->effect == EFFECT_ADD_RULE || rule->effect == EFFECT_REMOVE_RULE)
		expect_rules(w, op, rule, item, x);
	else if (rule->object >= 0)
		expect_object(w, op, rule, item, x);
	else
		accepted(x, rule->requirement);
}

void world_expect(const struct world *w, const struct operation *op, struct expectation *ret)
{
	int is = there(w, op->item);

	impossible(ret);
	switch (op->verb) {
	case OP_CREATE:
		expect_create(w, op, ret);
		break;
	case OP_READ:
		if (!kind_info(op->kind)->ours)
			accepted(ret, requirement_of(op->kind, OF_FIELDS));
		else if (is > 0)
			accepted(ret, requirement_of(op->kind, OF_FIELDS));
		else if (!is)
			refused(ret, ERR_NOT_FOUND, ERR_NOT_FOUND, "MCI-ERR-02", "it is not there");
		break;
	case OP_LIST:
		accepted(ret, requirement_of(op->kind, OF_LIST));
		ret->possible = w->land->lists & KIND_BIT(op->kind) &&
				(!op->object || world_live(w, op->object));
		break;
	case OP_DELETE:
		expect_delete(w, op, ret);
		break;
	case OP_ACT:
		expect_act(w, op, ret);
		break;
	case OP_VERBS:
		break;
	}
}
