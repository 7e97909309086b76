#ifndef RUN_BULK_H
#define RUN_BULK_H

#include "tc/private.h"

struct http_call;
struct cloud;

/*
 * Under load a whole exchange is stored for a failure and for the first of each kind
 * (operation and status); of the others one journal line tells operation, status,
 * sizes, times and a salted digest of the reply (design 6).
 */

/* Journals the call in a line of type "call".  True when it is to be stored whole too.
 * dir: the run's folder; r: what the call returned. */
bool bulk_call(struct tc_private *p, const struct cloud *c, const char *dir,
	       const struct http_call *call, int r);

/* Forgets which kinds were seen; for unit tests and a new run. */
void bulk_reset(void);

#endif
