#ifndef CO_CO_H
#define CO_CO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/*
 * Coroutines: plain sequential code on its own small stack, run by one event
 * loop in one thread.  Only a function marked CO_FN may suspend, and only
 * there may another coroutine run; between two CO_FN calls nothing else moves.
 *
 * A suspending call returns ERR_CANCELLED or ERR_TIMEOUT when the coroutine
 * has been told to stop.  It is told once per cancel or deadline; the calls
 * made after that, to tidy up, work again.  Of deadlines that pass at one moment
 * the innermost is told, an outer one after that was popped.  A stack is always
 * left by returning, never thrown away.
 */
#if defined(__clang__)
#define CO_FN __attribute__((annotate("co_fn")))
#else
#define CO_FN
#endif

struct co;
struct loop;
typedef int co_main(void *arg);

/* Starts fn(arg) on the loop's next turn.  The name is copied (31 bytes); it
 * is for logs, dumps and the overflow message.  Never NULL: a machine that
 * cannot give a stack ends the program with a message. */
struct co *co_spawn(struct loop *loop, const char *name, co_main *fn, void *arg);

/* Waits for c to return, frees it and hands back what fn returned.  Not
 * interrupted by a cancel or deadline of the caller, which its next call is
 * told: children are cancelled by name.  The loop's own stack may join one that
 * has returned. */
CO_FN int co_join(struct co *c);

/* c frees itself when it returns; nobody may join it. */
void co_detach(struct co *c);

/* Makes c's present or next suspending call return ERR_CANCELLED. */
void co_cancel(struct co *c);

/* The running coroutine; NULL on the loop's own stack. */
struct co *co_self(void);
struct loop *co_loop(void);
const char *co_name(const struct co *c);
bool co_done(const struct co *c);

/* What the running coroutine works for: a pointer that whoever it spawns inherits.
 * NULL at first, and outside a coroutine. */
void co_local_set(void *local);
void *co_local(void);

CO_FN int co_sleep(int64_t ms);
CO_FN int co_yield(void);
CO_FN int co_wait_fd(int fd, unsigned events);	/* EPOLLIN | EPOLLOUT; > 0: ready */

/*
 * The base of every waiting call: parks the running coroutine until co_wake().
 * Returns ERR_OK when woken, or ERR_CANCELLED / ERR_TIMEOUT.  A wait is always
 *     while (!done && r == ERR_OK) r = co_suspend("what it waits for");
 * A wake of a running coroutine is remembered and makes its next suspend
 * return at once.
 */
CO_FN int co_suspend(const char *waits_for);
void co_wake(struct co *c);

/* Bounds every suspending call until the matching co_deadline_pop(); nests,
 * and an inner deadline never outlives the outer one. */
struct co_deadline {
	int64_t at_ms;		/* loop time */
	bool told;
	struct co_deadline *outer;
};
void co_deadline_push(struct co_deadline *d, int64_t ms_from_now);
void co_deadline_pop(struct co_deadline *d);
/* Milliseconds until the nearest deadline in force; INT64_MAX when none. */
int64_t co_deadline_left(void);

/*
 * Stops the clock of every deadline in force until the resume, which moves them
 * by the time that passed: for waits that somebody else has granted.  Nests;
 * deadlines pushed meanwhile are popped before the resume.  A cancel is told
 * all the same.
 */
struct co_hold {
	int64_t since_ms;
	struct co_deadline *held;
};
void co_deadline_hold(struct co_hold *h);
void co_deadline_resume(struct co_hold *h);

/* Counted permits with waiters served first come, first served: connection
 * limits, request quotas, resource budgets. */
struct co_sem {
	unsigned free;
	struct co_sem_waiter *first, **last;
};
void co_sem_init(struct co_sem *s, unsigned n);
CO_FN int co_acquire(struct co_sem *s, unsigned n);
void co_release(struct co_sem *s, unsigned n);

/* Prints name, what it waits for and since when of every live coroutine. */
void co_dump(struct loop *loop, int fd);

#endif
