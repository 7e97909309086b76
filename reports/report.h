#ifndef REPORTS_REPORT_H
#define REPORTS_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"
#include "journal/verdict.h"

/*
 * Reports of a run: pure functions of its journal and side store
 * (docs/journal.md).  The same journal gives the same bytes in any directory,
 * locale, time zone and for any user.
 *
 * A journal that is broken or incomplete still makes a report, and every
 * format of it says so first.
 */
struct report;

/* Reads DIR/journal.jsonl and the exchanges that findings need.  ERR_NOT_FOUND:
 * no journal there. */
int report_load(const char *dir, struct report **ret, struct error *err);
void report_free(struct report *r);
static inline void report_cleanup(struct report **r) { report_free(*r); }	/* AUTO(report) */

/* The verdict over all targets. */
enum run_verdict report_verdict(const struct report *r);
/* The exit status of the run: that of its verdict, or 3 when it stays undecided
 * because a target file names what its cloud does not have. */
int report_exit(const struct report *r);

/* Where a writer's bytes go, in their order: false when no more can be taken. */
struct sink {
	bool (*put)(void *arg, const char *bytes, size_t n);
	void *arg;
};
/* Appends to a struct str. */
#define SINK_TEXT(str_) (&(const struct sink){ .put = sink_text, .arg = (str_) })
bool sink_text(void *arg, const char *bytes, size_t n);

/* Each writer makes one whole file, bit by bit; it is good on ERR_OK only. */
int report_junit(const struct report *r, const struct sink *to, struct error *err);
int report_surefire(const struct report *r, const struct sink *to, struct error *err);
/* lang: "en" or "ko". */
int report_html(const struct report *r, const char *lang, const struct sink *to,
		struct error *err);
int report_json(const struct report *r, const struct sink *to, struct error *err);

/* The console's last words: the sentence, the counts, each finding in at most
 * three lines, hardest first, and what to do next about the folder dir (NULL: not
 * known).  The first line alone is the verdict; the caller says where the files lie. */
void report_summary(const struct report *r, const char *dir, struct str *out);

/* junit.xml, junit-surefire.xml, report.html (in lang), report.ko.html,
 * report.json: each whole or not at all. */
int report_write_all(const struct report *r, const char *outdir, const char *lang,
		     struct error *err);

/*
 * Checks a run's folder offline: the chain, the end, every verdict derived
 * again from its steps, the side store's digests, and the report files byte by
 * byte (outdir as for report_write_all, NULL: dir; a file that is not there is not
 * judged).  line() hears one line per rule, the last of which says that there is no
 * signature.  ERR_OK: everything held; ERR_INVALID: something did not.
 */
enum verify_mark { VERIFY_HELD, VERIFY_BROKEN, VERIFY_ABSENT };
typedef void verify_line(void *arg, enum verify_mark mark, const char *rule, const char *detail);
int report_verify(const char *dir, const char *outdir, verify_line *line, void *arg,
		  struct error *err);

#endif
