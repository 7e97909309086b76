/*
 * The one file that knows how a stack is entered and left.
 *
 * glibc's checked longjmp() takes a jump to another stack for an error, so the
 * fortified names must go before <setjmp.h> comes in; <features.h> may have been
 * read already by a forced include, hence its own macro too.
 */
#undef _FORTIFY_SOURCE
#undef __USE_FORTIFY_LEVEL
#define __USE_FORTIFY_LEVEL 0

#include "co/stack.h"

#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <ucontext.h>

#if CO_ASAN
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>
#endif

#if defined(__has_include)
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif
#endif
#ifndef VALGRIND_STACK_REGISTER
#define VALGRIND_STACK_REGISTER(from, to) 0
#define RUNNING_ON_VALGRIND 0
#endif

/* A longjmp cannot unwind a shadow stack, nor land where branch targets are
 * marked; swapcontext() costs a system call and can. */
#if defined(__CET__) || (defined(__clang__) && defined(__ARM_FEATURE_BTI_DEFAULT))
#define BY_SWAPCONTEXT 1
#else
#define BY_SWAPCONTEXT 0
#endif

struct co_switch {
#if BY_SWAPCONTEXT
	ucontext_t here, home;
#else
	sigjmp_buf here, home;
#endif
	bool started;
	/* For ASan: the fake stacks of both sides, and where home's stack lies. */
	void *here_fake, *home_fake;
	const void *home_base;
	size_t home_size;
};

/* Hands a stack to its trampoline: makecontext() only carries ints. */
static _Thread_local struct co_stack *entering;

static void fiber_start(void **fake, const void *base, size_t size)
{
#if CO_ASAN
	__sanitizer_start_switch_fiber(fake, base, size);
#else
	(void)fake, (void)base, (void)size;
#endif
}

static void fiber_finish(void *fake, const void **base, size_t *size)
{
#if CO_ASAN
	__sanitizer_finish_switch_fiber(fake, base, size);
#else
	(void)fake, (void)base, (void)size;
#endif
}

void switch_in_use(struct co_stack *s, bool yes)
{
#if CO_ASAN
	if (yes)
		__lsan_register_root_region(s->base, s->size);
	else
		__lsan_unregister_root_region(s->base, s->size);
#else
	(void)s, (void)yes;
#endif
}

bool switch_is_watched(void)
{
	return RUNNING_ON_VALGRIND;
}

/* Never returns: with its fake stack kept too, the next coroutine finds the
 * stack as the last one did (freeing it per coroutine: google/sanitizers 1760). */
static void trampoline(void)
{
	struct co_stack *s = entering;

	fiber_finish(NULL, &s->sw->home_base, &s->sw->home_size);
	for (;;) {
		s->run(s->arg);
		switch_leave(s);
	}
}

static void first_context(ucontext_t *uc, struct co_stack *s)
{
	if (getcontext(uc) < 0)
		abort();
	uc->uc_stack.ss_sp = s->base;
	uc->uc_stack.ss_size = s->size;
	uc->uc_link = NULL;
	makecontext(uc, trampoline, 0);
	entering = s;
}

#if BY_SWAPCONTEXT

static void jump_in(struct co_stack *s)
{
	struct co_switch *sw = s->sw;

	if (!sw->started)
		first_context(&sw->here, s);
	sw->started = true;
	swapcontext(&sw->home, &sw->here);
}

static void jump_out(struct co_stack *s)
{
	swapcontext(&s->sw->here, &s->sw->home);
}

#else

static void jump_in(struct co_stack *s)
{
	ucontext_t uc;

	if (sigsetjmp(s->sw->home, 0))
		return;
	if (s->sw->started)
		siglongjmp(s->sw->here, 1);
	s->sw->started = true;
	first_context(&uc, s);
	setcontext(&uc);
	abort();
}

static void jump_out(struct co_stack *s)
{
	if (!sigsetjmp(s->sw->here, 0))
		siglongjmp(s->sw->home, 1);
}

#endif

/* noinline: nothing computed from the stack pointer may be kept across. */
__attribute__((noinline)) void switch_enter(struct co_stack *s)
{
	fiber_start(&s->sw->home_fake, s->base, s->size);
	jump_in(s);
	fiber_finish(s->sw->home_fake, NULL, NULL);
}

__attribute__((noinline)) void switch_leave(struct co_stack *s)
{
	fiber_start(&s->sw->here_fake, s->sw->home_base, s->sw->home_size);
	jump_out(s);
	fiber_finish(s->sw->here_fake, &s->sw->home_base, &s->sw->home_size);
}

void switch_init(struct co_stack *s)
{
	size_t room = (sizeof(struct co_switch) + 63) & ~(size_t)63;

	(void)VALGRIND_STACK_REGISTER(s->base, s->base + s->size);
	s->size -= room;
	s->sw = (struct co_switch *)(void *)(s->base + s->size);
	*s->sw = (struct co_switch){ 0 };
}
