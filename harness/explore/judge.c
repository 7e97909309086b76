#include "explore/judge.h"

#include <stdarg.h>
#include <string.h>

#include "explore/rules.h"

static bool differs(struct divergence *d, const char *requirement, const char *what,
		    const char *expected, const char *observed)
{
	*d = (struct divergence){ 0 };
	str_copy(d->requirement, sizeof(d->requirement), requirement);
	snprintf(d->what, sizeof(d->what), "%s", what);
	snprintf(d->expected, sizeof(d->expected), "%s", *expected ? expected : "(absent)");
	snprintf(d->observed, sizeof(d->observed), "%s", *observed ? observed : "(absent)");
	return false;
}

static void say_error(int r, const struct error *err, char to[600])
{
	snprintf(to, 600, "%s: %s", err_name((enum err)r), err->text);
}

static bool silent(struct divergence *d, const char *requirement, int r, const struct error *err)
{
	char seen[600];

	say_error(r, err, seen);
	(void)differs(d, requirement, "call the cloud", "an answer", seen);
	d->silent = true;
	d->r = r;
	return false;
}

/* Of a request that should succeed, and of one that should not. */
static bool says_nothing(int r, bool should_succeed)
{
	if (should_succeed && (r == ERR_QUOTA || r == ERR_UNAUTHENTICATED || r == ERR_DENIED))
		return true;
	return r == ERR_NETWORK || r == ERR_HARNESS || r == ERR_CANCELLED || r == ERR_THROTTLED;
}

static bool definite(int r)
{
	return r == ERR_CONFLICT || r == ERR_NOT_FOUND || r == ERR_INVALID;
}

/* ---- fields ---- */

/* "a,b" against one resource's id, or its name where the API shows only that. */
static bool same_ref(const struct world *w, const struct item *item, const struct field *f,
		     size_t i, const char *asked, const char *seen)
{
	const struct item *to = world_item(w, item->refs[i]);

	if (!strcmp(asked, seen))
		return true;
	/* What no longer exists may be shown or not. */
	if (to && to->life != ITEM_LIVE && !(f->flags & FIELD_HOLDS))
		return true;
	return f->type == FIELD_TEXTS && to && !strcmp(to->r.name, seen);
}

static bool one_rule_in(const struct resource *sg, const struct rule *u)
{
	for (int i = 0; i < sg->sg.rule_count && i < RULES_MAX; i++)
		if (rule_eq(&sg->sg.rules[i], u))
			return true;
	return false;
}

static bool same_rules(const struct world *w, const struct resource *asked,
		       const struct resource *seen)
{
	for (int i = 0; i < asked->sg.rule_count && i < RULES_MAX; i++)
		if (!one_rule_in(seen, &asked->sg.rules[i]))
			return false;
	for (int i = 0; i < seen->sg.rule_count && i < RULES_MAX; i++) {
		const struct rule *u = &seen->sg.rules[i];

		if (w->land->dialect->default_egress && !strcmp(u->direction, "outbound"))
			continue;
		if (!one_rule_in(asked, u))
			return false;
	}
	return true;
}

/* The range that an address must lie in; "" when nothing says. */
static void range_of(const struct world *w, const struct item *item, char to[ADDR_LEN])
{
	const struct kind_info *info = kind_info(item->kind);

	*to = '\0';
	for (size_t i = 0; i < info->field_count && i < REFS_MAX; i++) {
		const struct item *place = world_item(w, item->refs[i]);

		if (place && info->fields[i].ref >= 0 && kind_info(place->kind)->parent >= 0)
			(void)(resource_get_text(&place->r, "cidr", to, ADDR_LEN) && *to);
		if (*to)
			return;
	}
}

static bool same_address(const struct world *w, const struct item *item, const struct field *f,
			 const char *seen, struct divergence *d)
{
	char range[ADDR_LEN], what[100];

	range_of(w, item, range);
	snprintf(what, sizeof(what), "%s of %s-%d", f->name, kind_info(item->kind)->name, item->number);
	if (!*seen || (*range && !cidr_holds(range, seen)))
		return differs(d, requirement_of(item->kind, OF_FIELDS), what,
			       *range ? range : "an address", seen);
	return true;
}

static bool same_field(const struct world *w, const struct item *item, size_t i,
		       const struct resource *seen, bool still, struct divergence *d)
{
	const struct field *f = &kind_info(item->kind)->fields[i];
	const char *requirement = requirement_of(item->kind, OF_FIELDS);
	char asked_text[600], seen_text[600], what[100];
	bool same = true;

	resource_get_text(&item->r, f->name, asked_text, sizeof(asked_text));
	resource_get_text(seen, f->name, seen_text, sizeof(seen_text));
	snprintf(what, sizeof(what), "%s of %s-%d", f->name, kind_info(item->kind)->name, item->number);
	if (f->type == FIELD_SECRET)
		return !*seen_text || differs(d, requirement, what, "not shown again", "shown");
	if (f->type == FIELD_RULES) {
		same = same_rules(w, &item->r, seen);
		if (item->moved)
			requirement = item->moved;
		else if (!seen->sg.rule_count)
			requirement = requirement_of(item->kind, OF_LIST);
	} else if (f->ref >= 0 && (f->flags & FIELD_GIVEN)) {
		same = !still || !strcmp(asked_text, seen_text);
		requirement = item->moved ? item->moved : requirement;
	} else if (f->ref >= 0) {
		same = same_ref(w, item, f, i, asked_text, seen_text);
	} else if (f->flags & (FIELD_ECHO | FIELD_IMMUTABLE) && *asked_text) {
		same = !strcmp(asked_text, seen_text);
		if (f->flags & FIELD_GIVEN && *seen_text && item->kept)
			requirement = item->kept;
	}
	if (!same)
		return differs(d, requirement, what, asked_text, seen_text);
	if (f->flags & FIELD_IMMUTABLE && f->flags & FIELD_GIVEN && f->size == ADDR_LEN)
		return same_address(w, item, f, seen_text, d);
	return true;
}

static bool same_name(const struct world *w, const struct item *item, const struct resource *seen)
{
	return w->land->dialect->nameless & KIND_BIT(item->kind) ||
	       !strcmp(seen->name, item->r.name);
}

bool judge_read(const struct world *w, const struct item *item, const struct resource *seen,
		bool still, struct divergence *d)
{
	const struct kind_info *info = kind_info(item->kind);
	const char *requirement = requirement_of(item->kind, OF_FIELDS);
	char what[100];

	snprintf(what, sizeof(what), "name of %s-%d", info->name, item->number);
	if (!same_name(w, item, seen))
		return differs(d, requirement, what, item->r.name, seen->name);
	snprintf(what, sizeof(what), "id of %s-%d", info->name, item->number);
	if (strcmp(seen->id, item->r.id))
		return differs(d, requirement, what, item->r.id, seen->id);
	snprintf(what, sizeof(what), "parent of %s-%d", info->name, item->number);
	if (*item->r.parent && *seen->parent && strcmp(seen->parent, item->r.parent))
		return differs(d, requirement, what, item->r.parent, seen->parent);
	snprintf(what, sizeof(what), "state of %s-%d", info->name, item->number);
	if (still && info->ready != STATE_NONE && seen->state != item->r.state)
		return differs(d, item->moved ? item->moved : requirement_of(item->kind, OF_CREATE),
			       what, state_name(item->r.state), state_name(seen->state));
	for (size_t i = 0; i < info->field_count && i < REFS_MAX; i++)
		if (!same_field(w, item, i, seen, still, d))
			return false;
	return true;
}

/* ---- lists ---- */

static size_t count_name(const struct resource_list *l, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < l->count; i++)
		n += !strcmp(l->at[i].name, name);
	return n;
}

static bool listed(const struct item *item, const char *requirement, size_t want, size_t is,
		   struct divergence *d)
{
	char what[100], expected[24], observed[24];

	if (want == is)
		return true;
	snprintf(what, sizeof(what), "how often the list holds %s-%d", kind_info(item->kind)->name,
		 item->number);
	snprintf(expected, sizeof(expected), "%zu", want);
	snprintf(observed, sizeof(observed), "%zu", is);
	return differs(d, requirement, what, expected, observed);
}

/* A list may leave fields out; what it shows is what a read shows. */
static bool listed_alike(const struct item *item, const struct resource *seen, struct divergence *d)
{
	const struct kind_info *info = kind_info(item->kind);

	for (size_t i = 0; i < info->field_count; i++) {
		const struct field *f = &info->fields[i];
		char is[200], shown[200], what[100];

		if (f->ref >= 0 || !(f->flags & (FIELD_ECHO | FIELD_IMMUTABLE)) ||
		    (f->type != FIELD_TEXT && f->type != FIELD_INT) ||
		    !resource_get_text(&item->r, f->name, is, sizeof(is)) ||
		    !resource_get_text(seen, f->name, shown, sizeof(shown)))
			continue;
		snprintf(what, sizeof(what), "%s of %s-%d in the list", f->name, info->name, item->number);
		if (*is && *shown && strcmp(is, shown))
			return differs(d, requirement_of(item->kind, OF_LIST), what, is, shown);
	}
	return true;
}

static bool judge_listed(const struct world *w, const struct item *item,
			 const struct resource_list *l, struct divergence *d)
{
	const struct kind_info *info = kind_info(item->kind);
	const char *requirement = requirement_of(item->kind, OF_LIST);
	const struct resource *seen;

	if (item->life == ITEM_GONE) {
		if (item->kind != KIND_VM)
			requirement = "MCI-IDM-06";
		return !*item->r.id || world_by_id(w, item->kind, item->r.id) ||
		       listed(item, requirement, 0, resource_list_count_id(l, item->r.id), d);
	}
	if (item->life == ITEM_ASKED) {
		size_t namesakes = 0;

		for (size_t i = 0; i < w->count; i++)
			namesakes += w->items[i].life == ITEM_LIVE &&
				     w->items[i].kind == item->kind &&
				     !strcmp(w->items[i].r.name, item->r.name);
		return !item->refused || w->land->dialect->nameless & KIND_BIT(item->kind) ||
		       namesakes || listed(item, "MCI-ERR-04", 0, count_name(l, item->r.name), d);
	}
	if (!listed(item, requirement, 1, resource_list_count_id(l, item->r.id), d))
		return false;
	seen = resource_list_find(l, item->r.id);
	if (!listed_alike(item, seen, d))
		return false;
	if (!same_name(w, item, seen))
		return differs(d, requirement, "a name in the list", item->r.name, seen->name);
	for (size_t i = 0; i < info->field_count; i++) {
		char text[40];

		if (info->fields[i].type == FIELD_SECRET &&
		    resource_get_text(seen, info->fields[i].name, text, sizeof(text)) && *text)
			return differs(d, "MCI-SEC-06", info->fields[i].name, "not in a list", "shown");
	}
	return true;
}

/* What is not ours: each once. */
static bool judge_catalogue(enum kind k, const struct resource_list *l, struct divergence *d)
{
	const char *requirement = requirement_of(k, OF_LIST);

	if (!l->count)
		return differs(d, requirement, "how many the list holds", "one or more", "0");
	for (size_t i = 0; i < l->count; i++)
		if (*l->at[i].id && resource_list_count_id(l, l->at[i].id) != 1)
			return differs(d, requirement, "how often the list holds each", "once", l->at[i].id);
	return true;
}

static bool judge_list(const struct world *w, const struct operation *op,
		       const struct resource_list *l, struct divergence *d)
{
	if (!kind_info(op->kind)->ours)
		return judge_catalogue(op->kind, l, d);
	for (size_t i = 0; i < w->count; i++) {
		const struct item *item = &w->items[i];

		if (item->kind != op->kind || (op->object && item->parent != op->object))
			continue;
		if (!judge_listed(w, item, l, d))
			return false;
	}
	return true;
}

/* An image or spec of the target file says what it is. */
static bool judge_described(const struct operation *op, const struct resource *seen,
			    struct divergence *d)
{
	const struct kind_info *info = kind_info(op->kind);
	char text[100];

	for (size_t i = 0; i < info->field_count; i++)
		if (info->fields[i].flags & FIELD_PORTABLE &&
		    resource_get_text(seen, info->fields[i].name, text, sizeof(text)) && !*text)
			return differs(d, requirement_of(op->kind, OF_FIELDS), info->fields[i].name, "shown", "");
	return true;
}

/* ---- one operation ---- */

static void say_refusal(const struct expectation *x, char to[300])
{
	snprintf(to, 300, "refused as %s%s%s: %s", err_name(x->one), x->one == x->other ? "" : " or ",
		 x->one == x->other ? "" : err_name(x->other), x->why);
}

/* How it was answered; *done: there is nothing more to see. */
static bool judge_answer(const struct operation *op, const struct expectation *x,
			 const struct outcome *o, bool contended, bool *done, struct divergence *d)
{
	char expected[300], observed[600] = "accepted";

	*done = o->r < 0;
	if (o->r < 0 && says_nothing(o->r, x->want == WANT_OK && !contended))
		return silent(d, x->requirement, o->r, &o->err);
	if (o->r < 0)
		say_error(o->r, &o->err, observed);
	if (contended && (definite(o->r) || (o->r == ERR_OK && op->verb == OP_DELETE)))
		return true;
	if (x->want == WANT_OK) {
		return o->r == ERR_OK || differs(d, x->requirement, "the answer", "accepted", observed);
	}
	say_refusal(x, expected);
	if (o->r == (int)x->one || o->r == (int)x->other)
		return true;
	if (o->r == ERR_OK && x->want == WANT_EITHER)
		return true;
	return differs(d, x->requirement, "the answer", expected, observed);
}

/* Whether it came to rest where it should. */
static bool judge_wait(const struct operation *op, const struct expectation *x, enum state to,
		       const struct outcome *o, struct divergence *d)
{
	const uint32_t under_way = 1u << STATE_STOPPING | 1u << STATE_STARTING |
				   1u << STATE_REBOOTING | 1u << STATE_SUSPENDING |
				   1u << STATE_RESUMING;
	const char *requirement = x->requirement;
	char seen[600];

	if (!o->waited || o->wait_r == ERR_OK)
		return true;
	if (says_nothing(o->wait_r, true) || (o->wait_r == ERR_TIMEOUT && o->polls < 4))
		return silent(d, requirement, o->wait_r, &o->wait_err);
	if (op->verb == OP_ACT && o->wait_r == ERR_TIMEOUT && under_way & 1u << o->rest)
		requirement = "MCI-STM-03";
	/* Gone, and not said so in the words for it. */
	if (op->verb == OP_DELETE && o->wait_r != ERR_TIMEOUT)
		requirement = "MCI-ERR-02";
	say_error(o->wait_r, &o->wait_err, seen);
	return differs(d, requirement, "the state it comes to", state_name(to), seen);
}

static bool judge_after(struct world *w, const struct operation *op, const struct expectation *x,
			const struct outcome *o, struct divergence *d)
{
	struct item *item = world_live(w, op->item);
	const char *moved = item ? item->moved : NULL;
	char seen[600];

	if (!o->looked || !item)
		return true;
	if (o->look_r < 0 && says_nothing(o->look_r, true))
		return silent(d, x->requirement, o->look_r, &o->look_err);
	if (o->look_r < 0) {
		say_error(o->look_r, &o->look_err, seen);
		return differs(d, x->requirement, "a read after it", "still there", seen);
	}
	/* What was refused, or had nothing to do, changed nothing. */
	if (x->want != WANT_OK)
		item->moved = x->requirement;
	if (!judge_read(w, item, &o->after, true, d))
		return false;
	item->moved = moved;
	world_learn(item, &o->after);
	return true;
}

static bool judge_created(struct world *w, const struct operation *op, const struct expectation *x,
			  const struct outcome *o, struct divergence *d)
{
	const struct resource *seen = o->looked && o->look_r == ERR_OK ? &o->after : &o->got;

	if (!*o->got.id)
		return differs(d, x->requirement, "the new one's id", "an id", "");
	if (world_by_id(w, op->kind, o->got.id))
		return differs(d, requirement_of(op->kind, OF_TWICE), "the new one's id",
			       "one of its own", o->got.id);
	if (!judge_wait(op, x, kind_info(op->kind)->ready, o, d))
		return false;
	world_apply(w, op, seen);
	return judge_after(w, op, x, o, d);
}

static bool judge_seen(struct world *w, const struct operation *op, const struct outcome *o,
		       bool contended, struct divergence *d)
{
	const struct item *item = world_live(w, op->item);

	if (op->verb == OP_LIST)
		return judge_list(w, op, &o->list, d);
	if (!kind_info(op->kind)->ours)
		return judge_described(op, &o->got, d);
	if (item && !judge_read(w, item, &o->got, !contended, d))
		return false;
	world_apply(w, op, &o->got);
	return true;
}

bool judge(struct world *w, const struct operation *op, const struct outcome *o, bool contended,
	   struct divergence *d)
{
	struct item *item = world_item(w, op->item);
	struct expectation x;
	enum state to = world_leads_to(w, op);
	bool done;

	world_expect(w, op, &x);
	if (!x.possible)
		/* What no document says may be answered in any way. */
		return contended ||
		       differs(d, "MCI-STM-02", "the order of answers", "one that the model knows", "none");
	if (!judge_answer(op, &x, o, contended, &done, d))
		return false;
	if (done && op->verb == OP_CREATE && item && item->life == ITEM_ASKED)
		/* An API that makes it in several calls may have begun. */
		item->refused = !*o->got.id;
	if (done)
		return contended || op->verb == OP_CREATE || judge_after(w, op, &x, o, d);
	if (op->verb == OP_CREATE)
		return judge_created(w, op, &x, o, d);
	if (op->verb == OP_READ || op->verb == OP_LIST)
		return judge_seen(w, op, o, contended, d);
	if (op->verb == OP_ACT && to == STATE_NONE && item && item->life == ITEM_LIVE)
		to = item->r.state;
	if (!contended && !judge_wait(op, &x, op->verb == OP_DELETE ? STATE_GONE : to, o, d))
		return false;
	if (op->verb == OP_DELETE || x.want == WANT_OK)
		world_apply(w, op, NULL);
	return contended || judge_after(w, op, &x, o, d);
}
