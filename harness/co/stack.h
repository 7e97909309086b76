#ifndef CO_STACK_H
#define CO_STACK_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Stacks and the switch between them; only co.c uses this.
 *
 * A stack is never unmapped.  Given back, it waits in a last-in-first-out pool
 * of its thread, its trampoline parked, and the next coroutine enters it by one
 * jump.
 */
struct co_switch;

struct co_stack {
	struct co_stack *next;		/* in the pool */
	char *base;			/* lowest usable byte; the guard ends here */
	size_t size;
	void (*run)(void *arg);		/* what the next switch_enter() starts */
	void *arg;
	struct co_switch *sw;		/* switch.c's own, on the stack's top */
};

#define CO_STACK_GUARD (16u << 10)

/* Ends the program with a message when the machine gives no more memory. */
struct co_stack *co_stack_get(void);
void co_stack_put(struct co_stack *s);

/* Makes new stacks use mprotect() as on kernels before 6.13; for tests. */
void co_stack_force_mprotect(bool on);

/* The overflow message names the coroutine that this returns; NULL: none runs. */
typedef const struct co_stack *co_stack_running(const char **name);
void co_stack_watch_overflow(co_stack_running *running);

/* Gives a new stack its trampoline. */
void switch_init(struct co_stack *s);
/* Runs on s until switch_leave(s) is called there, or s->run returns. */
void switch_enter(struct co_stack *s);
void switch_leave(struct co_stack *s);
/* Tells the leak checker that a stack holds live pointers, or no longer does. */
void switch_in_use(struct co_stack *s, bool yes);

/* True when a tool that keeps its own book of stack memory runs us. */
bool switch_is_watched(void);

#if defined(__SANITIZE_ADDRESS__)
#define CO_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CO_ASAN 1
#endif
#endif
#ifndef CO_ASAN
#define CO_ASAN 0
#endif

#endif
