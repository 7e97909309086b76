#ifndef CO_LOOP_H
#define CO_LOOP_H

#include <stdbool.h>
#include <stdint.h>

/*
 * One epoll loop: file descriptors, timers, and the queue of coroutines that
 * are ready to run.  Callbacks run on the loop's own stack and must not
 * suspend; they wake coroutines.
 */
struct loop;

struct loop *loop_new(void);
/* Every coroutine must have returned. */
void loop_free(struct loop *l);

/* Turns until no coroutine is left alive (detached ones included). */
void loop_run(struct loop *l);
/* One turn; waits at most max_ms (0: not at all, -1: until something is due). */
void loop_turn(struct loop *l, int max_ms);

/* Milliseconds on the monotonic clock, read once a turn. */
int64_t loop_now_ms(const struct loop *l);

/* An fd watched for EPOLLIN | EPOLLOUT.  The caller owns the struct. */
struct loop_fd {
	int fd;
	void (*ready)(struct loop_fd *w, unsigned events);
	void *arg;
};
/* Adds, changes (same w and fd) or, with events 0, removes. 0, or ERR_HARNESS. */
int loop_watch(struct loop *l, struct loop_fd *w, unsigned events);

/* One-shot timer.  The caller owns the struct, {0} is an idle one; setting it
 * again moves it. */
struct loop_timer {
	int64_t at_ms;
	unsigned slot;		/* its place in the heap + 1; 0 when idle */
	void (*fire)(struct loop_timer *t);
	void *arg;
};
void loop_timer_set(struct loop *l, struct loop_timer *t, int64_t at_ms);
void loop_timer_stop(struct loop *l, struct loop_timer *t);

/* Blocks signo and, whenever it comes, prints co_dump() on stderr. 0, or
 * ERR_HARNESS.  A child inherits the mask: reset it before an exec. */
int loop_dump_on(struct loop *l, int signo);

#endif
