#ifndef TESTS_REPORT_FIXTURE_H
#define TESTS_REPORT_FIXTURE_H

#include <stdint.h>

#include "base/str.h"

/*
 * Journals for the tests of reader and reports, written line by line with the
 * chain computed (tests/unit/test_model_report.c).
 */
struct draft {
	struct str text;
	int64_t seq;
	char head[65];
};

void draft_begin(struct draft *d);
/* One line; members is what follows the type, printf-like: "\"row\":%d". */
void draft_add(struct draft *d, const char *type, const char *members, ...)
	__attribute__((format(printf, 3, 4)));
void draft_end(struct draft *d, const char *outcome);
void draft_release(struct draft *d);

/* run, one target "alpha", one case "key.create" and its one row, to be gone on with. */
void draft_small(struct draft *d);

/* A new folder below TMPDIR; freed by fixture_remove(). */
char *fixture_dir(void);
void fixture_remove(char *dir);
void fixture_write(const char *dir, const char *name, const void *bytes, size_t n);

/* The large one: two targets, every verdict that a row can have.  Writes the
 * journal and its side store to dir. */
void fixture_full(const char *dir);

#endif
