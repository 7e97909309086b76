#include <arpa/inet.h>
#include <check.h>
#include <limits.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "cloud/cloud.h"
#include "co/loop.h"
#include "plan/target.h"

/*
 * The openstack driver against a server that answers one request after the
 * other from a list, whatever is asked: '@' in a reply is the server's address.
 */
static struct {
	const char *const *replies;	/* "200 BODY" */
	int fd;
	unsigned port, asked;
	char paths[16][200];
	pthread_t thread;
} server;

static void read_request(int fd, char *path, size_t room)
{
	char text[8192];
	size_t n = 0, want = 0;
	const char *end = NULL, *length;
	ssize_t got;

	while (n < sizeof(text) - 1 && (!end || n < want)) {
		got = read(fd, text + n, sizeof(text) - 1 - n);
		if (got <= 0)
			break;
		n += (size_t)got;
		text[n] = '\0';
		end = end ? end : strstr(text, "\r\n\r\n");
		length = strcasestr(text, "Content-Length: ");
		want = end ? (size_t)(end + 4 - text) : 0;
		if (end && length && length < end)
			want += (size_t)strtoul(length + 16, NULL, 10);
	}
	snprintf(path, room, "%.*s", n ? (int)strcspn(strchr(text, ' ') + 1, " ") : 0,
		 n ? strchr(text, ' ') + 1 : "");
}

static void *serve(void *arg)
{
	(void)arg;
	for (unsigned i = 0; server.replies[i]; i++) {
		struct str body = { 0 }, head = { 0 };
		int fd = accept(server.fd, NULL, NULL);

		if (fd < 0)
			break;
		read_request(fd, server.paths[i], sizeof(server.paths[i]));
		server.asked = i + 1;
		for (const char *p = server.replies[i] + 4; *p; p++)
			*p == '@' ? str_addf(&body, "http://127.0.0.1:%u", server.port) :
				    str_addc(&body, *p);
		str_addf(&head, "HTTP/1.1 %.3s X\r\nX-Subject-Token: gAAAAAtoken\r\nConnection: close\r\n"
			 "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
			 server.replies[i], body.len, str_text(&body));
		(void)!write(fd, head.text, head.len);
		shutdown(fd, SHUT_WR);
		close(fd);
		str_release(&body);
		str_release(&head);
	}
	return NULL;
}

static void start(const char *const *replies)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);

	server.replies = replies;
	server.asked = 0;
	server.fd = socket(AF_INET, SOCK_STREAM, 0);
	ck_assert_int_eq(bind(server.fd, (struct sockaddr *)&at, sizeof(at)), 0);
	ck_assert_int_eq(listen(server.fd, 4), 0);
	getsockname(server.fd, (struct sockaddr *)&at, &len);
	server.port = ntohs(at.sin_port);
	ck_assert_int_eq(pthread_create(&server.thread, NULL, serve, NULL), 0);
}

static struct {
	struct loop *loop;
	const struct cloud_config *cfg;
	enum kind kind;
	struct resource_list all;
	struct error err;
	int opened, r;
} job;

static CO_FN int list(void *arg)
{
	struct cloud *c = NULL;

	(void)arg;
	job.opened = cloud_open(job.loop, job.cfg, NULL, &c, &job.err);
	if (job.opened == ERR_OK)
		job.r = cloud_list(c, job.kind, NULL, &job.all, &job.err);
	cloud_close(c);
	return 0;
}

/* Opens a session and lists, against these replies. */
static void list_from(const char *const *replies, enum kind kind)
{
	static const struct setting_info *settings;
	struct driver_schema drivers[2] = { { 0 } };
	struct target_options opt = { .drivers = drivers, .allow_inline_secrets = true,
				      .embedded = true };
	struct cloud_config *cfg = NULL;

	settings = driver_by_name("openstack")->settings;
	drivers[0] = (struct driver_schema){ "openstack", settings, UINT64_MAX };
	start(replies);
	AUTO(str) char *text = xasprintf(
		"{plugfest: target/1, name: t, driver: openstack, layer: {product: x, version: '1'}, "
		"backend: {provider: x}, connection: {endpoint: 'http://127.0.0.1:%u/v3', username: u, "
		"password: secretword, project_name: p}}", server.port);

	ck_assert_msg(target_read_text("t", text, strlen(text), &opt, &cfg, &job.err) == ERR_OK,
		      "%s", job.err.text);
	job.loop = loop_new();
	job.cfg = cfg;
	job.kind = kind;
	struct co *co = co_spawn(job.loop, "list", list, NULL);

	loop_run(job.loop);
	co_join(co);
	loop_free(job.loop);
	shutdown(server.fd, SHUT_RDWR);
	pthread_join(server.thread, NULL);
	close(server.fd);
	target_free(cfg);
	ck_assert_msg(job.opened == ERR_OK, "%s", job.err.text);
}

static void forget(void)
{
	resource_list_cleanup(&job.all);
}

#define TOKEN(services) "201 {\"token\":{\"expires_at\":\"2099-01-01T00:00:00.000000Z\"," \
	"\"project\":{\"id\":\"p1\"},\"catalog\":[" services "]}}"
#define SERVICE(type) "{\"type\":\"" type "\",\"endpoints\":[{\"interface\":\"public\"," \
	"\"url\":\"@/" type "\"}]}"
#define GROUPS(ids, links) "200 {\"security_groups\":[" ids "]" links "}"
#define NEXT(path) ",\"security_groups_links\":[{\"rel\":\"next\",\"href\":\"@/network/v2.0/" path "\"}]"

START_TEST(a_cloud_without_volumes_says_so)
{
	static const char *const replies[] = { TOKEN(SERVICE("network")), NULL };

	list_from(replies, KIND_DISK);
	ck_assert_int_eq(job.r, ERR_UNSUPPORTED);
	ck_assert_ptr_nonnull(strstr(job.err.text, "no block storage (volumev3) service"));
	ck_assert_uint_eq(server.asked, 1);
}
END_TEST

START_TEST(volumes_are_found_by_their_official_type)
{
	static const char *const replies[] = {
		TOKEN(SERVICE("network") "," SERVICE("block-storage")),
		"200 {\"volumes\":[{\"id\":\"v1\",\"name\":\"n\",\"status\":\"in-use\",\"size\":3,"
		"\"attachments\":[{\"server_id\":\"s1\"}]}]}", NULL,
	};

	list_from(replies, KIND_DISK);
	ck_assert_int_eq(job.r, ERR_OK);
	ck_assert_str_eq(server.paths[1], "/block-storage/volumes/detail?limit=100");
	ck_assert_uint_eq(job.all.count, 1);
	ck_assert_int_eq(job.all.at[0].state, STATE_BOUND);
	ck_assert_int_eq(job.all.at[0].disk.size_gb, 3);
	ck_assert_str_eq(job.all.at[0].disk.vm, "s1");
	ck_assert_str_eq(job.all.at[0].disk.type, "");
}
END_TEST

START_TEST(a_list_whose_marker_went_begins_anew)
{
	static const char *const replies[] = {
		TOKEN(SERVICE("network")),
		GROUPS("{\"id\":\"a\"},{\"id\":\"b\"}", NEXT("security-groups?limit=100&marker=b")),
		"404 {\"NeutronError\":{\"type\":\"SecurityGroupNotFound\",\"message\":\"b\",\"detail\":\"\"}}",
		GROUPS("{\"id\":\"a\"},{\"id\":\"c\"}", ""), NULL,
	};

	list_from(replies, KIND_SG);
	ck_assert_msg(job.r == ERR_OK, "%s", job.err.text);
	ck_assert_uint_eq(job.all.count, 2);
	ck_assert_str_eq(job.all.at[1].id, "c");
	ck_assert_uint_eq(job.all.pages, 1);
	ck_assert_uint_eq(server.asked, 4);
}
END_TEST

/* Cut to 32 bits it would be 22. */
START_TEST(a_port_that_none_has_is_no_other)
{
	static const char *const replies[] = {
		TOKEN(SERVICE("network")),
		GROUPS("{\"id\":\"a\",\"security_group_rules\":[{\"id\":\"r\",\"direction\":\"ingress\","
		       "\"port_range_min\":4294967318,\"port_range_max\":22}]}", ""), NULL,
	};

	list_from(replies, KIND_SG);
	ck_assert_msg(job.r == ERR_OK, "%s", job.err.text);
	ck_assert_int_eq(job.all.at[0].sg.rules[0].from, INT_MAX);
	ck_assert_int_eq(job.all.at[0].sg.rules[0].to, 22);
}
END_TEST

START_TEST(a_first_page_that_is_refused_is_an_error)
{
	static const char *const replies[] = {
		TOKEN(SERVICE("network")),
		"404 {\"NeutronError\":{\"type\":\"X\",\"message\":\"no\",\"detail\":\"\"}}", NULL,
	};

	list_from(replies, KIND_SG);
	ck_assert_int_eq(job.r, ERR_NOT_FOUND);
	ck_assert_uint_eq(server.asked, 2);
}
END_TEST

START_TEST(a_page_that_leads_to_itself_is_an_error)
{
	static const char *const replies[] = {
		TOKEN(SERVICE("network")),
		GROUPS("{\"id\":\"a\"}", NEXT("security-groups?limit=100&marker=a")),
		GROUPS("{\"id\":\"b\"}", NEXT("security-groups?limit=100&marker=a")), NULL,
	};

	list_from(replies, KIND_SG);
	ck_assert_int_eq(job.r, ERR_PROTOCOL);
	ck_assert_ptr_nonnull(strstr(job.err.text, "the next page is this one"));
}
END_TEST

Suite *openstack_driver_suite(void);
Suite *openstack_driver_suite(void)
{
	const TTest *const all[] = {
		a_cloud_without_volumes_says_so, volumes_are_found_by_their_official_type,
		a_list_whose_marker_went_begins_anew, a_first_page_that_is_refused_is_an_error,
		a_page_that_leads_to_itself_is_an_error, a_port_that_none_has_is_no_other,
	};
	Suite *s = suite_create("openstack driver");
	TCase *t = tcase_create("a server of few words");

	tcase_add_checked_fixture(t, NULL, forget);
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		tcase_add_test(t, all[i]);
	tcase_set_timeout(t, 20);
	suite_add_tcase(s, t);
	return s;
}
