#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/str.h"
#include "co/co.h"
#include "co/loop.h"

static struct loop *loop;
static struct str trace;

static void set_up(void)
{
	loop = loop_new();
}

static void tear_down(void)
{
	loop_free(loop);
	str_release(&trace);
}

/* ---- timers ---- */

static void note(struct loop_timer *t)
{
	str_addf(&trace, "%s ", (const char *)t->arg);
}

START_TEST(timers_fire_in_order_of_time)
{
	struct loop_timer t[64] = { 0 };
	char name[64][8];
	int64_t now = loop_now_ms(loop);
	struct str want = { 0 };

	/* 37 is prime to 64: every moment once, in a scattered order */
	for (int i = 0; i < 64; i++) {
		int at = i * 37 % 64;

		snprintf(name[at], sizeof(name[at]), "%d", at);
		t[at] = (struct loop_timer){ .fire = note, .arg = name[at] };
		loop_timer_set(loop, &t[at], now - 100 + at);
	}
	for (int i = 0; i < 64; i++)
		if (i % 3 == 0)
			loop_timer_stop(loop, &t[i]);
		else
			str_addf(&want, "%d ", i);
	loop_timer_stop(loop, &t[0]);	/* an idle one: nothing happens */
	loop_turn(loop, 0);
	ck_assert_str_eq(str_text(&trace), str_text(&want));
	for (int i = 0; i < 64; i++)
		ck_assert_uint_eq(t[i].slot, 0);
	str_release(&want);
}
END_TEST

START_TEST(setting_a_timer_again_moves_it)
{
	struct loop_timer a = { .fire = note, .arg = "a" }, b = { .fire = note, .arg = "b" };
	int64_t now = loop_now_ms(loop);

	loop_timer_set(loop, &a, now);
	loop_timer_set(loop, &b, now + 3600000);
	loop_timer_set(loop, &a, now + 7200000);
	loop_turn(loop, 0);
	ck_assert_str_eq(str_text(&trace), "");
	loop_timer_set(loop, &b, now);
	loop_turn(loop, -1);
	ck_assert_str_eq(str_text(&trace), "b ");
	loop_timer_stop(loop, &a);
}
END_TEST

static void again(struct loop_timer *t)
{
	str_add(&trace, "x");
	loop_timer_set(loop, t, 0);
}

START_TEST(a_timer_that_resets_itself_does_not_hold_the_loop)
{
	struct loop_timer t = { .fire = again };

	loop_timer_set(loop, &t, 0);
	loop_turn(loop, 0);
	loop_turn(loop, 0);
	ck_assert_str_eq(str_text(&trace), "xx");
	loop_timer_stop(loop, &t);
}
END_TEST

static struct loop_timer victim;

static void stops_the_other(struct loop_timer *t)
{
	note(t);
	loop_timer_stop(loop, &victim);
}

START_TEST(a_timer_may_stop_another_of_the_same_turn)
{
	struct loop_timer t = { .fire = stops_the_other, .arg = "first" };

	victim = (struct loop_timer){ .fire = note, .arg = "victim" };
	loop_timer_set(loop, &victim, 2);
	loop_timer_set(loop, &t, 1);
	loop_turn(loop, 0);
	ck_assert_str_eq(str_text(&trace), "first ");
}
END_TEST

/* ---- descriptors ---- */

static struct loop_fd watch[2];

static void note_fd(struct loop_fd *w, unsigned events)
{
	(void)events;
	str_addf(&trace, "%s ", (const char *)w->arg);
}

static void drops_the_other(struct loop_fd *w, unsigned events)
{
	note_fd(w, events);
	loop_watch(loop, &watch[w == &watch[0]], 0);
}

static void full_pipe(int fds[2])
{
	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(write(fds[1], "x", 1), 1);
}

START_TEST(adds_changes_removes)
{
	struct loop_fd w = { .ready = note_fd, .arg = "r" };
	int fds[2];

	full_pipe(fds);
	w.fd = fds[0];
	ck_assert_int_eq(loop_watch(loop, &w, EPOLLIN), ERR_OK);
	loop_turn(loop, 0);
	ck_assert_int_eq(loop_watch(loop, &w, EPOLLOUT), ERR_OK);
	loop_turn(loop, 0);
	ck_assert_int_eq(loop_watch(loop, &w, EPOLLIN), ERR_OK);
	loop_turn(loop, 0);
	ck_assert_int_eq(loop_watch(loop, &w, 0), ERR_OK);
	ck_assert_int_eq(loop_watch(loop, &w, 0), ERR_OK);
	loop_turn(loop, 0);
	ck_assert_str_eq(str_text(&trace), "r r ");
}
END_TEST

START_TEST(one_watcher_a_descriptor)
{
	struct loop_fd a = { .ready = note_fd, .arg = "a" }, b = { .ready = note_fd, .arg = "b" };
	struct loop_fd bad = { .fd = -1, .ready = note_fd };
	int fds[2];

	full_pipe(fds);
	a.fd = b.fd = fds[0];
	ck_assert_int_eq(loop_watch(loop, &a, EPOLLIN), ERR_OK);
	ck_assert_int_eq(loop_watch(loop, &b, EPOLLIN), ERR_HARNESS);
	ck_assert_int_eq(loop_watch(loop, &b, 0), ERR_HARNESS);
	ck_assert_int_eq(loop_watch(loop, &bad, EPOLLIN), ERR_HARNESS);
	loop_turn(loop, 0);
	ck_assert_str_eq(str_text(&trace), "a ");
	loop_watch(loop, &a, 0);
}
END_TEST

START_TEST(a_removed_watcher_is_not_called_in_the_same_turn)
{
	int fds[2];

	for (int i = 0; i < 2; i++) {
		full_pipe(fds);
		watch[i] = (struct loop_fd){ .fd = fds[0], .ready = drops_the_other,
					     .arg = i ? "1" : "0" };
		ck_assert_int_eq(loop_watch(loop, &watch[i], EPOLLIN), ERR_OK);
	}
	loop_turn(loop, 0);
	ck_assert_uint_eq(trace.len, 2);
	for (int i = 0; i < 2; i++)
		loop_watch(loop, &watch[i], 0);
}
END_TEST

START_TEST(a_closed_descriptor_can_be_watched_anew)
{
	struct loop_fd w = { .ready = note_fd, .arg = "new" };
	int fds[2], old;

	full_pipe(fds);
	w.fd = old = fds[0];
	ck_assert_int_eq(loop_watch(loop, &w, EPOLLIN), ERR_OK);
	close(fds[0]);
	close(fds[1]);
	full_pipe(fds);			/* gets the same number */
	ck_assert_int_eq(fds[0], old);
	ck_assert_int_eq(loop_watch(loop, &w, EPOLLIN), ERR_OK);
	loop_turn(loop, 0);
	ck_assert_str_eq(str_text(&trace), "new ");
	loop_watch(loop, &w, 0);
}
END_TEST

START_TEST(a_kept_one_is_let_go_and_taken_up)
{
	struct loop_fd a = { .ready = note_fd, .arg = "a" }, b = { .ready = note_fd, .arg = "b" };
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	a.fd = b.fd = fds[0];
	loop_keep(loop, fds[0], true);
	ck_assert_int_eq(loop_watch(loop, &a, EPOLLIN), ERR_OK);
	ck_assert_int_eq(loop_watch(loop, &a, 0), ERR_OK);
	ck_assert_int_eq(loop_watch(loop, &b, EPOLLIN), ERR_OK);
	ck_assert_int_eq(write(fds[1], "x", 1), 1);
	loop_turn(loop, 0);
	ck_assert_int_eq(loop_watch(loop, &b, 0), ERR_OK);
	/* What comes while nobody watches neither wakes the loop for ever nor is lost. */
	loop_turn(loop, 0);
	ck_assert_int_eq(loop_watch(loop, &a, EPOLLIN), ERR_OK);
	loop_turn(loop, 0);
	ck_assert_int_eq(loop_watch(loop, &a, EPOLLOUT), ERR_OK);
	loop_turn(loop, 0);
	ck_assert_str_eq(str_text(&trace), "b a ");
	loop_watch(loop, &a, 0);
}
END_TEST

START_TEST(a_kept_number_is_another_file_after_close)
{
	struct loop_fd w = { .ready = note_fd, .arg = "new" };
	int fds[2], old, copy;

	ck_assert_int_eq(pipe(fds), 0);
	w.fd = old = fds[0];
	loop_keep(loop, old, true);
	ck_assert_int_eq(loop_watch(loop, &w, EPOLLIN), ERR_OK);
	ck_assert_int_eq(loop_watch(loop, &w, 0), ERR_OK);
	copy = dup(old);	/* as a child's */
	loop_keep(loop, old, false);
	close(old);
	full_pipe(fds);
	ck_assert_int_eq(fds[0], old);
	ck_assert_int_eq(loop_watch(loop, &w, EPOLLIN), ERR_OK);
	loop_turn(loop, 0);
	ck_assert_str_eq(str_text(&trace), "new ");
	loop_watch(loop, &w, 0);
	close(copy);
}
END_TEST

/* ---- co_wait_fd ---- */

struct reader {
	int fds[2];
	int got;
};

static int reads(void *arg)
{
	struct reader *r = arg;
	char c;

	r->got = co_wait_fd(r->fds[0], EPOLLIN);
	if (r->got > 0)
		ck_assert_int_eq(read(r->fds[0], &c, 1), 1);
	return 0;
}

static int writes_all(void *arg)
{
	struct reader *r = arg;

	for (int i = 7; i >= 0; i--) {
		if (i != 3)
			ck_assert_int_eq(write(r[i].fds[1], "x", 1), 1);
		co_yield();
	}
	return 0;
}

START_TEST(several_wait_on_several_descriptors)
{
	struct reader r[8] = { 0 };
	struct co *third = NULL;

	for (int i = 0; i < 8; i++) {
		struct co *c;

		ck_assert_int_eq(pipe(r[i].fds), 0);
		c = co_spawn(loop, "reader", reads, &r[i]);
		if (i == 3)
			third = c;
		else
			co_detach(c);
	}
	co_detach(co_spawn(loop, "writer", writes_all, r));
	for (int i = 0; i < 20; i++)
		loop_turn(loop, 0);
	ck_assert(!co_done(third));
	co_cancel(third);
	loop_run(loop);
	co_join(third);
	for (int i = 0; i < 8; i++)
		if (i == 3)
			ck_assert_int_eq(r[i].got, ERR_CANCELLED);
		else
			ck_assert_int_eq(r[i].got, EPOLLIN);
	/* Nothing is left registered: the number is free for another watcher. */
	for (int i = 0; i < 8; i++) {
		struct loop_fd w = { .fd = r[i].fds[0], .ready = note_fd };

		ck_assert_int_eq(loop_watch(loop, &w, EPOLLIN), ERR_OK);
		loop_watch(loop, &w, 0);
	}
}
END_TEST

START_TEST(two_on_one_descriptor_are_refused)
{
	struct reader a = { 0 }, b;

	ck_assert_int_eq(pipe(a.fds), 0);
	b = a;
	co_detach(co_spawn(loop, "a", reads, &a));
	co_detach(co_spawn(loop, "b", reads, &b));
	loop_turn(loop, 0);
	ck_assert_int_eq(b.got, ERR_HARNESS);
	ck_assert_int_eq(a.got, 0);
	ck_assert_int_eq(write(a.fds[1], "x", 1), 1);
	loop_run(loop);
	ck_assert_int_eq(a.got, EPOLLIN);
}
END_TEST

START_TEST(a_signal_prints_the_dump)
{
	struct reader r = { 0 };
	char text[512] = "";
	int out[2], saved = dup(STDERR_FILENO);
	struct co *c = co_spawn(loop, "parked-here", reads, &r);

	ck_assert_int_eq(pipe(r.fds), 0);
	ck_assert_int_eq(pipe(out), 0);
	ck_assert_int_eq(loop_dump_on(loop, SIGUSR1), ERR_OK);
	loop_turn(loop, 0);
	raise(SIGUSR1);
	dup2(out[1], STDERR_FILENO);
	loop_turn(loop, -1);
	dup2(saved, STDERR_FILENO);
	ck_assert(read(out[0], text, sizeof(text) - 1) > 0);
	ck_assert_msg(strstr(text, "parked-here: waits for a file descriptor") != NULL, "%s", text);
	co_cancel(c);
	loop_run(loop);
	co_join(c);
}
END_TEST

Suite *loop_suite(void);
Suite *loop_suite(void)
{
	const TTest *const tests[] = {
		timers_fire_in_order_of_time, setting_a_timer_again_moves_it,
		a_timer_that_resets_itself_does_not_hold_the_loop,
		a_timer_may_stop_another_of_the_same_turn, adds_changes_removes,
		one_watcher_a_descriptor, a_removed_watcher_is_not_called_in_the_same_turn,
		a_closed_descriptor_can_be_watched_anew, a_kept_one_is_let_go_and_taken_up,
		a_kept_number_is_another_file_after_close, several_wait_on_several_descriptors,
		two_on_one_descriptor_are_refused, a_signal_prints_the_dump,
	};
	Suite *s = suite_create("loop");
	TCase *tc = tcase_create("loop");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_set_timeout(tc, 60);
	for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++)
		tcase_add_test(tc, tests[i]);
	suite_add_tcase(s, tc);
	return s;
}
