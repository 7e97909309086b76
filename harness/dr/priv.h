#ifndef DR_PRIV_H
#define DR_PRIV_H

#include "dr/check.h"
#include "dr/history.h"

/* ---- the bytes of a history ---- */

#define HISTORY_MAGIC "plugfest-hist/1\n"	/* the version stands in it */
enum {
	HISTORY_HEAD_BYTES = 16 + 8 + 8 + 4 + 4 + 64,
	HISTORY_BLOCK_HEAD_BYTES = 4 + 4,
	HISTORY_EVENT_BYTES = 32,
	HISTORY_DIGEST_BYTES = 64,
	HISTORY_BLOCK_BYTES = HISTORY_BLOCK_HEAD_BYTES + HISTORY_BLOCK * HISTORY_EVENT_BYTES +
			      HISTORY_DIGEST_BYTES,
};

static inline uint64_t le_get(const unsigned char *p, unsigned bytes)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < bytes; i++)
		v |= (uint64_t)p[i] << 8 * i;
	return v;
}

static inline void le_put(unsigned char *p, unsigned bytes, uint64_t v)
{
	for (unsigned i = 0; i < bytes; i++)
		p[i] = (unsigned char)(v >> 8 * i);
}

/* ---- the checker: index.c finds, the others judge ---- */

#define NO_EVENT UINT32_MAX

/* What is known of a marker: a bit for each reading and side. */
enum {
	MARKER_THERE = 1 << 0,		/* << place() */
	MARKER_TWICE = 1 << 4,
	MARKER_BEHIND = 1 << 8,		/* a later one stands before it */
	MARKER_LOST_SWITCH = 1 << 12,
	MARKER_LOST_FINAL = 1 << 13,
	MARKER_REFUSED_READ = 1 << 14,
};

static inline unsigned place(unsigned reading, unsigned side)
{
	return reading * HISTORY_SIDES + side;
}

struct marks {
	const struct history_event *fault, *switched, *failback;	/* the first; NULL */
	const struct history_event *ledger[READINGS * HISTORY_SIDES];
	uint64_t rows[READINGS * HISTORY_SIDES];	/* markers that the rows stand for */
	bool gone[HISTORY_SIDES];
};

struct index {
	const struct history *h;
	const struct check_options *o;
	struct dr_result *c;
	struct marks m;

	/* Slot first[w] + number - 1 is a marker's; first has clients + 1. */
	uint32_t *first;
	uint32_t *at;		/* its write, or NO_EVENT */
	uint16_t *flags;
	/* Of the slots from this one to the writer's last: the write acknowledged first. */
	uint32_t *soonest, *soonest_kept;
	uint32_t *after;	/* a writer's first slot sent after the switch */

	int64_t fault_us, confirmed_us;
	/* The role passes on between these; INT64_MAX without a switch. */
	int64_t handover_us, switched_us;
	unsigned survivor;	/* SIDE_NONE: not known */
};

/* The write of a slot, or NULL. */
static inline const struct history_event *slot_write(const struct index *x, uint32_t slot)
{
	return x->at[slot] == NO_EVENT ? NULL : &x->h->events[x->at[slot]];
}

static inline uint32_t slot_of(const struct index *x, const struct history_event *write)
{
	return x->first[write->writer] + write->number - 1;
}

/* A writer's next records lie far apart: asked for early, they cost a quarter. */
static inline void slot_soon(const struct index *x, uint32_t slot)
{
	if (slot < x->first[x->h->head.clients] && x->at[slot] != NO_EVENT)
		__builtin_prefetch(&x->h->events[x->at[slot]]);
}
enum { SLOTS_AHEAD = 16 };

/* The write of a marker, or NULL. */
static inline const struct history_event *index_write(const struct index *x, uint32_t writer,
						      uint32_t number)
{
	if (!number || number > x->first[writer + 1] - x->first[writer])
		return NULL;
	return slot_write(x, x->first[writer] + number - 1);
}

static inline uint32_t slots(const struct index *x)
{
	return x->first[x->h->head.clients];
}

static inline bool acked(const struct history_event *e)
{
	return e->outcome == OUTCOME_OK;
}

int index_make(struct index *x, struct error *err);
/* ERR_INVALID, in the words of a person: record so-and-so. */
int index_contradicts(struct error *err, size_t event, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void index_free(struct index *x);
void check_note(struct dr_result *c, enum check_kind kind, uint32_t writer, uint32_t number,
		unsigned side, int64_t at_us);

/* In this order: each uses what the one before it found. */
void check_ledgers(struct index *x);	/* rows, what was lost; duplicated, reordered, ... */
int check_reads(struct index *x, struct error *err);
void check_split_brain(struct index *x);
void check_figures(struct index *x);

#endif
