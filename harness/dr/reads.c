/* What reads saw, next to what was acknowledged before they began; and who acknowledged. */
#include "base/str.h"
#include "dr/priv.h"

static void sooner(const struct index *x, uint32_t *best, uint32_t event)
{
	const struct history_event *e = x->h->events;

	if (*best == NO_EVENT || event_ended(&e[event]) < event_ended(&e[*best]))
		*best = event;
}

/*
 * The newest marker that a read had to see is a question about the earliest end among those after
 * what it saw: looked up, so that neither reads nor writes need be sorted.
 * A writer's numbers grow with time, or the history contradicts itself.
 */
static int look_ahead(struct index *x, struct error *err)
{
	x->soonest = xmalloc((slots(x) + 1) * sizeof(*x->soonest));
	x->soonest_kept = xmalloc((slots(x) + 1) * sizeof(*x->soonest_kept));
	for (uint32_t w = 0; w < x->h->head.clients; w++) {
		uint32_t all = NO_EVENT, kept = NO_EVENT;
		int64_t sent = INT64_MAX;

		x->after[w] = x->first[w + 1];
		for (uint32_t s = x->first[w + 1]; s-- > x->first[w];) {
			const struct history_event *e = slot_write(x, s);

			slot_soon(x, s - SLOTS_AHEAD);
			if (e && event_sent(e) > sent)
				return index_contradicts(err, x->at[s], "marker %u.%u was sent after a greater number",
							 w, e->number);
			sent = e ? event_sent(e) : sent;
			if (e && acked(e)) {
				sooner(x, &all, x->at[s]);
				if (!(x->flags[s] & (MARKER_LOST_SWITCH | MARKER_LOST_FINAL)))
					sooner(x, &kept, x->at[s]);
			}
			if (e && event_sent(e) >= x->switched_us)
				x->after[w] = s;
			x->soonest[s] = all;
			x->soonest_kept[s] = kept;
		}
	}
	return ERR_OK;
}

/* One acknowledged until t from this slot to the writer's last, or NULL. */
static const struct history_event *missed(const struct index *x, const uint32_t *soonest,
					  uint32_t writer, uint32_t slot, int64_t t)
{
	const struct history_event *e;

	if (slot >= x->first[writer + 1] || soonest[slot] == NO_EVENT)
		return NULL;
	e = &x->h->events[soonest[slot]];
	return event_ended(e) <= t ? e : NULL;
}

/* Had anybody sent what it saw? */
static bool saw_sent(struct index *x, const struct history_event *r)
{
	const struct history_event *e = index_write(x, r->writer, r->number);

	if (!r->number)
		return true;
	if (e && event_sent(e) <= event_ended(r)) {
		if (e->outcome == OUTCOME_REFUSED)
			x->flags[x->first[e->writer] + e->number - 1] |= MARKER_REFUSED_READ;
		return true;
	}
	if (e || x->h->whole)
		check_note(x->c, FOUND_INVENTED, r->writer, r->number, r->side, event_sent(r));
	return false;
}

static void judge_read(struct index *x, const struct history_event *r)
{
	int64_t t = event_sent(r) - x->o->stale_us;
	uint32_t next = x->first[r->writer] + r->number, after = x->after[r->writer];
	/* What was lost later was not lost before the fault. */
	bool before = event_ended(r) <= x->fault_us;
	const struct history_event *e;

	if (!saw_sent(x, r))
		return;
	e = missed(x, before ? x->soonest : x->soonest_kept, r->writer, next, t);
	if (e) {
		check_note(x->c, FOUND_STALE, e->writer, e->number, r->side, event_sent(r));
		return;
	}
	if (!missed(x, x->soonest, r->writer, next, t))
		return;
	if (x->m.failback && event_sent(r) >= event_ended(x->m.failback) &&
	    missed(x, x->soonest, r->writer, next > after ? next : after, t))
		check_note(x->c, FOUND_RETURNED, r->writer, r->number, r->side, event_sent(r));
	else
		x->c->reads_of_lost++;
}

int check_reads(struct index *x, struct error *err)
{
	if (look_ahead(x, err) < 0)
		return err->code;
	for (size_t i = 0; i < x->h->n; i++)
		if (x->h->events[i].kind == HISTORY_READ && x->h->events[i].outcome == OUTCOME_OK)
			judge_read(x, &x->h->events[i]);
	for (uint32_t s = 0; s < slots(x); s++) {
		const struct history_event *e;

		if (!(x->flags[s] & MARKER_REFUSED_READ))
			continue;
		e = slot_write(x, s);
		/* One that a ledger shows too was noted there. */
		if (!(x->flags[s] & 0xf * MARKER_THERE))
			check_note(x->c, FOUND_REFUSED_KEPT, e->writer, e->number, e->side,
				   event_sent(e));
	}
	return ERR_OK;
}

/* ---- who had the right to acknowledge ---- */

enum { EPOCHS = 3 };

struct epoch {
	int64_t from_us, until_us;	/* whatever is sent and ended in between is in it */
	unsigned side;
	uint64_t acks[HISTORY_SIDES];
};

/* A write that overlaps the passing of the role is in no epoch. */
static struct epoch *epoch_of(struct epoch *e, const struct history_event *w)
{
	for (int i = 0; i < EPOCHS; i++)
		if (event_sent(w) >= e[i].from_us && event_ended(w) <= e[i].until_us)
			return &e[i];
	return NULL;
}

void check_split_brain(struct index *x)
{
	const struct history_event *back = x->m.failback;
	struct epoch epochs[EPOCHS] = {
		{ .from_us = INT64_MIN, .until_us = x->handover_us, .side = SIDE_A },
		{ .from_us = x->switched_us, .until_us = back ? event_sent(back) : INT64_MAX,
		  .side = x->survivor },
		{ .from_us = back ? event_ended(back) : INT64_MAX, .until_us = INT64_MAX,
		  .side = back ? back->side : SIDE_NONE },
	};

	for (int pass = 0; pass < 1 + x->o->exclusive; pass++)
		for (size_t i = 0; i < x->h->n; i++) {
			const struct history_event *e = &x->h->events[i];
			struct epoch *in;

			if (e->kind != HISTORY_WRITE || !acked(e))
				continue;
			x->c->acked_nowhere += e->side == SIDE_NONE && !pass;
			in = e->side == SIDE_NONE ? NULL : epoch_of(epochs, e);
			if (!in)
				continue;
			in->acks[e->side] += !pass;
			if (pass && e->side != in->side && in->acks[!e->side])
				check_note(x->c, FOUND_SPLIT_BRAIN, e->writer, e->number, e->side,
					   event_sent(e));
		}
}
