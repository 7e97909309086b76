#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "co/loop.h"
#include "http/http.h"
#include "http/retry.h"
#include "http_peer.h"

/* Pauses that a server asks for, our own rate limit, and where credentials may go. */

static const struct {
	const char *method;
	int r;
	long status;
	int retry_after_s;
	unsigned attempt;
	int64_t left_ms, from_ms, to_ms;
} pauses[] = {
	{ "POST", ERR_OK, 429, 3, 1, 60000, 3000, 3000 },
	{ "POST", ERR_OK, 503, 3, 1, 60000, 3000, 3000 },
	{ "GET", ERR_OK, 503, -1, 1, 60000, -1, -1 },	/* its failure, no request to wait */
	{ "POST", ERR_OK, 429, -1, 1, 60000, 125, 250 },
	{ "POST", ERR_OK, 429, 0, 1, 60000, 125, 250 },	/* "at once" is no storm */
	{ "POST", ERR_OK, 429, 0, 3, 60000, 500, 1000 },
	{ "GET", ERR_OK, 429, -1, 30, 60000, 4000, 8000 },
	{ "GET", ERR_OK, 429, 3, 1, 3000, -1, -1 },	/* more than is left */
	{ "GET", ERR_OK, 429, 31622400, 1, 60000, -1, -1 },
	{ "GET", ERR_OK, 200, 3, 1, 60000, -1, -1 },
	{ "GET", ERR_OK, 500, 3, 1, 60000, -1, -1 },
	{ "GET", ERR_NETWORK, 0, -1, 1, 60000, -1, -1 },
	{ "GET", ERR_TIMEOUT, 0, -1, 1, 60000, -1, -1 },
};

START_TEST(a_pause_is_what_was_asked_for)
{
	static const uint32_t draws[] = { 0, UINT32_MAX / 2, UINT32_MAX };
	struct http_call call = { .method = pauses[_i].method, .status = pauses[_i].status,
				  .retry_after_s = pauses[_i].retry_after_s };
	struct error err = { 0 };

	for (int i = 0; i < 3; i++) {
		int64_t ms = retry_pause_ms(&call, pauses[_i].r, &err, pauses[_i].attempt,
					    pauses[_i].left_ms, draws[i]);

		ck_assert_int_ge(ms, pauses[_i].from_ms);
		ck_assert_int_le(ms, pauses[_i].to_ms);
	}
}
END_TEST

START_TEST(calls_are_spread_evenly)
{
	struct http_rate none = { 0 }, slow = { .per_s = 2 }, quick = { .per_s = 100 };
	int64_t now = 1000000000, sent = 0;

	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(http_rate_take(&none, now), 0);
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(http_rate_take(&slow, now), i * 500000);
	/* who comes late finds one turn, not all that were missed */
	now += 3600 * INT64_C(1000000);
	ck_assert_int_eq(http_rate_take(&slow, now), 0);
	ck_assert_int_eq(http_rate_take(&slow, now), 500000);
	/* a tenth of a second's worth at once, and then one each 10 ms */
	for (int i = 0; i < 200; i++)
		sent += http_rate_take(&quick, now) <= 1000000;
	ck_assert_int_eq(sent, 110);
}
END_TEST

static const struct {
	const char *url, *also;
	int r;
} origins[] = {
	{ "http://keystone.example:8774/v2.1", NULL, ERR_OK },
	{ "http://KEYSTONE.example/x", NULL, ERR_OK },
	{ "https://keystone.example:8774", NULL, ERR_DENIED },	/* another scheme */
	{ "http://keystone.example.evil:5000", NULL, ERR_DENIED },
	{ "http://nova.example:8774", NULL, ERR_DENIED },
	{ "http://nova.example:8774", "http://nova.example:8774", ERR_OK },
	{ "http://nova.example:8774", "http://nova.example", ERR_DENIED },
	{ "http://nova.example", "http://nova.example", ERR_OK },
	{ "http://nova.example:80", "http://nova.example/", ERR_OK },
	{ "https://Nova.example", "http://a.example https://nova.example", ERR_OK },
	{ "https://nova.example:8774", "https://*.example:8774", ERR_OK },
	{ "https://nova.example:8775", "https://*.example:8774", ERR_DENIED },
	{ "https://nova.example:8775", "  ", ERR_DENIED },
	{ "ftp://keystone.example", NULL, ERR_INVALID },
	{ "http://user:pw@keystone.example", NULL, ERR_INVALID },
};

START_TEST(credentials_stay_where_they_belong)
{
	struct error err = { 0 };

	ck_assert_int_eq(http_origin_allowed(origins[_i].url, "http://keystone.example:5000/v3",
					     origins[_i].also, &err), origins[_i].r);
	ck_assert_int_eq(err.code, origins[_i].r);
}
END_TEST

/* ---- against a server ---- */

static struct loop *loop;
static struct http *http;
static struct error err;

static int do_ask(void *call)
{
	return http_ask(http, call, &err);
}

static int do_ask_soon(void *call)
{
	struct co_deadline d;
	int r;

	co_deadline_push(&d, 900);
	r = http_ask(http, call, &err);
	co_deadline_pop(&d);
	return r;
}

static struct raw_peer *answering;	/* stopped by the test itself */

static int ask(struct raw_peer *p, struct http_config cfg, co_main *how, struct http_call *call)
{
	char url[64];
	struct co *c;
	int r;

	raw_start(p);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u", p->port);
	cfg.base_url = url;
	loop = loop_new();
	ck_assert_msg(http_open(loop, &cfg, &http, &err) == ERR_OK, "%s", err.text);
	c = co_spawn(loop, "call", how, call);
	loop_run(loop);
	r = co_join(c);
	http_close(http);
	loop_free(loop);
	if (p != answering)
		raw_stop(p);
	return r;
}

#define THROTTLED "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n"

START_TEST(it_comes_again_within_its_patience)
{
	struct raw_peer p = { .reply = THROTTLED "Connection: close\r\n\r\n" };
	struct http_call c = { .method = "POST", .path = "/" };
	int64_t began = clock_mono_us();
	struct http_config cfg = { .total_timeout_ms = 900 };
	char note[96];

	ck_assert_int_eq(ask(&p, cfg, do_ask, &c), ERR_OK);
	ck_assert_int_eq(c.status, 429);
	ck_assert_uint_ge(p.requests, 2);
	ck_assert_uint_eq(p.requests, c.attempt);
	ck_assert_uint_eq(c.sends, c.attempt);
	ck_assert(err.resent);
	ck_assert_int_gt(c.paused_us, 0);
	ck_assert_int_lt(clock_mono_us() - began, 5000000);
	http_ask_note(&c, note, sizeof(note));
	ck_assert_ptr_nonnull(strstr(note, "(attempt "));
	http_call_cleanup(&c);
}
END_TEST

static CO_FN int do_ask_until_closed(void *arg)
{
	struct co *c = co_spawn(co_loop(), "ask", do_ask, arg);
	int r = co_sleep(300);

	/* The first attempt has its answer; for the second nobody listens. */
	ck_assert_int_eq(r, ERR_OK);
	raw_stop(answering);
	return co_join(c);
}

static CO_FN int do_ask_closed(void *arg)
{
	raw_stop(answering);
	return do_ask(arg);
}

/* Whoever refused the first may have passed it on: a create must not be taken for unsent. */
START_TEST(what_was_sent_once_was_sent)
{
	struct raw_peer p = { .reply = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nRetry-After: 1\r\n"
				       "Connection: close\r\n\r\n" };
	struct http_call c = { .method = "POST", .path = "/" };

	answering = &p;
	ck_assert_int_eq(ask(&p, (struct http_config){ 0 }, do_ask_until_closed, &c), ERR_NETWORK);
	ck_assert_uint_eq(p.requests, 1);
	ck_assert_uint_eq(c.attempt, 2);
	ck_assert(err.sent);
	ck_assert_uint_eq(c.sends, 1);
	ck_assert(!err.resent);
	answering = NULL;
}
END_TEST

START_TEST(what_was_never_sent_was_not)
{
	struct raw_peer p = { .reply = "" };
	struct http_call c = { .method = "POST", .path = "/" };

	answering = &p;
	ck_assert_int_eq(ask(&p, (struct http_config){ 0 }, do_ask_closed, &c), ERR_NETWORK);
	ck_assert(!err.sent);
	answering = NULL;
}
END_TEST

START_TEST(an_absurd_pause_is_not_begun)
{
	struct raw_peer p = { .reply = THROTTLED "Retry-After: 1000000000\r\nConnection: close\r\n\r\n" };
	struct http_call c = { .method = "GET", .path = "/" };
	int64_t began = clock_mono_us();
	char note[96];

	ck_assert_int_eq(ask(&p, (struct http_config){ 0 }, do_ask, &c), ERR_OK);
	ck_assert_uint_eq(p.requests, 1);
	ck_assert_int_lt(clock_mono_us() - began, 5000000);
	http_ask_note(&c, note, sizeof(note));
	ck_assert_ptr_nonnull(strstr(note, "it asks to wait 31622400 s, more than is left"));
	http_call_cleanup(&c);
}
END_TEST

START_TEST(a_deadline_ends_it_too)
{
	struct raw_peer p = { .reply = THROTTLED "Retry-After: 1\r\nConnection: close\r\n\r\n" };
	struct http_call c = { .method = "GET", .path = "/" };

	ck_assert_int_eq(ask(&p, (struct http_config){ 0 }, do_ask_soon, &c), ERR_OK);
	ck_assert_int_eq(c.status, 429);
	ck_assert_uint_eq(p.requests, 1);
	http_call_cleanup(&c);
}
END_TEST

START_TEST(our_own_limit_is_not_the_servers_slowness)
{
	struct http_rate rate = { .per_s = 0.1 };
	struct http_config cfg = { .rate = &rate };
	struct raw_peer p = { .reply = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" };
	struct http_call c = { .method = "GET", .path = "/" };

	http_rate_take(&rate, clock_mono_us());
	ck_assert_int_eq(ask(&p, cfg, do_ask_soon, &c), ERR_HARNESS);
	ck_assert_ptr_nonnull(strstr(err.text, "our own limit of 0.1 calls a second"));
	ck_assert_uint_eq(p.requests, 0);
	ck_assert_int_ge(c.waited_us, 300000);
}
END_TEST

START_TEST(http2_wants_tls)
{
	struct http_config cfg = { .base_url = "http://127.0.0.1:1", .http2 = true };

	loop = loop_new();
	ck_assert_int_eq(http_open(loop, &cfg, &http, &err), ERR_INVALID);
	ck_assert_ptr_nonnull(strstr(err.text, "HTTP/2 is spoken over TLS only"));
	loop_free(loop);
}
END_TEST

START_TEST(a_stated_length_is_believed)
{
	struct raw_peer p = { .reply = "HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n" };
	struct http_call c = { .method = "GET", .path = "/" };

	ck_assert_int_eq(ask(&p, (struct http_config){ 0 }, do_ask, &c), ERR_PROTOCOL);
	ck_assert_ptr_nonnull(strstr(err.text, "longer than the 4194304 bytes allowed"));
}
END_TEST

Suite *http_ask_suite(void);
Suite *http_ask_suite(void)
{
	Suite *s = suite_create("http_ask");
	TCase *tc = tcase_create("all");

	tcase_set_timeout(tc, 20);
	tcase_add_loop_test(tc, a_pause_is_what_was_asked_for, 0, sizeof(pauses) / sizeof(*pauses));
	tcase_add_test(tc, calls_are_spread_evenly);
	tcase_add_loop_test(tc, credentials_stay_where_they_belong, 0,
			    sizeof(origins) / sizeof(*origins));
	tcase_add_test(tc, it_comes_again_within_its_patience);
	tcase_add_test(tc, what_was_sent_once_was_sent);
	tcase_add_test(tc, what_was_never_sent_was_not);
	tcase_add_test(tc, an_absurd_pause_is_not_begun);
	tcase_add_test(tc, a_deadline_ends_it_too);
	tcase_add_test(tc, our_own_limit_is_not_the_servers_slowness);
	tcase_add_test(tc, http2_wants_tls);
	tcase_add_test(tc, a_stated_length_is_believed);
	suite_add_tcase(s, tc);
	return s;
}
