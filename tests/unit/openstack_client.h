#ifndef TESTS_OPENSTACK_CLIENT_H
#define TESTS_OPENSTACK_CLIENT_H

#include <arpa/inet.h>
#include <check.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"
#include "co/loop.h"
#include "refcloud/refcloud.h"

/*
 * The face over its real server: a request is written to a socket and the loop
 * turned in this thread until the answer has come.  Each test file that includes
 * this has one of its own.
 */
#define UNUSED __attribute__((unused))

static struct loop *loop;
static struct refcloud *rc;
static int port;
static char token[256], last_op[64];
static struct str raw;
static json_t *doc;
static const char *version;		/* OpenStack-API-Version to send; NULL: none */

static void traced(void *arg, const char *face, const char *op, int status)
{
	(void)arg, (void)face, (void)status;
	str_copy(last_op, sizeof(last_op), op);
}

UNUSED static void set_up(void)
{
	struct refcloud_config cfg = { .seed = 7, .latency_ms = 2, .quota[KIND_ROUTER] = 1 };
	struct error err;

	loop = loop_new();
	rc = refcloud_new(loop, &cfg);
	port = 0;
	version = NULL;
	*token = '\0';
	ck_assert_int_eq(refcloud_serve(rc, "openstack", &port, &err), ERR_OK);
	refcloud_trace(rc, traced, NULL);
}

UNUSED static void tear_down(void)
{
	json_decref(doc);
	doc = NULL;
	str_release(&raw);
	refcloud_free(rc);
	loop_free(loop);
}

static void exchange(const struct str *request)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char bytes[2048];
	ssize_t n;

	ck_assert_int_eq(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	ck_assert_int_eq(write(fd, request->text, request->len), (ssize_t)request->len);
	ck_assert_int_eq(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	str_clear(&raw);
	for (;;) {
		loop_turn(loop, 5);
		n = read(fd, bytes, sizeof(bytes));
		if (n == 0)
			break;
		if (n > 0)
			str_addn(&raw, bytes, (size_t)n);
	}
	close(fd);
}

static const char *in;			/* what '@' in a body stands for */

/*
 * The status; doc is then the body's JSON, raw the whole answer.  A body is
 * written with ' for " here, and "c:" is short for "/compute/v2.1/".
 */
static int call(const char *method, const char *path, const char *body)
{
	struct str request = { 0 }, sent = { 0 };
	const char *text, *under = path[1] != ':' ? "" : *path == 'c' ? "/compute/v2.1/" :
			  *path == 'v' ? "/volume/v3/5f0c1e2a9b7d4c3e8a6f102030405060/" :
			  *path == 'n' ? "/network/v2.0/" : "/identity/v3/";

	for (; body && *body; body++)
		*body == '@' ? str_add(&sent, in) : str_addc(&sent, *body == '\'' ? '"' : *body);
	str_addf(&request, "%s %s%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n",
		 method, under, path + (*under ? 2 : 0), port);
	if (*token)
		str_addf(&request, "X-Auth-Token: %s\r\nX-Subject-Token: %s\r\n", token, token);
	if (version)
		str_addf(&request, "OpenStack-API-Version: %s %s\r\n",
			 *path == 'v' ? "volume" : "compute", version);
	str_addf(&request, "Content-Length: %zu\r\n\r\n%s", sent.len, str_text(&sent));
	exchange(&request);
	str_release(&request);
	str_release(&sent);
	text = strstr(str_text(&raw), "\r\n\r\n");
	json_decref(doc);
	doc = text ? json_loads(text + 4, 0, NULL) : NULL;
	ck_assert_uint_gt(raw.len, 12);
	return (int)str_to_int((char[]){ raw.text[9], raw.text[10], raw.text[11], 0 }, 999);
}

UNUSED static const json_t *at(const json_t *from, const char *path)
{
	char key[64];

	while (*path) {
		size_t n = strcspn(path, "/");

		snprintf(key, sizeof(key), "%.*s", (int)n, path);
		from = json_is_array(from) ? json_array_get(from, (size_t)str_to_int(key, 9999)) :
		       json_object_get(from, key);
		path += n + (path[n] == '/');
	}
	return from;
}

UNUSED static const char *text_at(const char *path)
{
	const char *text = json_string_value(at(doc, path));

	return text ? text : "(absent)";
}

UNUSED static int log_in(const char *user, const char *password, const char *project)
{
	char body[600];
	const char *subject;
	int status;

	*token = '\0';
	snprintf(body, sizeof(body),
		 "{'auth':{'identity':{'methods':['password'],'password':{'user':"
		 "{'name':'%s','domain':{'id':'default'},'password':'%s'}}},'scope':{'project':"
		 "{'name':'%s','domain':{'name':'Default'}}}}}",
		 user, password, project);
	status = call("POST", "i:auth/tokens", body);
	subject = strcasestr(str_text(&raw), "X-Subject-Token: ");
	if (subject)
		snprintf(token, sizeof(token), "%.*s", (int)strcspn(subject + 17, "\r"),
			 subject + 17);
	return status;
}

UNUSED static void set_up_in(void)
{
	set_up();
	ck_assert_int_eq(log_in(refcloud_user(), refcloud_password(), "demo"), 201);
}

/* Makes one and copies its id. */
UNUSED static void make(const char *path, const char *id_at, char id[ID_MAX], const char *body)
{
	int status = call("POST", path, body);

	ck_assert_msg(status == 201 || status == 202, "POST %s: %s", path, str_text(&raw));
	str_copy(id, ID_MAX, text_at(id_at));
}

static char net[ID_MAX], subnet[ID_MAX], vm[ID_MAX];

UNUSED static void make_vm(void)
{
	make("n:networks", "network/id", net, "{'network':{'name':'n'}}");
	in = net;
	make("n:subnets", "subnet/id", subnet,
	     "{'subnet':{'network_id':'@','ip_version':4,'cidr':'10.1.0.0/24'}}");
	make("c:servers", "server/id", vm, "{'server':{'name':'v','imageRef':'mock-vmimage-01',"
	     "'flavorRef':'mock-vmspec-01','networks':[{'uuid':'@'}]}}");
}

#endif
