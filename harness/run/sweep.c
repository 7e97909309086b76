#include "run/sweep.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "co/loop.h"
#include "journal/clean.h"
#include "journal/emit.h"
#include "journal/sidestore.h"
#include "run/exchange.h"
#include "run/past.h"
#include "run/session.h"
#include "tc/own.h"

struct sweep_count { unsigned looked_at, removed, gone, unknown, leftover; };

struct sweep {
	const char *dir;
	const struct target_options *opt;
	bool yes;
	struct cloud_config *const *given;
	size_t n_given;
	struct open_run run;
	struct loop *loop;
	struct co *main;
	bool stopped;			/* by the user: no further target is begun */
	struct sweep_count count;
	struct error why;		/* of the first target that could not be swept */
	int status;
};

static struct cloud_config *given_for(const struct sweep *s, const struct open_target *t)
{
	for (size_t i = 0; i < s->n_given; i++)
		if (!strcmp(s->given[i]->name, t->name))
			return s->given[i];
	return NULL;
}

static struct past_word word_of(const struct sweep *s, const struct open_target *t)
{
	return (struct past_word){ .run = s->run.run, .target = t->name, .config = t->config,
				   .seal = t->seal, .yes = s->yes };
}

/* Before anything is opened: a folder that came from elsewhere chooses no secrets. */
static int believe(const struct sweep *s, struct error *err)
{
	AUTO(str_buf) struct str says = { 0 };

	for (const struct open_target *t = s->run.targets; t; t = t->next) {
		const struct past_word word = word_of(s, t);

		if (!t->ledger.newest || given_for(s, t) ||
		    past_target_trust(s->dir, &word, &says, err) == ERR_OK)
			continue;
		if (says.len)
			fprintf(stderr, "plugfest: %s\n", says.text);
		return ERR_INVALID;
	}
	return ERR_OK;
}

/* The target as the caller gives it, or as the run kept it. */
static int config_of(struct sweep *s, const struct open_target *t, struct cloud_config **made,
		     const struct cloud_config **ret, struct error *err)
{
	const struct past_word word = word_of(s, t);
	AUTO(str_buf) struct str says = { 0 };
	int r;

	*ret = given_for(s, t);
	if (*ret)
		return ERR_OK;
	r = past_target_read(s->dir, &word, s->opt, &says, made, err);
	if (r == ERR_OK)
		emit_say("%s", says.text);
	*ret = *made;
	return r;
}

/* kept: the side-store digest of who answered then.  who: "" or "second_tenant: ". */
static CO_FN int same_identity(const char *dir, const struct open_target *t, const char *kept_as,
			       const char *who, struct cloud *c, struct error *err)
{
	static const char *const member[] = { "endpoint", "account", "region", "connection" };
	AUTO(str_buf) struct str kept = { 0 }, now = { 0 }, wrapped = { 0 };
	json_auto_t *was = NULL, *is = NULL;
	struct identity answer;
	int r;

	if (!*kept_as)
		return err_set(err, ERR_HARNESS, "target %s: %sfound no session in the journal; wanted one, "
			       "to compare with: nothing was deleted", t->name, who);
	r = sidestore_get(dir, t->name, kept_as, &kept, err);
	if (r < 0)
		return err_context(err, "target %s: %sits identity was withheld", t->name, who);
	r = json_read(kept.text, kept.len, NULL, &was, err);
	if (r == ERR_OK)
		r = cloud_identify(c, &answer, err);
	if (r < 0)
		return r;
	identity_text(cloud_config(c), &answer, &now);
	members_clean(&now);	/* as what was kept */
	str_addf(&wrapped, "{%s}", now.text);
	r = json_read(wrapped.text, wrapped.len, NULL, &is, err);
	for (size_t i = 0; r == ERR_OK && i < sizeof(member) / sizeof(*member); i++) {
		const char *a = json_text(was, member[i]), *b = json_text(is, member[i]);

		if (!a || !b || strcmp(a, b))
			return err_set(err, ERR_INVALID, "target %s: %sfound another %s than the run used "
				       "(\"%s\"; wanted \"%s\"): nothing was deleted", t->name, who,
				       member[i], b ? b : "", a ? a : "");
	}
	return r;
}

static void recall_kind(const char *dir, const struct open_target *t, enum kind kind,
			struct resource_list *to)
{
	AUTO(str_buf) struct str text = { 0 };
	json_auto_t *doc = NULL;
	struct error why;
	const json_t *one;
	size_t i;

	if (sidestore_get(dir, t->name, t->before[kind], &text, &why) < 0 ||
	    json_read(text.text, text.len, NULL, &doc, &why) < 0)
		return;
	json_array_foreach(json_object_get(doc, "resources"), i, one) {
		struct resource *r = resource_list_add(to);

		resource_init(r, kind);
		str_copy(r->id, sizeof(r->id), json_text(one, "id"));
		str_copy(r->name, sizeof(r->name), json_text(one, "name"));
	}
}

void sweep_remember(const char *dir, const struct open_target *t, const struct cloud_config *cfg,
		    struct resource_list of[KIND_COUNT])
{
	for (int k = 0; k < KIND_COUNT; k++)
		if (*t->before[k])
			recall_kind(dir, t, (enum kind)k, &of[k]);
	own_before(cfg, of);
}

void sweep_forget(const struct cloud_config *cfg, struct resource_list of[KIND_COUNT])
{
	own_before(cfg, NULL);
	for (int k = 0; k < KIND_COUNT; k++)
		resource_list_cleanup(&of[k]);
}

static bool made_as_second(const struct ledger *l)
{
	for (const struct ledger_entry *e = l->newest; e; e = e->older)
		if (e->second)
			return true;
	return false;
}

CO_FN int sweep_second(struct loop *loop, const struct cloud_config *cfg, struct ledger *l,
		       struct error *err)
{
	struct cloud_options how = { .user_agent = "plugfest/1 sweep" };
	int r;

	if (!made_as_second(l))
		return ERR_OK;
	if (!cfg->second)
		return err_set(err, ERR_CONFIG, "target %s: found no second_tenant:, whose resources the "
			       "run made", cfg->name);
	r = cloud_open(loop, cfg->second, &how, &l->second, err);
	return r < 0 ? err_context(err, "target %s: second_tenant", cfg->name) : r;
}

CO_FN int sweep_may_delete(struct loop *loop, const char *dir, struct open_target *t,
			   struct cloud *c, struct error *err)
{
	int r = same_identity(dir, t, t->identity, "", c, err);

	if (r < 0)
		return r;
	/* What it made stays, and is counted; what the first tenant made can go. */
	if (sweep_second(loop, cloud_config(c), &t->ledger, err) < 0) {
		emit_say("%s", err->text);
		return ERR_OK;
	}
	if (!t->ledger.second)
		return ERR_OK;
	/* Its session was never journalled: nothing to compare with, so what it made stays. */
	if (!*t->second_identity) {
		emit_say("target %s: second_tenant: found no session in the journal; wanted one, to compare "
			 "with: what it made stays", t->name);
		cloud_close(t->ledger.second);
		t->ledger.second = NULL;
		return ERR_OK;
	}
	r = same_identity(dir, t, t->second_identity, "second_tenant: ", t->ledger.second, err);
	if (r < 0) {
		cloud_close(t->ledger.second);
		t->ledger.second = NULL;
	}
	return r;
}

static CO_FN void sweep_target(struct sweep *s, struct open_target *t)
{
	AUTO(target) struct cloud_config *made = NULL;
	const struct cloud_config *cfg = NULL;
	struct cloud_options how = { .user_agent = "plugfest/1 sweep" };
	struct resource_list before[KIND_COUNT] = { 0 };
	struct cloud *c = NULL;
	struct error err;
	int r;

	if (!t->ledger.newest)
		return;
	r = config_of(s, t, &made, &cfg, &err);
	if (r == ERR_OK)
		r = cloud_open(s->loop, cfg, &how, &c, &err);
	if (r == ERR_OK)
		r = sweep_may_delete(s->loop, s->dir, t, c, &err);
	if (r == ERR_OK) {
		sweep_remember(s->dir, t, cfg, before);
		(void)ledger_settle(c, &t->ledger, true);
		sweep_forget(cfg, before);
		cloud_close(t->ledger.second);
	}
	if (r < 0) {
		emit_say("%s", err.text);
		if (s->status != 3)
			s->status = r == ERR_INVALID ? 3 : 2;
	}
	cloud_close(c);
}

static void count_entries(struct sweep_count *count, const struct ledger *ledger)
{
	for (const struct ledger_entry *e = ledger->newest; e; e = e->older) {
		count->looked_at++;
		if (e->state == LEDGER_GONE)
			*(*e->id ? &count->removed : &count->gone) += 1;
		else
			*(*e->id ? &count->leftover : &count->unknown) += 1;
	}
}

/* Loud, as any mistake in a file. */
static void say_refused(const struct open_run *run)
{
	const char *nl, *at = str_text(&run->refused);

	for (; (nl = strchr(at, '\n')); at = nl + 1)
		fprintf(stderr, "plugfest: %.*s\n", (int)(nl - at), at);
	if (run->refused_count)
		fprintf(stderr, "plugfest: journal.jsonl: %u of its lines are not the run's own; what it really "
			"made is looked for all the same\n", run->refused_count);
}

static CO_FN int sweep_main(void *arg)
{
	struct sweep *s = arg;
	struct str m = { 0 };

	for (struct open_target *t = s->run.targets; t; t = t->next) {
		if (!s->stopped)
			sweep_target(s, t);
		count_entries(&s->count, &t->ledger);
	}
	member_text(&m, "type", "swept");
	member_int(&m, "looked_at", s->count.looked_at);
	member_int(&m, "removed", s->count.removed);
	member_int(&m, "gone", s->count.gone);
	member_int(&m, "unknown", s->count.unknown);
	member_int(&m, "leftover", s->count.leftover);
	member_int(&m, "refused", s->run.refused_count);
	emit_event(FRAME_EVENT, 0, &m);
	str_release(&m);
	emit_say("%u open: %u removed, %u never came to be, %u unknown, %u left", s->count.looked_at,
		 s->count.removed, s->count.gone, s->count.unknown, s->count.leftover);
	if (!s->status)
		s->status = s->count.unknown || s->count.leftover || s->run.refused_count ? 2 : 0;
	emit_done();
	(void)emit_sync();
	(void)emit_flush();
	return ERR_OK;
}

static void stop(void *arg)
{
	struct sweep *s = arg;

	s->stopped = true;
	co_cancel(s->main);
}

static int sweep_work(void *arg, int fd, const enum row_state *states, bool after_crash)
{
	struct sweep *s = arg;

	(void)states;
	(void)after_crash;
	s->loop = loop_new();
	(void)loop_dump_on(s->loop, SIGUSR1);
	exchange_open(s->dir);
	emit_open(s->loop, fd, stop, s);
	s->main = co_spawn(s->loop, "sweep", sweep_main, s);
	co_detach(s->main);
	loop_run(s->loop);
	emit_close();
	loop_free(s->loop);
	return s->status;
}

static int open_journal(struct journal *j, const struct sweep *s, struct error *err)
{
	char name[40];
	int r = ERR_HARNESS;

	for (int n = 1; n < 1000 && r < 0; n++) {
		snprintf(name, sizeof(name), "sweep-%d.jsonl", n);
		AUTO(str) char *path = xasprintf("%s/%s", s->dir, name);

		if (access(path, F_OK) < 0)
			return journal_create(j, s->dir, name, s->run.head, err);
	}
	return err_at(err, ERR_HARNESS, s->dir, 0, "found 999 sweeps already");
}

int run_sweep(const char *dir, const struct target_options *opt, struct cloud_config *const *given,
	      size_t n_given, bool yes, bool quiet, int *status, struct error *err)
{
	struct sweep s = { .dir = dir, .opt = opt, .yes = yes, .given = given, .n_given = n_given };
	struct job job = { .work = sweep_work, .arg = &s, .quiet = quiet };
	struct job_result result = { .outcome = JOB_FAILED };
	struct journal j;
	int r;

	*status = 4;
	if (journal_in_use(dir, "journal.jsonl"))
		return err_at(err, ERR_INVALID, dir, 0, "found a run that is still going; wanted one that "
			      "has ended: what it made is still being used");
	r = open_run_read(dir, &s.run, err);

	say_refused(&s.run);
	if (r == ERR_OK)
		r = believe(&s, err);
	if (r == ERR_OK)
		r = open_journal(&j, &s, err);
	if (r == ERR_OK) {
		r = supervise(&j, &job, &result, err);
		if (r == ERR_OK)
			r = journal_end(&j, result.outcome == JOB_COMPLETED ? "completed" : "interrupted", err);
		journal_close(&j);
	}
	open_run_free(&s.run);
	*status = result.outcome == JOB_COMPLETED ? result.status : 4;
	return r;
}
