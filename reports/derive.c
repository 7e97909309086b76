/* What follows from the events: verdicts, tally, coverage. */
#include "reports/model.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

const struct attempt *row_last(const struct row *row)
{
	return row->attempt_count ? &row->attempts[row->attempt_count - 1] : NULL;
}

/* A `guessed` class counts as the class it is. */
static enum err step_error(const struct step *s)
{
	return s->error ? (enum err)err_by_name(report_text(s->error, "class")) : ERR_OK;
}

static bool step_undeclared(const struct step *s)
{
	return s->error && json_is_true(json_object_get(s->error, "undeclared"));
}

static bool step_not_applicable(const struct step *s)
{
	return s->error && json_is_true(json_object_get(s->error, "not_applicable"));
}

enum verdict attempt_derived(const struct attempt *a, const char **cause)
{
	struct step_result *steps = xcalloc(a->step_count, sizeof(*steps));
	enum verdict v;

	for (size_t i = 0; i < a->step_count; i++)
		steps[i] = (struct step_result){
			.check = a->steps[i].check,
			.ok = a->steps[i].ok,
			.advisory = a->steps[i].advisory,
			.error = step_error(&a->steps[i]),
			.undeclared = step_undeclared(&a->steps[i]),
			.not_applicable = step_not_applicable(&a->steps[i]),
		};
	v = verdict_of_steps(steps, a->step_count, cause);
	free(steps);
	return v;
}

const struct step *attempt_decisive(const struct attempt *a)
{
	const struct step *missed = NULL;

	for (size_t i = 0; a && i < a->step_count; i++) {
		struct step *s = &a->steps[i];
		struct step_result one = { .check = s->check, .advisory = s->advisory,
					   .error = step_error(s),
					   .undeclared = step_undeclared(s),
					   .not_applicable = step_not_applicable(s) };
		const char *cause;

		if (s->ok)
			continue;
		if (verdict_of_steps(&one, 1, &cause) != VERDICT_DEVIATION)
			return s;
		if (!missed)
			missed = s;
	}
	return missed;
}

enum verdict row_standing(const struct row *row)
{
	return row->waived ? VERDICT_WAIVED : row->verdict;
}

bool row_is_finding(const struct row *row)
{
	return row->verdict == VERDICT_FAIL || row->verdict == VERDICT_DEVIATION ||
	       row->cleanup == CLEANUP_LEFTOVER;
}

bool row_is_undecided(const struct row *row)
{
	switch (row->verdict) {
	case VERDICT_INCONCLUSIVE:
	case VERDICT_NOT_RUN:
	case VERDICT_NO_PEER:
	case VERDICT_INCOMPLETE:
	case VERDICT_ERROR:
		return true;
	case VERDICT_PASS:
	case VERDICT_DEVIATION:
	case VERDICT_FAIL:
	case VERDICT_NOT_APPLICABLE:
	case VERDICT_WAIVED:
	case VERDICT_COUNT:
		break;
	}
	return row->cleanup == CLEANUP_UNKNOWN;
}

bool target_has_leftover(const struct target *t)
{
	for (size_t i = 0; i < t->inventory_count; i++)
		if (!strcmp(t->inventory[i].when, "after") &&
		    json_array_size(t->inventory[i].leftover))
			return true;
	return false;
}

/* A create was answered, or may have been, and nothing shows the end of it. */
bool resource_is_open(const struct resource *s)
{
	return !strcmp(s->op, "created") || !strcmp(s->op, "delete-sent") ||
	       !strcmp(s->op, "unknown");
}

static void of_attempts(struct row *row, bool interrupted)
{
	const struct attempt *a = row_last(row);

	row->verdict = VERDICT_INCOMPLETE;
	row->why = interrupted ? "interrupted" : "";
	if (!a)
		return;
	row->verdict = a->verdict;
	row->cleanup = a->cleanup;
	if (a->finished)
		row->why = a->cause;
	else if (a->crashed)
		row->why = "crashed";
}

static void decide_row(struct row *row, bool interrupted)
{
	row->cleanup = CLEANUP_NONE;
	if (!strcmp(row->decision, "run")) {
		of_attempts(row, interrupted);
		return;
	}
	row->why = row->cause;
	/* A plan can set a row aside; it can never make one pass. */
	if (!strcmp(row->decision, "not-applicable"))
		row->verdict = VERDICT_NOT_APPLICABLE;
	else if (!strcmp(row->decision, "waived"))
		row->verdict = VERDICT_WAIVED;
	else if (!strcmp(row->decision, "no-peer") || !strcmp(row->cause, "no-peer"))
		row->verdict = VERDICT_NO_PEER;
	else
		row->verdict = VERDICT_NOT_RUN;
}

/* The first waiver in force that covers the row, else the first that covers it. */
static void find_waiver(struct report *r, struct row *row)
{
	struct waiver_line *found = NULL;

	for (size_t i = 0; i < r->waiver_count; i++) {
		struct waiver_line *w = &r->waivers[i];

		if (!waiver_covers(w->patterns, w->target, w->profile, row->test->id,
				   row->target->name, report_profile_text(r, "id")))
			continue;
		w->rows++;
		w->passed += row->verdict == VERDICT_PASS || row->verdict == VERDICT_DEVIATION;
		if (!found || (found->state != WAIVER_IN_FORCE && w->state == WAIVER_IN_FORCE))
			found = w;
	}
	row->waiver = found;
	if (!found || row->verdict != VERDICT_FAIL)
		return;
	row->waived = found->state == WAIVER_IN_FORCE;
	*(row->waived ? &found->waived : &found->failed) += 1;
}

static void decide_waivers(struct report *r)
{
	for (size_t i = 0; i < r->waiver_count; i++)
		r->waivers[i].state = waiver_on(r->waivers[i].granted, r->waivers[i].expires,
						r->began);
	for (size_t i = 0; i < r->row_count; i++)
		find_waiver(r, &r->rows[i]);
}

/* The ledger has the last word on what a row calls clean. */
static void decide_cleanup(struct report *r)
{
	for (size_t i = 0; i < r->resource_count; i++) {
		const struct resource *s = &r->resources[i];
		struct row *row;

		if (s->row < 1 || s->row > (int64_t)r->row_count || !resource_is_open(s))
			continue;
		row = &r->rows[s->row - 1];
		if (row->cleanup == CLEANUP_NONE || row->cleanup == CLEANUP_CLEAN)
			row->cleanup = CLEANUP_UNKNOWN;
	}
}

/* What belongs to no row (shared fixtures, the inventory) weighs as one row more. */
static struct row_result extra_result(const struct report *r, const struct target *t)
{
	struct row_result extra = { .mandatory = true, .verdict = VERDICT_NOT_APPLICABLE };

	for (size_t i = 0; i < r->resource_count; i++) {
		const struct resource *s = &r->resources[i];

		if (!s->row && resource_is_open(s) && (!t || !strcmp(s->target, t->name)))
			extra.cleanup = CLEANUP_UNKNOWN;
	}
	for (size_t i = 0; i < r->target_count; i++)
		if ((!t || t == &r->targets[i]) && target_has_leftover(&r->targets[i]))
			extra.cleanup = CLEANUP_LEFTOVER;
	return extra;
}

enum run_verdict report_target_verdict(const struct report *r, const struct target *t,
				       struct tally *tally)
{
	struct row_result *some = xcalloc(r->row_count + 1, sizeof(*some));
	enum run_verdict v;
	size_t n = 0;

	for (size_t i = 0; i < r->row_count; i++)
		if (r->rows[i].target == t)
			some[n++] = r->results[i];
	tally_rows(some, n, tally);
	some[n] = extra_result(r, t);
	v = verdict_of_run(some, n + 1, r->complete, t->ics_full);
	free(some);
	return r->state.broken_line ? RUN_UNDECIDED : v;
}

enum run_verdict report_verdict(const struct report *r)
{
	return r->verdict;
}

int report_exit(const struct report *r)
{
	if (r->verdict == RUN_UNDECIDED && !r->state.broken_line)
		for (size_t i = 0; i < r->row_count; i++)
			if (!strcmp(r->rows[i].why, "configuration"))
				return 3;
	return run_verdict_exit(r->verdict);
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct requirement *)a)->id, ((const struct requirement *)b)->id);
}

const struct requirement *report_requirement(const struct report *r, const char *id)
{
	struct requirement key = { .id = id };

	return r->requirement_count ? bsearch(&key, r->requirements, r->requirement_count,
					      sizeof(key), by_id) : NULL;
}

const struct coverage *report_coverage(const struct report *r, const struct requirement *q,
				       const struct target *t)
{
	return &r->coverage[(size_t)(q - r->requirements) * r->target_count +
			    (size_t)(t - r->targets)];
}

static void cover(struct coverage *c, const struct row *row, const char *id)
{
	const struct step *s = attempt_decisive(row_last(row));

	switch (row->verdict) {
	case VERDICT_PASS:
		c->shown++;
		return;
	case VERDICT_FAIL:
	case VERDICT_DEVIATION:
		/* A missed check speaks against its own requirement only. */
		if (!s || !*s->requirement || !strcmp(s->requirement, id))
			c->contradicted++;
		else if (row->verdict == VERDICT_DEVIATION)
			c->shown++;
		else
			c->open++;
		return;
	case VERDICT_NOT_APPLICABLE:
		return;
	case VERDICT_INCONCLUSIVE:
	case VERDICT_WAIVED:
	case VERDICT_NOT_RUN:
	case VERDICT_NO_PEER:
	case VERDICT_INCOMPLETE:
	case VERDICT_ERROR:
	case VERDICT_COUNT:
		c->open++;
	}
}

static void cover_all(struct report *r)
{
	r->coverage = xcalloc(r->requirement_count * r->target_count, sizeof(*r->coverage));
	for (size_t i = 0; i < r->row_count; i++) {
		const struct row *row = &r->rows[i];
		size_t k;
		json_t *id;

		json_array_foreach(row->test->requirements, k, id) {
			const char *name = json_string_value(id) ? json_string_value(id) : "";
			const struct requirement *q = report_requirement(r, name);

			if (q)
				cover((struct coverage *)report_coverage(r, q, row->target), row,
				      name);
		}
	}
}

void report_derive(struct report *r)
{
	r->complete = r->state.whole && !r->state.broken_line && r->run &&
		      !strcmp(r->state.outcome, "completed");
	r->ics_full = r->target_count;
	for (size_t i = 0; i < r->target_count; i++)
		r->ics_full = r->ics_full && r->targets[i].ics_full;
	if (r->requirement_count)
		qsort(r->requirements, r->requirement_count, sizeof(*r->requirements), by_id);
	for (size_t i = 0; i < r->row_count; i++)
		decide_row(&r->rows[i], r->interrupts);
	decide_cleanup(r);
	decide_waivers(r);
	r->results = xcalloc(r->row_count + 1, sizeof(*r->results));
	for (size_t i = 0; i < r->row_count; i++)
		r->results[i] = (struct row_result){
			.mandatory = strcmp(r->rows[i].level, "advisory") != 0,
			.verdict = row_standing(&r->rows[i]),
			.cleanup = r->rows[i].cleanup,
		};
	tally_rows(r->results, r->row_count, &r->tally);
	r->results[r->row_count] = extra_result(r, NULL);
	r->verdict = verdict_of_run(r->results, r->row_count + 1, r->complete, r->ics_full);
	/* A broken chain proves nothing in either direction. */
	if (r->state.broken_line)
		r->verdict = RUN_UNDECIDED;
	cover_all(r);
}

void test_area(const struct test *t, struct str *out)
{
	const char *dot = strrchr(t->id, '.');

	str_addn(out, t->id, dot ? (size_t)(dot - t->id) : strlen(t->id));
}
