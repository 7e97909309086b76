/* The lives of guests, and the sockets that they listen on. */
#include "refcloud/guest.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 16, ACCEPTS_MAX = 64, PAUSE_MS = 100 };

/* ---- sockets ---- */

static struct sockaddr_in place(const char *address, int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };

	if (inet_pton(AF_INET, address, &at.sin_addr) != 1)
		at.sin_addr.s_addr = INADDR_NONE;
	return at;
}

/* A socket bound there; -1.  Only what is in use forbids it, unless it is strict:
 * then nobody may have a socket there at all, not even a closing one. */
static int bound(const char *address, int port, bool strict)
{
	struct sockaddr_in at = place(address, port);
	int one = !strict, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
		return fd;
	close(fd);
	return -1;
}

bool ref_guest_address_free(const struct refcloud *rc, const char *address)
{
	for (int i = 0; i < ref_guest_ears(rc); i++) {
		int fd = bound(address, ref_guest_ear_port(rc, i), true);

		if (fd < 0)
			return false;
		close(fd);
	}
	return true;
}

static void refuse_line(int fd)
{
	struct linger now = { .l_onoff = 1 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(fd);
}

/* ---- listening ---- */

static void ear_close(struct guest_ear *ear)
{
	if (ear->watch.fd < 0)
		return;
	loop_watch(ear->guest->rc->loop, &ear->watch, 0);
	close(ear->watch.fd);
	ear->watch.fd = -1;
	ear->watched = false;
}

/* Out of descriptors: the call waits, and must not keep the loop busy meanwhile. */
static void pause_ear(struct guest_ear *ear)
{
	struct ref_guest *g = ear->guest;

	loop_watch(g->rc->loop, &ear->watch, 0);
	ear->watched = false;
	loop_timer_set(g->rc->loop, &g->settle, loop_now_ms(g->rc->loop) + PAUSE_MS);
}

static void take_line(struct guest_ear *ear, const char *peer, int fd)
{
	struct ref_guest *g = ear->guest;

	if (!g->rc->cfg.guest_sshd) {
		ref_guest_line_open(g, ear->port, peer, fd);
		return;
	}
	if (ear == &g->ears[GUEST_EAR_SSH])
		ref_guest_login(ref_guest_answering(g));
	ref_guest_pipe_open(g, ear->port, peer, fd);
}

static void on_knock(struct loop_fd *w, unsigned events)
{
	struct guest_ear *ear = w->arg;
	struct ref_guest *g = ear->guest;
	struct sockaddr_in from;
	char peer[ADDR_LEN];

	(void)events;
	/* What is due may close it, or end the guest. */
	if (!store_settle(g->rc, g->vm))
		return;
	for (int i = 0; i < ACCEPTS_MAX && ear->watched; i++) {
		socklen_t n = sizeof(from);
		int fd = accept4(ear->watch.fd, (struct sockaddr *)&from, &n,
				 SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd < 0 && (errno == EMFILE || errno == ENFILE))
			pause_ear(ear);
		if (fd < 0)
			return;
		inet_ntop(AF_INET, &from.sin_addr, peer, sizeof(peer));
		if (ref_guest_admits(g, ear->port, peer))
			take_line(ear, peer, fd);
		else
			refuse_line(fd);
	}
}

static void ear_open(struct guest_ear *ear)
{
	int fd;

	if (ear->watch.fd >= 0)
		return;
	fd = bound(ear->guest->address, ear->port, false);
	if (fd >= 0 && listen(fd, BACKLOG) < 0) {
		close(fd);
		fd = -1;
	}
	ear->watch = (struct loop_fd){ .fd = fd, .ready = on_knock, .arg = ear };
	if (fd < 0)
		fprintf(stderr, "plugfest: a guest cannot listen on %s:%d: %s\n",
			ear->guest->address, ear->port, strerror(errno));
}

/* One that sleeps takes no call; the kernel keeps a few waiting. */
static void ear_watch(struct guest_ear *ear, bool awake)
{
	if (ear->watch.fd < 0 || ear->watched == awake)
		return;
	loop_watch(ear->guest->rc->loop, &ear->watch, awake ? EPOLLIN : 0);
	ear->watched = awake;
}

static void silence(struct ref_guest *g)
{
	for (int i = 0; i < GUEST_EARS; i++)
		ear_close(&g->ears[i]);
	while (g->lines)
		ref_guest_line_cut(g->lines);
	ref_guest_pipes_cut(g);
}

/* ---- lives ---- */

/* What boots asks the metadata service who it is, until it is told; only then does its
 * agent answer anybody. */
static void boot(struct ref_guest *g)
{
	if (g->booted != ref_guest_boots(g))
		g->up = false;
	g->booted = ref_guest_boots(g);
	g->up = g->up || (g->vm->r.state == STATE_RUNNING && ref_guest_learns(g));
}

static void refresh(struct ref_guest *g)
{
	enum guest_mode mode = ref_guest_mode(g);
	char address[ADDR_LEN];

	boot(g);
	if (!g->up && mode == GUEST_AWAKE)
		mode = GUEST_DEAF;
	ref_guest_place(g, address);
	if (g->vm->at_ms)
		loop_timer_set(g->rc->loop, &g->settle, g->vm->at_ms);
	else
		loop_timer_stop(g->rc->loop, &g->settle);
	if (strcmp(address, g->address) || mode == GUEST_DEAF ||
	    (g->powered && g->inner_boot != ref_guest_boots(g)))
		silence(g);
	ref_guest_power(g, mode != GUEST_DEAF);
	ref_guest_pipes_check(g, mode == GUEST_AWAKE);
	str_copy(g->address, sizeof(g->address), address);
	for (int i = 0; i < ref_guest_ears(g->rc); i++) {
		struct guest_ear *ear = &g->ears[i];

		if (mode == GUEST_DEAF || !*g->address || !ref_guest_hears(g, ear->port))
			ear_close(ear);
		else
			ear_open(ear);
		ear_watch(ear, mode == GUEST_AWAKE);
	}
	for (struct guest_line *line = g->lines, *next; line; line = next) {
		next = line->next;
		if (line->boot != ref_guest_boots(g) ||
		    !ref_guest_admits(g, line->port, line->peer))
			ref_guest_line_cut(line);
	}
	if (mode == GUEST_AWAKE)
		ref_guest_lines_wake(g);
}

/* A state change or a pause is over. */
static void on_settled(struct loop_timer *t)
{
	struct ref_guest *g = t->arg;

	if (store_settle(g->rc, g->vm))
		refresh(g);
}

static void born(struct refcloud *rc, struct ref_entry *vm)
{
	struct ref_guest *g = xcalloc(1, sizeof(*g));

	g->rc = rc;
	g->vm = vm;
	g->settle = (struct loop_timer){ .fire = on_settled, .arg = g };
	for (int i = 0; i < GUEST_EARS; i++)
		g->ears[i] = (struct guest_ear){ .guest = g, .port = ref_guest_ear_port(rc, i),
						 .watch = { .fd = -1 } };
	g->next = rc->guests;
	if (g->next)
		g->next->prev = g;
	rc->guests = vm->guest = g;
	ref_guest_learn(g);
	ref_guest_learn_key(g);
}

bool ref_guest_image(const char *image)
{
	return !strcmp(image, "guest-echo") || !strcmp(image, "guest-ledger");
}

void ref_guest_changed(struct refcloud *rc, struct ref_entry *vm)
{
	if (!vm->guest && vm->r.kind == KIND_VM && !vm->gone && ref_guest_image(vm->r.vm.image))
		born(rc, vm);
	if (vm->guest)
		refresh(vm->guest);
}

void ref_guest_group_changed(struct refcloud *rc, const char *sg)
{
	for (struct ref_guest *g = rc->guests; g; g = g->next)
		if (check_uses(g->vm, KIND_SG, sg))
			refresh(g);
}

static void end(struct ref_entry *vm)
{
	struct ref_guest *g = vm->guest;

	silence(g);
	ref_guest_power(g, false);
	loop_timer_stop(g->rc->loop, &g->settle);
	*(g->prev ? &g->prev->next : &g->rc->guests) = g->next;
	if (g->next)
		g->next->prev = g->prev;
	vm->guest = NULL;
	free(g->known);
	free(g->key);
	free(g->key_name);
	free(g);
}

void ref_guest_gone(struct refcloud *rc, struct ref_entry *vm)
{
	if (vm->guest && !(rc->keep_gone && ref_guest_waives(vm->guest, "gone")))
		end(vm);
}

void ref_guests_end(struct refcloud *rc)
{
	while (rc->guests)
		end(rc->guests->vm);
}
