#ifndef HISTORY_MADE_H
#define HISTORY_MADE_H

#include "dr/check.h"

/*
 * An exercise of a service that does everything right, made from a seed: writers and readers,
 * a fault of side A, B takes over, A takes over again.  Jitter, late sends, unknown writes that
 * survive, come late or are lost, and a UTC clock that jumps are in it; nothing may be found in it.
 * Tests then spoil what they want found.
 */
enum { MADE_WRITERS = 4, MADE_CLIENTS = 9, MADE_INTERVAL_US = 10000, MADE_LATE_US = 100000 };

struct made_marker {
	uint32_t writer, number;
};

struct made {
	struct history h;
	size_t room;
	uint64_t seed;
	int64_t fault_us, switched_us, back_us, end_us;	/* the truth */
	struct {
		struct made_marker *marker;
		size_t n;
	} ledger[READINGS * HISTORY_SIDES];
	uint32_t last[MADE_CLIENTS];	/* numbers given out */
	uint32_t closed;		/* made_pick() takes none of this writer; MADE_CLIENTS */
};

enum { MADE_MARK_SWITCH = 1, MADE_UNKNOWNS = 2, MADE_HICCUPS = 4, MADE_ALL = 7 };

void made_begin(struct made *m, uint64_t seed, unsigned with);
/* Ledgers become rows. */
void made_finish(struct made *m);
void made_cleanup(struct made *m);

uint32_t made_random(struct made *m, uint32_t below);
struct history_event *made_add(struct made *m, struct history_event e);
/* The write of a marker; NULL. */
struct history_event *made_write(const struct made *m, uint32_t writer, uint32_t number);
/* Some write acknowledged between two times, not the writer's first or last 5, and none returned
 * before; it ends the test when there is none. */
struct made_marker made_pick(struct made *m, int64_t from_us, int64_t until_us);

/* Where a marker stands in a ledger; n when it is not there. */
size_t made_find(const struct made *m, unsigned where, struct made_marker k);
void made_remove(struct made *m, unsigned where, struct made_marker k);
void made_insert(struct made *m, unsigned where, size_t at, struct made_marker k);

#define WHERE(reading, side) ((reading) * HISTORY_SIDES + (side))

#endif
