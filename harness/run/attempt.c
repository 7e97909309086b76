#include "run/attempt.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "journal/emit.h"
#include "run/session.h"
#include "tc/private.h"

static bool is_advisory(void *arg, const char *requirement)
{
	const struct profile_item *item = profile_find(arg, requirement);

	return !item || item->level == LEVEL_ADVISORY;
}

static void journal_start(const struct row_arg *a)
{
	struct str s = { 0 };

	member_text(&s, "type", "start");
	member_int(&s, "row", a->row->number);
	member_int(&s, "attempt", a->attempt);
	emit_event(FRAME_START, a->row->number, &s);
	str_release(&s);
}

static void journal_finish(const struct row_arg *a, enum verdict v, const char *cause,
			   enum cleanup cleanup, int64_t ms)
{
	struct worker *w = a->w;
	struct str s = { 0 };

	member_text(&s, "type", "finish");
	member_int(&s, "row", a->row->number);
	member_int(&s, "attempt", a->attempt);
	member_text(&s, "verdict", verdict_name(v));
	member_text(&s, "cause", cause);
	member_text(&s, "cleanup", cleanup_name(cleanup));
	member_int(&s, "ms", ms);
	emit_event(FRAME_FINISH, a->row->number, &s);
	str_release(&s);
	w->ended++;
	emit_say("%3u of %u  %-20s %s  %s%s%s%s", w->ended, w->to_run, verdict_name(v),
		 w->targets[a->row->target].cfg->name, a->row->test->id,
		 *cause ? " (" : "", cause, *cause ? ")" : "");
}

static CO_FN void run_case(struct tc *t, const struct row *row)
{
	struct co_deadline deadline;

	co_deadline_push(&deadline,
			 cloud_scaled_ms(t->cloud, (int64_t)row->test->timeout_s * 1000));
	co_local_set(t->p);
	row->test->run(t);
	tc_held(t);
	co_deadline_pop(&deadline);
}

/*
 * The case could not even begin, and the step says why.  A wrong path or name in the
 * target file must not become a verdict on the cloud: what was meant was not reached.
 */
static void unopened(struct tc *t, const struct error *why, const char *what)
{
	t->err = *why;
	if (why->code == ERR_NOT_FOUND || why->code == ERR_INVALID)
		t->err.code = ERR_CONFIG;
	else if (why->code == ERR_PROTOCOL)
		t->err.code = ERR_NETWORK;
	(void)tc_stimulus(t, t->test->verifies[0], what, t->err.code, AT);
}

/* A session that the cloud took back leaves nothing behind on that account: another one,
 * which the journal names, cleans up.  The verdict of the case stands. */
static CO_FN enum cleanup tidy(const struct worker *w, struct tc *t)
{
	struct ledger *l = &t->p->ledger;
	enum cleanup c = ledger_clean(t->cloud, l);
	struct cloud *again;
	struct error why;

	if ((c != CLEANUP_UNKNOWN && c != CLEANUP_LEFTOVER) || ledger_unanswered(l))
		return c;
	if (!ledger_lacks_credential(l) ||
	    session_open(w->loop, w->opt, t->cfg, false, &again, &why) < 0)
		return ledger_settle(t->cloud, l, false);
	c = ledger_settle(again, l, false);
	cloud_close(again);
	return c;
}

void note_left(struct target *to, const struct ledger *l)
{
	for (int k = 0; k < KIND_COUNT; k++)
		pack_left(&to->pack, (enum kind)k, ledger_holds(l, (enum kind)k));
}

CO_FN void attempt_run(struct row_arg *a, struct target *to)
{
	struct tc_private p = {
		.row = a->row->number, .attempt = (int)a->attempt, .target = to->cfg->name,
		.ledger = { .target = to->cfg->name, .row = a->row->number,
			    .bulk = a->row->test->impact == IMPACT_LOAD,
			    .dark = &to->outage.dark },
		.is_advisory = is_advisory, .advisory_arg = (void *)a->w->opt->plan->profile,
		.pool_slot = (unsigned)a->row->number, .undeclared = a->row->undeclared,
		.bulk = a->row->test->impact == IMPACT_LOAD, .stopping = &a->w->stopping,
	};
	struct tc t = { .cfg = to->cfg, .test = a->row->test, .p = &p };
	enum cleanup cleanup = CLEANUP_NONE;
	int64_t began = clock_mono_us(), ms;
	enum verdict v;
	const char *cause;

	journal_start(a);
	if (!to->cloud) {
		unopened(&t, &to->why, "open a session with the target");
	} else if (to->ixit.code) {
		unopened(&t, &to->ixit, "find what the target file names");
	} else {
		tc_init(&t, &p, to->cloud, a->row->test);
		p.site = &to->site;
		run_case(&t, a->row);
	}
	v = verdict_of_steps(p.steps, p.step_count, &cause);
	ms = (clock_mono_us() - began) / 1000;
	if (t.cloud)
		cleanup = tidy(a->w, &t);
	co_local_set(NULL);
	journal_finish(a, v, cause, cleanup, ms);
	note_left(to, &p.ledger);
	if (t.cloud)
		outage_note(&to->outage, t.cloud, &p.ledger, !strcmp(cause, "unreachable"));
	tc_release(&t);
}

CO_FN void site_end(const struct worker *w, struct target *to)
{
	struct cloud *again;
	struct error why;

	if (!to->cloud)
		return;
	if (!site_remove(to->cloud, &to->site) &&
	    session_open(w->loop, w->opt, to->cfg, false, &again, &why) == ERR_OK) {
		(void)site_remove(again, &to->site);
		cloud_close(again);
	}
	note_left(to, &to->site.ledger);
	if (to->site.ledger.newest)
		outage_note(&to->outage, to->cloud, &to->site.ledger, false);
	site_forget(&to->site);
}
