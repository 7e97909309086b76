#include "explore/world.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "explore/rules.h"

/* ---- terrain ---- */

bool terrain_can(const struct terrain *t, int cap)
{
	return cap >= 0 && t->caps & UINT64_C(1) << cap;
}

/* Kinds whose parent may be of any kind: the walk has no place to put them. */
static bool lives_anywhere(const struct kind_info *info) { return !strcmp(info->name, "tag"); }

/* A required field that nobody here knows a value for keeps its kind out. */
static bool can_fill(const struct terrain *t, enum kind k)
{
	const struct kind_info *info = kind_info(k);

	if (info->field_count > REFS_MAX)
		return false;
	for (size_t i = 0; i < info->field_count; i++) {
		const struct field *f = &info->fields[i];

		if (!(f->flags & FIELD_REQUIRED) || f->flags & FIELD_GIVEN)
			continue;
		if (f->ref == KIND_IMAGE ? !*t->cfg->image : f->ref == KIND_SPEC ? !*t->cfg->spec :
		    f->ref < 0 && f->type != FIELD_INT && strcmp(f->name, "cidr"))
			return false;
	}
	return true;
}

void terrain_init(struct terrain *t, const struct driver *d, const struct cloud_config *cfg)
{
	*t = (struct terrain){ .cfg = cfg, .dialect = d->dialect, .caps = d->caps };
	for (int i = 0; i < CAP_COUNT; i++)
		if (cfg->ics[i] == CLAIM_UNSUPPORTED)
			t->caps &= ~(UINT64_C(1) << i);
	for (int k = 0; k < KIND_COUNT; k++) {
		const struct kind_info *info = kind_info((enum kind)k);
		const struct kind_ops *ops = d->ops[k];

		if (!ops || !terrain_can(t, (int)info->cap) || lives_anywhere(info))
			continue;
		if (ops->list && (info->parent < 0 || kind_info((enum kind)info->parent)->ours))
			t->lists |= KIND_BIT(k);
		t->most[k] = cfg->limit[k] >= 0 && cfg->limit[k] < 2 ? (unsigned)cfg->limit[k] : 2;
		if (info->ours && ops->create && ops->get && ops->destroy && t->most[k] &&
		    can_fill(t, (enum kind)k))
			t->makes |= KIND_BIT(k);
	}
}

/* ---- items ---- */

void world_copy(struct world *to, const struct world *from)
{
	if (to->room < from->count) {
		to->room = from->room;
		to->items = xrealloc(to->items, to->room * sizeof(*to->items));
	}
	to->land = from->land;
	to->count = from->count;
	if (from->count)
		memcpy(to->items, from->items, from->count * sizeof(*to->items));
}

void world_free(struct world *w)
{
	free(w->items);
	*w = (struct world){ 0 };
}

struct item *world_item(const struct world *w, int number)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->items[i].number == number)
			return &w->items[i];
	return NULL;
}

struct item *world_live(const struct world *w, int number)
{
	struct item *item = world_item(w, number);

	return item && item->life == ITEM_LIVE ? item : NULL;
}

struct item *world_by_id(const struct world *w, enum kind k, const char *id)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->items[i].kind == k && w->items[i].life == ITEM_LIVE &&
		    !strcmp(w->items[i].r.id, id))
			return &w->items[i];
	return NULL;
}

unsigned world_count(const struct world *w, enum kind k)
{
	unsigned n = 0;

	for (size_t i = 0; i < w->count; i++)
		n += w->items[i].kind == k && w->items[i].life == ITEM_LIVE;
	return n;
}

struct item *world_ask(struct world *w, const struct operation *op, const char *name)
{
	struct item *item;

	if (w->count == w->room) {
		w->room = w->room ? w->room * 2 : 16;
		w->items = xrealloc(w->items, w->room * sizeof(*w->items));
	}
	item = &w->items[w->count++];
	*item = (struct item){ .number = op->item, .kind = op->kind, .parent = op->parent };
	memcpy(item->refs, op->refs, sizeof(item->refs));
	resource_init(&item->r, op->kind);
	str_copy(item->r.name, sizeof(item->r.name), name);
	return item;
}

/* ---- requests ---- */

void world_rule(unsigned n, struct rule *to)
{
	*to = (struct rule){ .direction = "inbound", .from = 1000 + (int)(n % 8) * 10,
			     .to = 1000 + (int)(n % 8) * 10 + (int)(n % 3) };
	str_copy(to->protocol, sizeof(to->protocol), n % 4 == 3 ? "udp" : "tcp");
	str_copy(to->cidr, sizeof(to->cidr), n % 2 ? "0.0.0.0/0" : "192.0.2.0/24");
}

void world_nobody(const struct world *w, enum kind k, char to[ID_MAX])
{
	if (w->land->dialect->name_is_id & KIND_BIT(k))
		snprintf(to, ID_MAX, "nobody-%s", kind_info(k)->name);
	else
		snprintf(to, ID_MAX, "5f0c1d2e-%04x-4000-8000-00000000beef", (unsigned)k);
}

/* The value of what lives in a range, and of the range itself where nothing does. */
static unsigned slot_of(const struct world *w, int number)
{
	const struct item *item = world_item(w, number);

	return item ? (unsigned)item->number : 0;
}

/* A /20 of the pool for each network, a /24 of that for each part of it. */
void world_range(const struct world *w, int parent, unsigned value, char to[ADDR_LEN])
{
	uint32_t net = 0;
	unsigned bits = 16, slots;
	struct in_addr in;

	cidr_parse(w->land->cfg->cidr_pool, &net, &bits);
	slots = bits >= 20 ? 1 : 1u << (20 - bits);
	net += ((parent ? slot_of(w, parent) : value) % slots) << 12;
	if (parent)
		net += value % 16 << 8;
	in.s_addr = htonl(net);
	inet_ntop(AF_INET, &in, to, ADDR_LEN - 4);
	str_copy(to + strlen(to), 4, parent ? "/24" : "/20");
}

static void want_range(const struct world *w, const struct operation *op, const struct field *f,
		       struct resource *want)
{
	const struct item *other = op->twist == TWIST_OVERLAP ? world_live(w, op->object) : NULL;
	char cap[64], *to = (char *)want + f->offset;

	/* "vpc.cidr": where networks have ranges of their own at all. */
	snprintf(cap, sizeof(cap), "%s.cidr", kind_info(op->kind)->name);
	if (cap_by_name(cap) >= 0 && !terrain_can(w->land, cap_by_name(cap)))
		return;
	if (other)
		resource_get_text(&other->r, f->name, to, f->size);
	else if (op->twist == TWIST_OUTSIDE)
		str_copy(to, f->size, "198.18.7.0/24");
	else
		world_range(w, op->parent, op->parent ? op->value : (unsigned)op->item, to);
}

static void want_ref(const struct world *w, const struct operation *op, int i,
		     struct resource *want)
{
	const struct field *f = &kind_info(op->kind)->fields[i];
	const struct item *item = world_item(w, op->refs[i]);
	char *to = (char *)want + f->offset;

	if (op->twist == TWIST_NOBODY && op->field == i && !item)
		world_nobody(w, (enum kind)f->ref, to);
	else if (f->ref == KIND_IMAGE)
		str_copy(to, ID_MAX, w->land->cfg->image);
	else if (f->ref == KIND_SPEC)
		str_copy(to, ID_MAX, w->land->cfg->spec);
	else if (item)
		str_copy(to, ID_MAX, item->r.id);
}

static void want_rules(const struct operation *op, unsigned n, struct resource *want)
{
	for (unsigned i = 0; i < n; i++)
		world_rule(op->value + i, &want->sg.rules[i]);
	want->sg.rule_count = n;
	if (op->twist == TWIST_BAD_RULE) {
		want->sg.rules[0].from = 4000;
		want->sg.rules[0].to = 70000;
	}
}

static void want_field(const struct world *w, const struct operation *op, int i,
		       struct resource *want)
{
	const struct field *f = &kind_info(op->kind)->fields[i];
	char *to = (char *)want + f->offset;

	if (f->flags & FIELD_GIVEN || (op->twist == TWIST_MISSING && op->field == i))
		return;
	if (f->ref >= 0)
		want_ref(w, op, i, want);
	else if (f->type == FIELD_RULES)
		want_rules(op, 1 + op->value % 2, want);
	else if (f->type == FIELD_INT)
		*(int64_t *)to = f->flags & FIELD_REQUIRED ? 1 + (int64_t)(op->value % 4) : -1;
	else if (!strcmp(f->name, "cidr"))
		want_range(w, op, f, want);
	else if (!strcmp(f->name, "zone") && kind_info(op->kind)->parent < 0)
		str_copy(to, f->size, w->land->cfg->zone);
	else if (!strcmp(f->name, "external_network"))
		str_copy(to, f->size, w->land->cfg->external_network);
}

static void want_object(const struct world *w, const struct operation *op, struct resource *want)
{
	const struct act_rule *rule = act_rule(op->kind, op->action);
	const struct item *object = world_item(w, op->object);
	const struct field *f;

	if (!rule || rule->object < 0)
		return;
	resource_init(want, (enum kind)rule->object);
	if (object)
		*want = object->r;
	else if (op->twist == TWIST_NOBODY)
		world_nobody(w, (enum kind)rule->object, want->id);
	f = rule->field ? field_by_name(op->kind, rule->field) : NULL;
	if (rule->effect == EFFECT_ADD_RULE || rule->effect == EFFECT_REMOVE_RULE)
		want_rules(op, 1, want);
	else if (rule->effect == EFFECT_GROW && f)
		*(int64_t *)((char *)want + f->offset) = op->value;
}

void world_want(const struct world *w, const struct operation *op, struct resource *want)
{
	const struct item *parent = world_item(w, op->parent);

	resource_init(want, op->kind);
	if (op->verb == OP_ACT) {
		want_object(w, op, want);
		return;
	}
	if (parent && !(op->kind == KIND_SG && !w->land->dialect->sg_in_vpc))
		str_copy(want->parent, sizeof(want->parent), parent->r.id);
	for (size_t i = 0; i < kind_info(op->kind)->field_count; i++)
		want_field(w, op, (int)i, want);
}

/* ---- what an accepted operation does ---- */

void world_learn(struct item *item, const struct resource *seen)
{
	const struct kind_info *info = kind_info(item->kind);

	for (size_t i = 0; i < info->field_count; i++) {
		const struct field *f = &info->fields[i];
		char *to = (char *)&item->r + f->offset;

		if (f->flags & FIELD_IMMUTABLE && f->type == FIELD_TEXT && f->ref < 0 && !*to)
			str_copy(to, f->size, (const char *)seen + f->offset);
	}
}

/* Where the cloud chooses the part of a network, it is known once it is seen. */
static void learn_place(struct world *w, struct item *item, const struct resource *seen)
{
	const struct kind_info *info = kind_info(item->kind);

	for (size_t i = 0; i < info->field_count; i++) {
		const struct field *f = &info->fields[i];
		struct item *place;

		if (f->ref < 0 || kind_info((enum kind)f->ref)->parent < 0)
			continue;
		place = world_by_id(w, (enum kind)f->ref, (const char *)seen + f->offset);
		if (!w->land->dialect->places_by_network || !place || f->type != FIELD_TEXT)
			continue;
		item->refs[i] = place->number;
		str_copy((char *)&item->r + f->offset, f->size, place->r.id);
	}
}

static void created(struct world *w, const struct operation *op, const struct resource *seen)
{
	struct item *item = world_item(w, op->item);
	struct resource want;

	world_want(w, op, &want);
	str_copy(want.name, sizeof(want.name), item->r.name);
	want.state = kind_info(op->kind)->ready;
	item->r = want;
	item->life = ITEM_LIVE;
	if (!seen)
		return;
	str_copy(item->r.id, sizeof(item->r.id), seen->id);
	learn_place(w, item, seen);
}

static void let_go(struct world *w, const struct item *gone)
{
	for (size_t i = 0; i < w->count; i++) {
		struct item *item = &w->items[i];
		const struct kind_info *info = kind_info(item->kind);

		for (size_t k = 0; item->life == ITEM_LIVE && k < info->field_count; k++) {
			char *at = (char *)&item->r + info->fields[k].offset;

			if (info->fields[k].ref != (int)gone->kind ||
			    !(info->fields[k].flags & FIELD_GIVEN) || strcmp(at, gone->r.id))
				continue;
			*at = '\0';
			item->r.state = info->ready;
		}
	}
}

static void destroyed(struct world *w, struct item *item)
{
	item->life = ITEM_GONE;
	let_go(w, item);
	for (size_t i = 0; i < w->count; i++)
		if (w->items[i].life == ITEM_LIVE && w->items[i].parent == item->number &&
		    w->land->dialect->takes_children & KIND_BIT(item->kind))
			w->items[i].life = ITEM_GONE;
}

static int rule_at(const struct resource *sg, const struct rule *u)
{
	for (int i = 0; i < sg->sg.rule_count && i < RULES_MAX; i++)
		if (rule_eq(&sg->sg.rules[i], u))
			return i;
	return -1;
}

static void change_rules(struct item *item, const struct rule *u, bool add)
{
	int at = rule_at(&item->r, u);

	if (add && at < 0 && item->r.sg.rule_count < RULES_MAX) {
		item->r.sg.rules[item->r.sg.rule_count++] = *u;
	} else if (!add && at >= 0) {
		item->r.sg.rule_count--;
		memmove(&item->r.sg.rules[at], &item->r.sg.rules[at + 1],
			(size_t)(item->r.sg.rule_count - at) * sizeof(*u));
	}
}

static void acted(struct world *w, const struct operation *op, struct item *item)
{
	const struct act_rule *rule = act_rule(op->kind, op->action);
	enum state to = world_leads_to(w, op);
	struct item *object = world_item(w, op->object);
	const struct field *f = rule->field ? field_by_name(op->kind, rule->field) : NULL;
	struct resource want;

	item->moved = rule->requirement;
	item->kept = rule->keeps;
	if (to != STATE_NONE)
		item->r.state = to;
	switch (rule->effect) {
	case EFFECT_STATE:
		break;
	case EFFECT_TIE:
		str_copy((char *)&item->r + f->offset, f->size, object ? object->r.id : "");
		break;
	case EFFECT_UNTIE:
		*((char *)&item->r + f->offset) = '\0';
		break;
	case EFFECT_JOIN:
	case EFFECT_PART:
		if (object)
			object->joined = rule->effect == EFFECT_JOIN ? item->number : 0;
		break;
	case EFFECT_ADD_RULE:
	case EFFECT_REMOVE_RULE:
		world_want(w, op, &want);
		change_rules(item, &want.sg.rules[0], rule->effect == EFFECT_ADD_RULE);
		break;
	case EFFECT_GROW:
		*(int64_t *)((char *)&item->r + f->offset) = op->value;
		break;
	}
}

void world_apply(struct world *w, const struct operation *op, const struct resource *seen)
{
	struct item *item = world_live(w, op->item);

	if (op->verb == OP_CREATE)
		created(w, op, seen);
	else if (op->verb == OP_DELETE && item)
		destroyed(w, item);
	else if (op->verb == OP_ACT && item && act_rule(op->kind, op->action))
		acted(w, op, item);
	else if (op->verb == OP_READ && item && seen)
		world_learn(item, seen);
}
