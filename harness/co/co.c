#include "co/co.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "co/priv.h"
#include "co/stack.h"

#define SLOW_US 20000

static _Thread_local struct co *current;

/* noinline: the address of a thread-local must not be kept across a switch. */
__attribute__((noinline)) struct co *co_self(void) { return current; }
struct loop *co_loop(void) { return co_self() ? co_self()->loop : NULL; }
const char *co_name(const struct co *c) { return c ? c->name : "loop"; }
bool co_done(const struct co *c) { return c->done; }

/* ---- the ready queue ---- */

static void make_ready(struct co *c)
{
	if (c->queued || c->done)
		return;
	c->queued = true;
	c->next_ready = NULL;
	*c->loop->ready_last = c;
	c->loop->ready_last = &c->next_ready;
}

static const struct co_stack *running_stack(const char **name)
{
	*name = co_name(current);
	return current ? current->stack : NULL;
}

/* Runs on the coroutine's own stack. */
static void body(void *arg)
{
	struct co *c = arg;

	c->result = c->fn(c->arg);
	c->done = true;
}

static void ended(struct co *c)
{
	assert(!c->deadline);	/* a deadline in a dead frame */
	co_stack_put(c->stack);
	c->stack = NULL;
	c->loop->alive--;
	if (c->joiner)
		co_wake(c->joiner);
	if (c->detached)
		co_free(c);
}

static bool wants_slow_log(void)
{
	static int yes = -1;
	const char *v;

	if (yes < 0) {
		v = getenv("PLUGFEST_SLOW");
		yes = v && !strcmp(v, "1");
	}
	return yes;
}

static void run(struct co *c)
{
	int64_t began = wants_slow_log() ? clock_mono_us() : 0;

	c->queued = c->parked = false;
	current = c;
	switch_enter(c->stack);
	current = NULL;
	if (began && clock_mono_us() - began > SLOW_US)
		fprintf(stderr, "plugfest: coroutine \"%s\" kept the loop for %lld ms\n", c->name,
			(long long)(clock_mono_us() - began) / 1000);
	if (c->done)
		ended(c);
}

void co_run_ready(struct loop *l)
{
	struct co *c = l->ready, *next;

	/* Who becomes ready from here on runs next turn, after events and timers. */
	l->ready = NULL;
	l->ready_last = &l->ready;
	for (; c; c = next) {
		next = c->next_ready;
		run(c);
	}
}

/* ---- birth and end ---- */

struct co *co_spawn(struct loop *loop, const char *name, co_main *fn, void *arg)
{
	struct co *c = xcalloc(1, sizeof(*c));

	co_stack_watch_overflow(running_stack);
	c->loop = loop;
	c->fn = fn;
	c->arg = arg;
	str_copy(c->name, sizeof(c->name), name);
	c->waits_for = "its start";
	c->since_ms = loop->now_ms;
	c->local = co_local();
	c->stack = co_stack_get();
	c->stack->run = body;
	c->stack->arg = c;

	c->next = loop->all;
	c->prev = &loop->all;
	if (c->next)
		c->next->prev = &c->next;
	loop->all = c;
	loop->alive++;
	make_ready(c);
	return c;
}

void co_free(struct co *c)
{
	*c->prev = c->next;
	if (c->next)
		c->next->prev = c->prev;
	free(c);
}

void co_detach(struct co *c)
{
	assert(!c->joiner);
	c->detached = true;
	if (c->done && !c->stack)
		co_free(c);
}

/* ---- waiting ---- */

static void park(struct co *c, const char *waits_for)
{
	c->waits_for = waits_for;
	c->since_ms = c->loop->now_ms;
	c->parked = true;
	switch_leave(c->stack);
}

int co_join(struct co *c)
{
	struct co *self = co_self();
	int result;

	assert(c != self && !c->joiner && !c->detached);
	/* After loop_run() the main program may fetch results too. */
	assert(self || c->done);
	while (!c->done) {
		c->joiner = self;
		self->deaf = true;
		park(self, c->name);
		self->deaf = self->woken = false;
	}
	result = c->result;
	co_free(c);
	return result;
}

void co_wake(struct co *c)
{
	c->woken = true;
	if (c->parked)
		make_ready(c);
}

void co_cancel(struct co *c)
{
	c->cancelled = true;
	if (c->parked && !c->deaf)
		make_ready(c);
}

/*
 * The innermost deadline that has been neither told nor is hidden: of several
 * that fall on one moment the innermost is told, and an outer one only after it
 * was popped, so that tidying up inside still works.
 */
static struct co_deadline *nearest(struct co_deadline *d)
{
	struct co_deadline *best = NULL;
	int64_t told_to = INT64_MIN;

	for (; d; d = d->outer) {
		if (d->told && d->at_ms > told_to)
			told_to = d->at_ms;
		else if (!d->told && d->at_ms > told_to && (!best || d->at_ms < best->at_ms))
			best = d;
	}
	return best;
}

int co_told(struct co *c)
{
	struct co_deadline *d;

	assert(c);	/* a CO_FN was called outside a coroutine */
	if (c->cancelled) {
		c->cancelled = false;
		return ERR_CANCELLED;
	}
	d = nearest(c->deadline);
	if (!d || d->at_ms > c->loop->now_ms)
		return ERR_OK;
	d->told = true;
	return ERR_TIMEOUT;
}

static void deadline_passed(struct loop_timer *t)
{
	make_ready(t->arg);
}

int co_suspend(const char *waits_for)
{
	struct co *c = co_self();
	struct co_deadline *d;
	int r = co_told(c);

	if (r < 0)
		return r;
	if (!c->woken) {
		d = nearest(c->deadline);
		if (d) {
			c->timer.fire = deadline_passed;
			c->timer.arg = c;
			loop_timer_set(c->loop, &c->timer, d->at_ms);
		}
		park(c, waits_for);
		loop_timer_stop(c->loop, &c->timer);
	}
	/* What was waited for wins over a deadline of the same turn; a cancel
	 * or deadline passed over here is told by the next call. */
	if (c->woken) {
		c->woken = false;
		return ERR_OK;
	}
	return co_told(c);
}

int co_yield(void)
{
	struct co *c = co_self();
	int r = co_told(c);

	if (r < 0)
		return r;
	make_ready(c);
	park(c, "its turn");
	return ERR_OK;
}

/* Now, not at the turn's begin, and rounded up: a sleep is never too short. */
static int64_t from_now(int64_t ms)
{
	int64_t now = (clock_mono_us() + 999) / 1000;

	if (ms < 0)
		return now;
	return ms > INT64_MAX - now ? INT64_MAX : now + ms;
}

struct sleeper {
	struct co *co;
	bool over;
};

static void sleep_over(struct loop_timer *t)
{
	struct sleeper *s = t->arg;

	s->over = true;
	co_wake(s->co);
}

int co_sleep(int64_t ms)
{
	struct sleeper s = { .co = co_self() };
	struct loop_timer t = { .fire = sleep_over, .arg = &s };
	struct loop *l = co_loop();
	int r = co_told(s.co);

	if (r < 0)
		return r;
	loop_timer_set(l, &t, from_now(ms));
	while (!s.over && r == ERR_OK)
		r = co_suspend("time to pass");
	loop_timer_stop(l, &t);
	return s.over ? ERR_OK : r;
}

struct fd_wait {
	struct co *co;
	unsigned got;
};

static void fd_ready(struct loop_fd *w, unsigned events)
{
	struct fd_wait *f = w->arg;

	f->got = events;
	co_wake(f->co);
}

int co_wait_fd(int fd, unsigned events)
{
	struct fd_wait f = { .co = co_self() };
	struct loop_fd w = { .fd = fd, .ready = fd_ready, .arg = &f };
	struct loop *l = co_loop();
	int r = co_told(f.co);

	if (r < 0)
		return r;
	if (!events || loop_watch(l, &w, events) < 0)
		return ERR_HARNESS;
	while (!f.got && r == ERR_OK)
		r = co_suspend("a file descriptor");
	loop_watch(l, &w, 0);
	return f.got ? (int)f.got : r;
}

/* ---- deadlines ---- */

void co_deadline_push(struct co_deadline *d, int64_t ms_from_now)
{
	struct co *c = co_self();
	struct co_deadline *bound;

	assert(c);
	bound = nearest(c->deadline);
	d->at_ms = from_now(ms_from_now);
	if (bound && bound->at_ms < d->at_ms)
		d->at_ms = bound->at_ms;
	d->told = false;
	d->outer = c->deadline;
	c->deadline = d;
}

void co_deadline_pop(struct co_deadline *d)
{
	struct co *c = co_self();

	assert(c && c->deadline == d);
	c->deadline = d->outer;
}

int64_t co_deadline_left(void)
{
	struct co *c = co_self();
	struct co_deadline *d = c ? nearest(c->deadline) : NULL;
	int64_t left;

	if (!d)
		return INT64_MAX;
	left = d->at_ms - from_now(0);
	return left > 0 ? left : 0;
}

void co_deadline_hold(struct co_hold *h)
{
	struct co *c = co_self();

	assert(c);
	*h = (struct co_hold){ .since_ms = from_now(0), .held = c->deadline };
	c->deadline = NULL;
}

void co_deadline_resume(struct co_hold *h)
{
	struct co *c = co_self();
	int64_t held_ms = from_now(0) - h->since_ms;

	assert(c && !c->deadline);
	for (struct co_deadline *d = h->held; d; d = d->outer)
		d->at_ms += held_ms;
	c->deadline = h->held;
}

/* ---- local ---- */

void co_local_set(void *local)
{
	struct co *c = co_self();

	assert(c);
	c->local = local;
}

void *co_local(void)
{
	struct co *c = co_self();

	return c ? c->local : NULL;
}
