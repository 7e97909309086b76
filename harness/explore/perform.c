#include "explore/perform.h"

#include <string.h>

#include "explore/rules.h"
#include "tc/private.h"

void outcome_free(struct outcome *o)
{
	resource_list_cleanup(&o->list);
	*o = (struct outcome){ 0 };
}

static CO_FN void wait_for(struct tc *t, const struct resource *r, enum state want,
			   struct outcome *o)
{
	struct wait_log log = { 0 };

	o->waited = true;
	o->wait_r = tc_wait(t, r, want, want == STATE_GONE ? NULL : &o->after, &log);
	o->wait_err = t->err;
	o->polls = log.polls;
	o->rest = log.count ? log.order[log.count - 1] : STATE_NONE;
	o->looked = o->wait_r == ERR_OK && want != STATE_GONE;
}

static CO_FN void look_at(struct tc *t, const struct resource *r, struct outcome *o)
{
	o->looked = true;
	o->look_r = tc_get(t, r, &o->after);
	o->look_err = t->err;
}

/* What an operation is about: the item's, or one that nobody has. */
static void target_of(const struct world *w, const struct operation *op, struct resource *to)
{
	const struct item *item = world_item(w, op->item);
	const struct cloud_config *cfg = w->land->cfg;

	resource_init(to, op->kind);
	if (item)
		*to = item->r;
	else if (op->kind == KIND_IMAGE)
		str_copy(to->id, sizeof(to->id), cfg->image);
	else if (op->kind == KIND_SPEC)
		str_copy(to->id, sizeof(to->id), cfg->spec);
	else
		world_nobody(w, op->kind, to->id);
}

static CO_FN void do_create(struct tc *t, const struct world *w, const struct operation *op,
			    struct outcome *o)
{
	enum state ready = kind_info(op->kind)->ready;
	struct resource want;

	world_want(w, op, &want);
	str_copy(want.name, sizeof(want.name), world_item(w, op->item)->r.name);
	o->r = tc_create(t, &want, &o->got);
	o->err = t->err;
	if (o->r < 0 || !*o->got.id)
		return;
	/* What an answer leaves out is needed to read the new one. */
	if (!*o->got.name)
		str_copy(o->got.name, sizeof(o->got.name), want.name);
	if (!*o->got.parent)
		str_copy(o->got.parent, sizeof(o->got.parent), want.parent);
	if (ready == STATE_NONE)
		look_at(t, &o->got, o);
	else
		wait_for(t, &o->got, ready, o);
}

static CO_FN void do_delete(struct tc *t, const struct world *w, const struct operation *op,
			    struct outcome *o)
{
	bool live = world_live(w, op->item);
	struct ledger_entry *e;
	struct resource to;

	target_of(w, op, &to);
	e = ledger_find(&t->p->ledger, to.kind, to.id);
	o->r = tc_send_destroy(t, &to);
	o->err = t->err;
	if (!live)
		return;
	if (o->r < 0) {
		look_at(t, &to, o);
		return;
	}
	wait_for(t, &to, STATE_GONE, o);
	if (o->wait_r == ERR_OK && e)
		ledger_note(&t->p->ledger, e, LEDGER_GONE, NULL);
}

static CO_FN void do_act(struct tc *t, const struct world *w, const struct operation *op,
			 struct outcome *o)
{
	const struct act_rule *rule = act_rule(op->kind, op->action);
	const struct item *item = world_live(w, op->item);
	enum state to_state = world_leads_to(w, op);
	struct resource to, object;

	target_of(w, op, &to);
	world_want(w, op, &object);
	o->r = tc_act(t, &to, op->action, rule->object < 0 ? NULL : &object);
	o->err = t->err;
	if (!item)
		return;
	if (o->r == ERR_OK && kind_info(op->kind)->transition_count)
		wait_for(t, &to, to_state == STATE_NONE ? item->r.state : to_state, o);
	else
		look_at(t, &to, o);
}

CO_FN void perform(struct tc *t, const struct world *w, const struct operation *op,
		   struct outcome *o)
{
	const struct item *in = world_item(w, op->object);
	struct resource to;

	*o = (struct outcome){ 0 };
	switch (op->verb) {
	case OP_CREATE:
		do_create(t, w, op, o);
		break;
	case OP_READ:
		target_of(w, op, &to);
		o->r = tc_get(t, &to, &o->got);
		o->err = t->err;
		break;
	case OP_LIST:
		o->r = tc_list(t, op->kind, in ? in->r.id : NULL, &o->list);
		o->err = t->err;
		break;
	case OP_DELETE:
		do_delete(t, w, op, o);
		break;
	case OP_ACT:
		do_act(t, w, op, o);
		break;
	case OP_VERBS:
		break;
	}
}

/* ---- between two runs ---- */

enum { TIDY_S = 30, TIDY_ROUNDS = 3 };

static CO_FN void untie_all(struct tc *t, const struct world *w)
{
	for (size_t i = 0; i < w->count; i++) {
		const struct item *router = world_live(w, w->items[i].joined);

		if (router && w->items[i].life == ITEM_LIVE)
			(void)tc_act(t, &router->r, ACT_PART, &w->items[i].r);
	}
}

static CO_FN bool remove_one(struct tc *t, struct ledger_entry *e)
{
	struct ref ref = { .kind = e->kind, .id = e->id, .parent = e->parent };
	int r;

	ledger_note(&t->p->ledger, e, LEDGER_DELETE_SENT, NULL);
	r = cloud_destroy(t->cloud, &ref, &t->err);
	if (r == ERR_OK)
		r = cloud_wait(t->cloud, &ref, STATE_GONE, TIDY_S, NULL, NULL, &t->err);
	if (r != ERR_OK && r != ERR_NOT_FOUND)
		return false;
	ledger_note(&t->p->ledger, e, LEDGER_GONE, NULL);
	return true;
}

CO_FN void tidy_up(struct tc *t, const struct world *w)
{
	bool again = true;

	untie_all(t, w);
	for (int i = 0; i < TIDY_ROUNDS && again; i++) {
		bool removed = false;

		again = false;
		for (struct ledger_entry *e = t->p->ledger.newest; e; e = e->older) {
			if (e->state == LEDGER_GONE || !*e->id)
				continue;
			if (remove_one(t, e))
				removed = true;
			else
				again = true;
		}
		again = again && removed;
	}
}
