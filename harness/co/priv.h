#ifndef CO_PRIV_H
#define CO_PRIV_H

#include <stdbool.h>
#include <sys/epoll.h>

#include "co/co.h"
#include "co/loop.h"

/* What loop.c, co.c and dump.c share. */

struct loop_slot {
	struct loop_fd *w;
	uint32_t generation;	/* tells an event for a former watcher of the same number */
	bool known;		/* to epoll; without w only until the turn ends, or while kept */
	bool kept;		/* see loop_keep() */
	unsigned events;	/* that epoll knows of, while kept */
};

struct loop {
	int epoll_fd;
	int64_t now_ms;
	struct loop_slot *slots;	/* by fd */
	size_t slots_room;
	int *dropped;			/* descriptors that nobody watches since this turn */
	size_t dropped_count, dropped_room;
	struct loop_timer **heap;
	unsigned timers, heap_room;

	struct co *all;			/* all that are not freed yet */
	struct co *ready, **ready_last;
	unsigned alive;			/* have not returned yet */
	struct loop_fd dump;
	struct epoll_event events[256];
};

struct co {
	struct loop *loop;
	struct co *next_ready;
	struct co *next, **prev;	/* in loop->all */
	struct co_stack *stack;		/* NULL once it has returned */
	co_main *fn;
	void *arg;
	int result;
	char name[32];

	bool queued, parked, done, detached;
	bool woken;			/* a wake not yet consumed */
	bool cancelled;			/* a cancel not yet told */
	bool deaf;			/* parked where neither cancel nor deadline may wake it */
	struct co *joiner;
	struct co_deadline *deadline;	/* innermost */
	struct loop_timer timer;	/* for the nearest deadline while parked */
	const char *waits_for;
	int64_t since_ms;
	void *local;
};

/* Runs each coroutine that was ready when the call began. */
void co_run_ready(struct loop *l);
void co_free(struct co *c);

/* ERR_OK, or what the running coroutine must be told now. */
int co_told(struct co *c);

#endif
