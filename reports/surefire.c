#include "reports/junit.h"

#include <string.h>

#include "base/cleanup.h"

/*
 * The Surefire dialect (standards/junit-surefire.xsd): one suite, output per
 * case, and earlier attempts as flaky or rerun children.
 */
enum { OUT_HEAD = 32768, OUT_TAIL = 32768 };

/* An earlier attempt beside the outcome of the last. */
static void write_earlier(struct xml *x, const struct attempt *a, const char *name)
{
	AUTO(str_buf) struct str type = { 0 };
	AUTO(str_buf) struct str message = { 0 };
	AUTO(str_buf) struct str steps = { 0 };
	AUTO(str_buf) struct str clean = { 0 };

	junit_type(&type, a->verdict, a->crashed ? "crashed" : a->cause);
	str_addf(&message, "attempt %lld: %s%s", (long long)a->number, verdict_name(a->verdict),
		 a->crashed ? ", the test process crashed" : "");
	str_addf(&steps, "%s\n", str_text(&message));
	junit_steps(&steps, a);
	xml_clean_cut(&clean, str_text(&steps), OUT_HEAD, OUT_TAIL);
	xml_open(x, name);
	xml_attr(x, "message", str_text(&message));
	xml_attr(x, "type", str_text(&type));
	xml_leaf(x, "stackTrace", str_text(&clean));
	xml_close(x);
}

/* The schema wants all of one name together. */
static void write_attempts(struct xml *x, const struct row *row, enum outcome wanted,
			   const char *name)
{
	for (size_t i = 0; i + 1 < row->attempt_count; i++)
		if (junit_outcome(row->attempts[i].verdict) == wanted)
			write_earlier(x, &row->attempts[i], name);
}

static void write_system_out(struct xml *x, const struct row *row)
{
	AUTO(str_buf) struct str text = { 0 };
	AUTO(str_buf) struct str clean = { 0 };

	if (!row->attempt_count)
		return;
	str_addf(&text, "verdict: %s; clean-up: %s\n", verdict_name(row->verdict),
		 cleanup_name(row->cleanup));
	junit_steps(&text, row_last(row));
	xml_clean_cut(&clean, str_text(&text), OUT_HEAD, OUT_TAIL);
	xml_leaf(x, "system-out", str_text(&clean));
}

static void write_row(struct xml *x, const struct report *r, const struct row *row)
{
	enum outcome o = junit_outcome(row_standing(row));
	bool rerun = o == OUTCOME_FAILURE || o == OUTCOME_ERROR;

	xml_open(x, "testcase");
	junit_case_attributes(x, row, "", row_ms(row));
	if (o == OUTCOME_FAILURE)
		junit_row_outcome(x, r, row);
	if (o != OUTCOME_SKIPPED)
		write_attempts(x, row, OUTCOME_FAILURE, rerun ? "rerunFailure" : "flakyFailure");
	if (o == OUTCOME_SKIPPED || o == OUTCOME_ERROR)
		junit_row_outcome(x, r, row);
	if (o != OUTCOME_SKIPPED)
		write_attempts(x, row, OUTCOME_ERROR, rerun ? "rerunError" : "flakyError");
	write_system_out(x, row);
	xml_close(x);
	if (row_has_cleanup_case(row))
		junit_cleanup_case(x, r, row);
}

int report_surefire(const struct report *r, const struct sink *to, struct error *err)
{
	struct junit_count n;
	struct xml x;

	junit_count_rows(r, NULL, &n);
	n.total++;
	n.of[junit_journal_outcome(r)]++;
	xml_begin(&x, false, to);
	xml_open(&x, "testsuite");
	xml_attr(&x, "name", "plugfest");
	junit_time(&x, n.ms);
	xml_attr_int(&x, "tests", n.total);
	xml_attr_int(&x, "errors", n.of[OUTCOME_ERROR]);
	xml_attr_int(&x, "skipped", n.of[OUTCOME_SKIPPED]);
	xml_attr_int(&x, "failures", n.of[OUTCOME_FAILURE]);
	xml_open(&x, "properties");
	junit_run_properties(&x, r);
	for (size_t i = 0; i < r->target_count; i++) {
		AUTO(str_buf) struct str prefix = { 0 };

		str_addf(&prefix, "target.%s.", r->targets[i].name);
		junit_target_properties(&x, &r->targets[i], str_text(&prefix));
	}
	xml_close(&x);
	junit_journal_case(&x, r);
	for (size_t i = 0; i < r->row_count; i++)
		write_row(&x, r, &r->rows[i]);
	xml_close(&x);
	return xml_finish(&x, err);
}
