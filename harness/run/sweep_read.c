/* The open ledger of a run, from its journal. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/str.h"
#include "journal/reader.h"
#include "run/sweep.h"

static struct open_target *target_of(struct open_run *run, const char *name)
{
	struct open_target *t = open_run_target(run, name);

	if (t)
		return t;
	t = xcalloc(1, sizeof(*t));
	str_copy(t->name, sizeof(t->name), name);
	t->ledger.target = t->name;
	t->next = run->targets;
	run->targets = t;
	return t;
}

struct open_target *open_run_target(const struct open_run *r, const char *name)
{
	for (struct open_target *t = r->targets; t; t = t->next)
		if (!strcmp(t->name, name))
			return t;
	return NULL;
}

/* Wall microseconds of a line's "utc". */
static int64_t time_of(const json_t *doc)
{
	struct tm tm = { 0 };
	const char *utc = json_text(doc, "utc");

	if (!utc || !strptime(utc, "%Y-%m-%dT%H:%M:%S", &tm))
		return clock_wall_us();
	return (int64_t)timegm(&tm) * 1000000;
}

/*
 * How old something is counts along the journal by its monotonic times, which no clock that is
 * set can change; only from its last line until now the wall clock tells, and never backwards.
 * Between two segments as little as nothing may have passed.
 */
static void take_time(struct open_run *run, const json_t *doc)
{
	int64_t mono_us = json_integer_value(json_object_get(doc, "mono_us"));

	if (mono_us > run->mono_us)
		run->line_us += mono_us - run->mono_us;
	run->mono_us = mono_us;
	run->wall_us = time_of(doc);
}

enum { REFUSED_SAID = 20 };

static void refuse(struct open_run *run, int number, const char *found, const char *wanted)
{
	struct str s = { 0 };

	if (run->refused_count++ < REFUSED_SAID) {
		str_addf(&s, "journal.jsonl:%d: found the name \"%.100s\" in the ledger; wanted %s: nothing "
			 "is deleted on the word of this line", number, found, wanted);
		str_one_line(&s);
		str_addf(&run->refused, "%s\n", s.text);
	}
	str_release(&s);
}

/* Its own mark is on all that a run names; what it did not name has none. */
static bool is_named_by_run(struct open_run *run, const char *name, int number)
{
	char mark[8], wanted[100];

	if (!*name || ledger_is_name(run->run, name))
		return true;
	ledger_mark(run->run, mark);
	snprintf(wanted, sizeof(wanted), "one with the mark of the run, as %s000-vpc", mark);
	refuse(run, number, name, wanted);
	return false;
}

static struct ledger_entry *entry_new(const struct open_run *run, struct open_target *t,
				      const json_t *doc)
{
	const char *kind = json_text(doc, "kind");
	struct ledger_entry *e;

	if (!kind || kind_by_name(kind) < 0)
		return NULL;
	e = xcalloc(1, sizeof(*e));
	e->intent = json_integer_value(json_object_get(doc, "intent"));
	e->recalled = true;
	e->kind = (enum kind)kind_by_name(kind);
	e->row = (int)json_integer_value(json_object_get(doc, "row"));
	e->second = json_is_true(json_object_get(doc, "second_tenant"));
	str_copy(e->name, sizeof(e->name), json_text(doc, "name"));
	str_copy(e->parent, sizeof(e->parent), json_text(doc, "parent"));
	/* The settle time of an intent runs from when it was written: where that was in the
	 * journal, for now. */
	e->since_us = run->line_us;
	e->older = t->ledger.newest;
	t->ledger.newest = e;
	return e;
}

static struct ledger_entry *entry_of(struct open_run *run, struct open_target *t,
				     const json_t *doc, int number)
{
	int64_t intent = json_integer_value(json_object_get(doc, "intent"));
	const char *name = json_text(doc, "name") ? json_text(doc, "name") : "";
	char wanted[NAME_LEN + 40];

	if (!is_named_by_run(run, name, number))
		return NULL;
	for (struct ledger_entry *e = t->ledger.newest; e; e = e->older) {
		if (e->intent != intent)
			continue;
		if (!strcmp(e->name, name))
			return e;
		snprintf(wanted, sizeof(wanted), "\"%s\", as its intent says", e->name);
		refuse(run, number, name, wanted);
		return NULL;
	}
	return entry_new(run, t, doc);
}

static void take_ledger(struct open_run *run, const json_t *doc, int number)
{
	const char *name = json_text(doc, "target"), *op = json_text(doc, "op");
	struct ledger_entry *e = NULL;

	if (name && op)
		e = entry_of(run, target_of(run, name), doc, number);
	if (!e)
		return;
	if (e->intent > run->last_intent)
		run->last_intent = e->intent;
	if (json_text(doc, "id") && *json_text(doc, "id"))
		str_copy(e->id, sizeof(e->id), json_text(doc, "id"));
	if (!strcmp(op, "created"))
		e->state = LEDGER_CREATED;
	else if (!strcmp(op, "delete-sent"))
		e->state = LEDGER_DELETE_SENT;
	else if (!strcmp(op, "gone"))
		e->state = LEDGER_GONE;
	else if (!strcmp(op, "unknown")) {
		/* From here on its absence counts. */
		e->state = LEDGER_UNKNOWN;
		e->since_us = run->line_us;
	}
}

/* The first counts: whoever resumes the run with another account must not change it. */
static void take_session(struct open_target *t, const json_t *doc)
{
	char *to = json_is_true(json_object_get(doc, "second_tenant")) ? t->second_identity : t->identity;

	if (!*to)
		str_copy(to, sizeof(t->identity), json_text(doc, "identity"));
}

/* The first counts: a later one may have seen what the run made. */
static void take_inventory(struct open_target *t, const json_t *doc)
{
	const char *kind = json_text(doc, "kind"), *when = json_text(doc, "when");
	int k = kind ? kind_by_name(kind) : -1;

	if (k >= 0 && when && !strcmp(when, "before") && !*t->before[k])
		str_copy(t->before[k], sizeof(t->before[k]), json_text(doc, "digest"));
}

static int take_line(void *arg, const struct journal_line *line)
{
	struct open_run *run = arg;
	struct open_target *t;

	take_time(run, line->doc);
	if (!strcmp(line->type, "run")) {
		if (!*run->run)
			str_copy(run->run, sizeof(run->run), json_text(line->doc, "run"));
	} else if (!strcmp(line->type, "target") && json_text(line->doc, "target")) {
		t = target_of(run, json_text(line->doc, "target"));
		str_copy(t->config, sizeof(t->config), json_text(line->doc, "config"));
		str_copy(t->seal, sizeof(t->seal), json_text(line->doc, "seal"));
		t->embedded = json_is_true(json_object_get(line->doc, "embedded"));
	} else if (!strcmp(line->type, "session") && json_text(line->doc, "target")) {
		take_session(target_of(run, json_text(line->doc, "target")), line->doc);
	} else if (!strcmp(line->type, "inventory") && json_text(line->doc, "target")) {
		take_inventory(target_of(run, json_text(line->doc, "target")), line->doc);
	} else if (!strcmp(line->type, "ledger")) {
		take_ledger(run, line->doc, line->number);
	}
	return ERR_OK;
}

/* Places in the journal become times of this process. */
static void set_times(const struct open_run *run, struct ledger *l)
{
	int64_t since_last = clock_wall_us() - run->wall_us, now = clock_mono_us();

	if (since_last < 0)
		since_last = 0;
	for (struct ledger_entry *e = l->newest; e; e = e->older)
		e->since_us = now - since_last - (run->line_us - e->since_us);
}

int open_run_read(const char *dir, struct open_run *ret, struct error *err)
{
	struct journal_state state;
	int r;

	*ret = (struct open_run){ 0 };
	r = journal_read(dir, take_line, ret, &state, err);
	if (r < 0)
		return r;
	if (state.broken_line)
		return err_at(err, ERR_INVALID, "journal.jsonl", state.broken_line,
			      "the chain is broken: %s; nothing is deleted on its word",
			      state.broken_why);
	str_copy(ret->head, sizeof(ret->head), state.head);
	ret->whole = state.whole;
	for (struct open_target *t = ret->targets; t; t = t->next) {
		struct ledger_entry **at = &t->ledger.newest;

		set_times(ret, &t->ledger);
		while (*at) {
			struct ledger_entry *e = *at;

			if (e->state != LEDGER_GONE) {
				at = &e->older;
				continue;
			}
			*at = e->older;
			free(e);
		}
	}
	return ERR_OK;
}

void open_run_free(struct open_run *r)
{
	str_release(&r->refused);
	while (r->targets) {
		struct open_target *t = r->targets;

		r->targets = t->next;
		ledger_free(&t->ledger);
		free(t);
	}
}
