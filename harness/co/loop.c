#include "co/loop.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/str.h"
#include "co/priv.h"

struct loop *loop_new(void)
{
	struct loop *l = xcalloc(1, sizeof(*l));

	l->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (l->epoll_fd < 0) {
		perror("plugfest: epoll_create1");
		abort();
	}
	l->now_ms = clock_mono_us() / 1000;
	l->ready_last = &l->ready;
	return l;
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	assert(!l->alive);
	while (l->all)
		co_free(l->all);
	if (l->dump.ready) {
		loop_watch(l, &l->dump, 0);
		close(l->dump.fd);
	}
	close(l->epoll_fd);
	free(l->dropped);
	free(l->slots);
	free(l->heap);
	free(l);
}

int64_t loop_now_ms(const struct loop *l) { return l->now_ms; }

/* ---- file descriptors ---- */

static struct loop_slot *slot_of(struct loop *l, int fd)
{
	size_t need = (size_t)fd + 1, room = l->slots_room;

	if (need > room) {
		room = room * 2 > need ? room * 2 : need + 64;
		l->slots = xrealloc(l->slots, room * sizeof(*l->slots));
		memset(l->slots + l->slots_room, 0, (room - l->slots_room) * sizeof(*l->slots));
		l->slots_room = room;
	}
	return &l->slots[fd];
}

/* curl lets go of a connection and takes it up again for the next request: where both
 * fall into one turn, epoll hears of one change and not of two. */
static void drop(struct loop *l, int fd)
{
	if (l->dropped_count == l->dropped_room) {
		l->dropped_room = l->dropped_room ? l->dropped_room * 2 : 64;
		l->dropped = xrealloc(l->dropped, l->dropped_room * sizeof(*l->dropped));
	}
	l->dropped[l->dropped_count++] = fd;
}

static void forget_dropped(struct loop *l)
{
	while (l->dropped_count) {
		int fd = l->dropped[--l->dropped_count];
		struct loop_slot *slot = &l->slots[fd];

		if (slot->w || !slot->known)
			continue;
		/* The owner may have closed it: then epoll forgot it by itself. */
		epoll_ctl(l->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
		slot->known = false;
	}
}

int loop_watch(struct loop *l, struct loop_fd *w, unsigned events)
{
	struct epoll_event ev = { .events = events };
	struct loop_slot *slot;
	int r;

	if (w->fd < 0)
		return ERR_HARNESS;
	slot = slot_of(l, w->fd);
	if (slot->w && slot->w != w)
		return ERR_HARNESS;
	if (!events) {
		if (slot->w)
			drop(l, w->fd);
		slot->w = NULL;
		return ERR_OK;
	}
	if (!slot->w)
		slot->generation++;
	ev.data.u64 = (uint64_t)slot->generation << 32 | (uint32_t)w->fd;
	/* What is behind a known number may have been closed and be another by now. */
	r = epoll_ctl(l->epoll_fd, slot->known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, w->fd, &ev);
	if (r < 0 && slot->known && errno == ENOENT)
		r = epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, w->fd, &ev);
	if (r < 0)
		return ERR_HARNESS;
	slot->w = w;
	slot->known = true;
	return ERR_OK;
}

static void dispatch(struct loop *l, const struct epoll_event *ev)
{
	int fd = (int)(uint32_t)ev->data.u64;
	struct loop_slot *slot = &l->slots[fd];

	/* An earlier callback of this turn may have removed it, and the number
	 * may even be somebody else's by now. */
	if (slot->w && slot->generation == (uint32_t)(ev->data.u64 >> 32))
		slot->w->ready(slot->w, ev->events);
}

/* ---- timers: a binary heap that knows each one's place ---- */

static void heap_place(struct loop *l, unsigned i, struct loop_timer *t)
{
	l->heap[i] = t;
	t->slot = i + 1;
}

/* Moves t, which belongs at i or above, up to its place. */
static void heap_up(struct loop *l, unsigned i, struct loop_timer *t)
{
	while (i && l->heap[(i - 1) / 2]->at_ms > t->at_ms) {
		heap_place(l, i, l->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	heap_place(l, i, t);
}

static void heap_down(struct loop *l, unsigned i, struct loop_timer *t)
{
	for (unsigned k = 2 * i + 1; k < l->timers; k = 2 * i + 1) {
		if (k + 1 < l->timers && l->heap[k + 1]->at_ms < l->heap[k]->at_ms)
			k++;
		if (l->heap[k]->at_ms >= t->at_ms)
			break;
		heap_place(l, i, l->heap[k]);
		i = k;
	}
	heap_place(l, i, t);
}

void loop_timer_set(struct loop *l, struct loop_timer *t, int64_t at_ms)
{
	loop_timer_stop(l, t);
	if (l->timers == l->heap_room) {
		l->heap_room = l->heap_room ? l->heap_room * 2 : 64;
		l->heap = xrealloc(l->heap, l->heap_room * sizeof(struct loop_timer *));
	}
	t->at_ms = at_ms;
	heap_up(l, l->timers++, t);
}

void loop_timer_stop(struct loop *l, struct loop_timer *t)
{
	struct loop_timer *last;
	unsigned i = t->slot - 1;

	if (!t->slot)
		return;
	t->slot = 0;
	last = l->heap[--l->timers];
	if (last == t)
		return;
	if (i && l->heap[(i - 1) / 2]->at_ms > last->at_ms)
		heap_up(l, i, last);
	else
		heap_down(l, i, last);
}

/* No more than were set when it began: one that sets itself again for now
 * must not keep the loop here. */
static void fire_timers(struct loop *l)
{
	for (unsigned n = l->timers; n && l->timers && l->heap[0]->at_ms <= l->now_ms; n--) {
		struct loop_timer *t = l->heap[0];

		loop_timer_stop(l, t);
		t->fire(t);
	}
}

/* ---- turns ---- */

static int patience(const struct loop *l, int max_ms)
{
	int64_t left;

	if (l->ready)
		return 0;
	if (!l->timers)
		return max_ms;
	left = l->heap[0]->at_ms - clock_mono_us() / 1000;
	if (left < 0)
		left = 0;
	if (left > INT_MAX)
		left = INT_MAX;
	return max_ms < 0 || left < max_ms ? (int)left : max_ms;
}

void loop_turn(struct loop *l, int max_ms)
{
	int room = sizeof(l->events) / sizeof(*l->events);
	int n;

	assert(!co_self());
	forget_dropped(l);
	n = epoll_wait(l->epoll_fd, l->events, room, patience(l, max_ms));
	l->now_ms = clock_mono_us() / 1000;
	for (int i = 0; i < n; i++)
		dispatch(l, &l->events[i]);
	fire_timers(l);
	co_run_ready(l);
}

void loop_run(struct loop *l)
{
	while (l->alive)
		loop_turn(l, -1);
}
