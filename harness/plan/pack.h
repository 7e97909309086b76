#ifndef PLAN_PACK_H
#define PLAN_PACK_H

#include "plan/plan.h"

/*
 * Packing: which row of a target begins next, so that never more is held at
 * once than limits and quota leave.  Pure, and the same for the same ends of
 * rows.
 *
 * Rows begin in the order of the plan.  The first that waits keeps what it
 * needs reserved; rows behind it may begin with what is left over.  So small
 * rows fill the gaps, none waits for ever, and as a row waits only for rows
 * that run, and takes all it needs at once, none waits for another that waits.
 */
struct need { unsigned of[KIND_COUNT]; };

/* The most that a case holds and that counts: not what the target lets it share. */
void need_of(const struct testcase *test, const struct cloud_config *cfg, struct need *ret);

struct pack {
	int64_t room[KIND_COUNT];	/* the most of ours at once; -1: no bound */
	int64_t above[KIND_COUNT];	/* so much more than its limit is in use already; 0: none */
	int64_t held[KIND_COUNT];
	int64_t left[KIND_COUNT];	/* of ended rows, and could not be removed */
	int64_t jobs, running;		/* rows at once */
	const struct cloud_config *cfg;
	unsigned site;			/* how much of the run's site is held: see pack.c */
	unsigned sharers;		/* rows that wait or run and take it */
	bool site_ends;			/* it is being removed: nobody may begin on it */
	const struct row **waiting;	/* in the order of the plan */
	size_t count;
};

/* jobs: 0: as the target says. */
void pack_init(struct pack *p, const struct cloud_config *cfg, int64_t jobs);
void pack_free(struct pack *p);
/* No more than room of a kind, besides what bounds it already. */
void pack_bound(struct pack *p, enum kind kind, int64_t room);
/* The first kind of which a case needs more than there ever will be; -1: it fits. */
int pack_lacks(const struct pack *p, const struct testcase *test);

/* Only rows that fit may be added. */
void pack_add(struct pack *p, const struct row *row);
/* Takes the row that may begin now out of the line, with what it holds; NULL: none may. */
const struct row *pack_next(struct pack *p);
void pack_ended(struct pack *p, const struct row *row);

/*
 * What cases share (any_site) is held from the first row that takes it until no row is left
 * that does, or until nothing else can begin.  true: now; no row begins on it until
 * pack_site_gone().
 */
bool pack_ends_site(struct pack *p);
/* The same for a site that is not trusted any longer: true: nobody uses it. */
bool pack_renews_site(struct pack *p);
void pack_site_gone(struct pack *p);

/* What a row or the site could not remove takes room all the same; the other way when it went
 * after all (by < 0). */
void pack_left(struct pack *p, enum kind kind, int64_t by);
/* Takes a row out of the line for which there is no room any longer, whatever ends: NULL:
 * each can still have its turn.  *kind: of which there is too little, *room: how much. */
const struct row *pack_drop(struct pack *p, enum kind *kind, int64_t *room);
/* Takes out the first that waits, whatever it needs; NULL: none waits. */
const struct row *pack_abandon(struct pack *p);

#endif
