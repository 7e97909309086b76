/* Going on with a run that did not come to its end. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/file.h"
#include "journal/emit.h"
#include "journal/reader.h"
#include "run/inventory.h"
#include "run/resume.h"

enum { JOURNAL_MAX = 1 << 30, SHOWN = 512 };

/* Held on the first segment until the run ends: a sweep, and another resume, look for it. */
static int lock(const char *dir, struct error *err)
{
	AUTO(str) char *path = xasprintf("%s/journal.jsonl", dir);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_at(err, ERR_HARNESS, path, 0, "cannot open: %s", strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	close(fd);
	return err_at(err, ERR_INVALID, dir, 0, "found a run that is still going; wanted one that has "
		      "ended");
}

/* What follows the last whole line of the last segment: sealed, never cut off. */
static int journal_torn(struct journal *j, const struct past *past, struct error *err)
{
	AUTO(str_buf) struct str bytes = { 0 }, s = { 0 };
	AUTO(str) char *path = NULL;
	char name[32], digest[65], shown[2 * SHOWN + 1];
	const char *nl;
	size_t at, n;

	journal_segment_name(past->segments, name);
	path = xasprintf("%s/%s", past->dir, name);
	if (file_read(path, JOURNAL_MAX, &bytes, err) < 0)
		return err->code;
	nl = memrchr(str_text(&bytes), '\n', bytes.len);
	at = nl ? (size_t)(nl + 1 - bytes.text) : 0;
	n = bytes.len - at;
	sha256_hex(bytes.text + at, n, digest);
	hex((const unsigned char *)bytes.text + at, n < SHOWN ? n : SHOWN, shown);
	member_text(&s, "type", "torn");
	member_text(&s, "bytes", shown);
	member_int(&s, "length", (int64_t)n);
	member_text(&s, "sha256", digest);
	journal_append(j, s.text, s.len);
	return ERR_OK;
}

static void journal_resume(struct journal *j, const struct run_options *opt,
			   const struct past *past, size_t kept, size_t to_run)
{
	struct str s = { 0 };

	member_text(&s, "type", "resume");
	member_int(&s, "segment", past->segments + 1);
	member_text(&s, "version", PLUGFEST_VERSION);
	member_text(&s, "commit", opt->commit);
	member_bool(&s, "dirty", opt->dirty);
	member_int(&s, "kept", (int64_t)kept);
	member_int(&s, "to_run", (int64_t)to_run);
	journal_append(j, s.text, s.len);
	str_release(&s);
}

/* The inventory is taken again where any other row of its target still runs. */
static void reopen_inventory(const struct plan *p, enum row_state *states)
{
	for (size_t i = 0; i < p->row_count; i++) {
		const struct row *row = &p->rows[i];

		if (row->decided != VERDICT_COUNT || !inventory_is_case(row->test) ||
		    states[i] != ROW_DONE)
			continue;
		for (size_t k = 0; k < p->row_count; k++)
			if (p->rows[k].target == row->target && states[k] != ROW_DONE)
				states[i] = ROW_TO_RUN;
	}
}

static size_t set_states(const struct past *past, const struct plan *p, enum row_state *states,
			 unsigned *starts)
{
	size_t to_run = 0;

	for (size_t i = 0; i < past->row_count; i++) {
		const struct past_row *row = &past->rows[i];

		starts[i] = row->starts;
		states[i] = past_done(row) ? ROW_DONE :
			    row->starts && !row->finished ? ROW_IN_FLIGHT : ROW_TO_RUN;
	}
	reopen_inventory(p, states);
	for (size_t i = 0; i < past->row_count; i++)
		to_run += states[i] != ROW_DONE;
	return to_run;
}

static int check(const struct run_options *opt, const struct past *past, struct error *err)
{
	if (past->whole && !strcmp(past->outcome, "completed"))
		return err_at(err, ERR_INVALID, past->dir, 0, "found a run that came to its end; wanted one "
			      "that did not (--rerun failed runs its failures again)");
	if (strcmp(past_text(past, "version"), PLUGFEST_VERSION) ||
	    strcmp(past_text(past, "commit"), opt->commit))
		return err_at(err, ERR_INVALID, past->dir, 0, "found a run of plugfest %.20s, commit %.40s; "
			      "wanted one of this build (%s, commit %.40s)", past_text(past, "version"),
			      past_text(past, "commit"), PLUGFEST_VERSION, opt->commit);
	if (past->segments >= JOURNAL_SEGMENTS_MAX)
		return err_at(err, ERR_INVALID, past->dir, 0, "found %d segments already",
			      past->segments);
	return ERR_OK;
}

int run_resume(const struct run_options *opt, const struct past *past, enum job_outcome *outcome,
	       struct error *err)
{
	const struct plan *p = opt->plan;
	struct run_options own = *opt;
	enum row_state *states;
	unsigned *starts;
	struct journal j;
	size_t to_run;
	char name[32];
	int fd, r;

	*outcome = JOB_FAILED;
	if (check(opt, past, err) < 0)
		return err->code;
	fd = lock(past->dir, err);
	if (fd < 0)
		return fd;
	own.resumed = true;
	states = xcalloc(p->row_count + 1, sizeof(*states));
	starts = xcalloc(p->row_count + 1, sizeof(*starts));
	to_run = set_states(past, p, states, starts);
	journal_segment_name(past->segments + 1, name);
	r = journal_create(&j, past->dir, name, past->head, err);
	if (r == ERR_OK) {
		j.seq = past->line_count;
		if (past->torn)
			r = journal_torn(&j, past, err);
		journal_resume(&j, opt, past, p->row_count - to_run, to_run);
		if (r == ERR_OK)
			r = journal_commit(&j, err);
		r = run_go(&j, &own, states, starts, r, outcome, err);
	}
	free(states);
	free(starts);
	close(fd);
	return r;
}
