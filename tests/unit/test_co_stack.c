#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "co/co.h"
#include "co/loop.h"
#include "co/stack.h"

static struct loop *loop;

static void set_up(void)
{
	loop = loop_new();
}

static void tear_down(void)
{
	loop_free(loop);
}

static int returns_at_once(void *arg)
{
	(void)arg;
	return 0;
}

static int parks(void *arg)
{
	(void)arg;
	return co_suspend("a wake");
}

/* ---- many, and their stacks ---- */

static unsigned together, most;

static int one_of_many(void *arg)
{
	char frame[512], same[512];

	memset(frame, *(int *)arg & 0xff, sizeof(frame));
	together++;
	most = together > most ? together : most;
	co_sleep(20);
	memset(same, *(int *)arg & 0xff, sizeof(same));
	ck_assert_mem_eq(frame, same, sizeof(frame));
	together--;
	return 0;
}

static void run_many(int n)
{
	int *number = xcalloc((size_t)n, sizeof(*number));

	together = most = 0;
	for (int i = 0; i < n; i++) {
		number[i] = i;
		co_detach(co_spawn(loop, "many", one_of_many, &number[i]));
	}
	loop_run(loop);
	ck_assert_uint_eq(most, (unsigned)n);
	ck_assert_uint_eq(together, 0);
	free(number);
}

START_TEST(ten_thousand_at_once)
{
	int n = switch_is_watched() ? 64 : 10000;

	run_many(n);
	run_many(n);		/* from the pool */
}
END_TEST

START_TEST(without_light_guards)
{
	co_stack_force_mprotect(true);
	run_many(64);
	co_stack_force_mprotect(false);
}
END_TEST

/* The asm keeps the optimiser from making the frames small or the calls a loop. */
static __attribute__((noinline)) int eat_stack(int n)
{
	char frame[4096];

	frame[0] = (char)n;
	__asm__ volatile("" : : "r"(frame) : "memory");
	if (n > 1)
		frame[1] = (char)eat_stack(n - 1);
	__asm__ volatile("" : : "r"(frame) : "memory");
	return frame[0];
}

static int eats(void *arg)
{
	eat_stack(*(int *)arg);
	return 0;
}

START_TEST(a_deep_stack_is_used_again)
{
	int pages = 40;		/* 160 of 256 KiB */

	for (int i = 0; i < 3; i++) {
		co_detach(co_spawn(loop, "deep", eats, &pages));
		loop_run(loop);
		run_many(3);
	}
}
END_TEST

static void overflow_in_child(int fd)
{
	int pages = 1000;

	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0 });
	dup2(fd, STDERR_FILENO);
	co_detach(co_spawn(loop, "bystander", parks, NULL));
	co_detach(co_spawn(loop, "the-culprit", eats, &pages));
	loop_run(loop);
	_exit(0);
}

START_TEST(overflow_names_the_culprit)
{
	char text[4096] = "";
	size_t len = 0;
	ssize_t n;
	int status, fds[2];
	pid_t pid;

	if (CO_ASAN) {
		fputs("skipped: overflow_names_the_culprit (ASan reports overflows itself)\n",
		      stderr);
		return;
	}
	co_stack_force_mprotect(_i);
	ck_assert_int_eq(pipe(fds), 0);
	pid = fork();
	if (!pid)
		overflow_in_child(fds[1]);
	close(fds[1]);
	while ((n = read(fds[0], text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	ck_assert_msg(strstr(text, "\"the-culprit\" overflowed") != NULL, "%s", text);
}
END_TEST

/* ---- dump ---- */

START_TEST(dump_says_what_each_waits_for)
{
	FILE *f = tmpfile();
	char text[1024] = "";
	struct co *a = co_spawn(loop, "alpha", parks, NULL);

	co_spawn(loop, "beta", returns_at_once, NULL);	/* not joined: loop_free() takes it */
	loop_turn(loop, 0);
	co_dump(loop, fileno(f));
	rewind(f);
	ck_assert(fread(text, 1, sizeof(text) - 1, f) > 0);
	fclose(f);
	ck_assert_msg(strstr(text, "1 coroutines alive\n") != NULL, "%s", text);
	ck_assert_msg(strstr(text, "alpha: waits for a wake since") != NULL, "%s", text);
	ck_assert_msg(strstr(text, "beta: returned 0, not joined") != NULL, "%s", text);
	co_cancel(a);
	loop_run(loop);
	ck_assert_int_eq(co_join(a), ERR_CANCELLED);
}
END_TEST

Suite *co_stack_suite(void);
Suite *co_stack_suite(void)
{
	Suite *s = suite_create("co_stack");
	TCase *tc = tcase_create("stacks");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, ten_thousand_at_once);
	tcase_add_test(tc, without_light_guards);
	tcase_add_test(tc, a_deep_stack_is_used_again);
	tcase_add_loop_test(tc, overflow_names_the_culprit, 0, 2);
	tcase_add_test(tc, dump_says_what_each_waits_for);
	suite_add_tcase(s, tc);
	return s;
}
