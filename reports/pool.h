#ifndef REPORTS_POOL_H
#define REPORTS_POOL_H

#include <stddef.h>

/*
 * Texts that live as long as the report, each kept once however often the
 * journal says it.  {0} is a valid empty pool.
 */
struct pool {
	const char **slots;	/* open addressing; NULL: free */
	size_t count, room;	/* room: a power of two */
	struct pool_block *blocks;
	size_t left;		/* bytes of the first block not yet used */
};

/* The pool's copy of text; never NULL. */
const char *pool_text(struct pool *p, const char *text);
void pool_release(struct pool *p);

#endif
