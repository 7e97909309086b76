/* What is planted in a history is found, exactly; what is healthy is left alone. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "history_made.h"

static const struct check_options usual = { .good = 3, .late_us = MADE_LATE_US, .exclusive = true };

static struct finding wanted[512];
static size_t wanted_n;

static void want(enum check_kind kind, struct made_marker k)
{
	ck_assert_uint_lt(wanted_n, sizeof(wanted) / sizeof(*wanted));
	wanted[wanted_n++] =
		(struct finding){ .kind = kind, .writer = k.writer, .number = k.number };
}

static int by_marker(const void *a, const void *b)
{
	const struct finding *l = a, *r = b;

	if (l->kind != r->kind)
		return l->kind < r->kind ? -1 : 1;
	if (l->writer != r->writer)
		return l->writer < r->writer ? -1 : 1;
	return (l->number > r->number) - (l->number < r->number);
}

static struct dr_result checked(const struct history *h, const struct check_options *o)
{
	struct dr_result c;
	struct error err = { 0 };
	int r = check_history(h, o, &c, &err);

	ck_assert_msg(r == ERR_OK, "%s", err.text);
	return c;
}

static void found_exactly(uint64_t seed, const struct dr_result *c)
{
	uint64_t count[FOUND_KINDS] = { 0 };

	qsort(wanted, wanted_n, sizeof(*wanted), by_marker);
	for (size_t i = 0; i < wanted_n; i++)
		count[wanted[i].kind]++;
	for (size_t i = 0; i < wanted_n || i < c->found_n; i++) {
		const struct finding *f = i < c->found_n ? &c->found[i] : NULL,
				     *w = i < wanted_n ? &wanted[i] : NULL;

		ck_assert_msg(f && w && !by_marker(f, w), "seed %llu: found %s %u.%u, wanted %s %u.%u",
			      (unsigned long long)seed, f ? check_kind_name(f->kind) : "nothing", f ? f->writer : 0,
			      f ? f->number : 0, w ? check_kind_name(w->kind) : "nothing", w ? w->writer : 0,
			      w ? w->number : 0);
	}
	for (int k = 0; k < FOUND_KINDS; k++)
		ck_assert_uint_eq(c->count[k], count[k]);
}

/* ---- what can be planted ---- */

static const unsigned all_ledgers[] = { WHERE(READING_SWITCH, SIDE_B), WHERE(READING_FINAL, SIDE_A),
					WHERE(READING_FINAL, SIDE_B) };

static void plant_lost(struct made *m)
{
	struct made_marker early = made_pick(m, 0, m->fault_us - 50000);
	struct made_marker late = made_pick(m, m->switched_us + 310000, m->end_us);

	for (int i = 0; i < 3; i++) {
		made_remove(m, all_ledgers[i], early);
		made_remove(m, all_ledgers[i], late);
	}
	want(FOUND_LOST_SWITCH, early);
	want(FOUND_LOST, early);
	want(FOUND_LOST, late);
}

static void plant_duplicated(struct made *m)
{
	struct made_marker k = made_pick(m, 0, m->fault_us),
			   once = made_pick(m, m->switched_us, m->end_us);

	for (int i = 0; i < 3; i++)
		made_insert(m, all_ledgers[i], m->ledger[all_ledgers[i]].n, k);
	made_insert(m, all_ledgers[1], made_find(m, all_ledgers[1], once), once);
	want(FOUND_DUPLICATED, k);
	want(FOUND_DUPLICATED, once);
}

/* Behind the first of its writer's that was sent after it had been acknowledged. */
static void plant_reordered(struct made *m)
{
	struct made_marker k = made_pick(m, 0, m->fault_us - 100000), next = k;
	unsigned where = all_ledgers[made_random(m, 3)];
	struct history_event *e;

	do
		e = made_write(m, k.writer, ++next.number);
	while (e->outcome != OUTCOME_OK ||
	       event_sent(e) < event_ended(made_write(m, k.writer, k.number)));
	made_remove(m, where, k);
	made_insert(m, where, made_find(m, where, next) + 1, k);
	want(FOUND_REORDERED, k);
}

static void plant_diverged(struct made *m)
{
	struct made_marker k = made_pick(m, m->switched_us, m->end_us);

	made_remove(m, all_ledgers[1 + made_random(m, 2)], k);
	want(FOUND_DIVERGED, k);
}

static void plant_invented(struct made *m)
{
	struct made_marker k = { made_random(m, MADE_WRITERS), 0 };

	k.number = m->last[k.writer] + 1 + made_random(m, 1000);
	made_insert(m, all_ledgers[2], 0, k);
	want(FOUND_INVENTED, k);
	/* A read that saw it, and one that saw a write which was not sent yet. */
	made_add(m, (struct history_event){ .kind = HISTORY_READ,
					    .due_us = m->end_us + 500,
					    .client = 5,
					    .writer = k.writer,
					    .number = k.number });
	want(FOUND_INVENTED, k);
	k = made_pick(m, 500000, m->end_us);
	made_add(m, (struct history_event){ .kind = HISTORY_READ,
					    .due_us = 10,
					    .client = 5,
					    .writer = k.writer,
					    .number = k.number });
	want(FOUND_INVENTED, k);
}

static struct made_marker a_refused(struct made *m, unsigned skip)
{
	for (size_t i = 0; i < m->h.n; i++) {
		struct history_event *e = &m->h.events[i];

		if (e->kind == HISTORY_WRITE && e->outcome == OUTCOME_REFUSED && !skip--)
			return (struct made_marker){ e->writer, e->number };
	}
	ck_abort_msg("none was refused");
	return (struct made_marker){ 0 };
}

static void plant_refused_kept(struct made *m)
{
	struct made_marker in_ledger = a_refused(m, 0), seen = a_refused(m, 3);

	made_insert(m, all_ledgers[1], m->ledger[all_ledgers[1]].n, in_ledger);
	want(FOUND_REFUSED_KEPT, in_ledger);
	/* It sees too little for nothing else: begun right after the refusal. */
	made_add(m, (struct history_event){
			    .kind = HISTORY_READ,
			    .client = 5,
			    .writer = seen.writer,
			    .number = seen.number,
			    .side = SIDE_B,
			    .took_us = 10,
			    .due_us = event_ended(made_write(m, seen.writer, seen.number)) });
	want(FOUND_REFUSED_KEPT, seen);
}

static void plant_resurrected(struct made *m)
{
	struct made_marker k = made_pick(m, 0, m->fault_us);

	made_remove(m, all_ledgers[0], k);
	want(FOUND_LOST_SWITCH, k);
	want(FOUND_RESURRECTED, k);
}

/* Sees all but the newest that was acknowledged long before. */
static void plant_stale(struct made *m)
{
	struct made_marker k = made_pick(m, m->switched_us + 310000, m->end_us - 100000);
	struct history_event *e = made_write(m, k.writer, k.number), *next;
	uint32_t first = k.number;

	/* Of those acknowledged by then the one acknowledged first is named. */
	for (uint32_t n = k.number; (next = made_write(m, k.writer, n)) && n < k.number + 20; n++)
		if (next->outcome == OUTCOME_OK &&
		    event_ended(next) < event_ended(made_write(m, k.writer, first)))
			first = n;
	made_add(m, (struct history_event){ .kind = HISTORY_READ,
					    .client = 6,
					    .writer = k.writer,
					    .number = k.number - 1,
					    .side = SIDE_B,
					    .due_us = event_ended(e) + 1 });
	want(FOUND_STALE, (struct made_marker){ k.writer, first });
}

/* Fail back throws away the newest of what B had acknowledged. */
static void plant_returned(struct made *m)
{
	uint32_t w = made_random(m, MADE_WRITERS);
	struct made_marker k = { w, m->last[w] }, old = k;

	/* Everything that may be seen after the one that is read. */
	for (size_t i = 0; i < m->h.n; i++) {
		struct history_event *e = &m->h.events[i];

		if (e->kind == HISTORY_WRITE && e->writer == w &&
		    event_ended(e) < m->back_us - 50000 && e->outcome == OUTCOME_OK)
			old.number = e->number;
	}
	for (k.number = old.number + 1; k.number <= m->last[w]; k.number++) {
		struct history_event *e = made_write(m, w, k.number);

		for (int i = 0; i < 3; i++)
			made_remove(m, all_ledgers[i], k);
		if (e->outcome == OUTCOME_OK)
			want(FOUND_LOST, k);
	}
	made_add(m, (struct history_event){ .kind = HISTORY_READ,
					    .client = 6,
					    .writer = w,
					    .number = old.number,
					    .side = SIDE_A,
					    .due_us = m->end_us + 200000 });
	want(FOUND_RETURNED, old);
	m->closed = w;
}

/* A goes on to acknowledge, or B begins before its time. */
static void plant_split_brain(struct made *m)
{
	struct made_marker k = made_pick(m, m->switched_us + 50000, m->back_us - 50000);

	made_write(m, k.writer, k.number)->side = SIDE_A;
	want(FOUND_SPLIT_BRAIN, k);
	k = made_pick(m, 0, m->fault_us);
	made_write(m, k.writer, k.number)->side = SIDE_B;
	want(FOUND_SPLIT_BRAIN, k);
	k = made_pick(m, m->back_us + 50000, m->end_us);
	made_write(m, k.writer, k.number)->side = SIDE_B;
	want(FOUND_SPLIT_BRAIN, k);
}

static void (*const plants[])(struct made *) = {
	plant_returned, plant_lost,	    plant_duplicated,  plant_reordered, plant_diverged,
	plant_invented, plant_refused_kept, plant_resurrected, plant_stale,	plant_split_brain,
};
enum { PLANTS = sizeof(plants) / sizeof(*plants), SEEDS = 20 };

static void planted(uint64_t seed, unsigned which)
{
	struct made m;
	struct dr_result c;

	wanted_n = 0;
	made_begin(&m, seed, seed % (MADE_ALL + 1));
	for (unsigned i = 0; i < PLANTS; i++)
		if (which >> i & 1)
			plants[i](&m);
	made_finish(&m);
	c = checked(&m.h, &usual);
	found_exactly(seed, &c);
	check_cleanup(&c);
	made_cleanup(&m);
}

START_TEST(nothing_is_found_in_a_healthy_one)
{
	for (uint64_t seed = 1; seed <= 5 * SEEDS; seed++)
		planted(seed, 0);
}
END_TEST

START_TEST(each_is_found_alone)
{
	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		planted(seed, 1u << _i);
}
END_TEST

START_TEST(mixtures_are_found)
{
	for (uint64_t seed = 1; seed <= 3 * SEEDS; seed++) {
		uint64_t s = seed;
		struct made m = { .seed = s };

		planted(seed, made_random(&m, 1u << PLANTS));
	}
	planted(77, (1u << PLANTS) - 1);
}
END_TEST

/* ---- figures against the truth that a history was made from ---- */

static int64_t far(int64_t a, int64_t b)
{
	return a > b ? a - b : b - a;
}

START_TEST(rto_and_outage_are_the_truth)
{
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct check_options o = usual;
		struct made m;
		struct dr_result c;

		made_begin(&m, seed, seed % (MADE_ALL + 1));
		made_finish(&m);
		o.good = 1 + seed % 5;
		c = checked(&m.h, &o);
		ck_assert_msg(c.rto.state == FIGURE_MEASURED, "%s", c.rto.why);
		ck_assert_int_eq(c.outage.state, FIGURE_MEASURED);
		/* One interval, and what the answer itself took (at most 23 ms). */
		ck_assert_int_ge(c.rto.us, m.switched_us - m.fault_us);
		ck_assert_int_le(c.rto.us - (m.switched_us - m.fault_us), MADE_INTERVAL_US + 24000);
		ck_assert_int_le(far(c.outage.us, c.rto.us), MADE_INTERVAL_US + 24000);
		ck_assert(c.rto.least_us <= c.rto.us && c.rto.us <= c.rto.most_us);
		ck_assert(c.outage.least_us <= c.outage.us && c.outage.us <= c.outage.most_us);
		ck_assert_uint_eq(c.touched, MADE_WRITERS);
		ck_assert_uint_eq(c.recovered, MADE_WRITERS);
		ck_assert(c.rto_best_us <= c.rto_median_us && c.rto_median_us <= c.rto.us);
		ck_assert_uint_eq(c.switch_marked, seed % 2);
		/* Nothing was lost: the newest before the fault is one interval old at most. */
		ck_assert_int_eq(c.final.rpo.state, FIGURE_MEASURED);
		ck_assert_int_le(c.final.rpo.us, 2 * MADE_INTERVAL_US);
		ck_assert_uint_eq(c.final.lost + c.final.lost_after + c.at_switch.lost, 0);
		ck_assert_uint_eq(c.final.acked + c.final.acked_after, c.writes[OUTCOME_OK]);
		if (seed % (MADE_ALL + 1) & MADE_HICCUPS)
			ck_assert_uint_gt(c.own_late, 0);
		check_cleanup(&c);
		made_cleanup(&m);
	}
}
END_TEST

/* The last so many before the fault, lost: counted and dated by hand. */
START_TEST(rpo_is_the_truth)
{
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		int64_t since, newest = 0, newest_sent = 0, oldest = INT64_MAX;
		uint64_t acked = 0, lost = 0;
		struct made m;
		struct dr_result c;
		bool back = seed % 2;
		size_t n;

		made_begin(&m, seed, seed % (MADE_ALL + 1));
		since = m.fault_us - 20000 - made_random(&m, 100000);
		n = m.h.n;
		for (size_t i = 0; i < n; i++) {
			struct history_event *e = &m.h.events[i];
			struct made_marker k = { e->writer, e->number };

			if (e->kind != HISTORY_WRITE || e->outcome != OUTCOME_OK ||
			    event_ended(e) > m.fault_us)
				continue;
			acked++;
			if (event_ended(e) <= since) {
				if (event_ended(e) > newest) {
					newest = event_ended(e);
					newest_sent = event_sent(e);
				}
				continue;
			}
			lost++;
			oldest = event_ended(e) < oldest ? event_ended(e) : oldest;
			made_remove(&m, WHERE(READING_SWITCH, SIDE_B), k);
			if (!back) {
				made_remove(&m, WHERE(READING_FINAL, SIDE_A), k);
				made_remove(&m, WHERE(READING_FINAL, SIDE_B), k);
			}
		}
		made_finish(&m);
		c = checked(&m.h, &usual);
		ck_assert_uint_eq(c.at_switch.acked, acked);
		ck_assert_uint_eq(c.at_switch.lost, lost);
		ck_assert_uint_eq(c.count[FOUND_LOST_SWITCH], lost);
		ck_assert_uint_eq(c.final.lost, back ? 0 : lost);
		ck_assert_uint_eq(c.count[FOUND_LOST], back ? 0 : lost);
		ck_assert_uint_eq(c.came_back, back ? lost : 0);
		ck_assert_uint_eq(c.count[FOUND_RESURRECTED], back ? lost : 0);
		ck_assert_uint_eq(c.count[FOUND_STALE] + c.count[FOUND_RETURNED], 0);
		ck_assert_int_eq(c.at_switch.rpo.us, m.fault_us - newest);
		ck_assert_int_eq(c.at_switch.rpo.least_us, m.fault_us - newest);
		ck_assert_int_eq(c.at_switch.rpo.most_us, m.fault_us + 800 - newest_sent);
		ck_assert_int_eq(c.at_switch.oldest_lost_us, m.fault_us - oldest);
		if (!back)
			ck_assert_int_eq(c.final.rpo.us, m.fault_us - newest);
		check_cleanup(&c);
		made_cleanup(&m);
	}
}
END_TEST

/* ---- whatever the history ---- */

static void same(const struct dr_result *a, const struct dr_result *b)
{
	struct dr_result x = *a, y = *b;

	ck_assert_uint_eq(a->found_n, b->found_n);
	for (size_t i = 0; i < a->found_n; i++)
		ck_assert(a->found[i].kind == b->found[i].kind &&
			  a->found[i].writer == b->found[i].writer &&
			  a->found[i].number == b->found[i].number &&
			  a->found[i].at_us == b->found[i].at_us);
	x.found = y.found = NULL;
	ck_assert_mem_eq(&x, &y, sizeof(x));
}

/* Losses, copies, wrong sides and reads that see anything: so that there is something to find. */
static void spoil(struct made *s)
{
	for (int i = 0; i < 30; i++) {
		struct made_marker k = made_pick(s, 0, s->end_us);
		unsigned where = 1 + made_random(s, 3);

		switch (made_random(s, 4)) {
		case 0: made_remove(s, where, k); break;
		case 1:
			made_insert(s, where, made_random(s, (uint32_t)s->ledger[where].n), k);
			break;
		case 2: made_write(s, k.writer, k.number)->side = (uint8_t)made_random(s, 2); break;
		default:
			made_add(s, (struct history_event){
					    .kind = HISTORY_READ,
					    .client = 5,
					    .writer = k.writer,
					    .number = k.number,
					    .side = SIDE_B,
					    .took_us = 900,
					    .due_us = made_random(s, (uint32_t)s->end_us) });
		}
	}
}

/* The rows of a ledger are in its order; all else is in none that matters. */
START_TEST(the_order_of_records_does_not_matter)
{
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct dr_result a, b;
		struct made s;
		size_t n;

		made_begin(&s, seed, MADE_ALL);
		spoil(&s);
		n = s.h.n;
		made_finish(&s);
		a = checked(&s.h, &usual);
		ck_assert_uint_gt(a.found_n, 0);
		for (size_t i = n - 1; i > 0; i--) {
			size_t j = made_random(&s, (uint32_t)i + 1);
			struct history_event e = s.h.events[i];

			s.h.events[i] = s.h.events[j];
			s.h.events[j] = e;
		}
		b = checked(&s.h, &usual);
		same(&a, &b);
		check_cleanup(&a);
		check_cleanup(&b);
		made_cleanup(&s);
	}
}
END_TEST

START_TEST(an_unknown_write_is_no_anomaly)
{
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct dr_result a, b;
		struct made s;

		made_begin(&s, seed, MADE_ALL);
		spoil(&s);
		made_finish(&s);
		a = checked(&s.h, &usual);
		s.h.n = 0;
		made_cleanup(&s);
		made_begin(&s, seed, MADE_ALL);
		spoil(&s);
		for (uint32_t n = 1; n <= 20; n++) {
			struct made_marker k = { 8, n };

			made_add(&s, (struct history_event){ .kind = HISTORY_WRITE,
							     .client = 8,
							     .writer = 8,
							     .number = n,
							     .outcome = OUTCOME_UNKNOWN,
							     .due_us = 100000 * n,
							     .took_us = made_random(&s, 100000),
							     .side = SIDE_NONE });
			for (unsigned where = 1; where < 4; where++)
				if (made_random(&s, 2))
					made_insert(&s, where,
						    made_random(&s, (uint32_t)s.ledger[where].n),
						    k);
		}
		made_finish(&s);
		b = checked(&s.h, &usual);
		ck_assert_mem_eq(a.count, b.count, sizeof(a.count));
		ck_assert_uint_eq(b.unknown_there + b.unknown_absent,
				  a.unknown_there + a.unknown_absent + 20);
		check_cleanup(&a);
		check_cleanup(&b);
		made_cleanup(&s);
	}
}
END_TEST

Suite *dr_check_suite(void);
Suite *dr_check_suite(void)
{
	Suite *s = suite_create("dr_check");
	TCase *t = tcase_create("dr_check");

	tcase_set_timeout(t, 120);
	tcase_add_test(t, nothing_is_found_in_a_healthy_one);
	tcase_add_loop_test(t, each_is_found_alone, 0, PLANTS);
	tcase_add_test(t, mixtures_are_found);
	tcase_add_test(t, rto_and_outage_are_the_truth);
	tcase_add_test(t, rpo_is_the_truth);
	tcase_add_test(t, the_order_of_records_does_not_matter);
	tcase_add_test(t, an_unknown_write_is_no_anomaly);
	suite_add_tcase(s, t);
	return s;
}
