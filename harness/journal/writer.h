#ifndef JOURNAL_WRITER_H
#define JOURNAL_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

/*
 * Appends chained lines to a journal file (docs/journal.md).  Lines gather in
 * memory until journal_write() hands them to the file, where they outlive this process;
 * journal_commit() also sees them onto the disk.
 */
struct journal {
	int fd;
	char path[4096];
	int64_t seq;		/* of the last line */
	int64_t began_us;	/* monotonic */
	char head[65];		/* SHA-256 of the last line */
	struct str pending;
	bool unsynced;		/* written since the last commit */
};

/* Creates dir/name; refuses to touch one that exists.  head: what line 1
 * refers to, NULL for 64 zeros. */
int journal_create(struct journal *j, const char *dir, const char *name, const char *head,
		   struct error *err);
/* A supervisor is writing dir/name at this moment. */
bool journal_in_use(const char *dir, const char *name);
/* members: an event without braces; n bytes. */
void journal_append(struct journal *j, const char *members, size_t n);
int journal_write(struct journal *j, struct error *err);
int journal_commit(struct journal *j, struct error *err);
/* Writes the `end` line and commits.  outcome: completed, interrupted, failed. */
int journal_end(struct journal *j, const char *outcome, struct error *err);
void journal_close(struct journal *j);

#endif
