/* Calls under load: one line each, and whole exchanges only where they tell something. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/str.h"
#include "cloud/cloud.h"
#include "co/loop.h"
#include "http/http.h"
#include "journal/emit.h"
#include "run/bulk.h"

Suite *bulk_suite(void);

static struct {
	struct loop *loop;
	int far;			/* the supervisor's end */
	char dir[40];
	struct cloud_config cfg;
	struct cloud *cloud;
	struct tc_private p;
} world;

static int open_cloud(void *arg)
{
	struct error err;

	(void)arg;
	/* Of scripted.c. */
	world.cfg = (struct cloud_config){ .file = "t", .name = "t", .driver = "scripted" };
	ck_assert_int_eq(cloud_open(world.loop, &world.cfg, NULL, &world.cloud, &err), ERR_OK);
	return 0;
}

static void set_up(void)
{
	int fd[2];

	bulk_reset();
	str_copy(world.dir, sizeof(world.dir), "/tmp/bulk-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(world.dir));
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	world.loop = loop_new();
	world.far = fd[1];
	world.p = (struct tc_private){ .row = 3, .attempt = 1, .bulk = true };
	emit_open(world.loop, fd[0], NULL, NULL);
	co_detach(co_spawn(world.loop, "open", open_cloud, NULL));
	loop_run(world.loop);
}

static void tear_down(void)
{
	AUTO(str) char *remove = xasprintf("rm -rf %s", world.dir);

	cloud_close(world.cloud);
	emit_close();
	loop_free(world.loop);
	close(world.far);
	ck_assert_int_eq(system(remove), 0);
}

static bool call(const char *op, const char *method, long status, const char *reply, int r)
{
	struct http_call c = { .method = method, .op = op, .status = status, .reply = (char *)reply,
			       .reply_len = strlen(reply), .body = "12345", .total_us = 77 };

	return bulk_call(&world.p, world.cloud, world.dir, &c, r);
}

/* The events that were sent, one a line. */
static void sent(struct str *to)
{
	struct frame_head head;

	loop_turn(world.loop, 20);	/* they are sent within 10 ms */
	shutdown(world.far, SHUT_WR);
	while (recv(world.far, &head, sizeof(head), MSG_DONTWAIT) == sizeof(head)) {
		AUTO(str) char *payload = xmalloc(head.length + 1);

		ck_assert_int_eq(recv(world.far, payload, head.length, MSG_WAITALL),
				 (ssize_t)head.length);
		payload[head.length] = '\0';
		str_addf(to, "%s\n", payload);
	}
}

static unsigned count(const char *text, const char *what)
{
	unsigned n = 0;

	for (; (text = strstr(text, what)); text++)
		n++;
	return n;
}

START_TEST(whole_is_the_first_of_each_kind_and_each_failure)
{
	ck_assert(call("vm.create", "POST", 202, "a", ERR_OK));
	ck_assert(!call("vm.create", "POST", 202, "a", ERR_OK));
	ck_assert(call("vm.get", "GET", 200, "a", ERR_OK));
	ck_assert(!call("vm.get", "GET", 200, "b", ERR_OK));
	ck_assert(call("vm.get", "GET", 404, "", ERR_OK));
	ck_assert(!call("vm.get", "GET", 404, "", ERR_OK));	/* gone, as was waited for */
	ck_assert(call("vm.destroy", "DELETE", 404, "", ERR_OK));
	ck_assert(call("vm.destroy", "DELETE", 404, "", ERR_OK));
	ck_assert(call("vm.get", "GET", 503, "", ERR_OK));
	ck_assert(call("vm.get", "GET", 503, "", ERR_OK));
	ck_assert(call("vm.get", "GET", 429, "", ERR_OK));
	ck_assert(call("vm.get", "GET", 429, "", ERR_OK));
	ck_assert(call("vm.get", "GET", 0, "", ERR_NETWORK));
	ck_assert(call("vm.get", "GET", 0, "", ERR_NETWORK));
}
END_TEST

START_TEST(every_call_is_a_line)
{
	AUTO(str_buf) struct str lines = { 0 };

	for (int i = 0; i < 5; i++)
		call("vm.get", "GET", 200, "twelve bytes", ERR_OK);
	sent(&lines);
	ck_assert_uint_eq(count(str_text(&lines), "\"type\":\"call\",\"row\":3,\"op\":\"vm.get\",\"status\":200,"
						  "\"sent\":5,\"received\":12,"), 5);
	ck_assert_uint_eq(count(str_text(&lines), "\"total_us\":77"), 5);
	ck_assert_uint_eq(count(str_text(&lines), "\"type\":\"bulk\",\"target\":\"t\",\"salt\":\""), 1);
}
END_TEST

START_TEST(a_digest_tells_equal_replies_and_nothing_more)
{
	AUTO(str_buf) struct str lines = { 0 };
	char plain[65];
	const char *one, *two, *three;

	call("vm.get", "GET", 200, "short", ERR_OK);
	call("vm.get", "GET", 200, "short", ERR_OK);
	call("vm.get", "GET", 200, "other", ERR_OK);
	sent(&lines);
	one = strstr(str_text(&lines), "\"reply\":\"");
	two = strstr(one + 1, "\"reply\":\"");
	three = strstr(two + 1, "\"reply\":\"");
	ck_assert(!strncmp(one, two, 9 + 64));
	ck_assert(strncmp(one, three, 9 + 64) != 0);
	/* Whoever guesses the reply cannot check the guess. */
	sha256_hex("short", 5, plain);
	ck_assert_uint_eq(count(str_text(&lines), plain), 0);
}
END_TEST

Suite *bulk_suite(void)
{
	Suite *s = suite_create("run/bulk");
	TCase *tc = tcase_create("bulk");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, whole_is_the_first_of_each_kind_and_each_failure);
	tcase_add_test(tc, every_call_is_a_line);
	tcase_add_test(tc, a_digest_tells_equal_replies_and_nothing_more);
	suite_add_tcase(s, tc);
	return s;
}
