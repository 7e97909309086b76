#include "co/stack.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Linux 6.13: a guard that splits no mapping, so that vm.max_map_count does not
 * bound the number of stacks.  Older headers lack it. */
#define GUARD_INSTALL 102

#if CO_ASAN
#define STACK_BYTES ((size_t)1 << 20)
#else
#define STACK_BYTES ((size_t)256 << 10)
#endif
#define KEPT_BYTES ((size_t)16 << 10)
#define PAGE ((size_t)4096)

static _Thread_local struct co_stack *pool;
static _Thread_local char signal_stack[32 << 10];
static _Thread_local bool signal_stack_set;
static co_stack_running *who_runs;
static bool force_mprotect;

void co_stack_force_mprotect(bool on)
{
	force_mprotect = on;
}

static _Noreturn void no_stack(const char *what)
{
	fprintf(stderr, "plugfest: no memory for a coroutine stack (%s: %s); "
		"raise vm.max_map_count or run fewer operations at once\n", what, strerror(errno));
	abort();
}

static void guard(char *from)
{
	if (!force_mprotect && !madvise(from, CO_STACK_GUARD, GUARD_INSTALL))
		return;
	if (mprotect(from, CO_STACK_GUARD, PROT_NONE) < 0)
		no_stack("mprotect");
}

static struct co_stack *stack_new(void)
{
	size_t own = (sizeof(struct co_stack) + 63) & ~(size_t)63;
	struct co_stack *s;
	char *map;

	map = mmap(NULL, CO_STACK_GUARD + STACK_BYTES, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
	if (map == MAP_FAILED)
		no_stack("mmap");
	guard(map);
	s = (struct co_stack *)(void *)(map + CO_STACK_GUARD + STACK_BYTES - own);
	*s = (struct co_stack){
		.base = map + CO_STACK_GUARD,
		.size = STACK_BYTES - own,
	};
	switch_init(s);
	return s;
}

/*
 * True when the page below the kept part was written to: fresh and given-back
 * pages read as zero.  Reads a dead stack on purpose, behind ASan's back.
 */
__attribute__((no_sanitize("address"))) static bool went_deep(const char *page)
{
	const volatile uint64_t *word = (const volatile uint64_t *)(const volatile void *)page;

	for (size_t i = 0; i < PAGE / sizeof(*word); i++)
		if (word[i])
			return true;
	return false;
}

/* One deep call must not cost its memory for the rest of the run. */
static void trim(struct co_stack *s)
{
	uintptr_t top = ((uintptr_t)s->base + s->size) & ~(PAGE - 1);
	size_t below = (size_t)(top - (uintptr_t)s->base) - KEPT_BYTES;

	if (switch_is_watched() || went_deep(s->base + below - PAGE))
		madvise(s->base, below, MADV_DONTNEED);
}

struct co_stack *co_stack_get(void)
{
	struct co_stack *s = pool;

	if (s)
		pool = s->next;
	else
		s = stack_new();
	s->next = NULL;
	switch_in_use(s, true);
	return s;
}

void co_stack_put(struct co_stack *s)
{
	switch_in_use(s, false);
	trim(s);
	s->next = pool;
	pool = s;
}

static void say(const char *text)
{
	ssize_t n = write(STDERR_FILENO, text, strlen(text));

	(void)n;
}

/* The fault happens again on return, now with the default action: the exit
 * status and the core are those of the fault itself. */
static void on_fault(int sig, siginfo_t *info, void *uc)
{
	const char *at = info->si_addr, *name = NULL;
	const struct co_stack *s = who_runs(&name);

	(void)uc;
	if (s && at >= s->base - CO_STACK_GUARD && at < s->base) {
		say("plugfest: coroutine \"");
		say(name);
		say("\" overflowed its stack of 256 KiB\n");
	}
	signal(sig, SIG_DFL);
}

void co_stack_watch_overflow(co_stack_running *running)
{
	struct sigaction old, act = { .sa_flags = SA_SIGINFO | SA_ONSTACK };
	stack_t alt = { .ss_sp = signal_stack, .ss_size = sizeof(signal_stack) };

	/* ASan has its own handler and a better message. */
	if (CO_ASAN || signal_stack_set)
		return;
	signal_stack_set = true;
	who_runs = running;
	act.sa_sigaction = on_fault;
	sigemptyset(&act.sa_mask);
	if (sigaltstack(&alt, NULL) < 0 || sigaction(SIGSEGV, NULL, &old) < 0)
		return;
	if (old.sa_handler == SIG_DFL)
		sigaction(SIGSEGV, &act, NULL);
}
