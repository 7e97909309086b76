#include "run/run.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "journal/clean.h"
#include "journal/emit.h"
#include "journal/sidestore.h"
#include "run/requirements.h"
#include "run/resume.h"
#include "run/seal.h"
#include "run/worker.h"

void run_id_make(char to[13])
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	unsigned char noise[12];

	random_bytes(noise, sizeof(noise));
	for (int i = 0; i < 12; i++)
		to[i] = digits[noise[i] % 36];
	to[12] = '\0';
}

static void append(struct journal *j, struct str *members)
{
	members_clean(members);
	journal_append(j, str_text(members), members->len);
	str_clear(members);
}

static const char *base_name(const char *path)
{
	return strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
}

static void member_argv(struct str *s, const char *key, const char *const *argv, int argc)
{
	str_addf(s, ",\"%s\":[", key);
	for (int i = 0; i < argc; i++) {
		str_add(s, i ? "," : "");
		str_add_json(s, argv[i]);
	}
	str_addc(s, ']');
}

/* What this run repeats a part of, and what that one was told. */
static void rerun_member(const struct past *of, struct str *s)
{
	struct str m = { 0 };
	int argc;
	const char **argv = past_options(of, &argc);

	member_text(&m, "run", past_text(of, "run"));
	member_text(&m, "head", of->head);
	member_text(&m, "which", "failed");
	str_addf(s, ",\"rerun_of\":{%s}", m.text);
	member_argv(s, "options", argv, argc);
	str_release(&m);
	free(argv);
}

static void journal_run(struct journal *j, const struct run_options *opt)
{
	const struct profile *p = opt->plan->profile;
	struct str s = { 0 }, inner = { 0 };

	member_text(&s, "type", "run");
	member_text(&s, "format", "plugfest-journal/1");
	member_text(&s, "run", opt->run_id);
	member_text(&s, "version", PLUGFEST_VERSION);
	member_text(&s, "commit", opt->commit);
	member_bool(&s, "dirty", opt->dirty);
	member_argv(&s, "argv", opt->argv, opt->argc);
	member_text(&inner, "id", p->id);
	member_text(&inner, "version", p->version);
	member_text(&inner, "title", p->title);
	member_text(&inner, "title_ko", p->title_ko);
	member_text(&inner, "authority", p->authority);
	member_text(&inner, "digest", p->digest);
	str_addf(&s, ",\"profile\":{%s}", inner.text);
	member_text(&s, "participant", opt->participant);
	member_text(&s, "event", opt->event);
	member_text(&s, "tester", opt->tester);
	member_text(&s, "challenge", opt->challenge);
	member_raw(&s, "allow", opt->allow_intrusive ? "[\"intrusive\"]" :
		   opt->allow_load ? "[\"load\"]" : "[]");
	member_text(&s, "authorisation", opt->authorisation);
	member_text(&s, "authorisation_file", opt->authorisation_file);
	member_text(&s, "authorisation_digest", opt->authorisation_digest);
	member_bool(&s, "read_only", opt->read_only);
	member_int(&s, "filtered", opt->plan->filtered);
	if (opt->rerun_of)
		rerun_member(opt->rerun_of, &s);
	if (opt->waivers)
		member_pair(&s, "waivers", "file", base_name(opt->waivers->file), "digest",
			    opt->waivers->digest);
	append(j, &s);
	str_release(&s);
	str_release(&inner);
}

static void journal_waivers(struct journal *j, const struct waivers *all)
{
	struct str s = { 0 };

	for (size_t i = 0; all && i < all->count; i++) {
		const struct waiver *w = &all->at[i];

		member_text(&s, "type", "waiver");
		member_text(&s, "waiver", w->id);
		str_add(&s, ",\"cases\":[");
		for (const char *const *c = w->cases; *c; c++) {
			str_add(&s, c == w->cases ? "" : ",");
			str_add_json(&s, *c);
		}
		str_addc(&s, ']');
		member_text(&s, "target", w->target);
		member_text(&s, "profile", w->profile);
		member_text(&s, "reason", w->reason);
		member_text(&s, "link", w->link);
		member_text(&s, "owner", w->owner);
		member_text(&s, "approver", w->approver);
		member_text(&s, "granted", w->granted);
		member_text(&s, "expires", w->expires);
		append(j, &s);
	}
	str_release(&s);
}

static void ics_members(const struct cloud_config *cfg, struct str *s)
{
	static const char *const word[] = { "unknown", "supported", "unsupported" };
	struct str ics = { 0 };
	char digest[65];

	str_addc(&ics, '{');
	for (int i = 0; i < CAP_COUNT; i++)
		str_addf(&ics, "%s\"%s\":\"%s\"", i ? "," : "", cap_name((enum cap)i),
			 word[cfg->ics[i]]);
	str_addc(&ics, '}');
	sha256_hex(ics.text, ics.len, digest);
	member_raw(s, "ics", ics.text);
	member_text(s, "ics_digest", digest);
	str_release(&ics);
}

/* How the reference cloud was started, for who wants to see the same again. */
static void options_member(const char *const *options, struct str *s)
{
	str_add(s, ",\"options\":[");
	for (const char *const *o = options; *o; o++) {
		str_add(s, o == options ? "" : ",");
		str_add_json(s, *o);
	}
	str_addc(s, ']');
}

/* The target's own words; who really answers is told by its `session` line. */
static void journal_target(struct journal *j, const struct run_options *opt,
			   const struct cloud_config *cfg)
{
	struct str s = { 0 }, config = { 0 }, members = { 0 };
	char digest[65] = "", ixit[65], seal[65];
	struct error why;

	target_write(cfg, &config);
	sha256_hex(str_text(&config), config.len, ixit);
	str_addf(&members, "\"config\":%s", str_text(&config));
	(void)sidestore_put(opt->dir, cfg->name, &members, digest, &why);
	member_text(&s, "type", "target");
	member_text(&s, "target", cfg->name);
	member_text(&s, "driver", cfg->driver);
	member_pair(&s, "layer", "product", cfg->layer_product, "version", cfg->layer_version);
	member_pair(&s, "backend", "provider", cfg->backend_provider, "region", cfg->backend_region);
	member_text(&s, "scope_note", cfg->scope_note);
	ics_members(cfg, &s);
	member_bool(&s, "ics_full", cfg->ics_full);
	member_text(&s, "ixit_digest", ixit);
	member_bool(&s, "embedded", cfg->embedded);
	member_text(&s, "config", digest);
	seal_make(opt->run_id, cfg->name, digest, seal);
	member_text(&s, "seal", seal);
	if (cfg->embedded && opt->embedded)
		options_member(opt->embedded, &s);
	append(j, &s);
	str_release(&s);
	str_release(&config);
	str_release(&members);
}

static bool in_plan(const struct plan *p, const struct testcase *test)
{
	for (size_t i = 0; i < p->row_count; i++)
		if (p->rows[i].test == test)
			return true;
	return false;
}

static void journal_cases(struct journal *j, const struct plan *p)
{
	const struct testcase *tc;
	struct str s = { 0 };

	for (size_t i = 0; (tc = testcase_at(i)); i++) {
		if (!in_plan(p, tc))
			continue;
		member_text(&s, "type", "case");
		member_text(&s, "case", tc->id);
		member_text(&s, "title", tc->title);
		member_text(&s, "purpose", tc->purpose);
		str_add(&s, ",\"requirements\":[");
		for (const char *const *req = tc->verifies; *req; req++)
			str_addf(&s, "%s\"%s\"", req == tc->verifies ? "" : ",", *req);
		str_addc(&s, ']');
		member_text(&s, "impact", impact_name(tc->impact));
		member_text(&s, "severity", severity_name(tc->severity));
		append(j, &s);
	}
	str_release(&s);
}

static void journal_rows(struct journal *j, const struct plan *p)
{
	struct str s = { 0 };

	for (size_t i = 0; i < p->row_count; i++) {
		const struct row *row = &p->rows[i];

		member_text(&s, "type", "row");
		member_int(&s, "row", row->number);
		member_text(&s, "case", row->test->id);
		member_text(&s, "target", p->targets[row->target]->name);
		member_text(&s, "level", level_name(row->level));
		member_text(&s, "decision", row->decided == VERDICT_COUNT ? "run" :
			    verdict_name(row->decided));
		member_text(&s, "cause", row->cause);
		member_text(&s, "reason", row->reason);
		append(j, &s);
	}
	str_release(&s);
}

int run_go(struct journal *j, const struct run_options *opt, const enum row_state *states,
	   unsigned *starts, int r, enum job_outcome *outcome, struct error *err)
{
	static const char *const word[] = {
		[JOB_COMPLETED] = "completed", [JOB_INTERRUPTED] = "interrupted",
		[JOB_FAILED] = "failed",
	};
	struct run_options own = *opt;
	struct job job = {
		.work = worker_main, .arg = &own, .rows = opt->plan->row_count,
		.states = states, .starts = starts,
		.quiet = opt->quiet, .crash_after_events = opt->crash_after_events,
	};
	struct job_result result;
	struct error late;
	int end;

	own.starts = starts;
	if (r == ERR_OK)
		r = supervise(j, &job, &result, err);
	if (r == ERR_OK)
		*outcome = result.outcome;
	end = journal_end(j, word[*outcome], r == ERR_OK ? err : &late);
	journal_close(j);
	return r < 0 ? r : end;
}

int run_all(const struct run_options *opt, enum job_outcome *outcome, struct error *err)
{
	unsigned *starts;
	struct journal j;
	int r = journal_create(&j, opt->dir, "journal.jsonl", NULL, err);

	*outcome = JOB_FAILED;
	if (r < 0)
		return r;
	journal_run(&j, opt);
	journal_waivers(&j, opt->waivers);
	r = requirements_journal(&j, opt->plan->profile, opt->standards_dir, err);
	if (r == ERR_OK) {
		for (size_t i = 0; i < opt->plan->target_count; i++)
			journal_target(&j, opt, opt->plan->targets[i]);
		journal_cases(&j, opt->plan);
		journal_rows(&j, opt->plan);
		r = journal_commit(&j, err);
	}
	starts = xcalloc(opt->plan->row_count + 1, sizeof(*starts));
	r = run_go(&j, opt, NULL, starts, r, outcome, err);
	free(starts);
	return r;
}
