/* Lists that may lag behind a write, within the window that the IXIT grants them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "tc/private.h"

enum { LAG_POLL_MS = 200, LOOK_MS = 100, WATCHED_MS = 10000 };

static int64_t ms_since(int64_t us) { return (clock_mono_us() - us) / 1000; }

static int64_t window_ms(const struct tc *t)
{
	return cloud_scaled_ms(t->cloud, t->cfg->consistency_s * 1000);
}

/* Until the next look; rarer as time goes by, and the end of the window is not missed.  It
 * is granted, so the case's own time stands still. */
static CO_FN int pause_after(struct tc *t, int64_t passed_ms, int64_t least_ms)
{
	int64_t ms = cloud_scaled_ms(t->cloud, least_ms), left = window_ms(t) - passed_ms;
	struct co_hold hold;
	int r;

	if (ms < passed_ms / 100)
		ms = passed_ms / 100;
	if (left > 0 && left < ms)
		ms = left;
	co_deadline_hold(&hold);
	r = co_sleep(ms);
	co_deadline_resume(&hold);
	return r;
}

CO_FN bool tc_may_lag(struct tc *t, int64_t since_us)
{
	int64_t passed = ms_since(since_us);

	return passed < window_ms(t) && pause_after(t, passed, LAG_POLL_MS) == ERR_OK;
}

void tc_journal_lag(struct tc *t, const char *what, int64_t since_us, unsigned looks)
{
	struct wait_log log = { .polls = looks, .same = looks > 2 ? looks - 2 : 0,
				.ms = ms_since(since_us) };

	if (t->cfg->consistency_s)
		tc_journal_wait(t, what, &log);
}

/* ---- until it shows ---- */

static CO_FN int list_until(struct tc *t, const struct tc_look *look, const char *what,
			    struct resource_list *ret)
{
	int64_t since_us = clock_mono_us();
	unsigned looks = 0;
	int r;

	do {
		resource_list_cleanup(ret);
		r = tc_list(t, look->kind, look->parent, ret);
		looks++;
	} while (r == ERR_OK && !look->shows(ret, look->arg) && tc_may_lag(t, since_us));
	tc_journal_lag(t, what, since_us, looks);
	return r;
}

CO_FN int tc_list_until(struct tc *t, const struct tc_look *look, struct resource_list *ret)
{
	char what[100];

	snprintf(what, sizeof(what), "every %s: listed", kind_info(look->kind)->title);
	return list_until(t, look, what, ret);
}

static const char *parent_of(const struct resource *r)
{
	const struct kind_info *info = kind_info(r->kind);

	return (info->parent >= 0 || info->on_any) && *r->parent ? r->parent : NULL;
}

struct some { const struct resource *at; size_t n; };

static bool holds_each(const struct resource_list *all, const void *arg)
{
	const struct some *s = arg;

	for (size_t i = 0; i < s->n; i++)
		if (resource_list_count_id(all, s->at[i].id) != 1)
			return false;
	return true;
}

CO_FN int tc_list_with(struct tc *t, const struct resource *made, size_t n,
		       struct resource_list *ret)
{
	const struct some s = { made, n };
	const struct tc_look look = { made->kind, parent_of(made), holds_each, &s };

	return tc_list_until(t, &look, ret);
}

static bool is_long(const struct resource_list *all, const void *n)
{
	return all->count == *(const size_t *)n;
}

CO_FN int tc_list_counting(struct tc *t, enum kind kind, const char *parent, size_t n,
			   struct resource_list *ret)
{
	const struct tc_look look = { kind, parent, is_long, &n };

	return tc_list_until(t, &look, ret);
}

/* ---- one of them ---- */

static bool lacks(const struct resource_list *all, const void *id)
{
	return !resource_list_count_id(all, id);
}

static bool holds(const struct resource_list *all, const void *id)
{
	return resource_list_count_id(all, id) == 1;
}

CO_FN void tc_check_listed(struct tc *t, const char *req, const struct resource *r, bool listed)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	const struct tc_look look = { r->kind, parent_of(r), listed ? holds : lacks, r->id };
	char what[300];
	int got;

	snprintf(what, sizeof(what), "%s %.100s: %s", kind_info(r->kind)->title, r->name,
		 listed ? "listed" : "no longer listed");
	got = list_until(t, &look, what, &all);
	snprintf(what, sizeof(what), "list every %s", kind_info(r->kind)->title);
	if (!tc_stimulus(t, req, what, got, AT))
		return;
	snprintf(what, sizeof(what), "how often the list holds %.100s", r->name);
	CHECK_INT(t, req, what, listed, (int64_t)resource_list_count_id(&all, r->id));
	if (listed && resource_list_find(&all, r->id))
		CHECK_TEXT(t, req, "its name in the list", r->name,
			   resource_list_find(&all, r->id)->name);
}

/* ---- names ---- */

static int64_t count_named(const struct resource_list *all, const char *name)
{
	int64_t n = 0;

	for (size_t i = 0; i < all->count; i++)
		n += !strcmp(all->at[i].name, name);
	return n;
}

static bool named_once(const struct resource_list *all, const void *name)
{
	return count_named(all, name) == 1;
}

static bool as_it_is(const struct resource_list *all, const void *arg)
{
	(void)all;
	(void)arg;
	return true;
}

static CO_FN int64_t named(struct tc *t, const char *req, const struct resource *want,
			   tc_shows *until)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	const struct tc_look look = { want->kind, parent_of(want), until, want->name };
	char what[80];

	snprintf(what, sizeof(what), "list every %s", kind_info(want->kind)->title);
	if (!tc_stimulus(t, req, what, tc_list_until(t, &look, &all), AT))
		return -1;
	return count_named(&all, want->name);
}

CO_FN int64_t tc_count_named(struct tc *t, const char *req, const struct resource *want)
{
	return named(t, req, want, as_it_is);
}

CO_FN void tc_check_named_once(struct tc *t, const char *req, const struct resource *want)
{
	int64_t n = named(t, req, want, named_once);

	if (n >= 0)
		CHECK_INT(t, req, "how many of that name the list holds", 1, n);
}

/* ---- read your writes ---- */

/* 1, 0 for not yet, or the error of a look that failed and so says nothing. */
static CO_FN int shown(struct tc *t, const struct resource *made, bool by_list)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	struct resource seen;
	int r = by_list ? tc_list(t, made->kind, parent_of(made), &all) : tc_get(t, made, &seen);

	if (r < 0)
		return r == ERR_NOT_FOUND && !by_list ? 0 : r;
	return !by_list || resource_list_find(&all, made->id);
}

struct watch { unsigned looks; int64_t ms; bool late; };

/* late: a look that began after the window did not show it yet.  It is watched for longer, so
 * that the report says when it came. */
static CO_FN int look_on(struct tc *t, const struct resource *made, bool by_list,
			 struct watch *ret)
{
	int64_t began = clock_mono_us(), allowed = window_ms(t);
	int64_t until = cloud_scaled_ms(t->cloud, WATCHED_MS);
	int is = 0, r;

	if (until < allowed)
		until = allowed;
	for (;;) {
		int64_t at = ms_since(began);

		ret->looks++;
		is = shown(t, made, by_list);
		ret->ms = ms_since(began);
		if (is)
			return is;
		ret->late = ret->late || at >= allowed;
		if (at >= until)
			return 0;
		r = pause_after(t, at, LOOK_MS);
		if (r < 0)
			return err_set(&t->err, (enum err)r, "%s between two looks",
				       err_name((enum err)r));
	}
}

static CO_FN void check_shown(struct tc *t, const char *req, const struct resource *made,
			      bool by_list)
{
	struct watch w = { 0 };
	char want[80], seen[80];
	int is = look_on(t, made, by_list, &w);

	if (is < 0) {
		(void)tc_stimulus(t, req, by_list ? "list what was made" : "read what was made", is, AT);
		return;
	}
	snprintf(want, sizeof(want), "at the first look, or within %lld s",
		 (long long)t->cfg->consistency_s);
	if (is)
		snprintf(seen, sizeof(seen), "at look %u, after %lld ms", w.looks, (long long)w.ms);
	else
		snprintf(seen, sizeof(seen), "not in %u looks, %lld ms", w.looks, (long long)w.ms);
	CHECK(t, req, by_list ? "when the list shows it" : "when a read shows it", is && !w.late, want,
	      seen);
}

CO_FN void tc_check_shown(struct tc *t, const char *req, const struct resource *made)
{
	check_shown(t, req, made, false);
	check_shown(t, req, made, true);
}

struct newcomer { struct tc_site site; struct resource want, made; };

static CO_FN void new_shown(struct tc *t, const char *req, enum kind kind, struct newcomer *n)
{
	char what[60];

	CALL(t, req, "make what it needs", tc_ground(t, kind, &n->site));
	tc_want(t, kind, &n->site, &n->want);
	snprintf(what, sizeof(what), "create a %s", kind_info(kind)->title);
	CALL(t, req, what, tc_create(t, &n->want, &n->made));
	tc_check_shown(t, req, &n->made);
}

CO_FN void tc_check_new_shown(struct tc *t, const char *req, enum kind kind)
{
	struct newcomer *n = xcalloc(1, sizeof(*n));

	new_shown(t, req, kind, n);
	free(n);
}
