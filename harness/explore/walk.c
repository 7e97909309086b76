#include "explore/walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "explore/generate.h"
#include "explore/perform.h"
#include "tc/private.h"

/* ---- a round ---- */

struct actor {
	struct tc t;			/* its own error, the case's ledger */
	const struct world *world;
	struct operation op;
	struct outcome o;
	struct expectation x;
	bool contended;
	struct co *co;
};

struct round { struct actor *at; size_t count; };

static bool reads_only(const struct operation *op)
{
	return op->verb == OP_READ || op->verb == OP_LIST;
}

static bool share(const struct operation *a, const struct operation *b)
{
	struct operation x = *a, y = *b;
	int of_x[REFS_MAX + 3], of_y[REFS_MAX + 3];
	size_t n, m;

	/* Whose name or range is asked for once more is not touched by that. */
	if (x.verb == OP_CREATE)
		x.object = 0;
	if (y.verb == OP_CREATE)
		y.object = 0;
	n = operation_items(&x, of_x);
	m = operation_items(&y, of_y);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < m; k++)
			if (of_x[i] == of_y[k])
				return true;
	return false;
}

/* The name that a create asks for. */
static void name_of(struct explorer *x, const struct operation *op, char to[NAME_LEN])
{
	const struct item *other = world_item(&x->world, op->object);

	if (op->twist == TWIST_TWICE && other && other->life != ITEM_GONE && !other->refused)
		str_copy(to, NAME_LEN, other->r.name);
	else
		tc_name(x->t, op->kind, to);
}

/* Takes in what says something in this world. */
static void prepare(struct explorer *x, struct round *r, const struct operation *ops, size_t n)
{
	char name[NAME_LEN];

	for (size_t i = 0; i < n && r->count < ACTORS_MAX; i++) {
		struct actor *a = &r->at[r->count];
		bool new = ops[i].verb == OP_CREATE && !world_item(&x->world, ops[i].item);

		if (new) {
			name_of(x, &ops[i], name);
			world_ask(&x->world, &ops[i], name);
		}
		world_expect(&x->world, &ops[i], &a->x);
		if (!a->x.possible) {
			x->world.count -= new;
			continue;
		}
		a->op = ops[i];
		a->t = *x->t;
		a->world = &x->world;
		r->count++;
	}
	for (size_t i = 0; i < r->count; i++)
		for (size_t k = 0; k < r->count; k++)
			if (i != k && !reads_only(&r->at[k].op) &&
			    share(&r->at[i].op, &r->at[k].op))
				r->at[i].contended = true;
}

static CO_FN int actor_main(void *arg)
{
	struct actor *a = arg;

	perform(&a->t, a->world, &a->op, &a->o);
	return ERR_OK;
}

static CO_FN void send_all(struct round *r)
{
	if (r->count == 1) {
		perform(&r->at[0].t, r->at[0].world, &r->at[0].op, &r->at[0].o);
		return;
	}
	for (size_t i = 0; i < r->count; i++)
		r->at[i].co = co_spawn(co_loop(), "actor", actor_main, &r->at[i]);
	for (size_t i = 0; i < r->count; i++)
		co_join(r->at[i].co);
}

/* ---- the orders in which it may have happened ---- */

static bool next_order(int *order, size_t n)
{
	size_t i = n < 2 ? 0 : n - 1, k = n;
	int t;

	while (i > 0 && order[i - 1] >= order[i])
		i--;
	if (!i)
		return false;
	while (order[--k] <= order[i - 1])
		;
	t = order[i - 1];
	order[i - 1] = order[k];
	order[k] = t;
	for (size_t l = n - 1; i < l; i++, l--) {
		t = order[i];
		order[i] = order[l];
		order[l] = t;
	}
	return true;
}

static bool explains(struct world *w, const struct round *r, const int *order, size_t *at,
		     struct divergence *d)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct actor *a = &r->at[order[i]];

		*at = (size_t)order[i];
		if (!judge(w, &a->op, &a->o, a->contended, d))
			return false;
	}
	return true;
}

/* Reads what several touched; false: it is not as in this world. */
static CO_FN bool settled(struct explorer *x, const struct round *r, struct world *w,
			  struct divergence *d)
{
	struct resource seen;

	for (size_t i = 0; i < r->count; i++) {
		struct item *item = world_item(w, r->at[i].op.item);
		int got;

		if (!r->at[i].contended || !item || item->life == ITEM_ASKED)
			continue;
		got = tc_get(x->t, &item->r, &seen);
		if (item->life == ITEM_LIVE && (got < 0 || !judge_read(w, item, &seen, true, d)))
			return false;
		if (item->life == ITEM_GONE && got != ERR_NOT_FOUND &&
		    !world_by_id(w, item->kind, item->r.id))
			return false;
	}
	return true;
}

/* Of several worlds that explain the answers, the one that the cloud is in. */
static CO_FN bool choose(struct explorer *x, const struct round *r, struct world *can, size_t n,
			 struct divergence *d)
{
	*d = (struct divergence){ .requirement = "MCI-STM-02", .what = "reads after concurrent requests",
				  .expected = "what one order of them leads to", .observed = "none of them" };
	for (int i = 0; i < 20; i++) {
		for (size_t k = 0; k < n; k++)
			if (settled(x, r, &can[k], d)) {
				world_copy(&x->world, &can[k]);
				return true;
			}
		if (co_sleep(cloud_scaled_ms(x->t->cloud, 200 * (i + 1))) < 0)
			break;
	}
	return false;
}

/* *at: the operation that parts from the oracle. */
static CO_FN bool judge_round(struct explorer *x, const struct round *r, size_t *at)
{
	int order[ACTORS_MAX] = { 0, 1, 2, 3 };
	struct world can[24] = { { 0 } };
	bool ok = false, contended = false, first = true;
	struct divergence d;
	size_t n = 0, where;

	for (size_t i = 0; i < r->count; i++)
		contended = contended || r->at[i].contended;
	do {
		world_copy(&can[n], &x->world);
		if (explains(&can[n], r, order, &where, &d)) {
			n++;
		} else if (first || d.silent) {
			x->d = d;
			*at = where;
			first = false;
		}
	} while (n < 24 && (contended || !n) && next_order(order, r->count));
	if (n && !contended) {
		world_copy(&x->world, &can[0]);
		ok = true;
	} else if (n) {
		*at = r->count - 1;
		ok = choose(x, r, can, n, &x->d);
	}
	/* Two of one name at once is a matter of its own. */
	if (!ok && !x->d.silent && r->count > 1 && r->at[*at].op.twist == TWIST_TWICE)
		str_copy(x->d.requirement, sizeof(x->d.requirement), "MCI-IDM-04");
	for (size_t i = 0; i < 24; i++)
		world_free(&can[i]);
	return ok;
}

/* ---- the record ---- */

static void record(struct explorer *x, const struct actor *a, const struct divergence *d)
{
	static const char *const expected[] = {
		[WANT_OK] = "accepted, and as the model says",
		[WANT_EITHER] = "accepted or refused, and nothing else changed",
	};
	AUTO(str_buf) struct str what = { 0 };
	char refusal[200];

	if (x->quiet)
		return;
	str_addf(&what, "%s, step %zu: ", x->title, x->done.count);
	operation_text(&a->op, &what);
	if (d && d->silent) {
		x->t->err = a->o.r < 0 ? a->o.err : a->o.waited && a->o.wait_r < 0 ? a->o.wait_err :
			    a->o.look_err;
		(void)tc_stimulus(x->t, d->requirement, what.text, d->r, AT);
	} else if (d) {
		str_addf(&what, ": %s", d->what);
		CHECK(x->t, d->requirement, what.text, false, d->expected, d->observed);
	} else if (a->x.want == WANT_REFUSED) {
		snprintf(refusal, sizeof(refusal), "refused as %s%s%s, and nothing changed",
			 err_name(a->x.one), a->x.one == a->x.other ? "" : " or ",
			 a->x.one == a->x.other ? "" : err_name(a->x.other));
		CHECK(x->t, a->x.requirement, what.text, true, refusal, "the same");
	} else {
		CHECK(x->t, a->x.requirement, what.text, true, expected[a->x.want], "the same");
	}
}

CO_FN bool walk_round(struct explorer *x, const struct operation *ops, size_t n)
{
	struct round r = { .at = xcalloc(ACTORS_MAX, sizeof(*r.at)) };
	size_t at = 0;
	bool ok = true;

	prepare(x, &r, ops, n);
	if (r.count) {
		send_all(&r);
		ok = judge_round(x, &r, &at);
	}
	for (size_t i = 0; i < r.count; i++) {
		sequence_add(&x->done, &r.at[i].op);
		if (ok || i == at)
			record(x, &r.at[i], ok ? NULL : &x->d);
		outcome_free(&r.at[i].o);
	}
	if (x->quiet)
		x->t->p->exchange_count = 0;
	free(r.at);
	return ok;
}

/* ---- walks ---- */

CO_FN void walk_begin(struct explorer *x)
{
	tidy_up(x->t, &x->world);
	world_free(&x->world);
	x->world.land = &x->land;
	x->done.count = 0;
	x->t->p->exchange_count = 0;
}

CO_FN bool walk_sequence(struct explorer *x, const struct sequence *s)
{
	size_t n;

	for (size_t i = 0; i < s->count; i += n) {
		for (n = 1; i + n < s->count && s->at[i].round && n < ACTORS_MAX &&
			    s->at[i + n].round == s->at[i].round; n++)
			;
		if (!walk_round(x, &s->at[i], n))
			return false;
	}
	return true;
}

/* With those of the same round, no more of a kind than the target allows. */
static bool has_room(const struct explorer *x, const struct operation *ops, size_t n)
{
	const struct operation *op = &ops[n];
	int64_t most = op->twist == TWIST_TWICE ? x->land.cfg->limit[op->kind] :
		       x->land.most[op->kind];
	int64_t count = world_count(&x->world, op->kind) + 1;

	for (size_t i = 0; i < n; i++)
		count += ops[i].verb == OP_CREATE && ops[i].kind == op->kind;
	return op->verb != OP_CREATE || most < 0 || count <= most;
}

/* One operation for each actor; a rival to the first one now and then. */
static size_t next_round(const struct explorer *x, uint64_t *random, unsigned actors, int *number,
			 struct operation ops[ACTORS_MAX])
{
	size_t n = 0;

	for (unsigned i = 0; i < actors; i++) {
		bool rival = n && seeded_next(random) % 3 == 0;

		if (rival ? !generate_rival(&x->world, random, &ops[0], *number, &ops[n]) :
			    !generate(&x->world, random, *number, &ops[n]))
			continue;
		if (n && !has_room(x, ops, n))
			continue;
		*number += ops[n++].verb == OP_CREATE;
	}
	return n;
}

CO_FN bool walk_random(struct explorer *x, uint64_t seed, unsigned steps, unsigned actors)
{
	struct operation ops[ACTORS_MAX];
	struct sequence audit = { 0 };
	uint64_t random = seed;
	unsigned round = 0;
	int number = 1;
	bool ok = true;

	while (ok && x->done.count < steps) {
		size_t before = x->done.count, n = next_round(x, &random, actors, &number, ops);

		round++;
		for (size_t i = 0; i < n; i++)
			ops[i].round = round;
		ok = walk_round(x, ops, n);
		if (x->done.count == before)
			break;
	}
	if (!ok)
		return false;
	generate_audit(&x->world, &audit);
	ok = walk_sequence(x, &audit);
	sequence_free(&audit);
	return ok;
}
