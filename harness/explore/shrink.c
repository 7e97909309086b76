/* A sequence that diverges, made shorter while it still does. */
#include <string.h>

#include "explore/walk.h"

struct shrinking {
	struct explorer *x;
	struct sequence *s;		/* the shortest that diverges */
	struct divergence d;		/* how */
	enum kind kind;			/* of what diverges */
	unsigned runs, most;
};

/* Runs a candidate; keeps what of it was sent when it diverges too. */
static CO_FN bool still_diverges(struct shrinking *k, const struct sequence *candidate)
{
	struct explorer *x = k->x;

	if (k->runs == k->most)
		return false;
	k->runs++;
	walk_begin(x);
	if (walk_sequence(x, candidate) || x->d.silent || !x->done.count ||
	    x->done.at[x->done.count - 1].kind != k->kind || x->done.count > k->s->count)
		return false;
	sequence_copy(k->s, &x->done);
	k->d = x->d;
	return true;
}

/* Without those from..to-1; the last operation always stays. */
static CO_FN bool without(struct shrinking *k, size_t from, size_t to)
{
	struct sequence rest = { 0 };
	bool ok;

	for (size_t i = 0; i < k->s->count; i++)
		if (i < from || i >= to || i + 1 == k->s->count)
			sequence_add(&rest, &k->s->at[i]);
	ok = rest.count < k->s->count && still_diverges(k, &rest);
	sequence_free(&rest);
	return ok;
}

static bool needs(const int *items, size_t n, const struct operation *op)
{
	for (size_t i = 0; i < n; i++)
		if (items[i] == op->item)
			return true;
	return false;
}

/*
 * The creates that the last operation rests on, and with acts also what was
 * done to them: most often that is all it takes.
 */
static CO_FN bool slice(struct shrinking *k, bool acts)
{
	struct sequence rest = { 0 }, turned = { 0 };
	const struct operation *last = &k->s->at[k->s->count - 1];
	enum { ITEMS = 512 };
	int items[ITEMS];
	size_t n = operation_items(last, items);
	bool ok;

	sequence_add(&rest, last);
	for (size_t i = k->s->count - 1; i-- > 0;) {
		const struct operation *op = &k->s->at[i];

		if (!needs(items, n, op) || op->verb == OP_READ || op->verb == OP_LIST ||
		    (!acts && op->verb != OP_CREATE) || n + REFS_MAX + 3 > ITEMS)
			continue;
		n += operation_items(op, items + n);
		sequence_add(&rest, op);
	}
	for (size_t i = rest.count; i-- > 0;)
		sequence_add(&turned, &rest.at[i]);
	ok = turned.count < k->s->count && still_diverges(k, &turned);
	sequence_free(&rest);
	sequence_free(&turned);
	return ok;
}

static void put(int *item, int from, int to)
{
	if (*item == from)
		*item = to;
}

/* With one resource fewer: another one of its kind serves instead. */
static CO_FN bool merged(struct shrinking *k, size_t keep, size_t drop)
{
	int to = k->s->at[keep].item, from = k->s->at[drop].item;
	struct sequence rest = { 0 };
	bool ok;

	for (size_t i = 0; i < k->s->count; i++) {
		struct operation op = k->s->at[i];

		if (i == drop)
			continue;
		put(&op.item, from, to);
		put(&op.object, from, to);
		put(&op.parent, from, to);
		for (int f = 0; f < REFS_MAX; f++)
			put(&op.refs[f], from, to);
		sequence_add(&rest, &op);
	}
	ok = still_diverges(k, &rest);
	sequence_free(&rest);
	return ok;
}

static CO_FN bool merge_one(struct shrinking *k)
{
	for (size_t drop = k->s->count - 1; drop-- > 0;)
		for (size_t keep = 0; keep < drop && k->runs < k->most; keep++)
			if (k->s->at[drop].verb == OP_CREATE && k->s->at[keep].verb == OP_CREATE &&
			    k->s->at[drop].kind == k->s->at[keep].kind && merged(k, keep, drop))
				return true;
	return false;
}

CO_FN unsigned shrink(struct explorer *x, struct sequence *s, unsigned runs)
{
	struct shrinking k = { .x = x, .s = s, .d = x->d, .most = runs };
	bool quiet = x->quiet, shorter = true;

	if (!s->count)
		return 0;
	k.kind = s->at[s->count - 1].kind;
	x->quiet = true;
	if (!slice(&k, false))
		(void)slice(&k, true);
	for (size_t chunk = s->count / 2; chunk > 1; chunk /= 2)
		for (size_t end = s->count, from; end > 1 && k.runs < k.most; end = from) {
			from = end > chunk ? end - chunk : 0;
			(void)without(&k, from, end);
		}
	while (shorter && k.runs < k.most) {
		shorter = merge_one(&k);
		for (size_t i = s->count; i-- > 0 && k.runs < k.most;)
			if (i < s->count && without(&k, i, i + 1))
				shorter = true;
	}
	x->quiet = quiet;
	x->d = k.d;
	return k.runs;
}
