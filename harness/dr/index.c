#include <inttypes.h>

#include "base/str.h"
#include "dr/priv.h"

enum { GAPS_MAX = 65536 };

int index_contradicts(struct error *err, size_t event, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_set(err, ERR_INVALID, "record %zu: ", event + 1);
	vsnprintf(err->text + strlen(err->text), sizeof(err->text) - strlen(err->text), fmt, ap);
	va_end(ap);
	return ERR_INVALID;
}

/* The earliest of a sort of mark, whatever order the records stand in. */
static void earliest(const struct history_event **mark, const struct history_event *e)
{
	if (!*mark || event_sent(e) < event_sent(*mark))
		*mark = e;
}

static int take_mark(struct index *x, size_t i, struct error *err)
{
	const struct history_event *e = &x->h->events[i];
	unsigned where = place(e->detail, e->side);

	switch (e->kind) {
	case HISTORY_FAULT: earliest(&x->m.fault, e); break;
	case HISTORY_SWITCH: earliest(&x->m.switched, e); break;
	case HISTORY_FAILBACK: earliest(&x->m.failback, e); break;
	case HISTORY_GONE: x->m.gone[e->side] = true; break;
	case HISTORY_ROW: x->m.rows[where] += e->took_us; break;
	case HISTORY_LEDGER:
		if (x->m.ledger[where])
			return index_contradicts(err, i, "a second ledger of side %c in one reading", 'A' + e->side);
		x->m.ledger[where] = e;
		break;
	case HISTORY_WRITE:
		x->c->writes[e->outcome]++;
		if (e->number > x->first[e->writer + 1])
			x->first[e->writer + 1] = e->number;
		break;
	case HISTORY_READ: x->c->reads[e->outcome]++; break;
	default: break;
	}
	return ERR_OK;
}

/* A writer numbers what it sends, so that little is left out: what was in flight when the
 * prober died. */
static int make_slots(struct index *x, struct error *err)
{
	uint64_t writes = x->c->writes[0] + x->c->writes[1] + x->c->writes[2], all = 0, rows = 0;
	uint32_t clients = x->h->head.clients;

	for (uint32_t w = 1; w <= clients; w++) {
		all += x->first[w];
		if (all > 2 * writes + GAPS_MAX)
			return err_set(err, ERR_INVALID,
				       "client %u numbers its writes to %u: markers are left out, at most %" PRIu64
				       " of %" PRIu64 " writes wanted", w - 1, x->first[w], writes + GAPS_MAX, writes);
		x->first[w] = (uint32_t)all;
	}
	for (unsigned i = 0; i < READINGS * HISTORY_SIDES; i++)
		rows += x->m.rows[i];
	if (rows > 16 * all + GAPS_MAX)
		return err_set(err, ERR_INVALID, "the ledgers have %" PRIu64 " rows for %" PRIu64 " markers: at most %"
			       PRIu64 " wanted", rows, all, 16 * all + GAPS_MAX);
	x->at = xmalloc((all + 1) * sizeof(*x->at));
	memset(x->at, 0xff, (all + 1) * sizeof(*x->at));
	x->flags = xcalloc(all + 1, sizeof(*x->flags));
	return ERR_OK;
}

static int place_writes(struct index *x, struct error *err)
{
	for (size_t i = 0; i < x->h->n; i++) {
		const struct history_event *e = &x->h->events[i];
		uint32_t *at;

		if (e->kind != HISTORY_WRITE)
			continue;
		at = &x->at[slot_of(x, e)];
		if (*at != NO_EVENT)
			return index_contradicts(err, i, "marker %u.%u was written before, in record %u", e->writer,
					   e->number, *at + 1);
		*at = (uint32_t)i;
	}
	return ERR_OK;
}

/* Nobody marked the switch of a service that switches by itself: the survivor's first
 * acknowledgement shows that it has taken place. */
static void find_switch(struct index *x)
{
	x->handover_us = x->switched_us = INT64_MAX;
	x->c->switch_marked = x->m.switched;
	if (x->m.switched) {
		x->handover_us = event_sent(x->m.switched);
		x->switched_us = event_ended(x->m.switched);
		x->survivor = x->m.switched->side;
		return;
	}
	if (!x->m.fault || x->m.fault->side == SIDE_NONE)
		return;
	x->survivor = !x->m.fault->side;
	for (size_t i = 0; i < x->h->n; i++) {
		const struct history_event *e = &x->h->events[i];

		if (e->kind == HISTORY_WRITE && acked(e) && e->side == x->survivor &&
		    event_sent(e) >= x->fault_us && event_ended(e) < x->switched_us)
			x->switched_us = event_ended(e);
	}
	if (x->switched_us < INT64_MAX)
		x->handover_us = x->fault_us;
}

int index_make(struct index *x, struct error *err)
{
	int r;

	if (x->h->n > HISTORY_EVENTS_MAX)
		return err_set(err, ERR_INVALID, "%zu records found, at most %d wanted", x->h->n,
			       HISTORY_EVENTS_MAX);
	x->survivor = SIDE_NONE;
	x->first = xcalloc(x->h->head.clients + 1, sizeof(*x->first));
	x->after = xcalloc(x->h->head.clients + 1, sizeof(*x->after));
	for (size_t i = 0; i < x->h->n; i++) {
		r = take_mark(x, i, err);
		if (r < 0)
			return r;
	}
	r = make_slots(x, err);
	if (r == ERR_OK)
		r = place_writes(x, err);
	if (r < 0)
		return r;
	x->fault_us = x->m.fault ? event_sent(x->m.fault) : INT64_MAX;
	x->confirmed_us = x->m.fault ? event_ended(x->m.fault) : INT64_MAX;
	find_switch(x);
	return ERR_OK;
}

void index_free(struct index *x)
{
	free(x->first);
	free(x->at);
	free(x->flags);
	free(x->soonest);
	free(x->soonest_kept);
	free(x->after);
}
