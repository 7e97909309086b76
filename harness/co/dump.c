/* What each coroutine waits for, for whoever looks at a program that hangs. */
#include "co/co.h"

#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "co/priv.h"

void co_dump(struct loop *loop, int fd)
{
	dprintf(fd, "%u coroutines alive\n", loop->alive);
	for (const struct co *c = loop->all; c; c = c->next) {
		if (c->done)
			dprintf(fd, "  %s: returned %d, not joined\n", c->name, c->result);
		else if (c == co_self())
			dprintf(fd, "  %s: running\n", c->name);
		else
			dprintf(fd, "  %s: waits for %s since %lld ms%s\n", c->name, c->waits_for,
				(long long)(loop->now_ms - c->since_ms),
				c->queued ? ", ready" : "");
	}
}

static void on_signal(struct loop_fd *w, unsigned events)
{
	struct signalfd_siginfo info;

	(void)events;
	while (read(w->fd, &info, sizeof(info)) == sizeof(info))
		co_dump(w->arg, STDERR_FILENO);
}

int loop_dump_on(struct loop *l, int signo)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, signo);
	if (l->dump.ready || sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return ERR_HARNESS;
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fd < 0)
		return ERR_HARNESS;
	l->dump = (struct loop_fd){ .fd = fd, .ready = on_signal, .arg = l };
	return loop_watch(l, &l->dump, EPOLLIN);
}
