#include <check.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/str.h"
#include "co/co.h"
#include "co/loop.h"

static struct loop *loop;
static struct str trace;	/* what happened, in order */

static void set_up(void)
{
	loop = loop_new();
}

static void tear_down(void)
{
	loop_free(loop);
	str_release(&trace);
}

/* ---- order and nesting ---- */

static int two_steps(void *arg)
{
	const char *name = arg;

	str_addf(&trace, "%s1 ", name);
	ck_assert_int_eq(co_yield(), ERR_OK);
	str_addf(&trace, "%s2 ", name);
	return 0;
}

START_TEST(runs_in_the_order_of_spawning)
{
	co_detach(co_spawn(loop, "a", two_steps, "a"));
	co_detach(co_spawn(loop, "b", two_steps, "b"));
	str_add(&trace, "spawned ");
	loop_run(loop);
	ck_assert_str_eq(str_text(&trace), "spawned a1 b1 a2 b2 ");
}
END_TEST

static int parent(void *arg)
{
	struct co *child = co_spawn(co_loop(), "child", two_steps, arg);
	struct co *other = co_spawn(co_loop(), "other", two_steps, "o");

	str_add(&trace, "parent ");
	co_join(child);
	co_join(other);
	str_add(&trace, "joined ");
	return 7;
}

START_TEST(a_child_starts_next_turn_and_is_joined)
{
	struct co *c = co_spawn(loop, "parent", parent, "c");

	loop_turn(loop, 0);
	ck_assert_str_eq(str_text(&trace), "parent ");
	loop_run(loop);
	ck_assert_str_eq(str_text(&trace), "parent c1 o1 c2 o2 joined ");
	ck_assert(co_done(c));
	ck_assert_int_eq(co_join(c), 7);
}
END_TEST

static int depth(void *arg)
{
	int left = *(int *)arg, below = left - 1;

	if (!left)
		return 0;
	return 1 + co_join(co_spawn(co_loop(), "deeper", depth, &below));
}

START_TEST(coroutines_nest)
{
	int levels = 50;
	struct co *c = co_spawn(loop, "top", depth, &levels);

	loop_run(loop);
	ck_assert_int_eq(co_join(c), 50);
}
END_TEST

static int knows_itself(void *arg)
{
	ck_assert_ptr_eq(co_self(), *(struct co **)arg);
	ck_assert_ptr_eq(co_loop(), loop);
	ck_assert_str_eq(co_name(co_self()), "a name of thirty-one bytes, no ");
	return 0;
}

START_TEST(names_and_self)
{
	struct co *c;

	c = co_spawn(loop, "a name of thirty-one bytes, no more", knows_itself, &c);
	ck_assert_ptr_null(co_self());
	loop_run(loop);
	ck_assert_str_eq(co_name(NULL), "loop");
	co_join(c);
}
END_TEST

/* ---- waking ---- */

static bool done;

static int waits_for_done(void *arg)
{
	int r = ERR_OK, *rounds = arg;

	for (; !done && r == ERR_OK; ++*rounds)
		r = co_suspend("done");
	return r;
}

START_TEST(early_and_needless_wakes_do_no_harm)
{
	int rounds = 0;
	struct co *c = co_spawn(loop, "waiter", waits_for_done, &rounds);

	co_wake(c);			/* before its start: remembered */
	loop_turn(loop, 0);
	ck_assert_int_eq(rounds, 1);
	co_wake(c);
	co_wake(c);			/* two are one */
	loop_turn(loop, 0);
	ck_assert_int_eq(rounds, 2);
	done = true;
	co_wake(c);
	loop_run(loop);
	co_wake(c);			/* after its end: ignored */
	ck_assert_int_eq(co_join(c), ERR_OK);
	ck_assert_int_eq(rounds, 3);
}
END_TEST

static int wakes_itself(void *arg)
{
	(void)arg;
	co_wake(co_self());
	return co_suspend("nothing");
}

START_TEST(a_wake_while_running_is_remembered)
{
	struct co *c = co_spawn(loop, "self", wakes_itself, NULL);

	loop_run(loop);
	ck_assert_int_eq(co_join(c), ERR_OK);
}
END_TEST

/* ---- cancel ---- */

/* Notes what each of four calls answered; the last three tidy up. */
static int four_calls(void *arg)
{
	str_addf(&trace, "%s ", err_name(co_sleep(arg ? 10000 : 0)));
	for (int i = 0; i < 3; i++)
		str_addf(&trace, "%s ", err_name(i & 1 ? co_yield() : co_sleep(1)));
	return 0;
}

START_TEST(cancel_before_start)
{
	struct co *c = co_spawn(loop, "c", four_calls, "long");

	co_cancel(c);
	loop_run(loop);
	ck_assert_str_eq(str_text(&trace), "cancelled ok ok ok ");
	co_join(c);
}
END_TEST

START_TEST(cancel_while_waiting)
{
	struct co *c = co_spawn(loop, "c", four_calls, "long");

	loop_turn(loop, 0);
	co_cancel(c);
	loop_run(loop);
	ck_assert_str_eq(str_text(&trace), "cancelled ok ok ok ");
	co_join(c);
}
END_TEST

START_TEST(cancel_twice_is_told_once)
{
	struct co *c = co_spawn(loop, "c", four_calls, "long");

	loop_turn(loop, 0);
	co_cancel(c);
	co_cancel(c);
	loop_run(loop);
	ck_assert_str_eq(str_text(&trace), "cancelled ok ok ok ");
	co_cancel(c);		/* after its end: ignored */
	co_join(c);
}
END_TEST

START_TEST(cancel_during_clean_up_is_a_second_one)
{
	struct co *c = co_spawn(loop, "c", four_calls, "long");

	loop_turn(loop, 0);
	co_cancel(c);
	loop_turn(loop, 0);	/* told; sits in the first tidying sleep */
	co_cancel(c);
	loop_run(loop);
	ck_assert_str_eq(str_text(&trace), "cancelled cancelled ok ok ");
	co_join(c);
}
END_TEST

static int cancels_itself(void *arg)
{
	struct co_sem s;

	(void)arg;
	co_sem_init(&s, 1);
	co_cancel(co_self());
	str_addf(&trace, "%s ", err_name(co_acquire(&s, 1)));	/* though it is free */
	str_addf(&trace, "%s ", err_name(co_acquire(&s, 1)));
	return 0;
}

START_TEST(cancel_of_the_running_one)
{
	struct co *c = co_spawn(loop, "c", cancels_itself, NULL);

	loop_run(loop);
	ck_assert_str_eq(str_text(&trace), "cancelled ok ");
	co_join(c);
}
END_TEST

static int joins(void *arg)
{
	int r = co_join(co_spawn(co_loop(), "slow child", two_steps, arg));

	str_addf(&trace, "joined %d ", r);
	str_addf(&trace, "%s ", err_name(co_yield()));
	str_addf(&trace, "%s ", err_name(co_yield()));
	return 0;
}

START_TEST(a_join_is_not_interrupted)
{
	struct co *c = co_spawn(loop, "c", joins, "x");

	loop_turn(loop, 0);
	co_cancel(c);
	loop_run(loop);
	ck_assert_str_eq(str_text(&trace), "x1 x2 joined 0 cancelled ok ");
	co_join(c);
}
END_TEST

/* ---- deadlines ---- */

static int times_out(void *arg)
{
	struct co_deadline d;

	(void)arg;
	ck_assert(co_deadline_left() == INT64_MAX);
	co_deadline_push(&d, 5);
	ck_assert(co_deadline_left() <= 5);
	str_addf(&trace, "%s ", err_name(co_sleep(10000)));
	ck_assert(co_deadline_left() == INT64_MAX);	/* told: no longer in force */
	str_addf(&trace, "%s ", err_name(co_sleep(1)));
	co_deadline_pop(&d);
	str_addf(&trace, "%s ", err_name(co_yield()));
	return 0;
}

START_TEST(a_deadline_is_told_once)
{
	struct co *c = co_spawn(loop, "c", times_out, NULL);

	loop_run(loop);
	ck_assert_str_eq(str_text(&trace), "timeout ok ok ");
	co_join(c);
}
END_TEST

static int nests(void *arg)
{
	struct co_deadline outer, inner, tidy;

	(void)arg;
	co_deadline_push(&outer, 10);
	co_deadline_push(&inner, 60000);
	ck_assert(inner.at_ms == outer.at_ms);		/* never outlives it */
	str_addf(&trace, "%s ", err_name(co_sleep(60000)));
	co_deadline_push(&tidy, 60000);			/* a time of its own to tidy up */
	ck_assert(tidy.at_ms > outer.at_ms);
	str_addf(&trace, "%s ", err_name(co_sleep(1)));
	co_deadline_pop(&tidy);
	co_deadline_pop(&inner);
	str_addf(&trace, "%s ", err_name(co_sleep(60000)));
	str_addf(&trace, "%s ", err_name(co_sleep(1)));
	co_deadline_pop(&outer);
	return 0;
}

START_TEST(deadlines_nest)
{
	struct co *c = co_spawn(loop, "c", nests, NULL);

	loop_run(loop);
	ck_assert_str_eq(str_text(&trace), "timeout ok timeout ok ");
	co_join(c);
}
END_TEST

static int inner_first(void *arg)
{
	struct co_deadline outer, inner;

	(void)arg;
	co_deadline_push(&outer, 60000);
	co_deadline_push(&inner, 1);
	str_addf(&trace, "%s ", err_name(co_sleep(50000)));
	co_deadline_pop(&inner);
	str_addf(&trace, "%s ", err_name(co_sleep(1)));
	ck_assert(co_deadline_left() > 1000);
	co_deadline_pop(&outer);
	return 0;
}

START_TEST(an_inner_deadline_leaves_the_outer_in_force)
{
	struct co *c = co_spawn(loop, "c", inner_first, NULL);

	loop_run(loop);
	ck_assert_str_eq(str_text(&trace), "timeout ok ");
	co_join(c);
}
END_TEST

static int pipe_fds[2];

static int reads_with_deadline(void *arg)
{
	struct co_deadline d;
	int r;

	(void)arg;
	co_deadline_push(&d, 1);
	r = co_wait_fd(pipe_fds[0], EPOLLIN);
	str_addf(&trace, "%s ", r > 0 ? "ready" : err_name(r));
	str_addf(&trace, "%s ", err_name(co_yield()));
	co_deadline_pop(&d);
	return 0;
}

START_TEST(completion_wins_over_a_deadline_of_the_same_turn)
{
	struct co *c = co_spawn(loop, "c", reads_with_deadline, NULL);
	int64_t until;

	ck_assert_int_eq(pipe(pipe_fds), 0);
	loop_turn(loop, 0);
	ck_assert_int_eq(write(pipe_fds[1], "x", 1), 1);
	for (until = clock_mono_us() + 5000; clock_mono_us() < until; )
		;	/* both are due before the loop turns again */
	loop_run(loop);
	ck_assert_str_eq(str_text(&trace), "ready timeout ");
	co_join(c);
}
END_TEST

static int held(void *arg)
{
	struct co_deadline outer, inner, granted;
	struct co_hold hold;
	int64_t outer_at, inner_at;

	(void)arg;
	co_deadline_push(&outer, 60000);
	co_deadline_push(&inner, 30);
	outer_at = outer.at_ms;
	inner_at = inner.at_ms;
	co_deadline_hold(&hold);
	ck_assert(co_deadline_left() == INT64_MAX);
	str_addf(&trace, "%s ", err_name(co_sleep(60)));	/* twice what the case has */
	co_deadline_push(&granted, 5);
	str_addf(&trace, "%s ", err_name(co_sleep(50000)));	/* what was granted counts */
	co_deadline_pop(&granted);
	co_deadline_resume(&hold);
	ck_assert_int_ge(inner.at_ms - inner_at, 65);
	ck_assert_int_eq(inner.at_ms - inner_at, outer.at_ms - outer_at);
	str_addf(&trace, "%s ", err_name(co_sleep(50000)));	/* the case's own time goes on */
	co_deadline_pop(&inner);
	co_deadline_pop(&outer);
	return 0;
}

START_TEST(a_held_clock_stands_still)
{
	struct co *c = co_spawn(loop, "c", held, NULL);

	loop_run(loop);
	ck_assert_str_eq(str_text(&trace), "ok timeout timeout ");
	co_join(c);
}
END_TEST

static int cancelled_in_hold(void *arg)
{
	struct co_hold hold;

	(void)arg;
	co_deadline_hold(&hold);
	str_addf(&trace, "%s ", err_name(co_sleep(50000)));
	co_deadline_resume(&hold);
	return 0;
}

START_TEST(a_cancel_is_told_in_a_hold)
{
	struct co *c = co_spawn(loop, "c", cancelled_in_hold, NULL);

	loop_turn(loop, 0);
	co_cancel(c);
	loop_run(loop);
	ck_assert_str_eq(str_text(&trace), "cancelled ");
	co_join(c);
}
END_TEST

static int says_local(void *arg)
{
	(void)arg;
	str_addf(&trace, "%s ", co_local() ? (const char *)co_local() : "none");
	return 0;
}

static int sets_local(void *arg)
{
	struct co *child;

	says_local(NULL);
	co_local_set(arg);
	child = co_spawn(loop, "child", says_local, NULL);
	co_local_set(NULL);
	co_join(child);
	says_local(NULL);
	return 0;
}

START_TEST(a_child_works_for_whom_its_parent_works)
{
	struct co *c = co_spawn(loop, "c", sets_local, "case");

	ck_assert_ptr_null(co_local());
	loop_run(loop);
	ck_assert_str_eq(str_text(&trace), "none case none ");
	co_join(c);
}
END_TEST

static int sleeps(void *arg)
{
	int64_t began = clock_mono_us();

	(void)arg;
	ck_assert_int_eq(co_sleep(20), ERR_OK);
	ck_assert(clock_mono_us() - began >= 20000);
	return 0;
}

START_TEST(a_sleep_is_never_too_short)
{
	struct co *c = co_spawn(loop, "c", sleeps, NULL);

	loop_run(loop);
	co_join(c);
}
END_TEST

static void add(Suite *s, const char *name, const TTest *const *tests, int n)
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_set_timeout(tc, 120);
	for (int i = 0; i < n; i++)
		tcase_add_test(tc, tests[i]);
	suite_add_tcase(s, tc);
}

#define ADD(name, ...) \
	add(s, name, (const TTest *const[]){ __VA_ARGS__ }, \
	    sizeof((const TTest *const[]){ __VA_ARGS__ }) / sizeof(const TTest *))

Suite *co_suite(void);
Suite *co_suite(void)
{
	Suite *s = suite_create("co");

	ADD("order", runs_in_the_order_of_spawning, a_child_starts_next_turn_and_is_joined,
	    coroutines_nest, names_and_self, a_child_works_for_whom_its_parent_works);
	ADD("waking", early_and_needless_wakes_do_no_harm, a_wake_while_running_is_remembered);
	ADD("cancel", cancel_before_start, cancel_while_waiting, cancel_twice_is_told_once,
	    cancel_during_clean_up_is_a_second_one, cancel_of_the_running_one,
	    a_join_is_not_interrupted);
	ADD("deadlines", a_deadline_is_told_once, deadlines_nest,
	    an_inner_deadline_leaves_the_outer_in_force,
	    a_held_clock_stands_still, a_cancel_is_told_in_a_hold,
	    completion_wins_over_a_deadline_of_the_same_turn, a_sleep_is_never_too_short);
	return s;
}
