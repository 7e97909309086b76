#include "bare.h"

#include <curl/curl.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum step { CREATE, READ, DELETE, GONE };

struct slot {
	CURL *easy;
	enum step step;
	char name[40], id[64], url[400], body[300];
	char *text;
	size_t len, room;
};

static struct {
	const struct bare_work *w;
	CURLM *multi;
	struct curl_slist *headers;
	unsigned left, made, calls, failed;
	bool spider;
	int epoll, running;
	long timeout_ms;
} b;

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double cpu_us(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static size_t on_data(char *data, size_t one, size_t n, void *arg)
{
	struct slot *s = arg;

	n *= one;
	if (s->len + n + 1 > s->room) {
		s->room = (s->len + n + 1) * 2;
		s->text = realloc(s->text, s->room);
		if (!s->text)
			abort();
	}
	memcpy(s->text + s->len, data, n);
	s->len += n;
	return n;
}

static void ask(struct slot *s, enum step step)
{
	const char *root = b.spider ? "/vpc" : "/networks";
	static const char *const method[] = { "POST", "GET", "DELETE", "GET" };

	s->step = step;
	s->len = 0;
	*s->body = '\0';
	if (step == CREATE) {
		snprintf(s->name, sizeof(s->name), "bare-%u", ++b.made);
		snprintf(s->url, sizeof(s->url), "%s%s", b.w->base, root);
		snprintf(s->body, sizeof(s->body), b.spider ?
			 "{\"ConnectionName\":\"refcloud\",\"ReqInfo\":{\"Name\":\"%s\",\"IPv4_CIDR\":"
			 "\"10.0.0.0/16\",\"SubnetInfoList\":[]}}" :
			 "{\"network\":{\"name\":\"%s\",\"admin_state_up\":true}}", s->name);
	} else {
		snprintf(s->url, sizeof(s->url), "%s%s/%s%s", b.w->base, root, b.spider ? s->name : s->id,
			 b.spider && step != DELETE ? "?ConnectionName=refcloud" : "");
		if (step == DELETE && b.spider)
			snprintf(s->body, sizeof(s->body), "{\"ConnectionName\":\"refcloud\"}");
	}
	curl_easy_setopt(s->easy, CURLOPT_URL, s->url);
	if (*s->body)
		curl_easy_setopt(s->easy, CURLOPT_POSTFIELDS, s->body);
	else
		curl_easy_setopt(s->easy, CURLOPT_HTTPGET, 1L);
	curl_easy_setopt(s->easy, CURLOPT_CUSTOMREQUEST, method[step]);
	curl_multi_add_handle(b.multi, s->easy);
}

/* The reply is read as an API client must: parsed, and one text taken out of it. */
static bool good(struct slot *s, long status)
{
	json_t *doc = s->len ? json_loadb(s->text, s->len, 0, NULL) : NULL, *at;
	const char *name;
	bool ok = true;

	if (s->step == DELETE || s->step == GONE) {
		json_decref(doc);
		return s->step == DELETE ? status < 300 : status >= 400;
	}
	at = b.spider ? json_object_get(doc, "IId") : json_object_get(doc, "network");
	name = json_string_value(json_object_get(at, b.spider ? "NameId" : "name"));
	ok = status < 300 && name && !strcmp(name, s->name);
	if (ok && !b.spider)
		snprintf(s->id, sizeof(s->id), "%s", json_string_value(json_object_get(at, "id")));
	json_decref(doc);
	return ok;
}

static void next(CURL *easy, CURLcode result)
{
	struct slot *s;
	long status;

	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&s);
	b.calls++;
	curl_multi_remove_handle(b.multi, easy);
	if (result != CURLE_OK || !good(s, status)) {
		b.failed++;
		s->step = GONE;
	}
	if (s->step < GONE) {
		ask(s, s->step + 1);
	} else if (b.left) {
		b.left--;
		ask(s, CREATE);
	}
}

static bool reap(void)
{
	bool any = false;
	CURLMsg *m;
	int queued;

	while ((m = curl_multi_info_read(b.multi, &queued)))
		if (m->msg == CURLMSG_DONE) {
			next(m->easy_handle, m->data.result);
			any = true;
		}
	return any;
}

static struct slot *begin(const struct bare_work *w)
{
	struct slot *slots = calloc(w->connections, sizeof(*slots));

	if (!slots)
		abort();
	for (unsigned i = 0; i < w->connections && b.left; i++, b.left--) {
		struct slot *s = &slots[i];

		s->easy = curl_easy_init();
		curl_easy_setopt(s->easy, CURLOPT_HTTPHEADER, b.headers);
		curl_easy_setopt(s->easy, CURLOPT_WRITEFUNCTION, on_data);
		curl_easy_setopt(s->easy, CURLOPT_WRITEDATA, s);
		curl_easy_setopt(s->easy, CURLOPT_PRIVATE, s);
		curl_easy_setopt(s->easy, CURLOPT_PROXY, "");
		curl_easy_setopt(s->easy, CURLOPT_NOSIGNAL, 1L);
		ask(s, CREATE);
	}
	return slots;
}

static void loop_poll(void)
{
	do {
		curl_multi_perform(b.multi, &b.running);
		if (reap())
			b.running = 1;
		if (b.running)
			curl_multi_poll(b.multi, NULL, 0, 100, NULL);
	} while (b.running);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
	struct epoll_event e = { .data.fd = fd };

	(void)easy, (void)arg;
	if (what == CURL_POLL_REMOVE) {
		epoll_ctl(b.epoll, EPOLL_CTL_DEL, fd, &e);
		return 0;
	}
	e.events = (what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
	epoll_ctl(b.epoll, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &e);
	curl_multi_assign(b.multi, fd, &b);
	return 0;
}

static int on_timer(CURLM *multi, long ms, void *arg)
{
	(void)multi, (void)arg;
	b.timeout_ms = ms;
	return 0;
}

static void loop_epoll(void)
{
	struct epoll_event events[256];

	curl_multi_socket_action(b.multi, CURL_SOCKET_TIMEOUT, 0, &b.running);
	do {
		bool soon = b.timeout_ms >= 0 && b.timeout_ms < 100;
		int n = epoll_wait(b.epoll, events, 256, soon ? (int)b.timeout_ms : 100);

		for (int i = 0; i < n; i++) {
			bool in = events[i].events & (EPOLLIN | EPOLLHUP);
			bool out = events[i].events & EPOLLOUT;

			curl_multi_socket_action(b.multi, events[i].data.fd,
						 (in ? CURL_CSELECT_IN : 0) |
						 (out ? CURL_CSELECT_OUT : 0), &b.running);
		}
		if (!n || b.timeout_ms == 0)
			curl_multi_socket_action(b.multi, CURL_SOCKET_TIMEOUT, 0, &b.running);
		if (reap())
			b.running = 1;
	} while (b.running);
}

static void run(const struct bare_work *w, void (*loop)(void), struct bare_result *ret)
{
	struct rusage u;
	struct slot *slots;
	double cpu, wall;
	long before;

	curl_global_init(CURL_GLOBAL_DEFAULT);
	memset(&b, 0, sizeof(b));
	b.w = w;
	b.spider = !strcmp(w->api, "spider");
	b.left = w->operations;
	b.multi = curl_multi_init();
	b.headers = curl_slist_append(curl_slist_append(NULL, w->header), "Content-Type: application/json");
	curl_multi_setopt(b.multi, CURLMOPT_MAXCONNECTS, (long)w->connections);
	if (loop == loop_epoll) {
		b.epoll = epoll_create1(0);
		curl_multi_setopt(b.multi, CURLMOPT_SOCKETFUNCTION, on_socket);
		curl_multi_setopt(b.multi, CURLMOPT_TIMERFUNCTION, on_timer);
	}
	getrusage(RUSAGE_SELF, &u);
	before = u.ru_maxrss;
	cpu = cpu_us();
	wall = now_us();
	slots = begin(w);
	loop();
	ret->cpu_us = cpu_us() - cpu;
	ret->wall_us = now_us() - wall;
	getrusage(RUSAGE_SELF, &u);
	ret->kib = (double)(u.ru_maxrss - before);
	ret->calls = b.calls;
	ret->failed = b.failed;
	free(slots);	/* the process ends here: curl's handles go with it */
}

void bare_poll(const struct bare_work *w, struct bare_result *ret) { run(w, loop_poll, ret); }
void bare_epoll(const struct bare_work *w, struct bare_result *ret) { run(w, loop_epoll, ret); }
