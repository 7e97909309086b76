#ifndef JOURNAL_READER_H
#define JOURNAL_READER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/*
 * Reads DIR/journal.jsonl line by line and checks the chain as it goes
 * (docs/journal.md); then the segments of a resumed run, journal-2.jsonl and so
 * on, as one chain whose lines are counted on.
 */
struct journal_line {
	int64_t seq;
	const char *type;	/* borrowed from doc */
	const json_t *doc;	/* borrowed: valid until the callback returns */
	int number;		/* of the line in the journal, from 1 */
};

struct journal_state {
	bool whole;		/* ends with `end`, whose count and head are right */
	int broken_line;	/* 0: the chain holds */
	char broken_why[160];
	bool torn;		/* the file ends inside a line */
	int64_t lines;
	char head[65];		/* digest of the last whole line */
	char outcome[16];	/* of `end` */
	int segments;		/* files read */
};

enum { JOURNAL_SEGMENTS_MAX = 1000 };
/* "journal.jsonl", "journal-2.jsonl"; to has room for 32. */
void journal_segment_name(int segment, char to[32]);

/*
 * Calls fn for each line whose place in the chain is right, in order, until it
 * returns < 0 (which is then returned).  A broken chain is reported in
 * *state, not as an error, and ends the reading.  ERR_NOT_FOUND: no journal in
 * dir; ERR_INVALID: fn's refusal.  A line over 4 MiB or that is no JSON object
 * breaks the chain.
 */
int journal_read(const char *dir, int (*fn)(void *arg, const struct journal_line *line),
		 void *arg, struct journal_state *state, struct error *err);

#endif
