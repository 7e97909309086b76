#ifndef DR_HISTORY_H
#define DR_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

/*
 * What a prober did and saw during one exercise (one fault): a file of its own beside the journal,
 * which names it and its last digest.  docs/dr-history.md has the bytes.
 *
 * Records of 32 bytes, not lines: ten million of them are read, checked against the chain and
 * judged in seconds, and the prober, which has 2 ms for its schedule, formats nothing.  A record
 * is written when its probe has ended.  Blocks of at most 4096 records are chained by SHA-256, as
 * the lines of the journal are; all integers are little-endian on every machine.
 *
 * Times are microseconds of CLOCK_MONOTONIC since the history began, which nobody can set.  UTC
 * stands in the head once, for people; no figure is made from it.
 */
enum history_kind {
	HISTORY_WRITE = 1,	/* client appends the marker writer.number; writer == client */
	HISTORY_READ,		/* a user's read: the newest marker of writer is number; 0: none */
	HISTORY_LOOK,		/* the same of one side behind the service's back: replication */
	HISTORY_ROW,		/* of a ledger: took_us markers of writer, from number on */
	HISTORY_LEDGER,		/* all rows of this side and reading are there: number markers */
	HISTORY_PHASE,		/* detail: enum history_phase */
	HISTORY_FAULT,		/* sent, and ended when it was seen to be effective; of side */
	HISTORY_HEAL,
	HISTORY_SWITCH,		/* side now has the right to acknowledge: ordered, confirmed */
	HISTORY_FAILBACK,	/* the same, back */
	HISTORY_GONE,		/* the ledger of side will never be read again */
	HISTORY_CLOCK,		/* UTC microseconds in writer (high half) and number at due_us */
	HISTORY_END,		/* number events stand before it */
};

/* A is the primary; NONE: not known, or the link. */
enum history_side { SIDE_A, SIDE_B, SIDE_NONE };
enum { HISTORY_SIDES = 2 };

enum history_outcome {
	OUTCOME_OK,
	OUTCOME_REFUSED,	/* certainly had no effect */
	OUTCOME_UNKNOWN,	/* no answer: it may take effect at any time, or never */
};

enum history_phase {
	PHASE_PREPARE, PHASE_STEADY, PHASE_FAULT, PHASE_DETECT,
	PHASE_SWITCH, PHASE_VERIFY, PHASE_FAILBACK, PHASE_VERIFY_BACK,
	PHASES,
};

enum history_reading { READING_SWITCH, READING_FINAL, READINGS };

/* 32 bytes.  What a kind does not use is 0 (side: SIDE_NONE). */
struct history_event {
	int64_t due_us;		/* by the absolute schedule */
	uint32_t late_us;	/* sent after that */
	uint32_t took_us;	/* from sending to the end; at most 71 minutes */
	uint32_t client;	/* who did it */
	uint32_t writer;	/* a marker is a writer and its number, from 1, as sent */
	uint32_t number;
	uint8_t kind, outcome, side, detail;	/* detail: phase, reading or sort of fault */
};

static inline int64_t event_sent(const struct history_event *e)
{
	return e->due_us + e->late_us;
}

static inline int64_t event_ended(const struct history_event *e)
{
	return event_sent(e) + e->took_us;
}

struct history_head {
	int64_t origin_us;	/* CLOCK_MONOTONIC when it began */
	int64_t utc_us;		/* at that moment */
	uint32_t interval_us;	/* between two writes of one client, by its schedule */
	uint32_t clients;	/* their numbers are below it */
	char prev[65];		/* digest of the journal's line before it */
};

enum {
	HISTORY_CLIENTS_MAX = 65536,
	HISTORY_BLOCK = 4096,		/* records in one */
	HISTORY_EVENTS_MAX = 1 << 26,
};

/* "write" and so on; "?" outside the enum. */
const char *history_kind_name(unsigned kind);

/* Is e a record that may stand in a history with that head?  Else why has what was found and
 * wanted. */
bool history_event_ok(const struct history_head *head, const struct history_event *e,
		      char why[160]);

/* ---- writing ---- */

struct history_writer {
	int fd;
	char path[4096];
	struct history_head head;
	char digest[65];	/* of the last block */
	uint32_t blocks;
	uint64_t events;
	struct str block;	/* being gathered */
	uint32_t gathered;
};

/* Creates the file; refuses one that exists. */
int history_create(struct history_writer *w, const char *path, const struct history_head *head,
		   struct error *err);
/* ERR_HARNESS for an event that history_event_ok() refuses, and when a full block cannot be
 * written. */
int history_add(struct history_writer *w, const struct history_event *e, struct error *err);
/* Writes what was gathered: from here on it outlives this process.  For a prober's idle moments. */
int history_flush(struct history_writer *w, struct error *err);
/* HISTORY_END at that time, on the disk; w->digest is then what the journal names. */
int history_end(struct history_writer *w, int64_t now_us, struct error *err);
void history_close(struct history_writer *w);

/* ---- reading ---- */

struct history_state {
	bool whole;		/* ends with HISTORY_END, and nothing follows */
	bool torn;		/* ends within a block, which began at torn_at */
	uint64_t torn_at;
	uint64_t events, bytes;	/* of whole blocks */
	char digest[65];	/* of the last whole block, or of the head */
};

/*
 * Calls fn for each whole block whose place in the chain is right, until it returns < 0 (which is
 * then returned, err being fn's).  Takes the memory of one block.  ERR_INVALID with file, byte,
 * found and wanted: no history, a broken chain, a record that means nothing.  The head alone
 * being torn is that too.
 */
int history_read(const char *path,
		 int (*fn)(void *arg, const struct history_event *e, size_t n, struct error *err),
		 void *arg, struct history_head *head, struct history_state *state,
		 struct error *err);

/* All of it in memory. */
struct history {
	struct history_head head;
	struct history_event *events;
	size_t n;
	bool whole;
};
/* ERR_INVALID over max events; head and state as above. */
int history_load(const char *path, size_t max, struct history *ret, struct history_state *state,
		 struct error *err);
void history_cleanup(struct history *h);

#endif
