/* plugfest verify: each rule that a run's folder must keep. */
#include "reports/model.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "reports/write.h"

enum { SIDE_MAX = 4 << 20 };

struct check {
	const struct report *r;
	verify_line *line;
	void *arg;
	bool failed;
};

static void say(struct check *c, enum verify_mark mark, const char *rule, const char *detail)
{
	c->failed = c->failed || mark == VERIFY_BROKEN;
	c->line(c->arg, mark, rule, detail);
}

static void check_chain(struct check *c)
{
	const struct journal_state *st = &c->r->state;
	AUTO(str_buf) struct str detail = { 0 };

	if (st->broken_line)
		str_addf(&detail, "line %d: %s", st->broken_line, st->broken_why);
	else
		str_addf(&detail, "%lld lines, head %s", (long long)st->lines, st->head);
	say(c, st->broken_line ? VERIFY_BROKEN : VERIFY_HELD, "chain", str_text(&detail));
}

static void check_end(struct check *c)
{
	const struct journal_state *st = &c->r->state;
	AUTO(str_buf) struct str detail = { 0 };

	if (st->whole)
		str_addf(&detail, "outcome %s, count and head are right", st->outcome);
	else
		str_addf(&detail, "%s", st->torn ? "the journal stops in the middle of a line"
						 : "the last line is no end");
	say(c, st->whole ? VERIFY_HELD : VERIFY_BROKEN, "end", str_text(&detail));
}

/* One attempt's finish against its own steps. */
static bool agrees(const struct row *row, const struct attempt *a, struct str *detail)
{
	const char *cause;
	enum verdict v = attempt_derived(a, &cause);

	if (!a->finished || (v == a->verdict && !strcmp(cause, a->cause)))
		return true;
	if (detail->len)
		return false;
	str_addf(detail, "line %d: row %lld attempt %lld says %s (%s), its steps say %s (%s)",
		 a->line, (long long)row->number, (long long)a->number, verdict_name(a->verdict),
		 a->cause, verdict_name(v), cause);
	return false;
}

static void check_verdicts(struct check *c)
{
	AUTO(str_buf) struct str detail = { 0 };
	unsigned good = 0, bad = 0;

	for (size_t i = 0; i < c->r->row_count; i++) {
		const struct row *row = &c->r->rows[i];

		for (size_t k = 0; k < row->attempt_count; k++)
			if (agrees(row, &row->attempts[k], &detail))
				good++;
			else
				bad++;
	}
	if (bad)
		str_addf(&detail, "; %u of %u attempts differ", bad, good + bad);
	else
		str_addf(&detail, "%u attempts, each verdict follows from its steps", good);
	say(c, bad ? VERIFY_BROKEN : VERIFY_HELD, "verdicts", str_text(&detail));
}

static void check_counts(struct check *c)
{
	const struct tally *t = &c->r->tally;
	AUTO(str_buf) struct str detail = { 0 };
	unsigned sum = 0;

	for (int v = 0; v < VERDICT_COUNT; v++)
		sum += t->verdict[v];
	str_addf(&detail, "%u rows, %u in the sum of verdicts", t->total, sum);
	say(c, sum == t->total && t->total == c->r->row_count ? VERIFY_HELD : VERIFY_BROKEN,
	    "counts", str_text(&detail));
}

struct side {
	unsigned here, withheld, altered;
	struct str first;	/* the first altered one */
};

static void check_side_file(const char *dir, const char *target, const char *digest,
			    struct side *side)
{
	AUTO(str_buf) struct str path = { 0 };
	AUTO(str_buf) struct str bytes = { 0 };
	char found[65];

	str_addf(&path, "%s/", dir);
	if (!exchange_path(target, digest, &path)) {
		side->altered++;
		return;
	}
	if (report_slurp(str_text(&path), SIDE_MAX, &bytes) < 0 && errno == ENOENT) {
		side->withheld++;
		return;
	}
	sha256_hex(str_text(&bytes), bytes.len, found);
	if (!strcmp(found, digest)) {
		side->here++;
		return;
	}
	if (!side->altered++)
		str_addf(&side->first, "%s/%s", target, digest);
}

static void check_side_store(struct check *c, const char *dir)
{
	AUTO(str_buf) struct str detail = { 0 };
	struct side side = { 0 };

	for (size_t i = 0; i < c->r->row_count; i++)
		for (size_t k = 0; k < c->r->rows[i].attempt_count; k++)
			for (size_t s = 0; s < c->r->rows[i].attempts[k].step_count; s++) {
				const json_t *list = c->r->rows[i].attempts[k].steps[s].exchanges;
				size_t n;
				json_t *d;

				json_array_foreach(list, n, d)
					check_side_file(dir, c->r->rows[i].target->name,
							json_string_value(d) ? json_string_value(d)
									     : "", &side);
			}
	str_addf(&detail, "%u exchanges as the journal names them, %u withheld, %u altered",
		 side.here, side.withheld, side.altered);
	if (side.first.len)
		str_addf(&detail, "; the first: %s", str_text(&side.first));
	say(c, side.altered ? VERIFY_BROKEN : side.withheld ? VERIFY_ABSENT : VERIFY_HELD,
	    "exchanges", str_text(&detail));
	str_release(&side.first);
}

/* A file that is there, held against what is made now. */
static bool same_bytes(void *arg, const char *bytes, size_t n)
{
	FILE *found = arg;
	char part[1024];

	while (n) {
		size_t some = n < sizeof(part) ? n : sizeof(part);

		if (fread(part, 1, some, found) != some || memcmp(part, bytes, some) != 0)
			return false;
		bytes += some;
		n -= some;
	}
	return true;
}

static bool equals(const struct report *r, const struct report_file *f, const char *lang,
		   FILE *found)
{
	const struct sink to = { .put = same_bytes, .arg = found };
	struct error err;

	rewind(found);
	return f->make(r, lang, &to, &err) >= 0 && getc(found) == EOF;
}

static void check_file(struct check *c, const char *dir, const struct report_file *f)
{
	AUTO(str) char *path = xasprintf("%s/%s", dir, f->name);
	FILE *found = report_open(path);
	bool same;

	if (!found) {
		say(c, errno == ENOENT ? VERIFY_ABSENT : VERIFY_BROKEN, f->name, strerror(errno));
		return;
	}
	same = equals(c->r, f, f->lang ? f->lang : "en", found) ||
	       (!f->lang && equals(c->r, f, "ko", found));
	fclose(found);
	say(c, same ? VERIFY_HELD : VERIFY_BROKEN, f->name,
	    same ? "the same bytes as made from the journal now"
		 : "other bytes than this version makes from the journal");
}

int report_verify(const char *dir, const char *outdir, verify_line *line, void *arg,
		  struct error *err)
{
	AUTO(report) struct report *r = NULL;
	struct check c = { .line = line, .arg = arg };
	int e = report_load(dir, &r, err);

	if (e < 0)
		return e;
	c.r = r;
	check_chain(&c);
	check_end(&c);
	check_verdicts(&c);
	check_counts(&c);
	check_side_store(&c, dir);
	for (const struct report_file *f = report_files; f->name; f++)
		check_file(&c, outdir ? outdir : dir, f);
	if (c.failed)
		return err_set(err, ERR_INVALID, "the evidence does not hold");
	return ERR_OK;
}
