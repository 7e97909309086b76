#include "run/past.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "journal/reader.h"

static const char *text_of(const json_t *doc, const char *key)
{
	const char *s = json_text(doc, key);

	return s ? s : "";
}

static int64_t number(const json_t *doc, const char *key)
{
	return json_integer_value(json_object_get(doc, key));
}

const char *past_text(const struct past *p, const char *key) { return text_of(p->run, key); }

static struct past_row *row_of(struct past *p, const json_t *doc)
{
	int64_t n = number(doc, "row");

	return n >= 1 && n <= (int64_t)p->row_count ? &p->rows[n - 1] : NULL;
}

static void take_row(struct past *p, const json_t *doc)
{
	p->rows = xrealloc(p->rows, (p->row_count + 1) * sizeof(*p->rows));
	p->rows[p->row_count++] = (struct past_row){
		.test = text_of(doc, "case"), .target = text_of(doc, "target"),
		.level = text_of(doc, "level"), .decision = text_of(doc, "decision"),
		.cause = text_of(doc, "cause"), .reason = text_of(doc, "reason"),
		.verdict = VERDICT_INCOMPLETE,
	};
}

static void take_target(struct past *p, const json_t *doc)
{
	p->targets = xrealloc(p->targets, (p->target_count + 1) * sizeof(*p->targets));
	p->targets[p->target_count++] = (struct past_target){
		.name = text_of(doc, "target"), .config = text_of(doc, "config"),
		.seal = text_of(doc, "seal"),
		.embedded = json_is_true(json_object_get(doc, "embedded")),
	};
}

static void take_event(struct past_row *row, const char *type, const json_t *doc)
{
	if (!strcmp(type, "start")) {
		row->starts++;
		row->finished = false;
		row->verdict = VERDICT_INCOMPLETE;
	} else if (!strcmp(type, "finish")) {
		int v = verdict_by_name(text_of(doc, "verdict"));
		int c = cleanup_by_name(text_of(doc, "cleanup"));

		row->finished = true;
		row->verdict = v < 0 ? VERDICT_INCOMPLETE : (enum verdict)v;
		row->cleanup = c < 0 ? CLEANUP_UNKNOWN : (enum cleanup)c;
	} else {
		row->set_aside = true;
	}
}

static bool is_one_of(const char *type, const char *const *all)
{
	for (; *all; all++)
		if (!strcmp(*all, type))
			return true;
	return false;
}

static int take_line(void *arg, const struct journal_line *line)
{
	static const char *const kept[] = { "run", "row", "target", NULL };
	static const char *const events[] = { "start", "finish", "set-aside", NULL };
	struct past *p = arg;
	struct past_row *row;

	if (is_one_of(line->type, kept))
		json_array_append(p->lines, (json_t *)line->doc);
	if (!strcmp(line->type, "run") && !p->run)
		p->run = line->doc;
	else if (!strcmp(line->type, "row"))
		take_row(p, line->doc);
	else if (!strcmp(line->type, "target"))
		take_target(p, line->doc);
	else if (is_one_of(line->type, events) && (row = row_of(p, line->doc)))
		take_event(row, line->type, line->doc);
	return ERR_OK;
}

int past_read(const char *dir, struct past *ret, struct error *err)
{
	struct journal_state state;
	int r;

	*ret = (struct past){ .dir = dir, .lines = json_array() };
	r = journal_read(dir, take_line, ret, &state, err);
	if (r == ERR_OK && state.broken_line)
		r = err_at(err, ERR_INVALID, "journal.jsonl", state.broken_line,
			   "the chain is broken: %s", state.broken_why);
	if (r == ERR_OK && (!ret->run || !ret->row_count))
		r = err_at(err, ERR_INVALID, dir, 0, "found a journal without a plan; wanted one of a run");
	memcpy(ret->head, state.head, sizeof(ret->head));
	str_copy(ret->outcome, sizeof(ret->outcome), state.outcome);
	ret->line_count = state.lines;
	ret->segments = state.segments;
	ret->whole = state.whole;
	ret->torn = state.torn;
	if (r < 0)
		past_free(ret);
	return r;
}

void past_free(struct past *p)
{
	json_decref(p->lines);
	free(p->rows);
	free(p->targets);
	*p = (struct past){ 0 };
}

const char **past_options(const struct past *p, int *argc)
{
	const json_t *given = json_object_get(p->run, "options");
	const char **ret;
	size_t i;
	json_t *one;

	if (!json_is_array(given))
		given = json_object_get(p->run, "argv");
	ret = xcalloc(json_array_size(given) + 2, sizeof(*ret));
	*argc = (int)json_array_size(given);
	json_array_foreach(given, i, one)
		ret[i] = json_string_value(one) ? json_string_value(one) : "";
	if (!*argc)
		ret[(*argc)++] = "run";
	return ret;
}

bool past_failed(const struct past_row *row)
{
	return !strcmp(row->decision, "run") &&
	       ((row->verdict != VERDICT_PASS && row->verdict != VERDICT_DEVIATION) ||
		row->cleanup == CLEANUP_LEFTOVER || row->cleanup == CLEANUP_UNKNOWN);
}

bool past_done(const struct past_row *row)
{
	return strcmp(row->decision, "run") || row->set_aside ||
	       (row->finished && row->verdict != VERDICT_INCOMPLETE);
}

const struct past_row *past_row(const struct past *p, const char *test, const char *target)
{
	for (size_t i = 0; i < p->row_count; i++)
		if (!strcmp(p->rows[i].test, test) && !strcmp(p->rows[i].target, target))
			return &p->rows[i];
	return NULL;
}

static int another_build(const struct past *p, const char *what, struct error *err)
{
	return err_at(err, ERR_INVALID, p->dir, 0, "found %s, which this build has not; wanted the one "
		      "that began the run (commit %.40s)", what, past_text(p, "commit"));
}

int past_plan(const struct past *p, const struct profile *profile,
	      struct cloud_config *const *targets, size_t n, struct plan *ret, struct error *err)
{
	*ret = (struct plan){ .profile = profile, .targets = targets, .target_count = n };
	for (size_t i = 0; i < p->row_count; i++) {
		const struct past_row *row = &p->rows[i];
		const struct testcase *test = testcase_by_id(row->test);
		int decided = verdict_by_name(row->decision);
		size_t t = 0;

		while (t < n && strcmp(targets[t]->name, row->target))
			t++;
		if (!test || t == n || (decided < 0 && strcmp(row->decision, "run"))) {
			plan_free(ret);
			return another_build(p, row->test, err);
		}
		plan_row(ret, test, t, row->level,
			 decided < 0 ? VERDICT_COUNT : (enum verdict)decided, row->cause);
	}
	return ERR_OK;
}
