#include "reports/junit.h"

#include <string.h>

#include "base/cleanup.h"

/* Whole bodies stay below what libxml2's readers take: 32 KiB from either end. */
enum { BODY_HEAD = 32768, BODY_TAIL = 32768, MESSAGE_MAX = 200, STEP_TEXT_MAX = 2000 };

enum outcome junit_outcome(enum verdict v)
{
	switch (v) {
	case VERDICT_PASS:
	case VERDICT_DEVIATION:
		return OUTCOME_PASS;
	case VERDICT_FAIL:
		return OUTCOME_FAILURE;
	case VERDICT_NOT_APPLICABLE:
	case VERDICT_WAIVED:
	case VERDICT_NOT_RUN:
	case VERDICT_NO_PEER:
		return OUTCOME_SKIPPED;
	case VERDICT_INCONCLUSIVE:
	case VERDICT_INCOMPLETE:
	case VERDICT_ERROR:
	case VERDICT_COUNT:
		break;
	}
	return OUTCOME_ERROR;
}

void junit_type(struct str *out, enum verdict v, const char *cause)
{
	static const char *const of[VERDICT_COUNT] = {
		[VERDICT_PASS] = "pass",
		[VERDICT_DEVIATION] = "deviation",
		[VERDICT_FAIL] = "check",
		[VERDICT_INCONCLUSIVE] = "environment",
		[VERDICT_NOT_APPLICABLE] = "not-applicable",
		[VERDICT_WAIVED] = "waived",
		[VERDICT_NOT_RUN] = "not-run",
		[VERDICT_NO_PEER] = "no-peer",
		[VERDICT_INCOMPLETE] = "did-not-complete",
		[VERDICT_ERROR] = "harness",
	};

	str_add(out, of[v]);
	if (*cause && strcmp(cause, of[v]))
		str_addf(out, ".%s", cause);
}

void junit_message(struct str *out, const struct row *row)
{
	AUTO(str_buf) struct str line = { 0 };

	if (row->waived)
		str_addf(&line, "%s: ", verdict_name(VERDICT_WAIVED));
	str_addf(&line, "%s: ", verdict_name(row->verdict));
	words_row(&line, row, LANG_EN);
	if (line.text[line.len - 1] == ' ')
		str_add(&line, "no reason is on record");
	words_one_line(out, line.text, MESSAGE_MAX);
}

int64_t row_ms(const struct row *row)
{
	int64_t ms = 0;

	/* No attempt takes a year; a journal that says so must not overflow the sum. */
	for (size_t i = 0; i < row->attempt_count; i++)
		if (row->attempts[i].ms < 31536000000)
			ms += row->attempts[i].ms;
	return ms;
}

bool row_has_cleanup_case(const struct row *row)
{
	return row->cleanup == CLEANUP_LEFTOVER ||
	       (row->cleanup == CLEANUP_UNKNOWN && row->verdict != VERDICT_INCOMPLETE);
}

void junit_count_rows(const struct report *r, const struct target *t, struct junit_count *ret)
{
	*ret = (struct junit_count){ 0 };
	for (size_t i = 0; i < r->row_count; i++) {
		const struct row *row = &r->rows[i];

		if (t && row->target != t)
			continue;
		ret->of[junit_outcome(row_standing(row))]++;
		ret->total++;
		ret->ms += row_ms(row);
		if (row_has_cleanup_case(row)) {
			ret->of[row->cleanup == CLEANUP_LEFTOVER ? OUTCOME_FAILURE
								 : OUTCOME_ERROR]++;
			ret->total++;
		}
	}
}

void junit_time(struct xml *x, int64_t ms)
{
	AUTO(str_buf) struct str time = { 0 };

	words_seconds(&time, ms);
	xml_attr(x, "time", str_text(&time));
}

void junit_case_attributes(struct xml *x, const struct row *row, const char *suffix, int64_t ms)
{
	AUTO(str_buf) struct str name = { 0 };
	AUTO(str_buf) struct str class = { 0 };

	str_addf(&name, "%s%s", row->test->id, suffix);
	if (!*suffix && *row->test->title)
		str_addf(&name, " %s", row->test->title);
	str_addf(&class, "plugfest.%s.", row->target->name);
	test_area(row->test, &class);
	xml_attr(x, "name", str_text(&name));
	xml_attr(x, "classname", str_text(&class));
	junit_time(x, ms);
}

void junit_property(struct xml *x, const char *name, const char *value)
{
	xml_open(x, "property");
	xml_attr(x, "name", name);
	xml_attr(x, "value", value);
	xml_close(x);
}

static void run_property(struct xml *x, const struct report *r, const char *name, const char *key)
{
	junit_property(x, name, report_run_text(r, key));
}

void junit_run_properties(struct xml *x, const struct report *r)
{
	AUTO(str_buf) struct str verdict = { 0 };

	words_verdict(&verdict, r, LANG_EN);
	junit_property(x, "run.verdict", str_text(&verdict));
	junit_property(x, "run.grade", msg_text(LANG_EN, MSG_GRADE_TEXT));
	run_property(x, r, "run.id", "run");
	if (json_object_get(r->run, "rerun_of"))
		junit_property(x, "run.rerun_of",
			       report_text(json_object_get(r->run, "rerun_of"), "run"));
	junit_property(x, "run.start", r->began);
	junit_property(x, "run.end", r->ended);
	run_property(x, r, "run.participant", "participant");
	run_property(x, r, "run.event", "event");
	run_property(x, r, "run.tester", "tester");
	run_property(x, r, "run.challenge", "challenge");
	if (json_array_size(json_object_get(r->run, "allow"))) {
		junit_property(x, "run.allow",
			       json_string_value(json_array_get(json_object_get(r->run, "allow"), 0)));
		run_property(x, r, "run.authorisation", "authorisation");
	}
	junit_property(x, "run.journal.head", r->state.head);
	run_property(x, r, "plugfest.version", "version");
	run_property(x, r, "plugfest.commit", "commit");
	junit_property(x, "plugfest.dirty",
		       json_is_true(json_object_get(r->run, "dirty")) ? "true" : "false");
	junit_property(x, "profile.id", report_profile_text(r, "id"));
	junit_property(x, "profile.version", report_profile_text(r, "version"));
	junit_property(x, "profile.authority", report_profile_text(r, "authority"));
	junit_property(x, "profile.digest", report_profile_text(r, "digest"));
}

void junit_target_properties(struct xml *x, const struct target *t, const char *prefix)
{
	AUTO(str_buf) struct str described = { 0 };
	const struct { const char *name, *value; } all[] = {
		{ "name", t->name }, { "driver", t->driver },
		{ "layer", t->layer }, { "layer.version", t->layer_version },
		{ "provider", t->provider }, { "region", t->region },
		{ "answers_as", t->answers_product }, { "answers_as.version", t->answers_version },
		{ "scope", t->scope_note }, { "ics.digest", t->ics_digest },
		{ "ixit.digest", t->ixit_digest },
	};

	words_target(&described, t, LANG_EN);
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		AUTO(str_buf) struct str name = { 0 };

		str_addf(&name, "%s%s", prefix, all[i].name);
		junit_property(x, str_text(&name), all[i].value);
	}
	str_addf(&described, "%s", t->embedded ? " (built-in reference cloud)" : "");
	{
		AUTO(str_buf) struct str name = { 0 };

		str_addf(&name, "%ssut", prefix);
		junit_property(x, str_text(&name), str_text(&described));
	}
}

void junit_outcome_element(struct xml *x, enum outcome o, const char *message, const char *type,
			   const char *body)
{
	static const char *const names[OUTCOME_COUNT] = {
		[OUTCOME_FAILURE] = "failure",
		[OUTCOME_ERROR] = "error",
		[OUTCOME_SKIPPED] = "skipped",
	};
	AUTO(str_buf) struct str text = { 0 };

	if (!names[o])
		return;
	/* GitLab shows the content, not the message; an empty body crashes others. */
	str_addf(&text, "%s\n", message);
	xml_clean_cut(&text, body, BODY_HEAD, BODY_TAIL);
	xml_open(x, names[o]);
	xml_attr(x, "message", message);
	if (o != OUTCOME_SKIPPED)
		xml_attr(x, "type", type);
	xml_text(x, str_text(&text));
	xml_close(x);
}

static void add_cut(struct str *out, const char *label, const char *text)
{
	if (!*text)
		return;
	str_addf(out, "    %s: ", label);
	xml_clean_cut(out, text, STEP_TEXT_MAX, STEP_TEXT_MAX / 4);
	str_addc(out, '\n');
}

void junit_steps(struct str *out, const struct attempt *a)
{
	for (size_t i = 0; a && i < a->step_count; i++) {
		const struct step *s = &a->steps[i];

		str_addf(out, "%3lld %-8s %-6s ", (long long)s->n, s->check ? "check" : "stimulus",
			 s->ok ? "ok" : s->advisory ? "missed" : "FAILED");
		xml_clean_cut(out, s->what, STEP_TEXT_MAX, STEP_TEXT_MAX / 4);
		if (*s->requirement)
			str_addf(out, " [%s%s]", s->requirement, s->advisory ? ", advisory" : "");
		str_addc(out, '\n');
		if (s->ok)
			continue;
		add_cut(out, "expected", s->expected);
		add_cut(out, "observed", s->observed);
		if (s->error) {
			AUTO(str_buf) struct str error = { 0 };

			words_error(&error, s->error, LANG_EN);
			add_cut(out, "call", str_text(&error));
		}
		add_cut(out, "at", s->at);
	}
}

static void add_line(void *arg, const char *text)
{
	struct str *out = arg;

	str_add(out, text);
	str_addc(out, '\n');
}

void junit_body(struct str *out, const struct report *r, const struct row *row)
{
	size_t i;
	json_t *id;

	json_array_foreach(row->test->requirements, i, id) {
		const char *name = json_string_value(id) ? json_string_value(id) : "?";
		const struct requirement *q = report_requirement(r, name);

		str_add(out, "evidence about requirement ");
		str_add(out, name);
		str_addf(out, "%s%s\n", q && *q->text ? ": " : "", q ? q->text : "");
	}
	str_addf(out, "level: %s; clean-up: %s\n", row->level, cleanup_name(row->cleanup));
	for (size_t k = 0; k < row->attempt_count; k++) {
		const struct attempt *a = &row->attempts[k];

		str_addf(out, "attempt %lld: %s%s%s%s\n", (long long)a->number,
			 verdict_name(a->verdict), *a->cause ? ", " : "", a->cause,
			 a->crashed ? ", the test process crashed" : "");
		junit_steps(out, a);
	}
	words_left(r, row, LANG_EN, add_line, out);
	str_add(out, "reproduce: ");
	words_reproduce(out, r, row);
	str_addc(out, '\n');
}

void junit_row_outcome(struct xml *x, const struct report *r, const struct row *row)
{
	AUTO(str_buf) struct str message = { 0 };
	AUTO(str_buf) struct str type = { 0 };
	AUTO(str_buf) struct str body = { 0 };

	junit_message(&message, row);
	junit_type(&type, row->verdict, row->why);
	junit_body(&body, r, row);
	junit_outcome_element(x, junit_outcome(row_standing(row)), str_text(&message),
			      str_text(&type), str_text(&body));
}

void junit_cleanup_case(struct xml *x, const struct report *r, const struct row *row)
{
	bool left = row->cleanup == CLEANUP_LEFTOVER;
	AUTO(str_buf) struct str body = { 0 };

	xml_open(x, "testcase");
	junit_case_attributes(x, row, " clean-up", 0);
	words_left(r, row, LANG_EN, add_line, &body);
	junit_outcome_element(x, left ? OUTCOME_FAILURE : OUTCOME_ERROR,
			      left ? "leftover: resources of the test were left behind"
				   : "unknown: nothing shows that everything was removed",
			      left ? "cleanup.leftover" : "cleanup.unknown", str_text(&body));
	xml_close(x);
}

enum outcome junit_journal_outcome(const struct report *r)
{
	if (!r->complete || !r->row_count)
		return OUTCOME_ERROR;
	switch (r->results[r->row_count].cleanup) {
	case CLEANUP_LEFTOVER:
		return OUTCOME_FAILURE;
	case CLEANUP_UNKNOWN:
		return OUTCOME_ERROR;
	case CLEANUP_NONE:
	case CLEANUP_CLEAN:
	case CLEANUP_COUNT:
		break;
	}
	return OUTCOME_PASS;
}

void junit_journal_case(struct xml *x, const struct report *r)
{
	enum outcome o = junit_journal_outcome(r);
	AUTO(str_buf) struct str message = { 0 };
	AUTO(str_buf) struct str line = { 0 };
	AUTO(str_buf) struct str body = { 0 };

	xml_open(x, "testcase");
	xml_attr(x, "name", "journal is whole and nothing is left behind");
	xml_attr(x, "classname", "plugfest.run");
	junit_time(x, 0);
	if (o != OUTCOME_PASS) {
		words_verdict(&line, r, LANG_EN);
		words_one_line(&message, str_text(&line), MESSAGE_MAX);
		words_reasons(r, LANG_EN, add_line, &body);
		junit_outcome_element(x, o, str_text(&message),
				      o == OUTCOME_FAILURE ? "cleanup.leftover" : "run.evidence",
				      str_text(&body));
	}
	xml_close(x);
}
