#include "history_made.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/str.h"

enum { NEVER = INT32_MAX };	/* later than any made exercise */

struct commit {
	int64_t at_us;
	struct made_marker k;
};

static struct commit commits[8192];
static size_t commits_n;
static struct made_marker picked[256];
static size_t picked_n;

uint32_t made_random(struct made *m, uint32_t below)
{
	return (uint32_t)(seeded_next(&m->seed) % below);
}

struct history_event *made_add(struct made *m, struct history_event e)
{
	char why[160];

	ck_assert_msg(history_event_ok(&m->h.head, &e, why), "%s: %s", history_kind_name(e.kind), why);
	if (m->h.n == m->room) {
		m->room = m->room ? 2 * m->room : 1024;
		m->h.events = xrealloc(m->h.events, m->room * sizeof(e));
	}
	m->h.events[m->h.n] = e;
	return &m->h.events[m->h.n++];
}

struct history_event *made_write(const struct made *m, uint32_t writer, uint32_t number)
{
	for (size_t i = 0; i < m->h.n; i++) {
		struct history_event *e = &m->h.events[i];

		if (e->kind == HISTORY_WRITE && e->writer == writer && e->number == number)
			return e;
	}
	return NULL;
}

struct made_marker made_pick(struct made *m, int64_t from_us, int64_t until_us)
{
	for (int tries = 0; tries < 100000; tries++) {
		struct history_event *e = &m->h.events[made_random(m, (uint32_t)m->h.n)];
		bool taken = false;

		if (e->kind != HISTORY_WRITE || e->outcome != OUTCOME_OK ||
		    event_sent(e) < from_us || event_ended(e) > until_us ||
		    e->writer == m->closed || e->number <= 5 || e->number + 5 > m->last[e->writer])
			continue;
		for (size_t i = 0; i < picked_n; i++)
			taken |= picked[i].writer == e->writer &&
				 picked[i].number <= e->number + 2 &&
				 e->number <= picked[i].number + 2;
		if (taken)
			continue;
		ck_assert_uint_lt(picked_n, 256);
		picked[picked_n++] = (struct made_marker){ e->writer, e->number };
		return picked[picked_n - 1];
	}
	ck_abort_msg("no write to pick");
	return (struct made_marker){ 0 };
}

size_t made_find(const struct made *m, unsigned where, struct made_marker k)
{
	size_t i = 0;

	while (i < m->ledger[where].n && (m->ledger[where].marker[i].writer != k.writer ||
					  m->ledger[where].marker[i].number != k.number))
		i++;
	return i;
}

void made_insert(struct made *m, unsigned where, size_t at, struct made_marker k)
{
	struct made_marker *l = m->ledger[where].marker;
	size_t n = ++m->ledger[where].n;

	if (!(n & (n - 1)))
		m->ledger[where].marker = l = xrealloc(l, 2 * n * sizeof(*l));
	memmove(l + at + 1, l + at, (n - 1 - at) * sizeof(*l));
	l[at] = k;
}

void made_remove(struct made *m, unsigned where, struct made_marker k)
{
	struct made_marker *l = m->ledger[where].marker;
	size_t at = made_find(m, where, k), n = m->ledger[where].n;

	if (at == n)
		return;
	memmove(l + at, l + at + 1, (n - 1 - at) * sizeof(*l));
	m->ledger[where].n--;
}

/* ---- the exercise ---- */

static void commit(int64_t at_us, uint32_t writer, uint32_t number)
{
	ck_assert_uint_lt(commits_n, sizeof(commits) / sizeof(*commits));
	commits[commits_n++] = (struct commit){ at_us, { writer, number } };
}

/* Does a site that is right answer at this time, and which? */
static unsigned serving(const struct made *m, int64_t t)
{
	if (t < m->fault_us)
		return SIDE_A;
	if (t < m->switched_us)
		return SIDE_NONE;
	return t < m->back_us ? SIDE_B : SIDE_A;
}

static bool calm(const struct made *m, int64_t t)
{
	return t < m->fault_us - 200000 || t > m->switched_us + 200000;
}

static void one_write(struct made *m, uint32_t w, int64_t due, int64_t sent, unsigned with)
{
	struct history_event e = {
		.due_us = due,
		.late_us = (uint32_t)(sent - due),
		.took_us = 500 + made_random(m, 2500),
		.client = w,
		.writer = w,
		.number = ++m->last[w],
		.kind = HISTORY_WRITE,
	};
	unsigned begin = serving(m, sent), end = serving(m, sent + e.took_us);
	bool cut = begin == SIDE_NONE || end == SIDE_NONE;

	if (!made_random(m, 50))
		e.took_us += 20000;
	if (calm(m, sent) && serving(m, sent + e.took_us) != begin)
		e.took_us = 400;
	e.side = (uint8_t)begin;
	if (cut || (with & MADE_UNKNOWNS && calm(m, sent) && !made_random(m, 40))) {
		e.outcome =
			begin == SIDE_NONE && made_random(m, 2) ? OUTCOME_REFUSED : OUTCOME_UNKNOWN;
		e.took_us = e.outcome == OUTCOME_REFUSED ? 200 : 30000;
		e.side = SIDE_NONE;
		/* It may have been carried out, at once or much later. */
		if (e.outcome == OUTCOME_UNKNOWN && made_random(m, 2))
			commit(sent + made_random(m, 300000), w, e.number);
	} else {
		commit(sent + made_random(m, e.took_us), w, e.number);
	}
	made_add(m, e);
}

static void writer(struct made *m, uint32_t w, unsigned with)
{
	int64_t stall = with & MADE_HICCUPS ? 200000 + made_random(m, 200000) : NEVER;
	int64_t again =
		with & MADE_HICCUPS ? m->switched_us + 300000 + made_random(m, 100000) : NEVER;
	int64_t due = made_random(m, MADE_INTERVAL_US);

	for (; due < m->end_us; due += MADE_INTERVAL_US) {
		int64_t sent = due + made_random(m, 300);

		/* The prober itself stood still for 150 ms. */
		if (due >= stall && due < stall + 150000)
			sent = stall + 150000;
		else if (due >= again && due < again + 150000)
			sent = again + 150000;
		one_write(m, w, due, sent, with);
	}
}

static uint32_t newest(uint32_t writer, int64_t t)
{
	uint32_t n = 0;

	for (size_t i = 0; i < commits_n; i++)
		if (commits[i].k.writer == writer && commits[i].at_us <= t &&
		    commits[i].k.number > n)
			n = commits[i].k.number;
	return n;
}

static void reader(struct made *m, uint32_t client)
{
	for (int64_t due = made_random(m, 7000); due < m->end_us;
	     due += 7000 + made_random(m, 20000)) {
		struct history_event e = {
			.due_us = due,
			.late_us = made_random(m, 500),
			.took_us = 500 + made_random(m, 2000),
			.client = client,
			.writer = made_random(m, MADE_WRITERS),
			.kind = HISTORY_READ,
		};
		int64_t t = event_sent(&e) + made_random(m, e.took_us);

		e.side = (uint8_t)serving(m, t);
		if (e.side == SIDE_NONE)
			e.outcome = OUTCOME_UNKNOWN;
		else
			e.number = newest(e.writer, t);
		made_add(m, e);
	}
}

static int by_time(const void *a, const void *b)
{
	const struct commit *l = a, *r = b;

	if (l->at_us != r->at_us)
		return l->at_us < r->at_us ? -1 : 1;
	return (l->k.number > r->k.number) - (l->k.number < r->k.number);
}

static void ledger(struct made *m, unsigned where, int64_t t)
{
	for (size_t i = 0; i < commits_n && commits[i].at_us <= t; i++)
		made_insert(m, where, m->ledger[where].n, commits[i].k);
}

static void marks(struct made *m, unsigned with)
{
	struct history_event mark = {
		.side = SIDE_A, .kind = HISTORY_FAULT, .due_us = m->fault_us, .took_us = 800
	};

	made_add(m, mark);
	if (with & MADE_MARK_SWITCH) {
		mark = (struct history_event){ .kind = HISTORY_SWITCH,
					       .side = SIDE_B,
					       .due_us = m->fault_us + 50000 };
		mark.took_us = (uint32_t)(m->switched_us - mark.due_us);
		made_add(m, mark);
	}
	mark = (struct history_event){ .kind = HISTORY_HEAL,
				       .side = SIDE_A,
				       .due_us = m->switched_us + 500000 };
	made_add(m, mark);
	mark = (struct history_event){ .kind = HISTORY_FAILBACK,
				       .side = SIDE_A,
				       .due_us = m->back_us - 10000,
				       .took_us = 20000 };
	made_add(m, mark);
	for (uint8_t p = 0; p < PHASES; p++)
		made_add(m, (struct history_event){
				    .kind = HISTORY_PHASE, .detail = p, .side = SIDE_NONE });
	/* UTC jumps about: nothing depends on it. */
	for (int i = 0; i < 5; i++)
		made_add(m, (struct history_event){ .kind = HISTORY_CLOCK,
						    .side = SIDE_NONE,
						    .due_us = 500000 * i,
						    .writer = made_random(m, UINT32_MAX),
						    .number = 7 });
}

void made_begin(struct made *m, uint64_t seed, unsigned with)
{
	*m = (struct made){ .seed = seed, .closed = MADE_CLIENTS };
	m->h.head =
		(struct history_head){ .interval_us = MADE_INTERVAL_US, .clients = MADE_CLIENTS };
	m->h.whole = true;
	m->fault_us = 1000000 + made_random(m, 100000);
	m->switched_us = m->fault_us + 200000 + made_random(m, 300000);
	m->back_us = m->switched_us + 900000;
	m->end_us = m->back_us + 600000;
	commits_n = picked_n = 0;
	marks(m, with);
	for (uint32_t w = 0; w < MADE_WRITERS; w++)
		writer(m, w, with);
	qsort(commits, commits_n, sizeof(*commits), by_time);
	for (uint32_t c = MADE_WRITERS; c < MADE_CLIENTS; c++)
		reader(m, c);
	for (int64_t t = 100000; t < m->fault_us; t += 100000)
		made_add(m, (struct history_event){ .kind = HISTORY_LOOK,
						    .side = SIDE_B,
						    .due_us = t,
						    .took_us = 300,
						    .client = 8,
						    .number = newest(0, t) });
	ledger(m, WHERE(READING_SWITCH, SIDE_B), m->switched_us + 300000);
	ledger(m, WHERE(READING_FINAL, SIDE_A), NEVER);
	ledger(m, WHERE(READING_FINAL, SIDE_B), NEVER);
}

static void rows(struct made *m, unsigned where, uint32_t w)
{
	struct history_event row = { .kind = HISTORY_ROW,
				     .writer = w,
				     .side = where % HISTORY_SIDES,
				     .detail = (uint8_t)(where / HISTORY_SIDES) };

	for (size_t i = 0; i < m->ledger[where].n; i++) {
		struct made_marker k = m->ledger[where].marker[i];

		if (k.writer != w)
			continue;
		if (row.took_us && k.number == row.number + row.took_us) {
			row.took_us++;
			continue;
		}
		if (row.took_us)
			made_add(m, row);
		row.number = k.number;
		row.took_us = 1;
	}
	if (row.took_us)
		made_add(m, row);
}

void made_finish(struct made *m)
{
	for (unsigned where = 0; where < READINGS * HISTORY_SIDES; where++) {
		if (where == WHERE(READING_SWITCH, SIDE_A))
			continue;
		for (uint32_t w = 0; w < MADE_CLIENTS; w++)
			rows(m, where, w);
		made_add(m, (struct history_event){ .kind = HISTORY_LEDGER,
						    .side = where % HISTORY_SIDES,
						    .detail = (uint8_t)(where / HISTORY_SIDES),
						    .number = (uint32_t)m->ledger[where].n,
						    .due_us = where < HISTORY_SIDES
								      ? m->switched_us + 300000
								      : m->end_us + 1000000,
						    .took_us = 5000 });
	}
}

void made_cleanup(struct made *m)
{
	for (unsigned where = 0; where < READINGS * HISTORY_SIDES; where++)
		free(m->ledger[where].marker);
	history_cleanup(&m->h);
}
