#ifndef RUN_ROOM_H
#define RUN_ROOM_H

#include "cloud/cloud.h"
#include "plan/pack.h"

/*
 * Asks the cloud, where its API can say it, how much of each kind it still
 * lets us have; journals the answer and bounds the packing by it.
 */
CO_FN void room_measure(struct cloud *c, struct pack *p);
/* Why a case can never fit; to is filled in when it cannot. */
bool room_lacks(const struct pack *p, const struct testcase *test, char to[200]);

#endif
