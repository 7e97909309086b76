/* Figures against the truth that a history was made from, and when none may be given. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "history_made.h"

static const struct check_options usual = { .good = 3, .late_us = MADE_LATE_US, .exclusive = true };
enum { SEEDS = 60 };

static struct dr_result checked(const struct history *h, const struct check_options *o)
{
	struct dr_result c;
	struct error err = { 0 };
	int r = check_history(h, o, &c, &err);

	ck_assert_msg(r == ERR_OK, "%s", err.text);
	return c;
}

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

			if (e->kind != HISTORY_WRITE || e->outcome != OUTCOME_OK || event_ended(e) > m.fault_us)
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

/* ---- nothing but the records that matter, by hand ---- */

static struct made m;

static struct history_event *mark(enum history_kind kind, enum history_side side, int64_t at_us)
{
	return made_add(&m, (struct history_event){ .kind = (uint8_t)kind, .side = (uint8_t)side, .due_us = at_us });
}

static void one_write(int64_t at_us, enum history_side side, enum history_outcome outcome)
{
	made_add(&m, (struct history_event){ .kind = HISTORY_WRITE, .side = (uint8_t)side, .due_us = at_us,
					     .took_us = 1000, .outcome = (uint8_t)outcome, .number = ++m.last[0] });
}

/* Writes every 10 ms; the fault is at 100 ms, the switch at 200, the last write at 390. */
static void small(void)
{
	m = (struct made){ .h.head = { .clients = 2, .interval_us = 10000 }, .h.whole = true };
	for (int i = 0; i < 40; i++)
		one_write(i * 10000, i < 10 ? SIDE_A : i < 20 ? SIDE_NONE : SIDE_B,
			  i < 10 || i >= 20 ? OUTCOME_OK : OUTCOME_REFUSED);
	mark(HISTORY_FAULT, SIDE_A, 100000);
	made_add(&m, (struct history_event){ .kind = HISTORY_LOOK, .side = SIDE_B, .due_us = 50000, .number = 3 });
	for (unsigned where = 1; where < READINGS * HISTORY_SIDES; where++)
		for (uint32_t n = 1; n <= 40; n++)
			if ((n <= 10 || n > 20) && (where >= HISTORY_SIDES || n <= 25))
				made_insert(&m, where, m.ledger[where].n, (struct made_marker){ 0, n });
	m.switched_us = -50000;	/* its ledger is read from 250 ms on */
	m.end_us = 0;
}

static struct dr_result judged(const struct check_options *o)
{
	struct dr_result c;

	made_finish(&m);
	c = checked(&m.h, o);
	check_cleanup(&c);
	made_cleanup(&m);
	return c;
}

static void all_inconclusive(struct dr_result c, const char *why)
{
	const struct figure *const f[] = { &c.rto, &c.outage, &c.at_switch.rpo, &c.final.rpo };

	for (int i = 0; i < 4; i++) {
		ck_assert_int_eq(f[i]->state, FIGURE_INCONCLUSIVE);
		ck_assert_str_eq(f[i]->why, why);
	}
}

START_TEST(small_figures)
{
	struct dr_result c;

	small();
	c = judged(&usual);
	ck_assert_int_eq(c.rto.state, FIGURE_MEASURED);
	ck_assert_int_eq(c.rto.us, 101000);
	ck_assert_int_eq(c.rto.least_us, 91000);
	ck_assert_int_eq(c.outage.us, 101000);
	ck_assert_int_eq(c.outage.most_us, 111000);
	ck_assert_int_eq(c.final.rpo.us, 9000);
	ck_assert_uint_eq(c.final.acked, 10);
	ck_assert_uint_eq(c.final.acked_after, 20);
	ck_assert_uint_eq(c.at_switch.acked, 10);
	ck_assert_uint_eq(c.at_switch.acked_after, 5);
	ck_assert_uint_eq(c.writes[OUTCOME_REFUSED], 10);
	for (int k = 0; k < FOUND_KINDS; k++)
		ck_assert_uint_eq(c.count[k], 0);
}
END_TEST

START_TEST(figures_are_refused_with_a_reason)
{
	struct check_options recent = usual;

	small();
	m.h.whole = false;
	all_inconclusive(judged(&usual), "the history did not complete");
	small();
	m.h.events[40].kind = HISTORY_HEAL;
	all_inconclusive(judged(&usual), "no fault is marked");
	small();
	for (int i = 10; i < 20; i++) {
		m.h.events[i].outcome = OUTCOME_OK;
		m.h.events[i].side = SIDE_A;
		for (unsigned w = 1; w < 4; w++)
			made_insert(&m, w, (size_t)i, (struct made_marker){ 0, (uint32_t)i + 1 });
	}
	all_inconclusive(judged(&usual), "no write failed or was late after the fault");
	small();
	m.h.events[41].side = SIDE_A;	/* that is no replication */
	all_inconclusive(judged(&usual), "replication was not shown before the fault");
	small();
	m.h.events[41].number = 0;
	all_inconclusive(judged(&usual), "replication was not shown before the fault");
	small();
	m.h.events[41].due_us = 150000;
	all_inconclusive(judged(&usual), "replication was not shown before the fault");
	recent.replication_us = 70000;	/* number 3 was acknowledged at 21 ms */
	small();
	all_inconclusive(judged(&recent), "replication was not shown before the fault");
	recent.replication_us = 79000;
	small();
	ck_assert_int_eq(judged(&recent).rto.state, FIGURE_MEASURED);
}
END_TEST

START_TEST(losses_are_refused_with_a_reason)
{
	struct dr_result c;

	small();
	made_finish(&m);
	m.h.events[m.h.n - 1].number--;
	c = checked(&m.h, &usual);
	ck_assert_int_eq(c.rto.state, FIGURE_MEASURED);
	ck_assert_int_eq(c.at_switch.rpo.state, FIGURE_MEASURED);
	ck_assert_int_eq(c.final.rpo.state, FIGURE_INCONCLUSIVE);
	ck_assert_str_eq(c.final.why, "the ledger of side B after reconvergence has 29 markers, and 30 were read");
	ck_assert(!c.final.judged && !c.final.lost);
	m.h.events[m.h.n - 1].kind = HISTORY_HEAL;
	m.h.events[m.h.n - 1].number = m.h.events[m.h.n - 1].detail = 0;
	c = checked(&m.h, &usual);
	ck_assert_str_eq(c.final.why, "the ledger of side B was not read after reconvergence");
	mark(HISTORY_GONE, SIDE_B, 0);
	c = checked(&m.h, &usual);
	ck_assert_int_eq(c.final.rpo.state, FIGURE_MEASURED);
	made_cleanup(&m);
	small();
	m.h.events[40].side = SIDE_NONE;	/* the link: who should have survived? */
	c = judged(&usual);
	ck_assert_str_eq(c.at_switch.why, "no switch is marked, and the fault is of no side");
	ck_assert_int_eq(c.final.rpo.state, FIGURE_MEASURED);
	small();
	for (unsigned w = 1; w < 4; w++)
		for (uint32_t n = 1; n <= 10; n++)
			made_remove(&m, w, (struct made_marker){ 0, n });
	c = judged(&usual);
	ck_assert_int_eq(c.final.rpo.state, FIGURE_AT_LEAST);
	ck_assert_int_eq(c.final.rpo.us, 99000);
	ck_assert_uint_eq(c.final.lost, 10);
}
END_TEST

START_TEST(recovery_is_of_writes_and_lasts)
{
	struct check_options o = usual;
	struct dr_result c;

	/* Reads answer; writes never do again. */
	small();
	for (int i = 20; i < 40; i++) {
		m.h.events[i].outcome = OUTCOME_REFUSED;
		for (unsigned w = 1; w < 4; w++)
			made_remove(&m, w, (struct made_marker){ 0, (uint32_t)i + 1 });
		made_add(&m, (struct history_event){ .kind = HISTORY_READ, .client = 1, .number = 10, .side = SIDE_B,
						     .due_us = 110000 + i });
	}
	c = judged(&usual);
	ck_assert_int_eq(c.rto.state, FIGURE_AT_LEAST);
	ck_assert_int_eq(c.rto.us, 291000);
	ck_assert_str_eq(c.rto.why, "client 0 never had 3 good writes in a row again");
	ck_assert_int_eq(c.outage.state, FIGURE_AT_LEAST);
	/* Two good ones, then a refused one: not back yet for three, back for two. */
	small();
	m.h.events[22].outcome = OUTCOME_UNKNOWN;
	c = judged(&usual);
	ck_assert_int_eq(c.rto.us, 131000);
	small();
	m.h.events[22].outcome = OUTCOME_UNKNOWN;
	o.good = 2;
	c = judged(&o);
	ck_assert_int_eq(c.rto.us, 101000);
	ck_assert_uint_eq(c.relapsed, 1);
	/* Good ones before anything has failed are no recovery. */
	small();
	m.h.events[40].due_us = 60500;
	c = judged(&usual);
	ck_assert_int_eq(c.rto.us, 140500);
	ck_assert_int_eq(c.outage.us, 101000);
	/* The answer to what was in flight when the fault came is none either. */
	small();
	m.h.events[40].due_us = 190500;
	m.h.events[19].outcome = OUTCOME_REFUSED;
	c = judged(&usual);
	ck_assert_int_eq(c.rto.us, 10500);
}
END_TEST

START_TEST(slow_is_as_good_as_dead)
{
	struct check_options o = usual;
	struct dr_result c;

	small();
	o.late_us = 5000;
	for (int i = 10; i < 20; i++) {
		m.h.events[i].outcome = OUTCOME_OK;
		m.h.events[i].side = SIDE_A;
		m.h.events[i].took_us = 6000;
		for (unsigned w = 1; w < 4; w++)
			made_insert(&m, w, (size_t)i, (struct made_marker){ 0, (uint32_t)i + 1 });
	}
	c = judged(&o);
	ck_assert_int_eq(c.rto.state, FIGURE_MEASURED);
	ck_assert_int_eq(c.rto.us, 101000);
	/* A frozen service: one write waits 60 ms, those behind it are late through no fault of the prober. */
	small();
	for (int i = 10; i < 20; i++) {
		m.h.events[i].outcome = OUTCOME_OK;
		m.h.events[i].side = SIDE_A;
		if (i < 16)
			m.h.events[i].late_us = (uint32_t)(16 - i) * 10000;
		for (unsigned w = 1; w < 4; w++)
			made_insert(&m, w, (size_t)i, (struct made_marker){ 0, (uint32_t)i + 1 });
	}
	m.h.events[10].late_us = 0;
	m.h.events[10].took_us = 60000;
	c = judged(&o);
	ck_assert_int_eq(c.rto.state, FIGURE_MEASURED);
	ck_assert_int_eq(c.rto.us, 61000);
	ck_assert_int_eq(c.outage.us, 61000);
	ck_assert_uint_eq(c.own_late, 0);
	/* The prober's own standstill is no outage. */
	small();
	for (int i = 10; i < 20; i++) {
		m.h.events[i].outcome = OUTCOME_OK;
		m.h.events[i].side = SIDE_A;
		if (i < 16)
			m.h.events[i].late_us = (uint32_t)(16 - i) * 10000;
		for (unsigned w = 1; w < 4; w++)
			made_insert(&m, w, (size_t)i, (struct made_marker){ 0, (uint32_t)i + 1 });
	}
	c = judged(&o);
	ck_assert_int_eq(c.rto.state, FIGURE_INCONCLUSIVE);
	ck_assert_uint_eq(c.own_late, 6);
}
END_TEST

START_TEST(two_active_sides_have_no_split_brain)
{
	struct check_options both = usual;
	struct dr_result c;

	both.exclusive = false;
	small();
	for (int i = 0; i < 40; i++)
		if (m.h.events[i].outcome == OUTCOME_OK)
			m.h.events[i].side = i % 2 ? SIDE_A : SIDE_B;
	made_remove(&m, WHERE(READING_SWITCH, SIDE_B), (struct made_marker){ 0, 10 });
	c = judged(&both);
	ck_assert_uint_eq(c.count[FOUND_SPLIT_BRAIN] + c.count[FOUND_RESURRECTED], 0);
	ck_assert_uint_eq(c.came_back, 1);
	ck_assert_uint_eq(c.at_switch.lost, 1);
	ck_assert_uint_eq(c.final.lost, 0);
	small();
	for (int i = 20; i < 40; i++)
		m.h.events[i].side = i % 2 ? SIDE_A : SIDE_B;
	ck_assert_uint_eq(judged(&usual).count[FOUND_SPLIT_BRAIN], 10);
}
END_TEST

START_TEST(a_history_that_contradicts_itself)
{
	struct error err = { 0 };
	struct dr_result c;
	struct check_options o = usual;

	small();
	m.h.events[7].number = 3;
	ck_assert_int_eq(check_history(&m.h, &usual, &c, &err), ERR_INVALID);
	ck_assert_str_eq(err.text, "record 8: marker 0.3 was written before, in record 3");
	m.h.events[7].number = 8;
	m.h.events[7].due_us = 0;
	ck_assert_int_eq(check_history(&m.h, &usual, &c, &err), ERR_INVALID);
	ck_assert_str_eq(err.text, "record 8: marker 0.8 was sent before a smaller number");
	m.h.events[7].due_us = 70000;
	m.h.events[39].number = 4000000000;
	ck_assert_int_eq(check_history(&m.h, &usual, &c, &err), ERR_INVALID);
	ck_assert_msg(strstr(err.text, "markers are left out"), "%s", err.text);
	m.h.events[39].number = 40;
	mark(HISTORY_LEDGER, SIDE_A, 1);
	mark(HISTORY_LEDGER, SIDE_A, 1);
	ck_assert_int_eq(check_history(&m.h, &usual, &c, &err), ERR_INVALID);
	ck_assert_str_eq(err.text, "record 44: a second ledger of side A in one reading");
	m.h.n -= 2;
	made_add(&m, (struct history_event){ .kind = HISTORY_ROW, .number = 1, .took_us = 4000000000 });
	ck_assert_int_eq(check_history(&m.h, &usual, &c, &err), ERR_INVALID);
	ck_assert_msg(strstr(err.text, "rows for 40 markers"), "%s", err.text);
	o.good = 0;
	ck_assert_int_eq(check_history(&m.h, &o, &c, &err), ERR_INVALID);
	made_cleanup(&m);
}
END_TEST

/* ---- whatever the history ---- */

static void same(const struct dr_result *a, const struct dr_result *b)
{
	struct dr_result x = *a, y = *b;

	ck_assert_uint_eq(a->found_n, b->found_n);
	for (size_t i = 0; i < a->found_n; i++)
		ck_assert(a->found[i].kind == b->found[i].kind && a->found[i].writer == b->found[i].writer &&
			  a->found[i].number == b->found[i].number && a->found[i].at_us == b->found[i].at_us);
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
		case 1: made_insert(s, where, made_random(s, (uint32_t)s->ledger[where].n), k); break;
		case 2: made_write(s, k.writer, k.number)->side = (uint8_t)made_random(s, 2); break;
		default:
			made_add(s, (struct history_event){ .kind = HISTORY_READ, .client = 5, .writer = k.writer,
							    .number = k.number, .side = SIDE_B, .took_us = 900,
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

			made_add(&s, (struct history_event){
				.kind = HISTORY_WRITE, .client = 8, .writer = 8, .number = n, .outcome = OUTCOME_UNKNOWN,
				.due_us = 100000 * n, .took_us = made_random(&s, 100000), .side = SIDE_NONE });
			for (unsigned where = 1; where < 4; where++)
				if (made_random(&s, 2))
					made_insert(&s, where, made_random(&s, (uint32_t)s.ledger[where].n), k);
		}
		made_finish(&s);
		b = checked(&s.h, &usual);
		ck_assert_mem_eq(a.count, b.count, sizeof(a.count));
		ck_assert_uint_eq(b.unknown_there + b.unknown_absent, a.unknown_there + a.unknown_absent + 20);
		check_cleanup(&a);
		check_cleanup(&b);
		made_cleanup(&s);
	}
}
END_TEST

Suite *dr_figures_suite(void);
Suite *dr_figures_suite(void)
{
	Suite *s = suite_create("dr_figures");
	TCase *t = tcase_create("dr_figures");

	tcase_set_timeout(t, 120);
	tcase_add_test(t, rto_and_outage_are_the_truth);
	tcase_add_test(t, rpo_is_the_truth);
	tcase_add_test(t, small_figures);
	tcase_add_test(t, figures_are_refused_with_a_reason);
	tcase_add_test(t, losses_are_refused_with_a_reason);
	tcase_add_test(t, recovery_is_of_writes_and_lasts);
	tcase_add_test(t, slow_is_as_good_as_dead);
	tcase_add_test(t, two_active_sides_have_no_split_brain);
	tcase_add_test(t, a_history_that_contradicts_itself);
	tcase_add_test(t, the_order_of_records_does_not_matter);
	tcase_add_test(t, an_unknown_write_is_no_anomaly);
	suite_add_tcase(s, t);
	return s;
}
