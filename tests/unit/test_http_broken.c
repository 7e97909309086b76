#include <check.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "co/loop.h"
#include "http/http.h"
#include "http_peer.h"

/* Servers that break off, talk nonsense or hold the wrong certificate: the
 * class of each failure and the words a user can act on. */

static struct loop *loop;
static struct http *http;
static struct error err;

static void set_up(void)
{
	loop = loop_new();
}

static void tear_down(void)
{
	http_close(http);
	http = NULL;
	loop_free(loop);
}

static int do_call(void *call)
{
	return http_do(http, call, &err);
}

static int run(struct http_call *call)
{
	struct co *c = co_spawn(loop, "call", do_call, call);

	loop_run(loop);
	return co_join(c);
}

static void open_at(const char *scheme, const char *host, unsigned port, const char *ca_file)
{
	char url[128];
	struct http_config cfg = { .base_url = url, .ca_file = ca_file };

	snprintf(url, sizeof(url), "%s://%s:%u", scheme, host, port);
	http_close(http);
	ck_assert_msg(http_open(loop, &cfg, &http, &err) == ERR_OK, "%s", err.text);
}

#define OK_HEAD "HTTP/1.1 200 OK\r\n"

static const struct {
	const char *reply;
	int then;
	int r;
	const char *text;
} broken[] = {
	{ "SSH-2.0-OpenSSH_9.2\r\n", RAW_CLOSE, ERR_PROTOCOL, "is not HTTP" },
	{ "HTTP/9.9 200 OK\r\n\r\n", RAW_CLOSE, ERR_PROTOCOL, "is not HTTP" },
	{ "", RAW_CLOSE, ERR_NETWORK, "without an answer" },
	{ "", RAW_RESET, ERR_NETWORK, "" },
	{ OK_HEAD "Content-Length: 100\r\n\r\nfew", RAW_CLOSE, ERR_NETWORK, "in the middle" },
	{ OK_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhe", RAW_CLOSE, ERR_NETWORK, "" },
	{ OK_HEAD "Transfer-Encoding: chunked\r\n\r\nzz\r\n", RAW_CLOSE, ERR_NETWORK, "" },
	{ OK_HEAD "Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope", RAW_CLOSE,
	  ERR_PROTOCOL, "Content-Encoding" },
	{ OK_HEAD, RAW_ENDLESS, ERR_PROTOCOL, "headers" },
};

START_TEST(a_broken_server)
{
	struct raw_peer p = { .reply = broken[_i].reply, .then = broken[_i].then };
	struct http_call c = { .method = "POST", .path = "/" };

	raw_start(&p);
	open_at("http", "127.0.0.1", p.port, NULL);
	ck_assert_msg(run(&c) == broken[_i].r, "%s: %s", err_name(err.code), err.text);
	ck_assert(err.sent);
	ck_assert_ptr_null(c.reply);
	ck_assert_msg(strstr(err.text, broken[_i].text) != NULL, "%s", err.text);
	raw_stop(&p);
}
END_TEST

START_TEST(a_header_line_without_end)
{
	char *line = xmalloc(150000);
	struct raw_peer p = { .reply = line };
	struct http_call c = { .method = "GET", .path = "/" };

	memset(line, 'a', 150000);
	memcpy(line, OK_HEAD "X: ", strlen(OK_HEAD "X: "));
	memcpy(line + 150000 - 5, "\r\n\r\n", 5);
	raw_start(&p);
	open_at("http", "127.0.0.1", p.port, NULL);
	ck_assert_msg(run(&c) == ERR_PROTOCOL, "%s: %s", err_name(err.code), err.text);
	ck_assert_msg(strstr(err.text, "headers") != NULL, "%s", err.text);
	raw_stop(&p);
	free(line);
}
END_TEST

START_TEST(odd_but_legal_headers)
{
	struct raw_peer p = { .reply =
		"HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n"
		OK_HEAD "X-Folded: one\r\n\t two\r\nX-EMPTY:\r\nTransfer-Encoding: chunked\r\n"
		"Trailer: X-Last\r\n\r\n2\r\nok\r\n0\r\nX-Last: yes\r\n\r\n" };
	AUTO(http_call) struct http_call c = { .method = "GET", .path = "/" };
	char v[32];

	raw_start(&p);
	open_at("http", "127.0.0.1", p.port, NULL);
	ck_assert_msg(run(&c) == ERR_OK, "%s", err.text);
	ck_assert_int_eq(c.status, 200);
	ck_assert_str_eq(c.reply, "ok");
	ck_assert(!http_reply_header(&c, "x-early", v, sizeof(v)));
	ck_assert(http_reply_header(&c, "x-folded", v, sizeof(v)));
	ck_assert_str_eq(v, "one two");
	ck_assert(http_reply_header(&c, "x-empty", v, sizeof(v)));
	ck_assert_str_eq(v, "");
	ck_assert(http_reply_header(&c, "x-last", v, sizeof(v)));
	ck_assert_str_eq(v, "yes");
	raw_stop(&p);
}
END_TEST

START_TEST(nothing_listens)
{
	struct http_call c = { .method = "POST", .path = "/" };

	open_at("http", "127.0.0.1", closed_port(), NULL);
	ck_assert_int_eq(run(&c), ERR_NETWORK);
	ck_assert(!err.sent);
	ck_assert_msg(strstr(err.text, "refused the connection") != NULL, "%s", err.text);
	open_at("http", "localhost", closed_port(), NULL);
	ck_assert_int_eq(run(&c), ERR_NETWORK);
	ck_assert_msg(strstr(err.text, "refused the connection") != NULL, "%s", err.text);
}
END_TEST

/* The server answers once and hangs up on the second request of the connection:
 * it may have acted on it, so only a call that changes nothing is sent again. */
START_TEST(a_dying_kept_connection)
{
	struct raw_peer p = { .reply = OK_HEAD "Content-Length: 2\r\n\r\nok", .answers = 1 };
	struct http_call c = { .method = "GET", .path = "/" };
	bool reads = _i;

	raw_start(&p);
	open_at("http", "127.0.0.1", p.port, NULL);
	ck_assert_int_eq(run(&c), ERR_OK);
	http_call_cleanup(&c);
	c.method = reads ? "GET" : "POST";
	if (reads) {
		ck_assert_msg(run(&c) == ERR_OK, "%s", err.text);
		ck_assert_uint_eq(p.connections, 2);
	} else {
		ck_assert_int_eq(run(&c), ERR_NETWORK);
		ck_assert(err.sent);
		ck_assert_uint_eq(p.requests, 2);
	}
	http_call_cleanup(&c);
	http_close(http);
	http = NULL;
	raw_stop(&p);
}
END_TEST

/* ---- TLS ---- */

START_TEST(tls_to_a_plain_port)
{
	struct http_call c = { .method = "GET", .path = "/" };
	struct peer *polite = peer_start();

	open_at("https", "127.0.0.1", peer_port(polite), NULL);
	ck_assert_int_eq(run(&c), ERR_NETWORK);
	ck_assert(!err.sent);
	ck_assert_msg(strstr(err.text, "http://") != NULL, "%s", err.text);
	peer_stop(polite);
}
END_TEST

static const struct {
	const char *host;		/* that the certificate is for */
	long from_days, to_days;
	bool trusted;
	int r;
	const char *text;
} certificates[] = {
	{ "127.0.0.1", -1, 1, true, ERR_OK, "" },
	{ "127.0.0.1", -9, -1, true, ERR_NETWORK, "has expired" },
	{ "127.0.0.1", 1, 9, true, ERR_NETWORK, "not valid yet" },
	{ "127.0.0.1", -1, 1, false, ERR_NETWORK, "self-signed" },
	{ "other.example", -1, 1, true, ERR_NETWORK, "for another host" },
};

START_TEST(a_certificate)
{
	struct raw_peer p = { .reply = OK_HEAD "Content-Length: 2\r\n\r\nok" };
	AUTO(http_call) struct http_call c = { .method = "POST", .path = "/" };
	char *cert, *key, *file;

	make_certificate(certificates[_i].host, certificates[_i].from_days,
			 certificates[_i].to_days, &cert, &key);
	p.cert = cert;
	p.key = key;
	file = make_file(cert);
	raw_start(&p);
	open_at("https", "127.0.0.1", p.port, certificates[_i].trusted ? file : NULL);
	ck_assert_msg(run(&c) == certificates[_i].r, "%s", err.text);
	ck_assert_msg(strstr(err.text, certificates[_i].text) != NULL, "%s", err.text);
	ck_assert(!err.sent);
	raw_stop(&p);
	unlink(file);
	free(file);
	free(cert);
	free(key);
}
END_TEST

START_TEST(plain_http_to_a_tls_port)
{
	struct raw_peer p = { .reply = "" };
	struct http_call c = { .method = "GET", .path = "/" };
	char *cert, *key;

	make_certificate("127.0.0.1", -1, 1, &cert, &key);
	p.cert = cert;
	p.key = key;
	raw_start(&p);
	open_at("http", "127.0.0.1", p.port, NULL);
	ck_assert_int_lt(run(&c), ERR_OK);
	ck_assert_msg(strstr(err.text, "https://") != NULL, "%s", err.text);
	raw_stop(&p);
	free(cert);
	free(key);
}
END_TEST

Suite *http_broken_suite(void);
Suite *http_broken_suite(void)
{
	Suite *s = suite_create("http_broken");
	TCase *tc = tcase_create("broken");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, a_broken_server, 0, sizeof(broken) / sizeof(*broken));
	tcase_add_test(tc, a_header_line_without_end);
	tcase_add_test(tc, odd_but_legal_headers);
	tcase_add_test(tc, nothing_listens);
	tcase_add_loop_test(tc, a_dying_kept_connection, 0, 2);
	tcase_add_test(tc, tls_to_a_plain_port);
	tcase_add_test(tc, plain_http_to_a_tls_port);
	tcase_add_loop_test(tc, a_certificate, 0, sizeof(certificates) / sizeof(*certificates));
	suite_add_tcase(s, tc);
	return s;
}
