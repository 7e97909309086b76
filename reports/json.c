#include "reports/words.h"

#include <string.h>

#include "base/cleanup.h"
#include "reports/xml.h"

/*
 * The results as data (standards/report.schema.json).  The journal is the
 * evidence; this is the model made from it, keys sorted.
 */
static json_t *text(const char *s)
{
	AUTO(str_buf) struct str clean = { 0 };
	json_t *o = json_string(s);

	if (o)
		return o;
	/* A message cut within a character. */
	xml_clean(&clean, s, strlen(s));
	return json_string(str_text(&clean));
}

static json_t *copy(const json_t *value)
{
	return value ? json_deep_copy(value) : json_null();
}

static void set(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

static json_t *sentence(void (*fn)(struct str *, const struct report *, enum lang),
			const struct report *r)
{
	AUTO(str_buf) struct str out = { 0 };

	fn(&out, r, LANG_EN);
	return text(str_text(&out));
}

static json_t *tally_json(const struct tally *t)
{
	json_t *verdicts = json_object(), *cleanup = json_object(), *o = json_object();

	for (int v = 0; v < VERDICT_COUNT; v++)
		set(verdicts, verdict_name((enum verdict)v), json_integer(t->verdict[v]));
	for (int c = 0; c < CLEANUP_COUNT; c++)
		set(cleanup, cleanup_name((enum cleanup)c), json_integer(t->cleanup[c]));
	set(o, "verdict", verdicts);
	set(o, "cleanup", cleanup);
	set(o, "total", json_integer(t->total));
	set(o, "mandatory", json_integer(t->mandatory));
	return o;
}

static const char *run_word(enum run_verdict v)
{
	static const char *const of[] = {
		[RUN_CONFORMANT] = "conformant",
		[RUN_NOT_CONFORMANT] = "not-conformant",
		[RUN_UNDECIDED] = "undecided",
	};

	return of[v];
}

static void add_reason(void *arg, const char *line)
{
	json_array_append_new(arg, text(line));
}

static json_t *verdict_json(const struct report *r)
{
	json_t *o = json_object(), *reasons = json_array();

	words_reasons(r, LANG_EN, add_reason, reasons);
	set(o, "verdict", text(run_word(r->verdict)));
	set(o, "exit", json_integer(report_exit(r)));
	set(o, "sentence", sentence(words_verdict, r));
	set(o, "reasons", reasons);
	set(o, "grade", text(msg_text(LANG_EN, MSG_GRADE_TEXT)));
	set(o, "complete", json_boolean(r->complete));
	set(o, "ics_full", json_boolean(r->ics_full));
	return o;
}

static json_t *journal_json(const struct report *r)
{
	json_t *o = json_object(), *segments = json_array();

	for (size_t i = 0; i < r->segment_count; i++)
		json_array_append_new(segments, json_pack("{s:I, s:o, s:o, s:I, s:I}",
			"segment", (json_int_t)r->segments[i].number,
			"began", text(r->segments[i].began), "commit", text(r->segments[i].commit),
			"kept", (json_int_t)r->segments[i].kept,
			"to_run", (json_int_t)r->segments[i].to_run));

	set(o, "head", text(r->state.head));
	set(o, "lines", json_integer(r->state.lines));
	set(o, "whole", json_boolean(r->state.whole));
	set(o, "torn", json_boolean(r->state.torn));
	set(o, "outcome", text(r->state.outcome));
	set(o, "broken_line", r->state.broken_line ? json_integer(r->state.broken_line)
						   : json_null());
	set(o, "broken_why", text(r->state.broken_why));
	set(o, "began", text(r->began));
	set(o, "last", text(r->ended));
	set(o, "crashes", json_integer(r->crashes));
	set(o, "torn_lines", json_integer(r->torn));
	set(o, "interruptions", json_integer(r->interrupts));
	set(o, "resumed", segments);
	return o;
}

/* The run's own line without its place in the chain. */
static json_t *run_json(const struct report *r)
{
	static const char *const keys[] = { "run", "version", "commit", "dirty", "profile",
		"participant", "event", "tester", "challenge", "allow", "authorisation", "authorisation_file",
		"authorisation_digest", "read_only", "waivers", "rerun_of" };
	json_t *o = json_object();

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		set(o, keys[i], copy(json_object_get(r->run, keys[i])));
	return o;
}

static json_t *inventory_json(const struct target *t)
{
	json_t *a = json_array();

	for (size_t i = 0; i < t->inventory_count; i++) {
		const struct inventory *v = &t->inventory[i];
		json_t *o = json_object();

		set(o, "when", text(v->when));
		set(o, "kind", text(v->kind));
		set(o, "count", json_integer(v->count));
		set(o, "leftover", v->leftover ? copy(v->leftover) : json_array());
		set(o, "changed_by_others", json_integer(v->changed_by_others));
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *quota_json(const struct target *t)
{
	json_t *a = json_array();

	for (size_t i = 0; i < t->quota_count; i++) {
		json_t *o = json_object();

		set(o, "kind", text(t->quotas[i].kind));
		set(o, "used", json_integer(t->quotas[i].used));
		set(o, "limit", json_integer(t->quotas[i].limit));
		set(o, "room", json_integer(t->quotas[i].room));
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *target_json(const struct report *r, const struct target *t)
{
	json_t *o = json_object();
	AUTO(str_buf) struct str described = { 0 };
	struct tally tally;

	words_target(&described, t, LANG_EN);
	set(o, "target", text(t->name));
	set(o, "sut", text(str_text(&described)));
	set(o, "verdict", text(run_word(report_target_verdict(r, t, &tally))));
	set(o, "counts", tally_json(&tally));
	set(o, "driver", text(t->driver));
	set(o, "layer", text(t->layer));
	set(o, "layer_version", text(t->layer_version));
	set(o, "provider", text(t->provider));
	set(o, "region", text(t->region));
	set(o, "scope_note", text(t->scope_note));
	set(o, "answers_as", text(t->answers_product));
	set(o, "answers_as_version", text(t->answers_version));
	set(o, "embedded", json_boolean(t->embedded));
	set(o, "ics_digest", text(t->ics_digest));
	set(o, "ixit_digest", text(t->ixit_digest));
	set(o, "ics", copy(t->ics));
	set(o, "dialect", copy(t->dialect));
	set(o, "inventory", inventory_json(t));
	set(o, "quota", quota_json(t));
	return o;
}

static json_t *requirement_json(const struct report *r, const struct requirement *q)
{
	json_t *o = json_object(), *evidence = json_object();

	for (size_t i = 0; i < r->target_count; i++) {
		const struct coverage *c = report_coverage(r, q, &r->targets[i]);

		set(evidence, r->targets[i].name,
		    json_pack("{s:i, s:i, s:i}", "shown", (int)c->shown, "contradicted",
			      (int)c->contradicted, "open", (int)c->open));
	}
	set(o, "id", text(q->id));
	set(o, "text", text(q->text));
	set(o, "level", text(q->level));
	set(o, "covered", text(q->covered));
	set(o, "trace", q->trace ? copy(q->trace) : json_array());
	set(o, "evidence", evidence);
	return o;
}

static json_t *case_json(const struct test *t)
{
	json_t *o = json_object();

	set(o, "case", text(t->id));
	set(o, "title", text(t->title));
	set(o, "purpose", text(t->purpose));
	set(o, "impact", text(t->impact));
	set(o, "severity", text(t->severity));
	set(o, "requirements", t->requirements ? copy(t->requirements) : json_array());
	return o;
}

static json_t *step_json(const struct step *s)
{
	json_t *o = json_object();

	set(o, "n", json_integer(s->n));
	set(o, "kind", text(s->check ? "check" : "stimulus"));
	set(o, "advisory", json_boolean(s->advisory));
	set(o, "ok", json_boolean(s->ok));
	set(o, "requirement", text(s->requirement));
	set(o, "what", text(s->what));
	set(o, "expected", text(s->expected));
	set(o, "observed", text(s->observed));
	set(o, "at", text(s->at));
	set(o, "error", copy(s->error));
	set(o, "exchanges", s->exchanges ? copy(s->exchanges) : json_array());
	return o;
}

static json_t *attempt_json(const struct attempt *a)
{
	json_t *o = json_object(), *steps = json_array(), *waits = json_array();

	for (size_t i = 0; i < a->step_count; i++)
		json_array_append_new(steps, step_json(&a->steps[i]));
	for (size_t i = 0; i < a->wait_count; i++)
		json_array_append_new(waits, json_pack("{s:s, s:I, s:I, s:I}",
			"what", a->waits[i].what, "polls", (json_int_t)a->waits[i].polls,
			"same", (json_int_t)a->waits[i].same, "ms", (json_int_t)a->waits[i].ms));
	set(o, "attempt", json_integer(a->number));
	set(o, "finished", json_boolean(a->finished));
	set(o, "crashed", json_boolean(a->crashed));
	set(o, "verdict", text(verdict_name(a->verdict)));
	set(o, "cause", text(a->cause));
	set(o, "cleanup", text(cleanup_name(a->cleanup)));
	set(o, "ms", json_integer(a->ms));
	set(o, "steps", steps);
	set(o, "waits", waits);
	return o;
}

static json_t *row_json(const struct row *row)
{
	json_t *o = json_object(), *attempts = json_array();
	AUTO(str_buf) struct str why = { 0 };

	for (size_t i = 0; i < row->attempt_count; i++)
		json_array_append_new(attempts, attempt_json(&row->attempts[i]));
	words_row(&why, row, LANG_EN);
	set(o, "row", json_integer(row->number));
	set(o, "case", text(row->test->id));
	set(o, "target", text(row->target->name));
	set(o, "level", text(row->level));
	set(o, "decision", text(row->decision));
	set(o, "verdict", text(verdict_name(row->verdict)));
	set(o, "cause", text(row->why));
	set(o, "reason", text(row->reason));
	set(o, "sentence", text(str_text(&why)));
	set(o, "waived", json_boolean(row->waived));
	set(o, "waiver", row->waiver ? text(row->waiver->id) : json_null());
	set(o, "cleanup", text(cleanup_name(row->cleanup)));
	set(o, "attempts", attempts);
	return o;
}

static json_t *waiver_json(const struct waiver_line *w)
{
	static const char *const state[] = {
		[WAIVER_IN_FORCE] = "in-force", [WAIVER_EARLY] = "early", [WAIVER_EXPIRED] = "expired",
	};
	json_t *o = json_object();

	set(o, "waiver", text(w->id));
	set(o, "cases", w->cases ? copy(w->cases) : json_array());
	set(o, "target", text(w->target));
	set(o, "profile", text(w->profile));
	set(o, "reason", text(w->reason));
	set(o, "link", text(w->link));
	set(o, "owner", text(w->owner));
	set(o, "approver", text(w->approver));
	set(o, "granted", text(w->granted));
	set(o, "expires", text(w->expires));
	set(o, "state", text(state[w->state]));
	set(o, "rows", json_integer(w->rows));
	set(o, "waived", json_integer(w->waived));
	set(o, "passed", json_integer(w->passed));
	set(o, "failed", json_integer(w->failed));
	return o;
}

static json_t *resource_json(const struct resource *s)
{
	json_t *o = json_object();

	set(o, "intent", json_integer(s->intent));
	set(o, "row", json_integer(s->row));
	set(o, "target", text(s->target));
	set(o, "kind", text(s->kind));
	set(o, "name", text(s->name));
	set(o, "id", text(s->id));
	set(o, "op", text(s->op));
	set(o, "open", json_boolean(resource_is_open(s)));
	return o;
}

/* ---- the file: what is made is written and let go before the next ---- */

struct put {
	const struct sink *to;
	unsigned depth;		/* of the value being written */
	bool failed, first;
};

static void put(struct put *p, const char *bytes, size_t n)
{
	p->failed = p->failed || !p->to->put(p->to->arg, bytes, n);
}

static void put_text(struct put *p, const char *text) { put(p, text, strlen(text)); }

/* jansson indents as if the value stood alone. */
static int put_deeper(const char *bytes, size_t n, void *arg)
{
	struct put *p = arg;
	const char *nl = memchr(bytes, '\n', n);

	if (!nl) {
		put(p, bytes, n);
	} else {
		put(p, bytes, (size_t)(nl + 1 - bytes));
		put(p, "   ", p->depth);
		put(p, nl + 1, n - (size_t)(nl + 1 - bytes));
	}
	return p->failed ? -1 : 0;
}

static void put_value(struct put *p, json_t *value)
{
	if (!value || json_dump_callback(value, put_deeper, p, JSON_SORT_KEYS | JSON_INDENT(1) |
					 JSON_ENCODE_ANY) < 0)
		p->failed = true;
	json_decref(value);
}

static void put_key(struct put *p, const char *key)
{
	put_text(p, p->first ? "{\n \"" : ",\n \"");
	put_text(p, key);
	put_text(p, "\": ");
	p->first = false;
	p->depth = 1;
}

static void put_member(struct put *p, const char *key, json_t *value)
{
	put_key(p, key);
	put_value(p, value);
}

typedef json_t *element(const struct report *r, size_t i);

static void put_list(struct put *p, const char *key, const struct report *r, element *fn, size_t n)
{
	put_key(p, key);
	p->depth = 2;
	for (size_t i = 0; i < n && !p->failed; i++) {
		put_text(p, i ? ",\n  " : "[\n  ");
		put_value(p, fn(r, i));
	}
	put_text(p, n ? "\n ]" : "[]");
}

static json_t *nth_target(const struct report *r, size_t i)
{
	return target_json(r, &r->targets[i]);
}
static json_t *nth_requirement(const struct report *r, size_t i)
{
	return requirement_json(r, &r->requirements[i]);
}
static json_t *nth_case(const struct report *r, size_t i) { return case_json(&r->tests[i]); }
static json_t *nth_row(const struct report *r, size_t i) { return row_json(&r->rows[i]); }
static json_t *nth_resource(const struct report *r, size_t i)
{
	return resource_json(&r->resources[i]);
}
static json_t *nth_waiver(const struct report *r, size_t i) { return waiver_json(&r->waivers[i]); }

/* In the order of the keys. */
int report_json(const struct report *r, const struct sink *to, struct error *err)
{
	struct put p = { .to = to, .first = true };

	put_list(&p, "cases", r, nth_case, r->test_count);
	put_member(&p, "counts", tally_json(&r->tally));
	put_member(&p, "format", text("plugfest-report/1"));
	put_member(&p, "journal", journal_json(r));
	put_list(&p, "requirements", r, nth_requirement, r->requirement_count);
	put_list(&p, "resources", r, nth_resource, r->resource_count);
	put_member(&p, "result", verdict_json(r));
	put_list(&p, "rows", r, nth_row, r->row_count);
	put_member(&p, "run", run_json(r));
	put_list(&p, "targets", r, nth_target, r->target_count);
	put_list(&p, "waivers", r, nth_waiver, r->waiver_count);
	put_text(&p, "\n}\n");
	return p.failed ? err_set(err, ERR_HARNESS, "writing JSON failed") : ERR_OK;
}
