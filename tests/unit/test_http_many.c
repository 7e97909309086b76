#include <check.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "co/loop.h"
#include "co/stack.h"
#include "http/http.h"
#include "http_peer.h"

/* Many calls at once, and calls that are stopped. */

static struct loop *loop;
static struct peer *peer;
static struct http *http;
static char url[128];
static struct error err;

static void connect_with(struct http_config cfg)
{
	http_close(http);
	if (!cfg.base_url)
		cfg.base_url = url;
	ck_assert_msg(http_open(loop, &cfg, &http, &err) == ERR_OK, "%s", err.text);
}

static void set_up(void)
{
	loop = loop_new();
	peer = peer_start();
	snprintf(url, sizeof(url), "http://127.0.0.1:%u", peer_port(peer));
	connect_with((struct http_config){ 0 });
}

static void tear_down(void)
{
	http_close(http);
	http = NULL;
	peer_stop(peer);
	loop_free(loop);
}

/* ---- one call, in a coroutine of its own ---- */

struct job {
	struct http_call call;
	struct error err;
	int r;
	struct co *co;
};

static int do_job(void *arg)
{
	struct job *j = arg;

	j->r = http_do(http, &j->call, &j->err);
	return 0;
}

static void start(struct job *j)
{
	j->co = co_spawn(loop, "call", do_job, j);
}

static int run(struct http_call *call)
{
	struct job j = { .call = *call };

	start(&j);
	loop_run(loop);
	co_join(j.co);
	*call = j.call;
	err = j.err;
	return j.r;
}

/* ---- many ---- */

/* All of n calls wait in the server at the same time, in groups of `at_once`. */
static void meet(unsigned n, unsigned at_once)
{
	struct job *j = xcalloc(n, sizeof(*j));
	char path[32];
	int64_t waited = 0;

	snprintf(path, sizeof(path), "/meet?n=%u", at_once);
	connect_with((struct http_config){ .connections = at_once });
	for (unsigned i = 0; i < n; i++) {
		j[i].call = (struct http_call){ .method = "GET", .path = path };
		start(&j[i]);
	}
	loop_run(loop);
	/* One that fails early leaves the others waiting: it is the one to show. */
	for (unsigned i = 0; i < n; i++)
		ck_assert_msg(j[i].r == ERR_OK || j[i].r == ERR_TIMEOUT, "call %u: %s", i,
			      j[i].err.text);
	for (unsigned i = 0; i < n; i++) {
		co_join(j[i].co);
		ck_assert_msg(j[i].r == ERR_OK, "call %u of %u that arrived: %s", i,
			      peer_requests(peer), j[i].err.text);
		ck_assert_str_eq(j[i].call.reply, "hello");
		waited += j[i].call.waited_us;
		http_call_cleanup(&j[i].call);
	}
	ck_assert_uint_eq(peer_most_at_once(peer), at_once);
	ck_assert(n == at_once || waited > 0);
	free(j);
}

START_TEST(no_more_than_the_permitted_connections)
{
	meet(64 * 3, 64);
}
END_TEST

START_TEST(two_thousand_in_flight)
{
	struct rlimit files;
	unsigned n = switch_is_watched() ? 64 : 2000;

	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	if (files.rlim_cur < 2 * n + 100) {	/* both ends are ours */
		n = (unsigned)files.rlim_cur / 2 - 100;
		fprintf(stderr, "two_thousand_in_flight: %u, for lack of descriptors\n", n);
	}
	meet(n, n);
}
END_TEST

/* ---- cancel and deadlines ---- */

static void turn_until_requests(unsigned n)
{
	while (peer_requests(peer) < n)
		loop_turn(loop, 1);
}

START_TEST(cancel_under_way)
{
	AUTO(http_call) struct http_call c = { .method = "GET", .path = "/hello" };
	struct job j = { .call = { .method = "POST", .path = "/never" } };

	start(&j);
	turn_until_requests(1);
	co_cancel(j.co);
	loop_run(loop);
	co_join(j.co);
	ck_assert_int_eq(j.r, ERR_CANCELLED);
	ck_assert(j.err.sent);
	ck_assert_msg(run(&c) == ERR_OK, "%s", err.text);
}
END_TEST

START_TEST(cancel_in_line_for_a_permit)
{
	struct job first = { .call = { .method = "GET", .path = "/never" } }, second = first;

	connect_with((struct http_config){ .connections = 1 });
	start(&first);
	start(&second);
	turn_until_requests(1);
	co_cancel(second.co);
	loop_turn(loop, 0);
	ck_assert(co_done(second.co));
	ck_assert_int_eq(second.r, ERR_CANCELLED);
	ck_assert(!second.err.sent);
	co_cancel(first.co);
	loop_run(loop);
	co_join(first.co);
	co_join(second.co);
	ck_assert_uint_eq(peer_requests(peer), 1);
}
END_TEST

START_TEST(cancel_before_start_sends_nothing)
{
	struct job j = { .call = { .method = "GET", .path = "/hello" } };

	start(&j);
	co_cancel(j.co);
	loop_run(loop);
	co_join(j.co);
	ck_assert_int_eq(j.r, ERR_CANCELLED);
	ck_assert_uint_eq(peer_requests(peer), 0);
}
END_TEST

START_TEST(the_call_has_a_time_limit)
{
	struct http_call c = { .method = "POST", .path = "/never", .timeout_ms = 1000 };

	ck_assert_int_eq(run(&c), ERR_TIMEOUT);
	ck_assert(err.sent);
	ck_assert(c.total_us >= 990000);
	ck_assert_msg(strstr(err.text, "within 1000 ms") != NULL, "%s", err.text);
}
END_TEST

static int under_a_deadline(void *arg)
{
	struct co_deadline d;

	co_deadline_push(&d, 1000);	/* long enough to have been sent, on any machine */
	do_job(arg);
	ck_assert_int_eq(co_sleep(1), ERR_OK);	/* told once, and only once */
	co_deadline_pop(&d);
	return 0;
}

START_TEST(the_deadline_in_force_ends_a_call)
{
	struct job j = { .call = { .method = "POST", .path = "/never" } };

	j.co = co_spawn(loop, "call", under_a_deadline, &j);
	loop_run(loop);
	co_join(j.co);
	ck_assert_int_eq(j.r, ERR_TIMEOUT);
	ck_assert(j.err.sent);
}
END_TEST

Suite *http_many_suite(void);
Suite *http_many_suite(void)
{
	const TTest *const tests[] = {
		no_more_than_the_permitted_connections, two_thousand_in_flight, cancel_under_way,
		cancel_in_line_for_a_permit, cancel_before_start_sends_nothing,
		the_call_has_a_time_limit, the_deadline_in_force_ends_a_call,
	};
	Suite *s = suite_create("http_many");
	TCase *tc = tcase_create("many");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_set_timeout(tc, 120);
	for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++)
		tcase_add_test(tc, tests[i]);
	suite_add_tcase(s, tc);
	return s;
}
