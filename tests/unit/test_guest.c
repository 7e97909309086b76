#include <check.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <microhttpd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "co/loop.h"
#include "guest/priv.h"
#include "http_peer.h"

/* The client of the agent in a guest: what it asks, and what it makes of answers,
 * good, hostile and none. */

#define NONCE "0123456789abcdef0123456789abcdef"

static struct loop *loop;
static struct guest *guest;
static struct guest_config cfg;
static struct error err;
static struct guest_who who;
static struct guest_disk disk;
static unsigned seen_calls;
static char seen_op[40];
static int seen_result;

static void set_up(void)
{
	loop = loop_new();
	cfg = (struct guest_config){ .access = GUEST_IMAGE, .image = "i", .url = "", .user = "" };
	memset(&who, 0, sizeof(who));
	memset(&disk, 0, sizeof(disk));
	seen_calls = 0;
}

static void tear_down(void)
{
	guest_close(guest);
	guest = NULL;
	loop_free(loop);
}

static void note(void *arg, const struct http *h, const struct http_call *call, int r,
		 const struct error *e)
{
	(void)h;
	(void)e;
	ck_assert_ptr_eq(arg, &seen_calls);
	seen_calls++;
	seen_result = r;
	str_copy(seen_op, sizeof(seen_op), call->op);
}

static void open_at(unsigned port)
{
	struct guest_way way = { .cfg = &cfg, .address = "127.0.0.1", .timeout_ms = 3000,
				 .observer = note, .observer_arg = &seen_calls };

	cfg.port = port;
	ck_assert_msg(guest_open(loop, &way, &guest, &err) == ERR_OK, "%s", err.text);
}

static const char *asked_disk, *asked_text, *asked_address;

static int do_who(void *arg) { (void)arg; return guest_who(guest, (int)cfg.port, &who, &err); }
static int do_put(void *arg) { (void)arg; return guest_put(guest, asked_disk, asked_text, &err); }
static int do_get(void *arg) { (void)arg; return guest_get(guest, asked_disk, &disk, &err); }
static int do_reach(void *arg)
{
	(void)arg;
	return guest_reach(guest, asked_address, 7008, &who, &err);
}

static int run(co_main *fn)
{
	struct co *c = co_spawn(loop, "guest", fn, NULL);

	loop_run(loop);
	return co_join(c);
}

/* ---- an agent as it should be ---- */

struct heard { struct str body; };

static enum MHD_Result say(struct MHD_Connection *c, unsigned status, const char *text)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(
		strlen(text), (void *)(uintptr_t)text, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result done = MHD_queue_response(c, status, r);

	MHD_destroy_response(r);
	return done;
}

static const char *argument(struct MHD_Connection *c, const char *name)
{
	const char *v = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, name);

	return v ? v : "";
}

static enum MHD_Result agent(void *arg, struct MHD_Connection *c, const char *url,
			     const char *method, const char *version, const char *data, size_t *n,
			     void **state)
{
	struct heard *h = *state;
	char to[1200];

	(void)arg;
	(void)version;
	if (!h) {
		*state = xcalloc(1, sizeof(*h));
		return MHD_YES;
	}
	if (*n) {
		str_addn(&h->body, data, *n);
		*n = 0;
		return MHD_YES;
	}
	if (!strcmp(url, "/base/who"))
		snprintf(to, sizeof(to), "{\"id\":\"vm-1\",\"name\":\"n\",\"boot\":\"b\",\"nonce\":\"%s\"}",
			 argument(c, "nonce"));
	else if (!strcmp(url, "/base/disk/d 1/x") && !strcmp(method, "PUT"))
		snprintf(to, sizeof(to), "{\"disk\":\"d 1/x\",\"text\":\"%.400s\"}", str_text(&h->body));
	else if (!strcmp(url, "/base/disk/root"))
		snprintf(to, sizeof(to), "{\"disk\":\"root\",\"text\":\"kept\",\"bytes\":10737418240}");
	else if (!strcmp(url, "/base/reach") && !strcmp(argument(c, "address"), "10.0.0.9"))
		snprintf(to, sizeof(to), "{\"reached\":true,\"id\":\"vm-2\",\"name\":\"m\",\"boot\":\"c\","
			 "\"nonce\":\"%s\"}", argument(c, "nonce"));
	else if (!strcmp(url, "/base/reach"))
		snprintf(to, sizeof(to), "{\"reached\":false}");
	else
		return say(c, 404, "{\"error\":\"no such disk\\n\"}");
	return say(c, 200, to);
}

static void ended(void *arg, struct MHD_Connection *c, void **state,
		  enum MHD_RequestTerminationCode why)
{
	struct heard *h = *state;

	(void)arg;
	(void)c;
	(void)why;
	if (h)
		str_release(&h->body);
	free(h);
}

START_TEST(a_good_agent)
{
	struct sockaddr_in any = { .sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct MHD_Daemon *d = MHD_start_daemon(
		MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, agent, NULL,
		MHD_OPTION_NOTIFY_COMPLETED, ended, NULL, MHD_OPTION_SOCK_ADDR, &any,
		MHD_OPTION_END);

	ck_assert_ptr_nonnull(d);
	cfg.access = GUEST_AGENT_URL;
	cfg.url = "http://{address}:{port}/base";
	open_at(MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT)->port);
	ck_assert_msg(run(do_who) == ERR_OK, "%s", err.text);
	ck_assert_str_eq(who.id, "vm-1");
	ck_assert_str_eq(who.name, "n");
	ck_assert_str_eq(who.boot, "b");
	ck_assert_str_eq(seen_op, "guest.who.poll");
	asked_disk = "d 1/x";
	asked_text = "a text, \"\\ and all ~";
	ck_assert_int_eq(run(do_put), ERR_PROTOCOL);	/* the quotes break its JSON */
	asked_text = "a text";
	ck_assert_msg(run(do_put) == ERR_OK, "%s", err.text);
	asked_disk = "root";
	ck_assert_msg(run(do_get) == ERR_OK, "%s", err.text);
	ck_assert_str_eq(disk.text, "kept");
	ck_assert_int_eq(disk.bytes, 10737418240);
	asked_disk = "other";
	ck_assert_int_eq(run(do_get), ERR_NOT_FOUND);
	ck_assert_str_eq(err.text, "the guest answers HTTP 404: no such disk ");
	asked_address = "10.0.0.9";
	ck_assert_msg(run(do_reach) == ERR_OK, "%s", err.text);
	ck_assert_str_eq(who.id, "vm-2");
	asked_address = "10.0.0.8";
	ck_assert_int_eq(run(do_reach), ERR_NETWORK);
	ck_assert_uint_eq(seen_calls, 7);
	MHD_stop_daemon(d);
}
END_TEST

/* ---- and as it should not ---- */

#define OK_HEAD "HTTP/1.1 200 OK\r\n"
#define JSON(text) OK_HEAD "Connection: close\r\n\r\n" text

static const struct {
	const char *reply;
	int then, who, get, reach;
	const char *text;	/* of who's error */
} hostile[] = {
	/* nobody there */
	{ "", RAW_CLOSE, ERR_NETWORK, ERR_NETWORK, ERR_UNAVAILABLE, "without an answer" },
	{ "", RAW_RESET, ERR_NETWORK, ERR_NETWORK, ERR_UNAVAILABLE, "" },
	/* somebody, and no guest */
	{ OK_HEAD "Content-Length: 100\r\n\r\n{", RAW_CLOSE, ERR_PROTOCOL, ERR_PROTOCOL, ERR_PROTOCOL,
	  "in the middle" },
	{ OK_HEAD "Transfer-Encoding: chunked\r\n\r\nzz\r\n", RAW_RESET, ERR_PROTOCOL, ERR_PROTOCOL,
	  ERR_PROTOCOL, "" },
	{ "SSH-2.0-OpenSSH_9.2\r\n", RAW_CLOSE, ERR_PROTOCOL, ERR_PROTOCOL, ERR_PROTOCOL,
	  "is not HTTP" },
	{ JSON("<html>hello</html>"), RAW_CLOSE, ERR_PROTOCOL, ERR_PROTOCOL, ERR_PROTOCOL,
	  "no guest's" },
	{ OK_HEAD "Content-Length: 100000\r\n\r\n", RAW_ENDLESS, ERR_PROTOCOL, ERR_PROTOCOL,
	  ERR_PROTOCOL, "longer than" },
	{ "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n", RAW_CLOSE,
	  ERR_PROTOCOL, ERR_PROTOCOL, ERR_PROTOCOL, "HTTP 302" },
	{ "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nwhat", RAW_CLOSE, ERR_PROTOCOL,
	  ERR_PROTOCOL, ERR_PROTOCOL, "HTTP 404" },
	{ "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 4\r\n\r\nwhat", RAW_CLOSE, ERR_PROTOCOL,
	  ERR_PROTOCOL, ERR_PROTOCOL, "HTTP 502" },
	/* a guest that cannot: of who, that is none */
	{ "HTTP/1.1 500 Oh\r\nContent-Length: 15\r\n\r\n{\"error\": \"no\"}", RAW_CLOSE, ERR_PROTOCOL,
	  ERR_UNAVAILABLE, ERR_UNAVAILABLE, "HTTP 500: no" },
	{ "HTTP/1.1 409 Oh\r\nContent-Length: 15\r\n\r\n{\"error\": \"no\"}", RAW_CLOSE, ERR_PROTOCOL,
	  ERR_CONFLICT, ERR_CONFLICT, "" },
	/* another nonce, and what no guest says */
	{ JSON("{\"id\":\"i\",\"name\":\"n\",\"boot\":\"b\",\"reached\":true,\"nonce\":\"" NONCE "\"}"),
	  RAW_CLOSE, ERR_PROTOCOL, ERR_PROTOCOL, ERR_PROTOCOL, "found nonce 0123" },
	{ JSON("[1,2]"), RAW_CLOSE, ERR_PROTOCOL, ERR_PROTOCOL, ERR_PROTOCOL, "no object" },
	{ JSON(""), RAW_CLOSE, ERR_PROTOCOL, ERR_PROTOCOL, ERR_PROTOCOL, "no guest's" },
};

START_TEST(a_hostile_agent)
{
	struct raw_peer p = { .reply = hostile[_i].reply, .then = hostile[_i].then };
	int r;

	raw_start(&p);
	open_at(p.port);
	r = run(do_who);
	ck_assert_msg(r == hostile[_i].who, "%s: %s", err_name((enum err)r), err.text);
	ck_assert_msg(strstr(err.text, hostile[_i].text) != NULL, "%s", err.text);
	asked_disk = "root";
	r = run(do_get);
	ck_assert_msg(r == hostile[_i].get, "%s: %s", err_name((enum err)r), err.text);
	asked_address = "10.0.0.9";
	r = run(do_reach);
	ck_assert_msg(r == hostile[_i].reach, "%s: %s", err_name((enum err)r), err.text);
	ck_assert_uint_eq(seen_calls, 3);
	/* Nothing is kept from question to question. */
	ck_assert_uint_eq(p.connections, 3);
	raw_stop(&p);
}
END_TEST

START_TEST(nobody_listens)
{
	struct guest_way v6 = { .cfg = &cfg, .address = "::1" };

	open_at(closed_port());
	ck_assert_int_eq(run(do_who), ERR_NETWORK);
	asked_address = "10.0.0.9";
	ck_assert_int_eq(run(do_reach), ERR_UNAVAILABLE);
	ck_assert_int_eq(seen_result, ERR_NETWORK);
	guest_close(guest);
	ck_assert_int_eq(guest_open(loop, &v6, &guest, &err), ERR_OK);
	ck_assert_msg(run(do_who) == ERR_NETWORK, "%s", err.text);
	ck_assert_msg(strstr(err.text, "[::1]") != NULL, "%s", err.text);
}
END_TEST

static int who_in_a_hurry(void *arg)
{
	struct co_deadline d;
	int r;

	(void)arg;
	co_deadline_push(&d, 50);
	r = guest_who(guest, (int)cfg.port, &who, &err);
	co_deadline_pop(&d);
	return r;
}

/* Silence for the whole time of a question is nobody; our own hurry is not. */
START_TEST(silence)
{
	struct guest_way way = { .cfg = &cfg, .address = "127.0.0.1", .timeout_ms = 150 };
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, len), 0);
	ck_assert_int_eq(listen(fd, 8), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	cfg.port = ntohs(at.sin_port);
	ck_assert_int_eq(guest_open(loop, &way, &guest, &err), ERR_OK);
	ck_assert_msg(run(do_who) == ERR_NETWORK, "%s", err.text);
	ck_assert_msg(run(who_in_a_hurry) == ERR_TIMEOUT, "%s", err.text);
	close(fd);
}
END_TEST

START_TEST(no_way_in)
{
	static const char *const addresses[] = { "", "localhost", "127.0.0.1:80", "1.2.3", "::1%lo",
						 "127.0.0.1/", NULL };
	struct guest_way way = { .cfg = &cfg };

	for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++) {
		way.address = addresses[i];
		ck_assert_int_eq(guest_open(loop, &way, &guest, &err), ERR_INVALID);
		ck_assert_ptr_null(guest);
	}
	cfg.access = GUEST_NONE;
	way.address = "127.0.0.1";
	ck_assert_int_eq(guest_open(loop, &way, &guest, &err), ERR_HARNESS);
	guest_close(NULL);
}
END_TEST

/* ---- logins, without one ---- */

START_TEST(a_login_needs_a_key)
{
	struct guest_way way = { .cfg = &cfg, .address = "::1" };

	cfg = (struct guest_config){ .access = GUEST_SSH, .user = "u", .port = 7007, .ssh_port = 22 };
	ck_assert_int_eq(guest_open(loop, &way, &guest, &err), ERR_INVALID);
	ck_assert_ptr_null(guest);
	way.key = secret_add("no key at all", 13);
	ck_assert_int_eq(guest_open(loop, &way, &guest, &err), ERR_OK);
	ck_assert_int_eq(guest_control_port(&cfg), 22);
	ck_assert_int_eq(guest_port(&cfg, 0), 7007);
	ck_assert_int_eq(guest_port(&cfg, 1), 7008);
	asked_disk = "root";
	ck_assert_int_eq(run(do_get), ERR_INVALID);
	ck_assert_ptr_null(strstr(err.text, "no key at all"));
	cfg.access = GUEST_IMAGE;
	ck_assert_int_eq(guest_control_port(&cfg), 0);
	secret_forget_all();
}
END_TEST

START_TEST(words_stay_words)
{
	static const char *const words[] = { "put", "root", "it's; `a` $HOME \"b\" \\", NULL };
	static const char *const serve[] = { "serve", "7007", NULL };
	AUTO(str_buf) struct str s = { 0 };

	guest_kit_command(words, &s);
	ck_assert_str_eq(s.text, "exec sh -s -- 'put' 'root' 'it'\\''s; `a` $HOME \"b\" \\'");
	str_clear(&s);
	guest_kit_command(serve, &s);
	ck_assert_ptr_nonnull(strstr(s.text, "cat >"));
	ck_assert_ptr_nonnull(strstr(s.text, "'serve' '7007'"));
	ck_assert_int_eq(strncmp(guest_kit, "#!/bin/sh\n", 10), 0);
	ck_assert_uint_eq(strlen(guest_kit), guest_kit_size());
}
END_TEST

static const struct { const char *said, *line; } greetings[] = {
	{ "", "" }, { "\n\r\n", "" }, { "a", "a" }, { "Hello\n{}\r\n\n", "{}" }, { "\n{}", "{}" },
};

START_TEST(the_last_line_answers)
{
	AUTO(str_buf) struct str s = { 0 };

	str_add(&s, greetings[_i].said);
	ck_assert_str_eq(guest_last_line(&s), greetings[_i].line);
}
END_TEST

/* ---- replies alone ---- */

#define WHO(id, more) "{\"id\":\"" id "\",\"name\":\"n\",\"boot\":\"b\",\"nonce\":\"" NONCE "\"" more "}"

static const struct { const char *text; int r; } whos[] = {
	{ WHO("i", ""), ERR_OK },
	{ WHO("i", ",\"more\":[1]"), ERR_OK },
	{ WHO("", ""), ERR_OK },	/* known by its name */
	{ "{\"id\":\"\",\"name\":\"\",\"boot\":\"b\",\"nonce\":\"" NONCE "\"}", ERR_PROTOCOL },
	{ WHO("a\\u0000b", ""), ERR_PROTOCOL },
	{ WHO("a\\nb", ""), ERR_PROTOCOL },
	{ "{\"id\":1,\"name\":\"n\",\"boot\":\"b\",\"nonce\":\"" NONCE "\"}", ERR_PROTOCOL },
	{ "{\"id\":\"i\",\"boot\":\"b\",\"nonce\":\"" NONCE "\"}", ERR_PROTOCOL },
	{ "{\"id\":\"i\",\"name\":\"\",\"boot\":\"b\",\"nonce\":\"" NONCE "\"}", ERR_OK },
	{ "{\"id\":\"i\",\"name\":\"n\",\"boot\":\"\",\"nonce\":\"" NONCE "\"}", ERR_PROTOCOL },
	{ "{\"id\":\"i\",\"name\":\"n\",\"boot\":\"b\",\"nonce\":\"" NONCE "0\"}", ERR_PROTOCOL },
	{ "{\"id\":\"i\",\"name\":\"n\",\"boot\":\"b\"}", ERR_PROTOCOL },
	{ "[[[[[[[[]]]]]]]]", ERR_PROTOCOL },
	{ "\xff\xfe", ERR_PROTOCOL },
	{ "{\"error\":\"x\"}", ERR_PROTOCOL },
};

START_TEST(who_is_read)
{
	int r = guest_read_who(whos[_i].text, strlen(whos[_i].text), NONCE, &who, &err);

	ck_assert_msg(r == whos[_i].r, "%s: %s", whos[_i].text, err.text);
	ck_assert_int_eq(*who.boot != 0, r == ERR_OK);
}
END_TEST

START_TEST(ids_are_bounded)
{
	AUTO(str_buf) struct str s = { 0 };

	for (size_t n = ID_MAX - 1; n <= ID_MAX; n++) {
		str_clear(&s);
		str_add(&s, "{\"name\":\"n\",\"boot\":\"b\",\"nonce\":\"" NONCE "\",\"id\":\"");
		for (size_t i = 0; i < n; i++)
			str_addc(&s, 'x');
		str_add(&s, "\"}");
		ck_assert_int_eq(guest_read_who(s.text, s.len, NONCE, &who, &err),
				 n < ID_MAX ? ERR_OK : ERR_PROTOCOL);
	}
}
END_TEST

static const struct { const char *text; int get, put; } disks[] = {
	{ "{\"disk\":\"d\",\"text\":\"t\",\"bytes\":1}", ERR_OK, ERR_OK },
	{ "{\"disk\":\"d\",\"text\":\"\",\"bytes\":0}", ERR_OK, ERR_OK },
	{ "{\"disk\":\"d\",\"text\":\"t\"}", ERR_PROTOCOL, ERR_OK },
	{ "{\"disk\":\"d\",\"text\":\"t\",\"bytes\":-1}", ERR_PROTOCOL, ERR_OK },
	{ "{\"disk\":\"d\",\"text\":\"t\",\"bytes\":\"1\"}", ERR_PROTOCOL, ERR_OK },
	{ "{\"disk\":\"d\",\"text\":\"t\",\"bytes\":99999999999999999999}", ERR_PROTOCOL, ERR_PROTOCOL },
	{ "{\"disk\":\"\",\"text\":\"t\",\"bytes\":1}", ERR_PROTOCOL, ERR_PROTOCOL },
	{ "{\"text\":\"t\",\"bytes\":1}", ERR_PROTOCOL, ERR_PROTOCOL },
};

START_TEST(disks_are_read)
{
	const char *text = disks[_i].text;

	ck_assert_int_eq(guest_read_disk(text, strlen(text), true, &disk, &err), disks[_i].get);
	ck_assert_int_eq(guest_read_disk(text, strlen(text), false, &disk, &err), disks[_i].put);
}
END_TEST

START_TEST(texts_are_bounded)
{
	char text[GUEST_TEXT_MAX + 2];

	memset(text, 'x', sizeof(text));
	text[GUEST_TEXT_MAX + 1] = '\0';
	ck_assert_int_eq(guest_check_text(text, &err), ERR_HARNESS);
	text[GUEST_TEXT_MAX] = '\0';
	ck_assert_int_eq(guest_check_text(text, &err), ERR_OK);
	ck_assert_int_eq(guest_check_text("", &err), ERR_HARNESS);
	ck_assert_int_eq(guest_check_text("a\n", &err), ERR_HARNESS);
	ck_assert_int_eq(guest_check_text("\xc3\xa9", &err), ERR_HARNESS);
}
END_TEST

Suite *guest_suite(void);
Suite *guest_suite(void)
{
	Suite *s = suite_create("guest");
	TCase *tc = tcase_create("guest");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, a_good_agent);
	tcase_add_loop_test(tc, a_hostile_agent, 0, sizeof(hostile) / sizeof(*hostile));
	tcase_add_test(tc, nobody_listens);
	tcase_add_test(tc, silence);
	tcase_add_test(tc, no_way_in);
	tcase_add_test(tc, a_login_needs_a_key);
	tcase_add_test(tc, words_stay_words);
	tcase_add_loop_test(tc, the_last_line_answers, 0, sizeof(greetings) / sizeof(*greetings));
	tcase_add_loop_test(tc, who_is_read, 0, sizeof(whos) / sizeof(*whos));
	tcase_add_test(tc, ids_are_bounded);
	tcase_add_loop_test(tc, disks_are_read, 0, sizeof(disks) / sizeof(*disks));
	tcase_add_test(tc, texts_are_bounded);
	suite_add_tcase(s, tc);
	return s;
}
