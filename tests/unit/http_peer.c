#include "http_peer.h"

#include <check.h>
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>

#include "base/str.h"

static const unsigned char gzip[] = {
	0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xcb, 0x48, 0xcd,
	0xc9, 0xc9, 0x57, 0x48, 0x2b, 0xca, 0xcf, 0x55, 0x48, 0x54, 0x48, 0xaf, 0xca,
	0x2c, 0x00, 0x00, 0x64, 0x24, 0xc3, 0xdb, 0x11, 0x00, 0x00, 0x00,
};
static const unsigned char bomb[] = {
	0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xed, 0xc1, 0x31,
	0x01, 0x00, 0x00, 0x00, 0xc2, 0xa0, 0xf5, 0x4f, 0x6d, 0x0d, 0x0f, 0xa0, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x78, 0x30, 0x02, 0x53, 0x2f, 0x97, 0x20, 0x4e,
	0x00, 0x00,
};

struct peer {
	struct MHD_Daemon *daemon;
	pthread_mutex_t lock;
	struct MHD_Connection **waiting;	/* at /meet and /never */
	unsigned waiting_count, under_way, most, requests;
	bool stopping;
};

struct request {
	struct str body;
	bool waited;
};

static const char *given(struct MHD_Connection *c, const char *name)
{
	const char *v = MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);

	return v ? v : "-";
}

static enum MHD_Result reply(struct MHD_Connection *c, unsigned status, const void *bytes, size_t n,
			     const char *name, const char *value)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(n, (void *)(uintptr_t)bytes,
								 MHD_RESPMEM_MUST_COPY);
	enum MHD_Result done;

	MHD_add_response_header(r, "X-One", "1");
	MHD_add_response_header(r, "X-Two", "first");
	MHD_add_response_header(r, "X-Two", "second");
	if (name)
		MHD_add_response_header(r, name, value);
	done = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return done;
}

static unsigned argument(struct MHD_Connection *c)
{
	const char *n = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "n");

	return n ? (unsigned)str_to_int(n, 100000000) : 1;
}

/* Under the lock. */
static void release_all(struct peer *p)
{
	while (p->waiting_count)
		MHD_resume_connection(p->waiting[--p->waiting_count]);
}

/* True when the request has been parked. */
static bool park(struct peer *p, struct MHD_Connection *c, struct request *q, unsigned until)
{
	bool parked = false;

	pthread_mutex_lock(&p->lock);
	if (!q->waited && !p->stopping) {
		q->waited = parked = true;
		MHD_suspend_connection(c);
		p->waiting = xrealloc(p->waiting, (p->waiting_count + 1) * sizeof(*p->waiting));
		p->waiting[p->waiting_count++] = c;
		if (p->waiting_count >= until)
			release_all(p);
	}
	pthread_mutex_unlock(&p->lock);
	return parked;
}

static enum MHD_Result answer(struct peer *p, struct MHD_Connection *c, const char *url,
			      const char *method, struct request *q)
{
	enum MHD_Result r;
	char *text;
	size_t n;

	if (!strcmp(url, "/meet") || !strcmp(url, "/never"))
		if (park(p, c, q, url[1] == 'm' ? argument(c) : 1000000))
			return MHD_YES;
	if (!strcmp(url, "/gzip"))
		return reply(c, 200, gzip, sizeof(gzip), "Content-Encoding", "gzip");
	if (!strcmp(url, "/bomb"))
		return reply(c, 200, bomb, sizeof(bomb), "Content-Encoding", "gzip");
	if (!strcmp(url, "/redirect"))
		return reply(c, 302, "", 0, "Location", "/hello");
	if (!strcmp(url, "/retry"))
		return reply(c, 429, "", 0, "Retry-After", "7");
	if (!strcmp(url, "/big")) {
		n = argument(c);
		text = xmalloc(n);
		memset(text, 'x', n);
	} else if (!strcmp(url, "/echo")) {
		text = xasprintf("%s %s|%s|%s|%s", method, given(c, "Content-Type"),
				 given(c, "X-Test"), given(c, "User-Agent"), str_text(&q->body));
		n = strlen(text);
	} else {
		text = xstrdup("hello");
		n = 5;
	}
	r = reply(c, 200, text, n, NULL, NULL);
	free(text);
	return r;
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *c, const char *url,
				  const char *method, const char *version, const char *bytes,
				  size_t *n, void **state)
{
	struct request *q = *state;
	struct peer *p = arg;

	(void)version;
	if (!q) {
		*state = xcalloc(1, sizeof(*q));
		pthread_mutex_lock(&p->lock);
		p->requests++;
		if (++p->under_way > p->most)
			p->most = p->under_way;
		pthread_mutex_unlock(&p->lock);
		return MHD_YES;
	}
	if (*n) {
		str_addn(&q->body, bytes, *n);
		*n = 0;
		return MHD_YES;
	}
	return answer(p, c, url, method, q);
}

static void on_end(void *arg, struct MHD_Connection *c, void **state,
		   enum MHD_RequestTerminationCode why)
{
	struct request *q = *state;
	struct peer *p = arg;

	(void)c, (void)why;
	if (!q)
		return;
	pthread_mutex_lock(&p->lock);
	p->under_way--;
	pthread_mutex_unlock(&p->lock);
	str_release(&q->body);
	free(q);
}

struct peer *peer_start(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct peer *p = xcalloc(1, sizeof(*p));

	pthread_mutex_init(&p->lock, NULL);
	/* Not epoll: with that libmicrohttpd 0.9.75, now and then, sleeps on 2 000
	 * connections of which some hundred have unread requests. */
	p->daemon =
		MHD_start_daemon(MHD_USE_POLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL,
				 NULL, on_request, p, MHD_OPTION_SOCK_ADDR, &at,
				 MHD_OPTION_CONNECTION_LIMIT, 5000u, MHD_OPTION_LISTEN_BACKLOG_SIZE,
				 4096u, MHD_OPTION_NOTIFY_COMPLETED, on_end, p, MHD_OPTION_END);
	ck_assert_ptr_nonnull(p->daemon);
	return p;
}

void peer_stop(struct peer *p)
{
	pthread_mutex_lock(&p->lock);
	p->stopping = true;
	release_all(p);
	pthread_mutex_unlock(&p->lock);
	MHD_stop_daemon(p->daemon);
	pthread_mutex_destroy(&p->lock);
	free(p->waiting);
	free(p);
}

unsigned peer_port(const struct peer *p)
{
	return MHD_get_daemon_info(p->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

unsigned peer_most_at_once(const struct peer *p) { return p->most; }
unsigned peer_requests(const struct peer *p) { return p->requests; }
