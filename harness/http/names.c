#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/priv.h"

#define FRESH_US ((int64_t)60 * 1000000)

/*
 * One look-up in a thread of its own: getaddrinfo() cannot be cancelled, so a
 * call that gives up leaves the thread to finish alone.  Whoever is last frees.
 */
struct look_up {
	atomic_int owners;
	int done_fd;
	char *host, *port;
	struct str addresses;		/* "10.0.0.1,[::1]" */
	int failure;			/* EAI_*, when there are none */
};

struct http_names {
	struct loop *loop;
	char *host, *port;
	char *pin;			/* NULL: never resolved */
	int64_t at_us;			/* when; 0: in doubt */
	struct co_sem turn;		/* one look-up at a time */
	unsigned tries;
	struct error failure;		/* of the last one that gave no address */
};

static void look_up_drop(struct look_up *l)
{
	if (atomic_fetch_sub(&l->owners, 1) > 1)
		return;
	if (l->done_fd >= 0)
		close(l->done_fd);
	free(l->host);
	free(l->port);
	str_release(&l->addresses);
	free(l);
}

static void *look_up_thread(void *arg)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	struct look_up *l = arg;
	uint64_t one = 1;
	char text[NI_MAXHOST];
	ssize_t n;

	l->failure = getaddrinfo(l->host, l->port, &hints, &found);
	for (struct addrinfo *a = found; a; a = a->ai_next) {
		/* A scoped address means something on this machine only: no server. */
		if (getnameinfo(a->ai_addr, a->ai_addrlen, text, sizeof(text), NULL, 0,
				NI_NUMERICHOST) || strchr(text, '%'))
			continue;
		str_addf(&l->addresses, a->ai_family == AF_INET6 ? "%s[%s]" : "%s%s",
			 l->addresses.len ? "," : "", text);
	}
	if (found)
		freeaddrinfo(found);
	n = write(l->done_fd, &one, sizeof(one));
	(void)n;	/* an eventfd at 0 takes it */
	look_up_drop(l);
	return NULL;
}

static bool look_up_start(struct look_up *l)
{
	sigset_t all, old;
	pthread_attr_t attr;
	pthread_t id;
	int r;

	sigfillset(&all);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	/* Signals belong to the loop's thread. */
	pthread_sigmask(SIG_SETMASK, &all, &old);
	r = pthread_create(&id, &attr, look_up_thread, l);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	return r == 0;
}

/* ---- the waiting side ---- */

struct wait {
	struct co *co;
	bool done, late;
};

static void on_done(struct loop_fd *w, unsigned events)
{
	struct wait *wait = w->arg;

	(void)events;
	wait->done = true;
	co_wake(wait->co);
}

static void on_late(struct loop_timer *t)
{
	struct wait *wait = t->arg;

	wait->late = true;
	co_wake(wait->co);
}

/* A timer and not a deadline: a deadline of the caller's that passes at the
 * same moment must be told to the caller, once. */
static CO_FN int look_up_wait(struct http_names *n, struct look_up *l, int64_t timeout_ms,
			      bool *late)
{
	struct wait wait = { .co = co_self() };
	struct loop_fd w = { .fd = l->done_fd, .ready = on_done, .arg = &wait };
	struct loop_timer t = { .fire = on_late, .arg = &wait };
	int r = loop_watch(n->loop, &w, EPOLLIN);

	loop_timer_set(n->loop, &t, clock_mono_us() / 1000 + timeout_ms + 1);
	while (!wait.done && !wait.late && r == ERR_OK)
		r = co_suspend("a host name");
	loop_timer_stop(n->loop, &t);
	loop_watch(n->loop, &w, 0);
	*late = !wait.done;
	return wait.done || wait.late ? ERR_OK : r;
}

/* l is NULL when there was no answer in time.  What was known before stays in
 * use until a better answer comes. */
static void keep(struct http_names *n, const struct look_up *l)
{
	n->at_us = clock_mono_us();
	n->tries++;
	if (!l) {
		err_set(&n->failure, ERR_NETWORK, "this machine's DNS gave no answer for \"%s\": check "
			"its configuration", n->host);
	} else if (!l->addresses.len) {
		err_set(&n->failure, ERR_NETWORK, "no address is known for \"%s\" (%s): check the "
			"endpoint's host name and this machine's DNS", n->host,
			l->failure ? gai_strerror(l->failure) : "only link-local ones");
	} else {
		free(n->pin);
		n->pin = xasprintf("%s:%s:%s", n->host, n->port, l->addresses.text);
	}
}

static CO_FN int look_up(struct http_names *n, int64_t timeout_ms, struct error *err)
{
	struct look_up *l = xcalloc(1, sizeof(*l));
	bool late;
	int r;

	atomic_init(&l->owners, 2);
	l->host = xstrdup(n->host);
	l->port = xstrdup(n->port);
	l->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (l->done_fd < 0 || !look_up_start(l)) {
		atomic_store(&l->owners, 1);
		r = err_set(err, ERR_HARNESS, "cannot start a thread to look up \"%s\"", n->host);
	} else {
		r = look_up_wait(n, l, timeout_ms, &late);
		if (r == ERR_OK)
			keep(n, late ? NULL : l);
		else
			err_set(err, r, "%s while looking up the address of \"%s\"",
				err_name((enum err)r), n->host);
	}
	look_up_drop(l);
	return r;
}

struct http_names *http_names_new(struct loop *loop, const struct http_origin *o)
{
	struct http_names *n = xcalloc(1, sizeof(*n));

	n->loop = loop;
	n->host = xstrdup(o->host);
	n->port = xstrdup(o->port);
	co_sem_init(&n->turn, 1);
	return n;
}

void http_names_free(struct http_names *n)
{
	if (!n)
		return;
	free(n->host);
	free(n->port);
	free(n->pin);
	free(n);
}

int http_names_fresh(struct http_names *n, int64_t timeout_ms, struct error *err)
{
	unsigned tries = n->tries;
	int r;

	if (n->pin && n->at_us && clock_mono_us() - n->at_us < FRESH_US)
		return ERR_OK;
	r = co_acquire(&n->turn, 1);
	if (r < 0)
		return err_set(err, r, "%s while looking up the address of \"%s\"", err_name((enum err)r),
			       n->host);
	/* Who stood in line takes the answer that came meanwhile, good or bad. */
	if (n->tries == tries)
		r = look_up(n, timeout_ms, err);
	co_release(&n->turn, 1);
	if (r == ERR_OK && !n->pin) {
		*err = n->failure;
		return err->code;
	}
	return r;
}

void http_names_doubt(struct http_names *n) { n->at_us = 0; }
const char *http_names_pin(const struct http_names *n) { return n->pin; }
