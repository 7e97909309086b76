/* Small histories by hand: figures, when none may be given, and the edges of the definitions. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "history_made.h"

static const struct check_options usual = { .good = 3, .late_us = MADE_LATE_US, .exclusive = true };

static struct dr_result checked(const struct history *h, const struct check_options *o)
{
	struct dr_result c;
	struct error err = { 0 };
	int r = check_history(h, o, &c, &err);

	ck_assert_msg(r == ERR_OK, "%s", err.text);
	return c;
}

static struct made m;

static struct history_event *mark(enum history_kind kind, enum history_side side, int64_t at_us)
{
	return made_add(&m, (struct history_event){ .kind = (uint8_t)kind,
						    .side = (uint8_t)side,
						    .due_us = at_us });
}

static void one_write(int64_t at_us, enum history_side side, enum history_outcome outcome)
{
	made_add(&m, (struct history_event){ .kind = HISTORY_WRITE,
					     .side = (uint8_t)side,
					     .due_us = at_us,
					     .took_us = 1000,
					     .outcome = (uint8_t)outcome,
					     .number = ++m.last[0] });
}

/* Writes every 10 ms; the fault is at 100 ms, the switch at 200, the last write at 390. */
static void small(void)
{
	m = (struct made){ .h.head = { .clients = 2, .interval_us = 10000 }, .h.whole = true };
	for (int i = 0; i < 40; i++)
		one_write(i * 10000, i < 10 ? SIDE_A : i < 20 ? SIDE_NONE : SIDE_B,
			  i < 10 || i >= 20 ? OUTCOME_OK : OUTCOME_REFUSED);
	mark(HISTORY_FAULT, SIDE_A, 100000);
	made_add(&m, (struct history_event){
			     .kind = HISTORY_LOOK, .side = SIDE_B, .due_us = 50000, .number = 3 });
	for (unsigned where = 1; where < READINGS * HISTORY_SIDES; where++)
		for (uint32_t n = 1; n <= 40; n++)
			if ((n <= 10 || n > 20) && (where >= HISTORY_SIDES || n <= 25))
				made_insert(&m, where, m.ledger[where].n,
					    (struct made_marker){ 0, n });
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
		made_add(&m, (struct history_event){ .kind = HISTORY_READ,
						     .client = 1,
						     .number = 10,
						     .side = SIDE_B,
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
	/* A frozen service: one write waits 60 ms, and those behind it wait for it. */
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
	ck_assert_str_eq(err.text, "record 7: marker 0.7 was sent after a greater number");
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
	made_add(&m,
		 (struct history_event){ .kind = HISTORY_ROW, .number = 1, .took_us = 4000000000 });
	ck_assert_int_eq(check_history(&m.h, &usual, &c, &err), ERR_INVALID);
	ck_assert_msg(strstr(err.text, "rows for 40 markers"), "%s", err.text);
	o.good = 0;
	ck_assert_int_eq(check_history(&m.h, &o, &c, &err), ERR_INVALID);
	made_cleanup(&m);
}
END_TEST

/* ---- what lies on the edge of a definition ---- */

static void in_last_ledgers(uint32_t writer, uint32_t number)
{
	for (unsigned w = 2; w < 4; w++)
		made_insert(&m, w, m.ledger[w].n, (struct made_marker){ writer, number });
}

static void lose(uint32_t number)
{
	for (unsigned w = 1; w < 4; w++)
		made_remove(&m, w, (struct made_marker){ 0, number });
}

static void one_read(int64_t at_us, uint32_t saw)
{
	made_add(&m, (struct history_event){ .kind = HISTORY_READ,
					     .client = 1,
					     .number = saw,
					     .side = SIDE_B,
					     .due_us = at_us });
}

START_TEST(an_unknown_write_overtakes_nobody)
{
	for (int unknown = 0; unknown < 2; unknown++) {
		small();
		m.h.events[5].outcome = unknown ? OUTCOME_UNKNOWN : OUTCOME_OK;
		made_remove(&m, 3, (struct made_marker){ 0, 6 });
		made_insert(&m, 3, 4, (struct made_marker){ 0, 6 });	/* before number 5 */
		ck_assert_uint_eq(judged(&usual).count[FOUND_REORDERED], !unknown);
	}
}
END_TEST

START_TEST(reads_of_what_was_lost)
{
	struct dr_result c;

	/* Lost at the switch, and back later: the read is not at fault. */
	small();
	made_remove(&m, 1, (struct made_marker){ 0, 10 });
	one_read(150000, 9);
	c = judged(&usual);
	ck_assert_uint_eq(c.reads_of_lost, 1);
	ck_assert_uint_eq(c.count[FOUND_STALE], 0);
	/* The same before the fault is stale. */
	small();
	made_remove(&m, 1, (struct made_marker){ 0, 10 });
	one_read(95000, 9);
	c = judged(&usual);
	ck_assert_uint_eq(c.count[FOUND_STALE], 1);
	/* What was written before the switch is not what fail back throws away. */
	small();
	lose(10);
	made_add(&m, (struct history_event){ .kind = HISTORY_FAILBACK, .due_us = 140000 });
	one_read(150000, 9);
	c = judged(&usual);
	ck_assert_uint_eq(c.reads_of_lost, 1);
	ck_assert_uint_eq(c.count[FOUND_RETURNED], 0);
	for (int back = 0; back < 2; back++) {
		small();
		lose(40);
		if (back)
			made_add(&m, (struct history_event){ .kind = HISTORY_FAILBACK,
							     .due_us = 392000 });
		one_read(395000, 39);
		c = judged(&usual);
		ck_assert_uint_eq(c.reads_of_lost, !back);
		ck_assert_uint_eq(c.count[FOUND_RETURNED], back);
	}
	/* As far behind as is allowed. */
	for (uint32_t stale = 14000; stale < 15002; stale += 1001) {
		struct check_options o = usual;

		small();
		one_read(96000, 8);	/* number 9 was acknowledged at 81 ms */
		o.stale_us = stale;
		ck_assert_uint_eq(judged(&o).count[FOUND_STALE], stale <= 15000);
	}
	/* A refused one in a ledger and in a read is one. */
	small();
	in_last_ledgers(0, 11);
	one_read(101000, 11);
	ck_assert_uint_eq(judged(&usual).count[FOUND_REFUSED_KEPT], 1);
}
END_TEST

START_TEST(the_role_passes_on)
{
	/* What overlaps the passing is nobody's fault. */
	small();
	made_add(&m, (struct history_event){ .kind = HISTORY_SWITCH,
					     .side = SIDE_B,
					     .due_us = 200500,
					     .took_us = 20000 });
	m.h.events[21].side = m.h.events[22].side = SIDE_A;
	ck_assert_uint_eq(judged(&usual).count[FOUND_SPLIT_BRAIN], 0);
	/* Only one side acknowledges, if the wrong one. */
	small();
	made_add(&m, (struct history_event){
			     .kind = HISTORY_SWITCH, .side = SIDE_B, .due_us = 150000 });
	for (int i = 20; i < 40; i++)
		m.h.events[i].side = SIDE_A;
	ck_assert_uint_eq(judged(&usual).count[FOUND_SPLIT_BRAIN], 0);
	/* Nobody marked the switch: until B acknowledges, A may. */
	small();
	for (int i = 10; i < 12; i++) {
		m.h.events[i].outcome = OUTCOME_OK;
		m.h.events[i].side = SIDE_A;
		in_last_ledgers(0, (uint32_t)i + 1);
	}
	ck_assert_uint_eq(judged(&usual).count[FOUND_SPLIT_BRAIN], 0);
}
END_TEST

START_TEST(the_fault_is_the_first)
{
	struct dr_result c;

	small();
	mark(HISTORY_FAULT, SIDE_A, 150000);
	ck_assert_int_eq(judged(&usual).rto.us, 101000);
	/* The worst client counts, and the first failure of any. */
	small();
	for (uint32_t n = 1; n <= 4; n++) {
		made_add(&m, (struct history_event){ .kind = HISTORY_WRITE,
						     .client = 1,
						     .writer = 1,
						     .number = n,
						     .took_us = 1000,
						     .side = SIDE_B,
						     .due_us = n == 1 ? 105000 : 185000 + n * 10000,
						     .outcome = n == 1 ? OUTCOME_REFUSED
								       : OUTCOME_OK });
		if (n > 1)
			in_last_ledgers(1, n);
	}
	c = judged(&usual);
	ck_assert_int_eq(c.rto.us, 106000);
	ck_assert_int_eq(c.outage.us, 106000);
	ck_assert_int_eq(c.rto_best_us, 101000);
	ck_assert_uint_eq(c.recovered, 2);
	/* Replication is seen at the survivor, of what the other side acknowledged. */
	small();
	m.h.events[40].side = SIDE_NONE;
	m.h.events[41].side = SIDE_A;
	all_inconclusive(judged(&usual), "replication was not shown before the fault");
	small();
	m.h.events[2].side = SIDE_B;
	m.h.events[41].side = SIDE_A;
	all_inconclusive(judged(&usual), "replication was not shown before the fault");
}
END_TEST

START_TEST(what_was_in_flight_and_what_waits)
{
	struct check_options o = usual;
	struct dr_result c;

	/* Answered after the fault, but sent before it: no recovery. */
	small();
	o.good = 1;
	m.h.events[40].due_us = 102500;
	m.h.events[9].outcome = OUTCOME_UNKNOWN;
	m.h.events[9].took_us = 15000;
	m.h.events[10].outcome = OUTCOME_OK;
	m.h.events[10].side = SIDE_A;
	m.h.events[10].took_us = 3000;
	in_last_ledgers(0, 11);
	c = judged(&o);
	ck_assert_int_eq(c.rto.us, 98500);
	ck_assert_uint_eq(c.final.acked, 9);
	ck_assert_uint_eq(c.final.acked_after, 21);
	/* Each answer in time, and each sent later than the one before: late by its schedule. */
	small();
	o.late_us = 20000;
	for (int i = 10; i < 20; i++) {
		m.h.events[i].outcome = OUTCOME_OK;
		m.h.events[i].side = SIDE_A;
		m.h.events[i].took_us = i < 15 ? 15000 : 1000;
		m.h.events[i].late_us = (uint32_t)(i < 15 ? i - 10 : i < 18 ? 18 - i : 0) * 5000;
		in_last_ledgers(0, (uint32_t)i + 1);
	}
	c = judged(&o);
	ck_assert_int_eq(c.rto.us, 45000);
	ck_assert_int_eq(c.outage.us, 25000);
	ck_assert_uint_gt(c.relapsed, 0);
}
END_TEST

Suite *dr_figures_suite(void);
Suite *dr_figures_suite(void)
{
	Suite *s = suite_create("dr_figures");
	TCase *t = tcase_create("dr_figures");

	tcase_set_timeout(t, 120);
	tcase_add_test(t, small_figures);
	tcase_add_test(t, figures_are_refused_with_a_reason);
	tcase_add_test(t, losses_are_refused_with_a_reason);
	tcase_add_test(t, recovery_is_of_writes_and_lasts);
	tcase_add_test(t, slow_is_as_good_as_dead);
	tcase_add_test(t, two_active_sides_have_no_split_brain);
	tcase_add_test(t, a_history_that_contradicts_itself);
	tcase_add_test(t, an_unknown_write_overtakes_nobody);
	tcase_add_test(t, reads_of_what_was_lost);
	tcase_add_test(t, the_role_passes_on);
	tcase_add_test(t, the_fault_is_the_first);
	tcase_add_test(t, what_was_in_flight_and_what_waits);
	suite_add_tcase(s, t);
	return s;
}
