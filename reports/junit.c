#include "reports/junit.h"

#include <string.h>

#include "base/cleanup.h"

/*
 * The strict dialect: what Jenkins' xunit plugin and the Ant schema both take
 * (standards/junit-strict.xsd).  One suite per target, flat, no output per case.
 */

/* Passed with a deviation: a pass for JUnit, so it is said in the suite's output. */
static void deviations(struct str *out, const struct report *r, const struct target *t)
{
	for (size_t i = 0; i < r->row_count; i++) {
		const struct row *row = &r->rows[i];

		if (row->target != t || row->verdict != VERDICT_DEVIATION)
			continue;
		str_addf(out, "%s: ", row->test->id);
		junit_message(out, row);
		str_addc(out, '\n');
	}
}

static void counters(struct xml *x, const struct junit_count *n)
{
	xml_attr_int(x, "tests", n->total);
	xml_attr_int(x, "failures", n->of[OUTCOME_FAILURE]);
	xml_attr_int(x, "errors", n->of[OUTCOME_ERROR]);
	xml_attr_int(x, "skipped", n->of[OUTCOME_SKIPPED]);
	junit_time(x, n->ms);
}

static void open_suite(struct xml *x, const struct report *r, const char *name, int id,
		       const struct junit_count *n)
{
	char stamp[20];

	/* Seconds without a zone is all that the Ant schema allows; it is UTC. */
	str_copy(stamp, sizeof(stamp), strlen(r->began) >= 19 ? r->began : "1970-01-01T00:00:00");
	xml_open(x, "testsuite");
	xml_attr(x, "package", "plugfest");
	xml_attr_int(x, "id", id);
	xml_attr(x, "name", name);
	xml_attr(x, "timestamp", stamp);
	xml_attr(x, "hostname", name);	/* never this machine's: same journal, same bytes */
	counters(x, n);
}

static void close_suite(struct xml *x, const char *out)
{
	xml_leaf(x, "system-out", out);
	xml_leaf(x, "system-err", "");
	xml_close(x);
}

static void write_row(struct xml *x, const struct report *r, const struct row *row)
{
	enum outcome o = junit_outcome(row_standing(row));

	xml_open(x, "testcase");
	junit_case_attributes(x, row, "", row_ms(row));
	if (o != OUTCOME_PASS)
		junit_row_outcome(x, r, row);
	xml_close(x);
	if (row_has_cleanup_case(row))
		junit_cleanup_case(x, r, row);
}

static void write_target(struct xml *x, const struct report *r, const struct target *t, int id)
{
	AUTO(str_buf) struct str out = { 0 };
	struct junit_count n;

	junit_count_rows(r, t, &n);
	if (!n.total)
		return;	/* Jenkins drops a suite without cases */
	open_suite(x, r, t->name, id, &n);
	xml_open(x, "properties");
	junit_run_properties(x, r);
	junit_target_properties(x, t, "target.");
	xml_close(x);
	for (size_t i = 0; i < r->row_count; i++)
		if (r->rows[i].target == t)
			write_row(x, r, &r->rows[i]);
	deviations(&out, r, t);
	close_suite(x, str_text(&out));
}

static void write_journal_suite(struct xml *x, const struct report *r, int id)
{
	struct junit_count n = { .total = 1 };

	n.of[junit_journal_outcome(r)] = 1;
	open_suite(x, r, "run", id, &n);
	xml_open(x, "properties");
	junit_run_properties(x, r);
	xml_close(x);
	junit_journal_case(x, r);
	close_suite(x, "");
}

int report_junit(const struct report *r, const struct sink *to, struct error *err)
{
	struct xml x;

	xml_begin(&x, false, to);
	xml_open(&x, "testsuites");
	write_journal_suite(&x, r, 0);
	for (size_t i = 0; i < r->target_count; i++)
		write_target(&x, r, &r->targets[i], (int)i + 1);
	xml_close(&x);
	return xml_finish(&x, err);
}
