#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/priv.h"

/*
 * curl calls back with what it wants watched and for how long; these callbacks
 * only note that with the loop.  The loop then calls drive(), and what ended is
 * woken from there: no coroutine ever runs inside a curl callback.
 */

/* Nothing of the watcher that led here may be used after: curl may have freed it. */
static void drive(struct http_shard *s, curl_socket_t fd, int what)
{
	CURLMsg *m;
	int running, left;

	curl_multi_socket_action(s->multi, fd, what, &running);
	while ((m = curl_multi_info_read(s->multi, &left))) {
		struct http_easy *e = NULL;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&e);
		e->result = m->data.result;
		e->ended_us = clock_mono_us();
		e->done = true;
		co_wake(e->co);
	}
}

static void on_ready(struct loop_fd *w, unsigned events)
{
	int what = 0;

	if (events & (EPOLLIN | EPOLLHUP))
		what |= CURL_CSELECT_IN;
	if (events & EPOLLOUT)
		what |= CURL_CSELECT_OUT;
	if (events & EPOLLERR)
		what |= CURL_CSELECT_ERR;
	drive(w->arg, w->fd, what);
}

static void on_time(struct loop_timer *t)
{
	drive(t->arg, CURL_SOCKET_TIMEOUT, 0);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *socket_arg)
{
	struct http_shard *s = arg;
	struct loop_fd *w = socket_arg;
	unsigned events = 0;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (w)
			loop_watch(s->http->loop, w, 0);
		free(w);
		return 0;
	}
	if (!w) {
		w = xcalloc(1, sizeof(*w));
		*w = (struct loop_fd){ .fd = fd, .ready = on_ready, .arg = s };
		curl_multi_assign(s->multi, fd, w);
	}
	if (what & CURL_POLL_IN)
		events |= EPOLLIN;
	if (what & CURL_POLL_OUT)
		events |= EPOLLOUT;
	return loop_watch(s->http->loop, w, events) < 0 ? -1 : 0;
}

/* A connection's socket; those of curl's resolver, if it has any, do not come by here. */
static int on_open(void *loop, curl_socket_t fd, curlsocktype purpose)
{
	(void)purpose;
	loop_keep(loop, fd, true);
	return CURL_SOCKOPT_OK;
}

static int on_close(void *loop, curl_socket_t fd)
{
	loop_keep(loop, fd, false);
	return close(fd);
}

void http_multi_keep(struct http_easy *e)
{
	curl_easy_setopt(e->curl, CURLOPT_SOCKOPTFUNCTION, on_open);
	curl_easy_setopt(e->curl, CURLOPT_SOCKOPTDATA, e->http->loop);
	curl_easy_setopt(e->curl, CURLOPT_CLOSESOCKETFUNCTION, on_close);
	curl_easy_setopt(e->curl, CURLOPT_CLOSESOCKETDATA, e->http->loop);
}

static int on_timer(CURLM *multi, long ms, void *arg)
{
	struct http_shard *s = arg;

	(void)multi;
	if (ms < 0)
		loop_timer_stop(s->http->loop, &s->timer);
	else if (ms == 0)	/* next turn, not the next millisecond */
		loop_timer_set(s->http->loop, &s->timer, loop_now_ms(s->http->loop));
	else
		loop_timer_set(s->http->loop, &s->timer, (clock_mono_us() + 999) / 1000 + ms);
	return 0;
}

static bool shard_open(struct http *h, struct http_shard *s)
{
	if (s->multi)
		return true;
	s->http = h;
	s->multi = curl_multi_init();
	if (!s->multi)
		return false;
	s->timer = (struct loop_timer){ .fire = on_time, .arg = s };
	curl_multi_setopt(s->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(s->multi, CURLMOPT_SOCKETDATA, s);
	curl_multi_setopt(s->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(s->multi, CURLMOPT_TIMERDATA, s);
	curl_multi_setopt(s->multi, CURLMOPT_MAXCONNECTS,
			  (long)(h->cfg.connections < SHARD_CONNECTIONS ? h->cfg.connections
								       : SHARD_CONNECTIONS));
	return true;
}

/* The first with room: under light load all meet where connections are kept. */
static struct http_shard *shard_for(struct http *h)
{
	unsigned i = 0;

	while (i < h->shard_count - 1 && h->shards[i].busy >= SHARD_CONNECTIONS)
		i++;
	return &h->shards[i];
}

int http_multi_start(struct http *h, struct http_easy *e)
{
	struct http_shard *s = shard_for(h);

	if (!shard_open(h, s) || curl_multi_add_handle(s->multi, e->curl) != CURLM_OK)
		return ERR_HARNESS;
	e->shard = s;
	s->busy++;
	return ERR_OK;
}

/* Under way still: this also closes its connection. */
void http_multi_stop(struct http_easy *e)
{
	curl_multi_remove_handle(e->shard->multi, e->curl);
	e->shard->busy--;
	e->shard = NULL;
}

void http_multi_close(struct http *h)
{
	for (unsigned i = 0; i < h->shard_count; i++) {
		if (!h->shards[i].multi)
			continue;
		curl_multi_cleanup(h->shards[i].multi);
		loop_timer_stop(h->loop, &h->shards[i].timer);
	}
	free(h->shards);
}
