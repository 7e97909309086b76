/*
 * Guests whose system is another process of this machine (--guest-sshd): a connection that
 * the rules let in is carried on, byte by byte, to where that system listens.
 */
#include "refcloud/guest.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNK = 16 << 10 };

/* What one side has sent and the other has not taken yet. */
struct half {
	struct loop_fd watch;
	char bytes[CHUNK];
	size_t from, to;
	bool ended, passed_on;		/* it sends no more; the other side knows */
};

struct guest_pipe {
	struct ref_guest *guest;
	struct half out, in;		/* towards whoever came, and towards the guest */
	bool connecting, asleep;
	int port;
	char peer[ADDR_LEN];
	struct guest_pipe *prev, *next;
};

static void watch(struct guest_pipe *p, struct half *h, const struct half *other)
{
	unsigned events = 0;

	if (!p->asleep && !p->connecting && !h->ended && h->from == h->to)
		events |= EPOLLIN;
	if (!p->asleep && ((p->connecting && h == &p->in) || other->from < other->to))
		events |= EPOLLOUT;
	loop_watch(p->guest->rc->loop, &h->watch, events);
}

static void watch_both(struct guest_pipe *p)
{
	watch(p, &p->out, &p->in);
	watch(p, &p->in, &p->out);
}

/* hard: whoever came sees a reset, as of a machine where nobody listens. */
static void end(struct guest_pipe *p, bool hard)
{
	struct linger now = { .l_onoff = 1 };
	struct ref_guest *g = p->guest;

	loop_watch(g->rc->loop, &p->out.watch, 0);
	loop_watch(g->rc->loop, &p->in.watch, 0);
	if (hard)
		setsockopt(p->out.watch.fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(p->out.watch.fd);
	close(p->in.watch.fd);
	*(p->prev ? &p->prev->next : &g->pipes) = p->next;
	if (p->next)
		p->next->prev = p->prev;
	free(p);
}

/* false: that side is broken. */
static bool take(struct half *h)
{
	ssize_t n;

	if (h->ended || h->from < h->to)
		return true;
	n = recv(h->watch.fd, h->bytes, CHUNK, 0);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	h->ended = n == 0;
	h->from = 0;
	h->to = (size_t)n;
	return true;
}

static bool give(struct half *h, const struct half *to)
{
	while (h->from < h->to) {
		ssize_t n = send(to->watch.fd, h->bytes + h->from, h->to - h->from, MSG_NOSIGNAL);

		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		h->from += (size_t)n;
	}
	if (h->ended && !h->passed_on) {
		shutdown(to->watch.fd, SHUT_WR);
		h->passed_on = true;
	}
	return true;
}

static bool connected(struct guest_pipe *p)
{
	int failed = 0;
	socklen_t n = sizeof(failed);

	p->connecting = false;
	return getsockopt(p->in.watch.fd, SOL_SOCKET, SO_ERROR, &failed, &n) == 0 && !failed;
}

/* What is due may cut it, or end the guest. */
static bool settled(struct guest_pipe *p)
{
	struct ref_guest *g = p->guest;
	const struct guest_pipe *q;

	if (!store_settle(g->rc, g->vm))
		return false;
	for (q = g->pipes; q && q != p;)
		q = q->next;
	return q;
}

static void on_ready(struct loop_fd *w, unsigned events)
{
	struct guest_pipe *p = w->arg;

	if (!settled(p))
		return;
	if (p->connecting && (w != &p->in.watch || !connected(p))) {
		end(p, true);
		return;
	}
	if (!take(&p->out) || !give(&p->out, &p->in) || !take(&p->in) || !give(&p->in, &p->out) ||
	    (events & EPOLLERR)) {
		end(p, true);
		return;
	}
	if (p->out.passed_on && p->in.passed_on)
		end(p, false);
	else
		watch_both(p);
}

/* -1: the machine has none left. */
static int dial(const struct ref_guest *g, int port)
{
	bool login = port == ref_guest_ear_port(g->rc, GUEST_EAR_SSH);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct sockaddr_in from = { .sin_family = AF_INET }, to = from;

	if (fd < 0)
		return -1;
	inet_pton(AF_INET, g->inner, &from.sin_addr);
	to.sin_addr = from.sin_addr;
	to.sin_port = htons((uint16_t)port);
	/* Who is called knows by the caller's address whose system it is. */
	if (login) {
		to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		to.sin_port = htons((uint16_t)g->rc->cfg.guest_sshd);
	}
	if ((login && bind(fd, (struct sockaddr *)&from, sizeof(from)) < 0) ||
	    (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0 && errno != EINPROGRESS)) {
		close(fd);
		return -1;
	}
	return fd;
}

void ref_guest_pipe_open(struct ref_guest *g, int port, const char *peer, int fd)
{
	struct linger now = { .l_onoff = 1 };
	struct guest_pipe *p;
	int inside = dial(ref_guest_answering(g), port);

	if (inside < 0) {
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
		close(fd);
		return;
	}
	p = xcalloc(1, sizeof(*p));
	p->guest = g;
	p->connecting = true;
	p->port = port;
	str_copy(p->peer, sizeof(p->peer), peer);
	p->out.watch = (struct loop_fd){ .fd = fd, .ready = on_ready, .arg = p };
	p->in.watch = (struct loop_fd){ .fd = inside, .ready = on_ready, .arg = p };
	p->next = g->pipes;
	if (p->next)
		p->next->prev = p;
	g->pipes = p;
	watch_both(p);
}

void ref_guest_pipes_cut(struct ref_guest *g)
{
	while (g->pipes)
		end(g->pipes, true);
}

void ref_guest_pipes_check(struct ref_guest *g, bool awake)
{
	for (struct guest_pipe *p = g->pipes, *next; p; p = next) {
		next = p->next;
		if (!ref_guest_admits(g, p->port, p->peer)) {
			end(p, true);
		} else if (p->asleep == awake) {
			p->asleep = !awake;
			watch_both(p);
		}
	}
}
