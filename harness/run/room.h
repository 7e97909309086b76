#ifndef RUN_ROOM_H
#define RUN_ROOM_H

#include "cloud/cloud.h"
#include "plan/pack.h"

/*
 * Asks the cloud, where its API can say it, how much of each kind it still
 * lets us have; journals the answer and bounds the packing by it.
 */
CO_FN void room_measure(struct cloud *c, struct pack *p);
/* The same without a journal.  ERR_UNSUPPORTED: the API shows none, or nobody claims that
 * it does. */
CO_FN int room_ask(struct cloud *c, struct pack *p, struct quota quota[KIND_COUNT],
		   struct error *err);
/* Why a case can never fit; to is filled in when it cannot. */
bool room_lacks(const struct pack *p, const struct testcase *test, char to[200]);

#endif
