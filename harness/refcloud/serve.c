/* The reference cloud as a process of its own. */
#include "refcloud/priv.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

static int complain(const struct error *err)
{
	if (*err->file && err->line)
		fprintf(stderr, "plugfest: %s:%d: %s\n", err->file, err->line, err->text);
	else
		fprintf(stderr, "plugfest: %s%s%s\n", err->file, *err->file ? ": " : "", err->text);
	return 1;
}

/* As many connections as the machine lets us have. */
static void raise_limit(void)
{
	struct rlimit lim;

	if (getrlimit(RLIMIT_NOFILE, &lim) == 0 && lim.rlim_cur < lim.rlim_max) {
		lim.rlim_cur = lim.rlim_max;
		setrlimit(RLIMIT_NOFILE, &lim);
	}
}

static int serve(struct refcloud *rc, const char *spec, struct str *ready, struct error *err)
{
	char name[40];
	const char *colon = strchr(spec, ':');
	int64_t port = colon ? str_to_int(colon + 1, 65535) : 0;
	int n, r;

	if (port < 0)
		return err_set(err, ERR_INVALID, "\"%s\" is not FACE:PORT", spec);
	snprintf(name, sizeof(name), "%.*s", colon ? (int)(colon - spec) : (int)strlen(spec), spec);
	n = (int)port;
	r = refcloud_serve(rc, name, &n, err);
	if (r == ERR_OK)
		str_addf(ready, "%s http://127.0.0.1:%d%s\n", name, n,
			 face_by_name(name)->prefix ? face_by_name(name)->prefix : "");
	return r;
}

static int prepare(struct refcloud *rc, const char *const *faces, size_t n,
		   const char *const *faults, size_t nfaults, const char *fault_file,
		   struct str *ready, struct error *err)
{
	int r = rc->cfg.guest_sshd ? ref_guest_router_start(rc, err) : ERR_OK;

	for (size_t i = 0; i < nfaults && r == ERR_OK; i++)
		r = refcloud_fault(rc, faults[i], err);
	if (r == ERR_OK && fault_file)
		r = refcloud_fault_file(rc, fault_file, err);
	for (size_t i = 0; i < n && r == ERR_OK; i++)
		r = serve(rc, faces[i], ready, err);
	return r;
}

static void tell(int fd, const struct str *text)
{
	for (size_t at = 0; at < text->len;) {
		ssize_t n = write(fd, text->text + at, text->len - at);

		if (n < 0 && errno != EINTR)
			break;
		at += n > 0 ? (size_t)n : 0;
	}
	close(fd);
}

static void on_signal(struct loop_fd *w, unsigned events)
{
	struct signalfd_siginfo taken;

	(void)events;
	/* Else it is still pending when the mask goes, and ends us then. */
	*(bool *)w->arg = read(w->fd, &taken, sizeof(taken)) > 0;
}

int refcloud_main(const char *const *faces_with_ports, size_t n, const struct refcloud_config *cfg,
		  const char *const *faults, size_t nfaults, const char *fault_file, int ready_fd)
{
	struct loop *loop = loop_new();
	struct refcloud *rc = refcloud_new(loop, cfg);
	struct str ready = { 0 };
	struct error err = { 0 };
	sigset_t stop, before;
	bool done = false;
	struct loop_fd w = { .ready = on_signal, .arg = &done };
	int r;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	sigprocmask(SIG_BLOCK, &stop, &before);
	w.fd = signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK);
	raise_limit();
	r = prepare(rc, faces_with_ports, n, faults, nfaults, fault_file, &ready, &err);
	if (r == ERR_OK && (w.fd < 0 || loop_watch(loop, &w, EPOLLIN) < 0))
		r = err_set(&err, ERR_HARNESS, "signals cannot be watched");
	if (r == ERR_OK) {
		tell(ready_fd, &ready);
		while (!done)
			loop_turn(loop, -1);
		loop_watch(loop, &w, 0);
	} else {
		close(ready_fd);
		complain(&err);
	}
	if (w.fd >= 0)
		close(w.fd);
	str_release(&ready);
	refcloud_free(rc);
	loop_free(loop);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return r < 0;
}
