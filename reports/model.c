#include "reports/model.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"

/* Tables are case x target and requirement x target: what a file may ask of memory. */
enum { TARGETS_MAX = 200, TESTS_MAX = 20000, REQUIREMENTS_MAX = 20000 };

/* While a model is made: names to places in its arrays. */
struct build {
	struct report *r;
	json_t *requirements, *tests, *targets, *intents;
	struct str last;	/* utc of the last line */
	int line;
	char why[160];
};

const char *report_text(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s ? s : "";
}

const char *report_run_text(const struct report *r, const char *key)
{
	return report_text(r->run, key);
}

const char *report_profile_text(const struct report *r, const char *key)
{
	return report_text(json_object_get(r->run, "profile"), key);
}

static int64_t number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static bool truth(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

/* What outlives its line: a text goes into the pool, a list or object is held on to. */
static const char *text(struct build *b, const json_t *object, const char *key)
{
	return pool_text(&b->r->texts, report_text(object, key));
}

static const json_t *keep(struct build *b, const json_t *value)
{
	if (value)
		json_array_append(b->r->kept, (json_t *)value);
	return value;
}

static const json_t *list(struct build *b, const json_t *object, const char *key)
{
	const json_t *a = json_object_get(object, key);

	return keep(b, json_is_array(a) && json_array_size(a) ? a : NULL);
}

static const json_t *map(struct build *b, const json_t *object, const char *key)
{
	const json_t *o = json_object_get(object, key);

	return keep(b, json_is_object(o) ? o : NULL);
}

/* Room for one more after n items: the array doubles. */
static void *grow(void *items, size_t n, size_t size)
{
	if (n & (n - 1))
		return items;
	return xrealloc(items, (n ? 2 * n : 1) * size);
}

static int refuse(struct build *b, const char *why, const char *what)
{
	snprintf(b->why, sizeof(b->why), "%s%s%.60s", why, *what ? ": " : "", what);
	return ERR_INVALID;
}

/* Remembers name -> index; false when it was there. */
static bool enter(json_t *names, const char *name, size_t index)
{
	if (!*name || json_object_get(names, name))
		return false;
	return !json_object_set_new(names, name, json_integer((json_int_t)index));
}

static int on_run(struct build *b, const json_t *doc)
{
	if (b->r->run)
		return refuse(b, "a second run begins", "");
	if (strcmp(report_text(doc, "format"), "plugfest-journal/1"))
		return refuse(b, "the format is not plugfest-journal/1",
			      report_text(doc, "format"));
	b->r->run = keep(b, doc);
	return 0;
}

static int on_requirement(struct build *b, const json_t *doc)
{
	struct report *r = b->r;

	if (r->requirement_count == REQUIREMENTS_MAX)
		return refuse(b, "more requirements than a report can hold", "");
	if (!enter(b->requirements, report_text(doc, "id"), r->requirement_count))
		return refuse(b, "a requirement without an id of its own", report_text(doc, "id"));
	r->requirements = grow(r->requirements, r->requirement_count, sizeof(*r->requirements));
	r->requirements[r->requirement_count++] = (struct requirement){
		.id = text(b, doc, "id"),
		.text = text(b, doc, "text"),
		.level = text(b, doc, "level"),
		.covered = text(b, doc, "covered"),
		.trace = list(b, doc, "trace"),
		.line = b->line,
	};
	return 0;
}

static bool all_known(const json_t *ics)
{
	const char *item;
	json_t *claim;

	json_object_foreach((json_t *)ics, item, claim)
		if (strcmp(json_string_value(claim) ? json_string_value(claim) : "", "supported") &&
		    strcmp(json_string_value(claim) ? json_string_value(claim) : "", "unsupported"))
			return false;
	return ics && json_object_size(ics);
}

static int on_target(struct build *b, const json_t *doc)
{
	const json_t *layer = json_object_get(doc, "layer");
	const json_t *backend = json_object_get(doc, "backend"), *ics = map(b, doc, "ics");
	struct report *r = b->r;

	if (r->row_count)
		return refuse(b, "a target after the first row", report_text(doc, "target"));
	if (r->target_count == TARGETS_MAX)
		return refuse(b, "more targets than a report can hold", "");
	if (!enter(b->targets, report_text(doc, "target"), r->target_count))
		return refuse(b, "a target without a name of its own", report_text(doc, "target"));
	r->targets = grow(r->targets, r->target_count, sizeof(*r->targets));
	r->targets[r->target_count++] = (struct target){
		.name = text(b, doc, "target"),
		.driver = text(b, doc, "driver"),
		.layer = text(b, layer, "product"),
		.layer_version = text(b, layer, "version"),
		.provider = text(b, backend, "provider"),
		.region = text(b, backend, "region"),
		.scope_note = text(b, doc, "scope_note"),
		.ics_digest = text(b, doc, "ics_digest"),
		.ixit_digest = text(b, doc, "ixit_digest"),
		.ics = ics,
		.answers_product = "",
		.answers_version = "",
		.embedded = truth(doc, "embedded"), .options = keep(b, json_object_get(doc, "options")),
		.ics_full = all_known(ics),
	};
	return 0;
}

static int on_session(struct build *b, const json_t *doc)
{
	const json_t *at = json_object_get(b->targets, report_text(doc, "target"));
	const json_t *who = json_object_get(doc, "answers_as");
	struct target *t;

	if (!at)
		return refuse(b, "a session of an unknown target", report_text(doc, "target"));
	/* It is there for a sweep to compare with. */
	if (json_is_true(json_object_get(doc, "second_tenant")))
		return 0;
	t = &b->r->targets[json_integer_value(at)];
	t->answers_product = text(b, who, "product");
	t->answers_version = text(b, who, "version");
	t->dialect = map(b, doc, "dialect");
	return 0;
}

static int on_case(struct build *b, const json_t *doc)
{
	struct report *r = b->r;

	if (r->row_count)
		return refuse(b, "a case after the first row", report_text(doc, "case"));
	if (r->test_count == TESTS_MAX)
		return refuse(b, "more cases than a report can hold", "");
	if (!enter(b->tests, report_text(doc, "case"), r->test_count))
		return refuse(b, "a case without an id of its own", report_text(doc, "case"));
	r->tests = grow(r->tests, r->test_count, sizeof(*r->tests));
	r->tests[r->test_count++] = (struct test){
		.id = text(b, doc, "case"),
		.title = text(b, doc, "title"),
		.purpose = text(b, doc, "purpose"),
		.impact = text(b, doc, "impact"),
		.severity = text(b, doc, "severity"),
		.requirements = list(b, doc, "requirements"),
	};
	return 0;
}

static int on_row(struct build *b, const json_t *doc)
{
	const json_t *test = json_object_get(b->tests, report_text(doc, "case"));
	const json_t *target = json_object_get(b->targets, report_text(doc, "target"));
	struct report *r = b->r;

	if (!test)
		return refuse(b, "a row of an unknown case", report_text(doc, "case"));
	if (!target)
		return refuse(b, "a row of an unknown target", report_text(doc, "target"));
	if (number(doc, "row") != (int64_t)r->row_count + 1)
		return refuse(b, "a row out of order", "");
	r->rows = grow(r->rows, r->row_count, sizeof(*r->rows));
	r->rows[r->row_count++] = (struct row){
		.number = number(doc, "row"),
		.test = &r->tests[json_integer_value(test)],
		.target = &r->targets[json_integer_value(target)],
		.level = text(b, doc, "level"),
		.decision = text(b, doc, "decision"),
		.cause = text(b, doc, "cause"),
		.reason = text(b, doc, "reason"),
		.why = "",
	};
	return 0;
}

static struct row *row_of(struct build *b, const json_t *doc)
{
	int64_t n = number(doc, "row");

	if (n < 1 || n > (int64_t)b->r->row_count) {
		refuse(b, "a row that is not in the plan", report_text(doc, "type"));
		return NULL;
	}
	return &b->r->rows[n - 1];
}

/* Events of a row stand in its attempt under way. */
static struct attempt *attempt_of(struct build *b, const json_t *doc)
{
	struct row *row = row_of(b, doc);

	if (!row)
		return NULL;
	if (!row->attempt_count || number(doc, "attempt") != (int64_t)row->attempt_count) {
		refuse(b, "an event outside its attempt", report_text(doc, "type"));
		return NULL;
	}
	return &row->attempts[row->attempt_count - 1];
}

static int on_start(struct build *b, const json_t *doc)
{
	struct row *row = row_of(b, doc);

	if (!row)
		return ERR_INVALID;
	if (number(doc, "attempt") != (int64_t)row->attempt_count + 1)
		return refuse(b, "an attempt out of order", "");
	row->attempts = grow(row->attempts, row->attempt_count, sizeof(*row->attempts));
	row->attempts[row->attempt_count++] = (struct attempt){
		.number = number(doc, "attempt"),
		.verdict = VERDICT_INCOMPLETE,
		.cause = "",
		.cleanup = CLEANUP_UNKNOWN,
	};
	return 0;
}

static int on_step(struct build *b, const json_t *doc)
{
	struct attempt *a = attempt_of(b, doc);

	if (!a)
		return ERR_INVALID;
	if (a->step_count && number(doc, "n") <= a->steps[a->step_count - 1].n)
		return refuse(b, "a step out of order", report_text(doc, "what"));
	a->steps = grow(a->steps, a->step_count, sizeof(*a->steps));
	a->steps[a->step_count++] = (struct step){
		.n = number(doc, "n"),
		.check = !strcmp(report_text(doc, "kind"), "check"),
		.advisory = truth(doc, "advisory"),
		.ok = truth(doc, "ok"),
		.requirement = text(b, doc, "requirement"),
		.what = text(b, doc, "what"),
		.expected = text(b, doc, "expected"),
		.observed = text(b, doc, "observed"),
		.at = text(b, doc, "at"),
		.error = map(b, doc, "error"),
		.exchanges = list(b, doc, "exchanges"),
		.line = b->line,
	};
	return 0;
}

static int on_wait(struct build *b, const json_t *doc)
{
	struct attempt *a = attempt_of(b, doc);

	if (!a)
		return ERR_INVALID;
	a->waits = grow(a->waits, a->wait_count, sizeof(*a->waits));
	a->waits[a->wait_count++] = (struct waiting){
		.what = text(b, doc, "what"),
		.polls = number(doc, "polls"),
		.same = number(doc, "same"),
		.ms = number(doc, "ms"),
	};
	return 0;
}

static int on_finish(struct build *b, const json_t *doc)
{
	struct attempt *a = attempt_of(b, doc);
	int v = verdict_by_name(report_text(doc, "verdict"));
	int c = cleanup_by_name(report_text(doc, "cleanup"));

	if (!a)
		return ERR_INVALID;
	if (a->finished)
		return refuse(b, "an attempt that ends twice", "");
	if (v < 0 || c < 0)
		return refuse(b, "a verdict that is none", report_text(doc, v < 0 ? "verdict"
									     : "cleanup"));
	a->finished = true;
	a->verdict = (enum verdict)v;
	a->cleanup = (enum cleanup)c;
	a->cause = text(b, doc, "cause");
	a->ms = number(doc, "ms") < 0 ? 0 : number(doc, "ms");
	a->line = b->line;
	return 0;
}

static int on_ledger(struct build *b, const json_t *doc)
{
	struct report *r = b->r;
	struct resource *s;
	char key[32];
	const json_t *at;

	snprintf(key, sizeof(key), "%lld", (long long)number(doc, "intent"));
	at = json_object_get(b->intents, key);
	if (at) {
		s = &r->resources[json_integer_value(at)];
	} else {
		r->resources = grow(r->resources, r->resource_count, sizeof(*r->resources));
		enter(b->intents, key, r->resource_count);
		s = &r->resources[r->resource_count++];
		*s = (struct resource){
			.intent = number(doc, "intent"),
			.row = number(doc, "row"),
			.target = text(b, doc, "target"),
			.kind = text(b, doc, "kind"),
			.name = text(b, doc, "name"),
			.id = "",
		};
	}
	s->op = text(b, doc, "op");
	if (*report_text(doc, "id"))
		s->id = text(b, doc, "id");
	return 0;
}

static int on_waiver(struct build *b, const json_t *doc)
{
	struct report *r = b->r;
	const json_t *cases = list(b, doc, "cases");
	struct waiver_line *w;
	size_t i;
	json_t *c;

	if (!waiver_is_day(report_text(doc, "granted")) ||
	    !waiver_is_day(report_text(doc, "expires")) || !*report_text(doc, "waiver"))
		return refuse(b, "a waiver without an id or days", report_text(doc, "waiver"));
	r->waivers = grow(r->waivers, r->waiver_count, sizeof(*r->waivers));
	w = &r->waivers[r->waiver_count++];
	*w = (struct waiver_line){
		.id = text(b, doc, "waiver"), .target = text(b, doc, "target"),
		.profile = text(b, doc, "profile"), .reason = text(b, doc, "reason"),
		.link = text(b, doc, "link"), .owner = text(b, doc, "owner"),
		.approver = text(b, doc, "approver"), .granted = text(b, doc, "granted"),
		.expires = text(b, doc, "expires"), .cases = cases,
		.patterns = xcalloc(json_array_size(cases) + 1, sizeof(char *)),
	};
	json_array_foreach(cases, i, c)
		w->patterns[i] = json_string_value(c) ? json_string_value(c) : "";
	return 0;
}

static int on_inventory(struct build *b, const json_t *doc)
{
	const json_t *at = json_object_get(b->targets, report_text(doc, "target"));
	struct target *t;

	if (!at)
		return refuse(b, "an inventory of an unknown target", report_text(doc, "target"));
	t = &b->r->targets[json_integer_value(at)];
	t->inventory = grow(t->inventory, t->inventory_count, sizeof(*t->inventory));
	t->inventory[t->inventory_count++] = (struct inventory){
		.when = text(b, doc, "when"),
		.kind = text(b, doc, "kind"),
		.count = number(doc, "count"),
		.changed_by_others = number(doc, "changed_by_others"),
		.leftover = list(b, doc, "leftover"),
	};
	return 0;
}

/* What only the opened session could tell: the row was set aside after all. */
static int on_set_aside(struct build *b, const json_t *doc)
{
	struct row *row = row_of(b, doc);
	const struct attempt *last = row ? row_last(row) : NULL;

	if (!row)
		return ERR_INVALID;
	/* A resumed run may find less room than before; a verdict stays one. */
	if (strcmp(row->decision, "run") || (last && last->verdict != VERDICT_INCOMPLETE) ||
	    strcmp(report_text(doc, "decision"), "not-run"))
		return refuse(b, "a row set aside that had begun or was not to run", "");
	row->decision = "not-run";
	row->cause = text(b, doc, "cause");
	row->reason = text(b, doc, "reason");
	return 0;
}

static int on_quota(struct build *b, const json_t *doc)
{
	const json_t *at = json_object_get(b->targets, report_text(doc, "target"));
	struct target *t;

	if (!at)
		return refuse(b, "a quota of an unknown target", report_text(doc, "target"));
	t = &b->r->targets[json_integer_value(at)];
	t->quotas = grow(t->quotas, t->quota_count, sizeof(*t->quotas));
	t->quotas[t->quota_count++] = (struct quota_line){
		.kind = text(b, doc, "kind"), .used = number(doc, "used"),
		.limit = number(doc, "limit"), .room = number(doc, "room"),
	};
	return 0;
}

static int on_crashed(struct build *b, const json_t *doc)
{
	const json_t *rows = json_object_get(doc, "rows");
	struct report *r = b->r;
	size_t i;
	json_t *n;

	r->crashes++;
	json_array_foreach(rows, i, n) {
		int64_t k = json_integer_value(n);

		if (k < 1 || k > (int64_t)r->row_count)
			return refuse(b, "a crash of a row that is not in the plan", "");
		if (r->rows[k - 1].attempt_count)
			r->rows[k - 1].attempts[r->rows[k - 1].attempt_count - 1].crashed = true;
	}
	return 0;
}

static int on_torn(struct build *b, const json_t *doc)
{
	(void)doc;
	b->r->torn++;
	return 0;
}

static int on_resume(struct build *b, const json_t *doc)
{
	struct report *r = b->r;

	if (number(doc, "segment") != (int64_t)r->segment_count + 2)
		return refuse(b, "a segment out of order", "");
	r->segments = grow(r->segments, r->segment_count, sizeof(*r->segments));
	r->segments[r->segment_count++] = (struct segment){
		.began = text(b, doc, "utc"), .commit = text(b, doc, "commit"),
		.number = number(doc, "segment"), .kept = number(doc, "kept"),
		.to_run = number(doc, "to_run"),
	};
	return 0;
}

static int on_interrupted(struct build *b, const json_t *doc)
{
	(void)doc;
	b->r->interrupts++;
	return 0;
}

/* A type of a later edition is passed over. */
static const struct {
	const char *type;
	int (*on)(struct build *b, const json_t *doc);
} events[] = {
	{ "step", on_step }, { "wait", on_wait }, { "ledger", on_ledger }, { "start", on_start },
	{ "finish", on_finish }, { "run", on_run }, { "requirement", on_requirement },
	{ "target", on_target }, { "case", on_case }, { "row", on_row },
	{ "inventory", on_inventory }, { "crashed", on_crashed }, { "torn", on_torn },
	{ "interrupted", on_interrupted }, { "session", on_session },
	{ "set-aside", on_set_aside }, { "quota", on_quota },
	{ "waiver", on_waiver }, { "resume", on_resume },
};

static int take(void *arg, const struct journal_line *line)
{
	struct build *b = arg;

	if (!b->r->began)
		b->r->began = text(b, line->doc, "utc");
	str_clear(&b->last);
	str_add(&b->last, report_text(line->doc, "utc"));
	b->line = line->number;
	for (size_t i = 0; i < sizeof(events) / sizeof(*events); i++)
		if (!strcmp(events[i].type, line->type))
			return events[i].on(b, line->doc);
	return 0;
}

int report_load(const char *dir, struct report **ret, struct error *err)
{
	struct report *r = xcalloc(1, sizeof(*r));
	struct build b = { .r = r, .requirements = json_object(), .tests = json_object(),
			   .targets = json_object(), .intents = json_object() };
	int e;

	r->kept = json_array();
	e = journal_read(dir, take, &b, &r->state, err);
	r->began = r->began ? r->began : "";
	r->ended = pool_text(&r->texts, str_text(&b.last));
	str_release(&b.last);
	json_decref(b.requirements);
	json_decref(b.tests);
	json_decref(b.targets);
	json_decref(b.intents);
	if (e < 0 && *b.why) {
		/* The chain holds, but a line says what cannot be: as good as broken. */
		r->state.broken_line = b.line;
		r->state.whole = false;
		memcpy(r->state.broken_why, b.why, sizeof(b.why));
	} else if (e < 0) {
		report_free(r);
		return e;
	}
	report_derive(r);
	report_read_exchanges(r, dir);
	*ret = r;
	return ERR_OK;
}

static void row_free(struct row *row)
{
	for (size_t i = 0; i < row->attempt_count; i++) {
		free(row->attempts[i].steps);
		free(row->attempts[i].waits);
	}
	free(row->attempts);
}

void report_free(struct report *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->row_count; i++)
		row_free(&r->rows[i]);
	for (size_t i = 0; i < r->target_count; i++)
		free(r->targets[i].inventory);
	for (size_t i = 0; i < r->target_count; i++)
		free(r->targets[i].quotas);
	for (size_t i = 0; i < r->exchange_count; i++)
		free(r->exchanges[i].text);
	for (size_t i = 0; i < r->waiver_count; i++)
		free(r->waivers[i].patterns);
	free(r->waivers);
	free(r->segments);
	free(r->requirements);
	free(r->targets);
	free(r->tests);
	free(r->rows);
	free(r->resources);
	free(r->exchanges);
	free(r->coverage);
	free(r->results);
	json_decref(r->kept);
	pool_release(&r->texts);
	free(r);
}
