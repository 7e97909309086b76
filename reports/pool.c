#include "reports/pool.h"

#include <stdint.h>
#include <string.h>

#include "base/str.h"

enum { BLOCK = 32768, FIRST_ROOM = 1024 };

struct pool_block {
	struct pool_block *next;
	size_t size;
	char bytes[];
};

static size_t place(const struct pool *p, const char *text)
{
	uint64_t h = UINT64_C(14695981039346656037);
	size_t at;

	for (const char *c = text; *c; c++)
		h = (h ^ (unsigned char)*c) * UINT64_C(1099511628211);
	at = (size_t)(h ^ h >> 32) & (p->room - 1);
	while (p->slots[at] && strcmp(p->slots[at], text))
		at = (at + 1) & (p->room - 1);
	return at;
}

static void widen(struct pool *p)
{
	struct pool old = *p;

	p->room = old.room ? old.room * 2 : FIRST_ROOM;
	p->slots = xcalloc(p->room, sizeof(*p->slots));
	for (size_t i = 0; i < old.room; i++)
		if (old.slots[i])
			p->slots[place(p, old.slots[i])] = old.slots[i];
	free(old.slots);
}

static char *room_for(struct pool *p, size_t n)
{
	struct pool_block *b;

	if (n > p->left) {
		size_t size = n > BLOCK ? n : BLOCK;

		b = xmalloc(sizeof(*b) + size);
		*b = (struct pool_block){ .next = p->blocks, .size = size };
		p->blocks = b;
		p->left = size;
	}
	b = p->blocks;
	p->left -= n;
	return b->bytes + b->size - p->left - n;
}

const char *pool_text(struct pool *p, const char *text)
{
	size_t n = strlen(text) + 1, at;

	if (n == 1)
		return "";
	if (2 * p->count >= p->room)
		widen(p);
	at = place(p, text);
	if (!p->slots[at]) {
		p->slots[at] = memcpy(room_for(p, n), text, n);
		p->count++;
	}
	return p->slots[at];
}

void pool_release(struct pool *p)
{
	struct pool_block *b;

	while ((b = p->blocks)) {
		p->blocks = b->next;
		free(b);
	}
	free(p->slots);
	*p = (struct pool){ 0 };
}
