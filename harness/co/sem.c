/* Permits, given in the order in which they were asked for. */
#include "co/co.h"

#include <assert.h>

#include "co/priv.h"

struct co_sem_waiter {
	struct co *co;
	unsigned wants;
	bool granted;
	struct co_sem_waiter *next;
};

void co_sem_init(struct co_sem *s, unsigned n)
{
	*s = (struct co_sem){ .free = n };
	s->last = &s->first;
}

/* Only ever the first in line: a small request must not overtake a large one
 * for ever. */
static void serve(struct co_sem *s)
{
	struct co_sem_waiter *w;

	while ((w = s->first) && w->wants <= s->free) {
		s->free -= w->wants;
		s->first = w->next;
		if (!s->first)
			s->last = &s->first;
		w->granted = true;
		co_wake(w->co);
	}
}

static void leave_line(struct co_sem *s, struct co_sem_waiter *w)
{
	struct co_sem_waiter **p = &s->first;

	while (*p != w)
		p = &(*p)->next;
	*p = w->next;
	if (s->last == &w->next)
		s->last = p;
}

int co_acquire(struct co_sem *s, unsigned n)
{
	struct co_sem_waiter w = { .co = co_self(), .wants = n };
	int r = co_told(w.co);

	if (r < 0)
		return r;
	if (!s->first && n <= s->free) {
		s->free -= n;
		return ERR_OK;
	}
	*s->last = &w;
	s->last = &w.next;
	while (!w.granted && r == ERR_OK)
		r = co_suspend("a permit");
	if (w.granted)
		return ERR_OK;
	leave_line(s, &w);
	serve(s);	/* who stood behind may need less */
	return r;
}

void co_release(struct co_sem *s, unsigned n)
{
	s->free += n;
	serve(s);
}
