#include "run/worker.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "co/loop.h"
#include "journal/emit.h"
#include "run/attempt.h"
#include "run/exchange.h"
#include "run/inventory.h"
#include "run/ixit.h"
#include "run/room.h"
#include "run/session.h"
#include "run/sweep.h"

struct watch_arg {
	struct worker *w;
	struct target *to;
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

/* ---- rows that do not begin after all ---- */

static void put_aside(struct worker *w, const struct row *row, const char *cause, const char *why)
{
	struct str s = { 0 };

	member_text(&s, "type", "set-aside");
	member_int(&s, "row", row->number);
	member_text(&s, "decision", verdict_name(VERDICT_NOT_RUN));
	member_text(&s, "cause", cause);
	member_text(&s, "reason", why);
	emit_event(FRAME_FINISH, row->number, &s);
	str_release(&s);
	w->to_run--;
	emit_say("target %s: %s does not run: %s", w->targets[row->target].cfg->name,
		 row->test->id, why);
}

/* The cloud has less left than the case needs: said before anything is made. */
static bool set_aside(struct worker *w, const struct row *row)
{
	char why[200];

	if (!room_lacks(&w->targets[row->target].pack, row->test, why))
		return false;
	put_aside(w, row, "limit", why);
	return true;
}

/* What others could not remove has taken their room for good. */
static void drop_rows(struct worker *w, struct target *to)
{
	const struct row *row;
	enum kind kind;
	int64_t room;
	char why[200];

	while ((row = pack_drop(&to->pack, &kind, &room))) {
		snprintf(why, sizeof(why), "it needs %u of kind %s at once; what the run could not remove "
			 "leaves %lld", budget_of(row->test, kind), kind_info(kind)->name,
			 (long long)room);
		put_aside(w, row, "limit", why);
	}
}

static void abandon_rows(struct worker *w, struct target *to)
{
	const struct row *row;

	while ((row = pack_abandon(&to->pack)))
		put_aside(w, row, "unreachable", "the target answered nobody any longer when its turn came");
}

/* ---- who begins when ---- */

static void begin_rows(struct worker *w, struct target *to);

static CO_FN void end_site(struct worker *w, struct target *to)
{
	site_end(w, to);
	pack_site_gone(&to->pack);
}

/* A row has ended, or the target is back. */
static CO_FN void go_on(struct worker *w, struct target *to)
{
	if (!to->outage.dark)
		drop_rows(w, to);
	if (pack_ends_site(&to->pack))
		end_site(w, to);
	begin_rows(w, to);
}

static void landed(struct worker *w)
{
	if (!--w->flying)
		co_wake(w->main);
}

static CO_FN int row_main(void *arg)
{
	struct row_arg *a = arg;
	struct worker *w = a->w;
	struct target *to = &w->targets[a->row->target];

	if (!w->stopping)
		attempt_run(a, to);
	w->running[a->row->number - 1] = NULL;
	pack_ended(&to->pack, a->row);
	go_on(w, to);
	free(a);
	landed(w);
	return ERR_OK;
}

/* What was put off, with a session of its own: the old one may not outlive an outage. */
static CO_FN void settle_late(struct worker *w, struct target *to)
{
	unsigned before[KIND_COUNT], left[KIND_COUNT];
	struct cloud *again = NULL;
	struct error why;

	if (!to->cloud || !to->outage.late.newest)
		return;
	if (outage_over(&to->outage, to->cloud))
		(void)session_open(w->loop, w->opt, to->cfg, false, &again, &why);
	/* Not before: cases that ended meanwhile have put off theirs. */
	for (int k = 0; k < KIND_COUNT; k++)
		before[k] = ledger_holds(&to->outage.late, (enum kind)k);
	outage_settle(&to->outage, w->loop, again ? again : to->cloud, w->opt->dir, left);
	cloud_close(again);
	for (int k = 0; k < KIND_COUNT; k++)
		pack_left(&to->pack, (enum kind)k, (int64_t)left[k] - before[k]);
}

/* Who went away may have forgotten what was there: what cases share is made anew. */
static CO_FN void welcome_back(struct worker *w, struct target *to)
{
	settle_late(w, to);
	if (pack_renews_site(&to->pack))
		end_site(w, to);
}

/*
 * Looks again and again at a target that is dark.  It is given its time to come back, and all
 * the time that other targets take anyway; then its rows are told not to run.
 */
static CO_FN int watch_main(void *arg)
{
	struct watch_arg *a = arg;
	struct worker *w = a->w;
	struct target *to = a->to;

	enum { PAUSE_MS = 1000 };

	while (!w->stopping && !outage_over(&to->outage, to->cloud) &&
	       (w->flying > w->watching || outage_may_end(&to->outage, to->cloud)))
		(void)co_sleep(cloud_scaled_ms(to->cloud, PAUSE_MS));
	to->watched = false;
	w->watching--;
	if (!to->outage.dark)
		welcome_back(w, to);
	else if (!w->stopping)
		abandon_rows(w, to);
	go_on(w, to);
	free(a);
	landed(w);
	return ERR_OK;
}

static void watch(struct worker *w, struct target *to)
{
	struct watch_arg *a;

	if (to->watched || w->stopping || !to->pack.count)
		return;
	a = xmalloc(sizeof(*a));
	*a = (struct watch_arg){ .w = w, .to = to };
	to->watched = true;
	w->watching++;
	w->flying++;
	co_detach(co_spawn(w->loop, "watch", watch_main, a));
}

/* As many as there is room for now; each that ends makes room for more. */
static void begin_rows(struct worker *w, struct target *to)
{
	const struct row *row;

	if (to->outage.dark) {
		watch(w, to);
		return;
	}
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
		open_run_free(&left);
		return;
	}
	if (left.refused_count)
		emit_say("%.*s", (int)strcspn(left.refused.text, "\n"), left.refused.text);
	for (size_t i = 0; i < w->opt->plan->target_count; i++) {
		struct target *to = &w->targets[i];
		struct open_target *t = open_run_target(&left, to->cfg->name);
		/* Perhaps on another day, with another account. */
		bool compare = w->opt->resumed && !to->cfg->embedded;
		struct resource_list before[KIND_COUNT] = { 0 };

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
		/* What was just looked at has what the crashed one made, too. */
		sweep_remember(w->opt->dir, t, to->cfg, before);
		(void)ledger_settle(to->cloud, &t->ledger, false);
		sweep_forget(to->cfg, before);
		inventory_remember(to->cfg, to->before, w->opt->dir);
		note_left(to, &t->ledger);
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
		outage_init(&to->outage, to->cfg->name);
		site_init(&to->site, to->cfg->name);
		to->site.ledger.dark = &to->outage.dark;
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
	for (size_t i = 0; i < w->opt->plan->target_count; i++) {
		site_end(w, &w->targets[i]);
		settle_late(w, &w->targets[i]);
	}
	run_rows(w, is_inventory, false);
	for (size_t i = 0; i < w->opt->plan->target_count; i++) {
		cloud_close(w->targets[i].cloud);
		inventory_free(w->targets[i].before);
		outage_free(&w->targets[i].outage);
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
	(void)loop_dump_on(w.loop, SIGUSR1);	/* passed on by the supervisor */
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
