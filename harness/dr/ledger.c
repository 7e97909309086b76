/* What the ledgers of the sides hold, next to what was acknowledged. */
#include "base/str.h"
#include "dr/priv.h"


static void take_marker(struct index *x, const struct history_event *row, uint32_t number,
			int64_t *sent)
{
	const struct history_event *e = index_write(x, row->writer, number);
	unsigned where = place(row->detail, row->side);
	uint16_t *flags;

	/* Without an end, what was in flight is in no record. */
	if (!e) {
		if (x->h->whole)
			check_note(x->c, FOUND_INVENTED, row->writer, number, row->side,
				   row->due_us);
		return;
	}
	flags = &x->flags[x->first[row->writer] + number - 1];
	if (*flags & MARKER_THERE << where) {
		*flags |= MARKER_TWICE << where;
		return;
	}
	*flags |= MARKER_THERE << where;
	if (!acked(e))
		return;
	if (*sent >= event_ended(e))
		*flags |= MARKER_BEHIND << where;
	if (event_sent(e) > *sent)
		*sent = event_sent(e);
}

/* In the order of the rows: only then is it the order of the ledger. */
static void take_rows(struct index *x)
{
	uint32_t clients = x->h->head.clients;
	/* Of a ledger and writer: when the latest of the acknowledged so far was sent. */
	int64_t *sent = xmalloc(sizeof(*sent) * READINGS * HISTORY_SIDES * clients);

	for (size_t i = 0; i < (size_t)READINGS * HISTORY_SIDES * clients; i++)
		sent[i] = INT64_MIN;
	for (size_t i = 0; i < x->h->n; i++) {
		const struct history_event *e = &x->h->events[i];
		size_t at;

		if (e->kind != HISTORY_ROW)
			continue;
		at = (size_t)place(e->detail, e->side) * clients + e->writer;
		for (uint32_t k = 0; k < e->took_us; k++)
			take_marker(x, e, e->number + k, &sent[at]);
	}
	free(sent);
}

/* Was this ledger read to its end?  Else why. */
static bool was_read(const struct index *x, unsigned reading, unsigned side, char why[120])
{
	const struct history_event *l = x->m.ledger[place(reading, side)];
	uint64_t rows = x->m.rows[place(reading, side)];
	const char *when = reading == READING_SWITCH ? "at the switch" : "after reconvergence";

	if (!l)
		snprintf(why, 120, "the ledger of side %c was not read %s", 'A' + side, when);
	else if (l->number != (uint32_t)rows)
		snprintf(why, 120, "the ledger of side %c %s has %u markers, and %llu were read", 'A' + side, when,
			 l->number, (unsigned long long)rows);
	else
		return true;
	return false;
}

/* Which ledgers a reading is judged by, as bits of MARKER_THERE; 0: why not. */
static unsigned judged_by(const struct index *x, unsigned reading, struct loss *l,
			  int64_t *began_us)
{
	unsigned bits = 0;

	*began_us = INT64_MAX;
	if (reading == READING_SWITCH && x->survivor == SIDE_NONE) {
		str_copy(l->why, sizeof(l->why), "no switch is marked, and the fault is of no side");
		return 0;
	}
	for (unsigned side = 0; side < HISTORY_SIDES; side++) {
		if (reading == READING_SWITCH ? side != x->survivor : x->m.gone[side])
			continue;
		if (!was_read(x, reading, side, l->why))
			return 0;
		bits |= (unsigned)MARKER_THERE << place(reading, side);
		if (event_sent(x->m.ledger[place(reading, side)]) < *began_us)
			*began_us = event_sent(x->m.ledger[place(reading, side)]);
	}
	if (!bits)
		str_copy(l->why, sizeof(l->why), "both sides are gone");
	return bits;
}

static void weigh(const struct index *x, struct loss *l, const struct history_event *e, bool lost)
{
	bool before = event_ended(e) <= x->fault_us;

	if (before) {
		l->acked++;
		l->lost += lost;
		if (lost && x->m.fault && x->fault_us - event_ended(e) > l->oldest_lost_us)
			l->oldest_lost_us = x->fault_us - event_ended(e);
	} else {
		l->acked_after++;
		l->lost_after += lost;
	}
}

static void find_lost(struct index *x, unsigned reading, struct loss *l, uint16_t flag)
{
	const struct history_event *newest = NULL, *oldest = NULL;
	int64_t began_us;
	unsigned bits = judged_by(x, reading, l, &began_us);

	l->judged = bits;
	for (size_t i = 0; bits && i < x->h->n; i++) {
		const struct history_event *e = &x->h->events[i];
		bool lost;

		if (e->kind != HISTORY_WRITE || !acked(e) || event_ended(e) > began_us)
			continue;
		lost = !(x->flags[slot_of(x, e)] & bits);
		weigh(x, l, e, lost);
		if (lost)
			x->flags[slot_of(x, e)] |= flag;
		if (event_ended(e) > x->fault_us)
			continue;
		if (!lost && (!newest || event_ended(e) > event_ended(newest)))
			newest = e;
		if (!oldest || event_ended(e) < event_ended(oldest))
			oldest = e;
	}
	if (!x->m.fault || !oldest)
		return;
	/* check_figures() says whether it may stand. */
	l->rpo.state = newest ? FIGURE_MEASURED : FIGURE_AT_LEAST;
	if (!newest) {
		newest = oldest;
		str_copy(l->rpo.why, sizeof(l->rpo.why), "no acknowledged write survived");
	}
	l->rpo.us = l->rpo.least_us = x->fault_us - event_ended(newest);
	l->rpo.most_us =
		l->rpo.state == FIGURE_MEASURED ? x->confirmed_us - event_sent(newest) : INT64_MAX;
}

static void note(struct index *x, enum check_kind kind, const struct history_event *e)
{
	check_note(x->c, kind, e->writer, e->number, e->side, event_sent(e));
}

/* In the last ledgers of both sides or of none; what was acknowledged meanwhile is not asked. */
static bool diverged(const struct index *x, const struct history_event *e, uint16_t flags)
{
	const struct history_event *a = x->m.ledger[place(READING_FINAL, SIDE_A)];
	const struct history_event *b = x->m.ledger[place(READING_FINAL, SIDE_B)];
	bool on_a = flags & MARKER_THERE << place(READING_FINAL, SIDE_A);
	bool on_b = flags & MARKER_THERE << place(READING_FINAL, SIDE_B);

	return x->c->final.judged && !x->m.gone[SIDE_A] && !x->m.gone[SIDE_B] && on_a != on_b &&
	       event_ended(e) <= event_sent(a) && event_ended(e) <= event_sent(b);
}

static void judge_marker(struct index *x, const struct history_event *e, uint16_t flags)
{
	enum { EVERY = (1 << READINGS * HISTORY_SIDES) - 1 };
	bool last = flags & (MARKER_THERE << place(READING_FINAL, SIDE_A) |
			     MARKER_THERE << place(READING_FINAL, SIDE_B));

	if (flags & EVERY * MARKER_TWICE)
		note(x, FOUND_DUPLICATED, e);
	if (e->outcome == OUTCOME_UNKNOWN) {
		x->c->unknown_there += last;
		x->c->unknown_absent += !last;
		return;
	}
	if (e->outcome == OUTCOME_REFUSED) {
		if (flags & EVERY * MARKER_THERE)
			note(x, FOUND_REFUSED_KEPT, e);
		return;
	}
	if (flags & EVERY * MARKER_BEHIND)
		note(x, FOUND_REORDERED, e);
	if (flags & MARKER_LOST_SWITCH)
		note(x, FOUND_LOST_SWITCH, e);
	if (flags & MARKER_LOST_FINAL)
		note(x, FOUND_LOST, e);
	else if (diverged(x, e, flags))
		note(x, FOUND_DIVERGED, e);
	if (flags & MARKER_LOST_SWITCH && last) {
		x->c->came_back++;
		if (x->o->exclusive)
			note(x, FOUND_RESURRECTED, e);
	}
}

void check_ledgers(struct index *x)
{
	take_rows(x);
	find_lost(x, READING_SWITCH, &x->c->at_switch, MARKER_LOST_SWITCH);
	find_lost(x, READING_FINAL, &x->c->final, MARKER_LOST_FINAL);
	for (size_t i = 0; i < x->h->n; i++)
		if (x->h->events[i].kind == HISTORY_WRITE)
			judge_marker(x, &x->h->events[i], x->flags[slot_of(x, &x->h->events[i])]);
}
