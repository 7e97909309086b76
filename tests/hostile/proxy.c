#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "hostile.h"

/* "METHOD path" as str_glob() patterns. */
static const struct { const char *spider, *openstack; } places[AT_COUNT] = {
	[AT_READ] = { "GET */keypair/*", "GET */os-keypairs/*" },
	[AT_CREATE] = { "POST */keypair", "POST */os-keypairs" },
	[AT_OPEN] = { "GET */version*", "POST */auth/tokens" },
	[AT_EVERY] = { "*", "*" },
	[AT_AFTER_CREATE] = { "*", "*" },
	[AT_IMAGES] = { "GET */vmimage?Conn*", "GET */images*" },	/* '?': any one */
};

static bool is_at(const struct talk *t, enum where at, enum driver_bit d)
{
	const char *pattern = d == SPIDER ? places[at].spider : places[at].openstack;
	char both[1100];

	snprintf(both, sizeof(both), "%s %s", t->method, t->path);
	return pattern && str_glob(pattern, both);
}

/* ---- messages ---- */

/* The value of a header of head[0..n), "" when absent. */
static void field(const char *head, size_t n, const char *name, char *to, size_t room)
{
	const char *at = head, *end = head + n;
	size_t len = strlen(name);

	*to = '\0';
	while ((at = memmem(at, (size_t)(end - at), "\r\n", 2))) {
		at += 2;
		if ((size_t)(end - at) <= len || strncasecmp(at, name, len) || at[len] != ':')
			continue;
		at += len + 1 + (at[len + 1] == ' ');
		for (; room > 1 && at < end && *at != '\r'; room--)
			*to++ = *at++;
		*to = '\0';
		return;
	}
}

/* A head and the body of its Content-Length; *head_len counts the empty line. */
static bool read_message(struct wire *w, struct str *to, size_t *head_len, bool no_body)
{
	const char *end = NULL;
	char buf[8192], text[24];
	size_t want = 0;
	ssize_t n;

	str_clear(to);
	while (!end) {
		n = wire_read(w, buf, sizeof(buf));
		if (n <= 0)
			return false;
		str_addn(to, buf, (size_t)n);
		end = memmem(to->text, to->len, "\r\n\r\n", 4);
	}
	*head_len = (size_t)(end - to->text) + 4;
	field(to->text, *head_len, "Content-Length", text, sizeof(text));
	want = *head_len + (no_body || !*text ? 0 : (size_t)strtoull(text, NULL, 10));
	while (to->len < want) {
		n = wire_read(w, buf, sizeof(buf));
		if (n <= 0)
			return false;
		str_addn(to, buf, (size_t)n);
	}
	return true;
}

static int dial(unsigned port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval limit = { .tv_sec = 20 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (!connect(fd, (struct sockaddr *)&at, sizeof(at)))
		return fd;
	close(fd);
	return -1;
}

/* The body with "http://HOST" as clients from outside have to write it. */
static void rewrite(struct talk *t)
{
	char host[200], from[256], to[256];
	struct str s = { 0 };
	const char *at = str_text(&t->body), *hit;

	field(t->request.text, t->head_len, "Host", host, sizeof(host));
	snprintf(from, sizeof(from), "http://%s", host);
	snprintf(to, sizeof(to), "%s://%s", t->p->outside, host);
	while ((hit = strstr(at, from))) {
		str_addn(&s, at, (size_t)(hit - at));
		str_add(&s, to);
		at = hit + strlen(from);
	}
	str_add(&s, at);
	str_release(&t->body);
	t->body = s;
}

bool talk_fetch(struct talk *t)
{
	struct str all = { 0 };
	size_t head_len;
	char *line;
	bool ok = false;

	for (int tries = 0; tries < 2 && !ok; tries++) {
		if (t->cloud->fd < 0)
			t->cloud->fd = dial(t->p->cloud_port);
		ok = t->cloud->fd >= 0 && wire_send(t->cloud, t->request.text, t->request.len) &&
		     read_message(t->cloud, &all, &head_len, !strcmp(t->method, "HEAD"));
		if (!ok)
			wire_close(t->cloud, false);
	}
	str_clear(&t->head);
	str_clear(&t->body);
	if (ok) {
		t->status = (unsigned)strtoul(all.text + 9, NULL, 10);
		str_addn(&t->body, all.text + head_len, all.len - head_len);
		all.text[head_len - 2] = '\0';
		for (char *at = all.text; (line = strsep(&at, "\n")) && *line;)
			if (strncasecmp(line, "Content-Length:", 15))
				str_addf(&t->head, "%s\n", line);
		if (t->p->outside)
			rewrite(t);
	}
	str_release(&all);
	return ok;
}

/* ---- serving ---- */

static void remember_credential(struct talk *t)
{
	const char *name = t->p->driver == SPIDER ? "Authorization" : "X-Auth-Token";
	char value[4500];

	field(t->request.text, t->head_len, name, value, sizeof(value));
	if (!*value)
		return;
	pthread_mutex_lock(&t->p->lock);
	snprintf(t->p->credential, sizeof(t->p->credential), "%s: %s\r\n", name, value);
	pthread_mutex_unlock(&t->p->lock);
}

static void count(struct talk *t)
{
	char via[100];

	t->p->requests++;
	t->p->auths += is_at(t, AT_OPEN, OPENSTACK);
	t->p->creates += is_at(t, AT_CREATE, t->p->driver);
	field(t->request.text, t->head_len, "Via", via, sizeof(via));
	t->p->by_http2 += !strncmp(via, "2 ", 2);
	remember_credential(t);
}

static bool is_hostile(struct talk *t)
{
	const struct row *r = t->p->row;
	bool create = is_at(t, AT_CREATE, t->p->driver);

	if (!r->act || !is_at(t, r->at, t->p->driver))
		return false;
	if (r->at == AT_AFTER_CREATE && (!t->p->creates || create))
		return false;
	t->nth = ++t->p->hits;
	return !r->times || t->nth <= r->times;
}

static bool answer(struct talk *t)
{
	if (is_hostile(t))
		return t->p->row->act(t);
	return talk_fetch(t) && talk_send(t, t->head.text, str_text(&t->body), t->body.len);
}

struct visit {
	struct proxy *p;
	struct wire wire;
};

static void *visit_main(void *arg)
{
	struct visit *v = arg;
	struct wire cloud = { .fd = -1 };
	struct talk t = { .p = v->p, .client = &v->wire, .cloud = &cloud };
	bool on = true;

	if (v->p->row->at == AT_CONNECT) {
		t.nth = ++v->p->hits;
		on = v->p->row->act(&t);
	} else if (v->p->tls) {
		v->wire.tls = SSL_new(v->p->tls);
		SSL_set_fd(v->wire.tls, v->wire.fd);
		on = SSL_accept(v->wire.tls) == 1;
	}
	while (on && !v->p->over && read_message(&v->wire, &t.request, &t.head_len, false) &&
	       sscanf(t.request.text, "%15s %1023s", t.method, t.path) == 2) {
		count(&t);
		on = answer(&t);
	}
	wire_close(&v->wire, false);
	wire_close(&cloud, false);
	str_release(&t.request);
	str_release(&t.head);
	str_release(&t.body);
	free(v);
	return NULL;
}

static void *accept_main(void *arg)
{
	struct proxy *p = arg;
	struct timeval limit = { .tv_sec = 30 };
	pthread_attr_t attr;
	pthread_t id;
	int fd, at_once = 1;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	while ((fd = accept4(p->listen_fd, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		struct visit *v = xcalloc(1, sizeof(*v));

		p->connections++;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof(at_once));
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
		*v = (struct visit){ .p = p, .wire = { .fd = fd } };
		if (pthread_create(&id, &attr, visit_main, v))
			abort();
	}
	return NULL;
}

/* Keeps what arrives, to be searched for credentials, and answers "{}"; or it is
 * the same cloud under another name. */
static void *elsewhere_main(void *arg)
{
	static const char empty[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
	struct proxy *p = arg;
	struct str got = { 0 };
	size_t head_len;
	pthread_t id;
	int fd;

	while ((fd = accept4(p->elsewhere_fd, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		struct wire w = { .fd = fd };

		p->elsewhere++;
		if (p->row->elsewhere_relays) {
			struct visit *v = xcalloc(1, sizeof(*v));

			*v = (struct visit){ .p = p, .wire = w };
			if (pthread_create(&id, NULL, visit_main, v) || pthread_detach(id))
				abort();
			continue;
		}
		(void)read_message(&w, &got, &head_len, false);
		pthread_mutex_lock(&p->lock);
		str_addn(&p->also_seen, str_text(&got), got.len);
		pthread_mutex_unlock(&p->lock);
		(void)wire_send(&w, empty, sizeof(empty) - 1);
		wire_close(&w, false);
	}
	str_release(&got);
	return NULL;
}

static int listen_at(const char *host, unsigned *port)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	struct sockaddr_in four = { .sin_family = AF_INET };
	bool v6 = inet_pton(AF_INET6, host, &six.sin6_addr) == 1;
	struct sockaddr *at = v6 ? (struct sockaddr *)&six : (struct sockaddr *)&four;
	socklen_t len = v6 ? sizeof(six) : sizeof(four);
	int fd = socket(at->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (!v6)
		inet_pton(AF_INET, host, &four.sin_addr);
	if (fd < 0 || bind(fd, at, len) < 0 || listen(fd, 64) < 0 || getsockname(fd, at, &len) < 0)
		return -1;
	*port = ntohs(v6 ? six.sin6_port : four.sin_port);
	return fd;
}

bool proxy_start(struct proxy *p)
{
	signal(SIGPIPE, SIG_IGN);
	pthread_mutex_init(&p->lock, NULL);
	p->listen_fd = listen_at(p->row->ipv6 ? "::1" : "127.0.0.1", &p->port);
	p->elsewhere_fd = listen_at("127.0.0.2", &p->elsewhere_port);
	return p->listen_fd >= 0 && p->elsewhere_fd >= 0 &&
	       !pthread_create(&p->thread, NULL, accept_main, p) &&
	       !pthread_create(&p->elsewhere_thread, NULL, elsewhere_main, p);
}

/* Visits under way end with the process of the row. */
void proxy_stop(struct proxy *p)
{
	p->over = true;
	shutdown(p->listen_fd, SHUT_RDWR);
	shutdown(p->elsewhere_fd, SHUT_RDWR);
	pthread_join(p->thread, NULL);
	pthread_join(p->elsewhere_thread, NULL);
}

int proxy_holdings(struct proxy *p)
{
	struct wire w = { .fd = dial(p->cloud_port) };
	struct str ask = { 0 }, got = { 0 };
	size_t head_len;
	int n = -1;

	str_addf(&ask, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n", p->driver == SPIDER ?
		 "/spider/keypair?ConnectionName=refcloud" : "/compute/v2.1/os-keypairs", p->credential);
	if (*p->credential && w.fd >= 0 && wire_send(&w, ask.text, ask.len) &&
	    read_message(&w, &got, &head_len, false) && strstr(got.text, " 200 ")) {
		n = 0;
		for (const char *at = got.text + head_len;
		     (at = strstr(at, p->driver == SPIDER ? "\"NameId\"" : "\"fingerprint\"")); at++)
			n++;
	}
	wire_close(&w, false);
	str_release(&ask);
	str_release(&got);
	return n;
}
