#include "run/worker.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/str.h"
#include "co/loop.h"
#include "journal/emit.h"
#include "run/exchange.h"
#include "run/inventory.h"
#include "run/ixit.h"
#include "run/room.h"
#include "run/session.h"
#include "run/sweep.h"
#include "tc/private.h"
#include "tc/site.h"

struct target {
	const struct cloud_config *cfg;
	struct cloud *cloud;
	struct error why;		/* when cloud is NULL */
	struct error ixit;		/* what the target file names and the cloud does not know */
	struct inventory *before;
	struct pack pack;
	struct site site;
};

struct worker {
	const struct run_options *opt;
	struct loop *loop;
	const enum row_state *states;
	bool after_crash;		/* or resumed: something of this run was there before */
	bool stopping;
	struct target *targets;
	struct co **running;		/* per row */
	struct co *main;		/* waits until no row runs */
	unsigned flying;
	unsigned to_run, ended;
	int status;
};

struct row_arg {
	struct worker *w;
	const struct row *row;
	unsigned attempt;
};

/* ---- targets ---- */

/* Before anything is made as the second tenant, the journal says who that is. */
static CO_FN void note_second(const struct worker *w, const struct target *to)
{
	const struct plan *p = w->opt->plan;
	struct cloud *second;
	bool needed = false;
	struct error why;

	for (size_t i = 0; i < p->row_count; i++) {
		const struct row *row = &p->rows[i];
		uint64_t asks = row->test->needs | row->test->if_claimed;

		if (row->decided == VERDICT_COUNT && &w->targets[row->target] == to)
			needed = needed || asks & CAN(TENANTS);
	}
	/* A case that cannot open it says so itself. */
	if (needed && to->cfg->second &&
	    session_open(w->loop, w->opt, to->cfg->second, true, &second, &why) == ERR_OK)
		cloud_close(second);
}

/* ---- rows ---- */

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

	if (c != CLEANUP_UNKNOWN && c != CLEANUP_LEFTOVER)
		return c;
	if (!ledger_lacks_credential(l) ||
	    session_open(w->loop, w->opt, t->cfg, false, &again, &why) < 0)
		return ledger_settle(t->cloud, l, false);
	c = ledger_settle(again, l, false);
	cloud_close(again);
	return c;
}

static CO_FN void one_attempt(struct row_arg *a, struct target *to)
{
	struct tc_private p = {
		.row = a->row->number, .attempt = (int)a->attempt, .target = to->cfg->name,
		.ledger = { .target = to->cfg->name, .row = a->row->number,
			    .bulk = a->row->test->impact == IMPACT_LOAD },
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
	tc_release(&t);
}

static CO_FN void remove_site(const struct worker *w, struct target *to)
{
	struct cloud *again;
	struct error why;

	if (!to->cloud || site_remove(to->cloud, &to->site))
		return;
	if (session_open(w->loop, w->opt, to->cfg, false, &again, &why) == ERR_OK) {
		(void)site_remove(again, &to->site);
		cloud_close(again);
	}
	site_forget(&to->site);
}

static void begin_rows(struct worker *w, struct target *to);

static CO_FN int row_main(void *arg)
{
	struct row_arg *a = arg;
	struct worker *w = a->w;
	struct target *to = &w->targets[a->row->target];

	if (!w->stopping)
		one_attempt(a, to);
	w->running[a->row->number - 1] = NULL;
	pack_ended(&to->pack, a->row);
	if (pack_ends_site(&to->pack)) {
		remove_site(w, to);
		pack_site_gone(&to->pack);
	}
	w->flying--;
	begin_rows(w, to);
	free(a);
	if (!w->flying)
		co_wake(w->main);
	return ERR_OK;
}

/* As many as there is room for now; each that ends makes room for more. */
static void begin_rows(struct worker *w, struct target *to)
{
	const struct row *row;

	while (!w->stopping && (row = pack_next(&to->pack))) {
		struct row_arg *a = xmalloc(sizeof(*a));

		*a = (struct row_arg){ .w = w, .row = row,
					.attempt = w->opt->starts[row->number - 1] + 1 };
		w->flying++;
		w->running[row->number - 1] = co_spawn(w->loop, row->test->id, row_main, a);
		co_detach(w->running[row->number - 1]);
	}
}

static CO_FN void fly(struct worker *w)
{
	for (size_t i = 0; i < w->opt->plan->target_count; i++)
		begin_rows(w, &w->targets[i]);
	while (w->flying)
		(void)co_suspend("the rows");
}

/* The cloud has less left than the case needs: said before anything is made. */
static bool set_aside(struct worker *w, const struct row *row)
{
	struct str s = { 0 };
	char why[200];

	if (!room_lacks(&w->targets[row->target].pack, row->test, why))
		return false;
	member_text(&s, "type", "set-aside");
	member_int(&s, "row", row->number);
	member_text(&s, "decision", verdict_name(VERDICT_NOT_RUN));
	member_text(&s, "cause", "limit");
	member_text(&s, "reason", why);
	emit_event(FRAME_FINISH, row->number, &s);
	str_release(&s);
	w->to_run--;
	emit_say("target %s: %s does not run: %s", w->targets[row->target].cfg->name,
		 row->test->id, why);
	return true;
}

/* Rows for which want() holds, as many at once as fit, waited for. */
static CO_FN void run_rows(struct worker *w,
			   bool (*want)(const struct worker *, const struct row *),
			   bool one_by_one)
{
	const struct plan *p = w->opt->plan;

	for (size_t i = 0; i < p->row_count && !w->stopping; i++) {
		const struct row *row = &p->rows[i];

		if (row->decided != VERDICT_COUNT || !want(w, row) || set_aside(w, row))
			continue;
		pack_add(&w->targets[row->target].pack, row);
		if (one_by_one)
			fly(w);
	}
	fly(w);
}

static bool was_in_flight(const struct worker *w, const struct row *row)
{
	return w->states[row->number - 1] == ROW_IN_FLIGHT;
}

static bool is_plain(const struct worker *w, const struct row *row)
{
	return w->states[row->number - 1] == ROW_TO_RUN && !inventory_is_case(row->test);
}

static bool is_inventory(const struct worker *w, const struct row *row)
{
	return w->states[row->number - 1] == ROW_TO_RUN && inventory_is_case(row->test);
}

/* ---- the whole ---- */

/* What a crashed worker made and can no longer remove. */
static CO_FN void clean_after_crash(struct worker *w)
{
	struct open_run left;
	struct error err;

	if (open_run_read(w->opt->dir, &left, &err) < 0) {
		emit_say("after the crash: %s", err.text);
		return;
	}
	for (size_t i = 0; i < w->opt->plan->target_count; i++) {
		struct target *to = &w->targets[i];
		struct open_target *t = open_run_target(&left, to->cfg->name);
		/* Perhaps on another day, with another account. */
		bool compare = w->opt->resumed && !to->cfg->embedded;

		if (!t || !to->cloud)
			continue;
		if (compare && sweep_may_delete(w->loop, w->opt->dir, t, to->cloud, &to->why) < 0) {
			emit_say("%s", to->why.text);
			cloud_close(to->cloud);
			to->cloud = NULL;
			continue;
		}
		if (!compare && sweep_second(w->loop, to->cfg, &t->ledger, &err) < 0)
			emit_say("%s", err.text);
		(void)ledger_settle(to->cloud, &t->ledger, false);
		cloud_close(t->ledger.second);
	}
	open_run_free(&left);
}

static CO_FN void open_targets(struct worker *w)
{
	const struct plan *p = w->opt->plan;

	for (size_t i = 0; i < p->target_count; i++) {
		struct target *to = &w->targets[i];

		to->cfg = p->targets[i];
		pack_init(&to->pack, to->cfg, w->opt->jobs);
		site_init(&to->site, to->cfg->name);
		emit_say("target %s: opening", to->cfg->name);
		if (session_open(w->loop, w->opt, to->cfg, false, &to->cloud, &to->why) < 0) {
			emit_say("target %s: no session with %s: %s", to->cfg->name,
				 config_setting(to->cfg, "endpoint") ? config_setting(to->cfg, "endpoint")
								     : "it", to->why.text);
			continue;
		}
		note_second(w, to);
		to->before = inventory_take(to->cloud, w->opt->dir, w->after_crash ? "again" : "before");
		inventory_remember(to->cfg, to->before, w->opt->dir);
		if (!to->cfg->embedded)
			(void)ixit_check(to->cloud, &to->ixit);
	}
}

static CO_FN int work(void *arg)
{
	struct worker *w = arg;

	open_targets(w);
	if (w->after_crash)
		clean_after_crash(w);
	for (size_t i = 0; i < w->opt->plan->target_count; i++)
		if (w->targets[i].cloud)
			room_measure(w->targets[i].cloud, &w->targets[i].pack);
	if (w->after_crash)
		run_rows(w, was_in_flight, true);
	run_rows(w, is_plain, false);
	for (size_t i = 0; i < w->opt->plan->target_count; i++)
		remove_site(w, &w->targets[i]);
	run_rows(w, is_inventory, false);
	for (size_t i = 0; i < w->opt->plan->target_count; i++) {
		cloud_close(w->targets[i].cloud);
		inventory_free(w->targets[i].before);
		pack_free(&w->targets[i].pack);
	}
	emit_done();
	(void)emit_sync();
	(void)emit_flush();
	return ERR_OK;
}

static void stop(void *arg)
{
	struct worker *w = arg;

	w->stopping = true;
	for (size_t i = 0; i < w->opt->plan->row_count; i++)
		if (w->running[i])
			co_cancel(w->running[i]);
}

/* Names and intents of a later worker begin behind all that the journal has; what was
 * named and never made durable was never sent. */
static unsigned first_name(const struct worker *w)
{
	struct open_run past;
	struct error err;
	unsigned first = 20000;

	if (!w->after_crash)
		return 0;
	if (open_run_read(w->opt->dir, &past, &err) == ERR_OK)
		first = (unsigned)past.last_intent + 1000;
	open_run_free(&past);
	return first;
}

int worker_main(void *arg, int fd, const enum row_state *states, bool after_crash)
{
	const struct run_options *opt = arg;
	struct worker w = { .opt = opt, .states = states,
			    .after_crash = after_crash || opt->resumed };
	const struct plan *p = opt->plan;
	char mark[8];

	w.loop = loop_new();
	w.targets = xcalloc(p->target_count + 1, sizeof(*w.targets));
	w.running = xcalloc(p->row_count + 1, sizeof(struct co *));
	for (size_t i = 0; i < p->row_count; i++)
		w.to_run += p->rows[i].decided == VERDICT_COUNT && states[i] != ROW_DONE;
	ledger_mark(w.opt->run_id, mark);
	ledger_set_mark(mark);
	ledger_start_at(first_name(&w));
	exchange_open(w.opt->dir);
	emit_open(w.loop, fd, stop, &w);
	w.main = co_spawn(w.loop, "worker", work, &w);
	co_detach(w.main);
	loop_run(w.loop);
	emit_close();
	loop_free(w.loop);
	free(w.targets);
	free(w.running);
	return w.status;
}
