#ifndef JOURNAL_EMIT_H
#define JOURNAL_EMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"
#include "co/co.h"

/*
 * The worker's end of the journal: events go over a socket to the supervisor,
 * which stamps, chains, writes and syncs them and says how many are durable
 * (docs/journal.md).  A worker whose supervisor is gone ends at once: nothing
 * may be sent to a cloud that no journal would remember.
 */
enum frame_type {
	FRAME_EVENT = 'E',	/* worker -> supervisor: one event's members */
	FRAME_START = 'S',	/* the same, and row has begun */
	FRAME_FINISH = 'F',	/* the same, and row has ended */
	FRAME_SYNC = 'Y',	/* worker -> supervisor: somebody waits for all before it */
	FRAME_SAY = 'P',	/* a line for the person watching; not journalled */
	FRAME_DONE = 'D',	/* the worker's work is over; no payload */
	FRAME_ACK = 'A',	/* supervisor -> worker: u64 events durable */
	FRAME_STOP = 'X',	/* supervisor -> worker: end in good order */
	FRAME_LOST = 'L',	/* the same, and nothing is durable any longer */
};
struct frame_head {
	uint32_t length;	/* of the payload */
	uint32_t type;
	int32_t row;
	uint32_t spare;
};

/* Takes over fd (a stream socket) on the loop.  stop is called on FRAME_STOP. */
void emit_open(struct loop *loop, int fd, void (*stop)(void *arg), void *arg);
void emit_close(void);

/* Sends one event: the members after "mono_us", without braces; secrets are
 * blanked here, in one place. */
void emit_event(enum frame_type type, int row, struct str *members);
/* The same within 10 ms, or with the next that is sent at once: for what a crash in
 * between may take with it. */
void emit_event_soon(int row, struct str *members);
void emit_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void emit_done(void);

/* Waits until everything emitted so far is durable.  ERR_HARNESS: it never will be. */
CO_FN int emit_sync(void);
/* Waits until the socket has taken everything. */
CO_FN int emit_flush(void);

/* Helpers that build members: "key":value with a comma before all but the first. */
void member_text(struct str *s, const char *key, const char *value);
void member_int(struct str *s, const char *key, int64_t value);
void member_bool(struct str *s, const char *key, bool value);
void member_raw(struct str *s, const char *key, const char *json);
/* "key":{"a":"av","b":"bv"} */
void member_pair(struct str *s, const char *key, const char *a, const char *av, const char *b,
		 const char *bv);

#endif
