#include "run/inventory.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "journal/emit.h"
#include "journal/sidestore.h"
#include "tc/own.h"
#include "tc/private.h"

struct inventory {
	struct resource_list of[KIND_COUNT];
	bool known[KIND_COUNT];
};

/* One a target. */
static struct {
	const struct cloud_config *cfg;
	struct inventory *before;
	const char *dir;
} *remembered;
static size_t targets;

void inventory_remember(const struct cloud_config *cfg, struct inventory *before, const char *dir)
{
	size_t i = 0;

	while (i < targets && remembered[i].cfg != cfg)
		i++;
	if (i == targets)
		remembered = xrealloc(remembered, ++targets * sizeof(*remembered));
	remembered[i].cfg = cfg;
	remembered[i].before = before;
	remembered[i].dir = dir;
	own_before(cfg, before->of);
}

void inventory_free(struct inventory *i)
{
	for (size_t t = 0; i && t < targets; t++)
		if (remembered[t].before == i) {
			own_before(remembered[t].cfg, NULL);
			remembered[t].before = NULL;
		}
	for (int k = 0; i && k < KIND_COUNT; k++)
		resource_list_cleanup(&i->of[k]);
	free(i);
}

/* A name that this run could have given: its mark, three characters, the kind, and what a
 * case that tries long or foreign names put behind it. */
static bool ours(const struct resource *r)
{
	char pattern[NAME_LEN], sample[NAME_LEN];

	ledger_sample(r->kind, sample);
	snprintf(pattern, sizeof(pattern), "%.6s\?\?\?-%s*", sample, kind_info(r->kind)->name);
	return str_glob(pattern, r->name);
}

static void journal_kind(struct cloud *c, const struct inventory *inv, enum kind kind,
			 const char *dir, const char *when)
{
	struct str s = { 0 }, list = { 0 };
	struct error why;
	char digest[65] = "";
	bool first = true;

	str_addf(&list, "\"kind\":\"%s\",\"resources\":[", kind_info(kind)->name);
	for (size_t i = 0; i < inv->of[kind].count; i++) {
		str_addf(&list, "%s{\"id\":", i ? "," : "");
		str_add_json(&list, inv->of[kind].at[i].id);
		str_add(&list, ",\"name\":");
		str_add_json(&list, inv->of[kind].at[i].name);
		str_addc(&list, '}');
	}
	str_addc(&list, ']');
	(void)sidestore_put(dir, cloud_config(c)->name, &list, digest, &why);
	member_text(&s, "type", "inventory");
	member_text(&s, "target", cloud_config(c)->name);
	member_text(&s, "when", when);
	member_text(&s, "kind", kind_info(kind)->name);
	member_int(&s, "count", (int64_t)inv->of[kind].count);
	member_text(&s, "digest", digest);
	str_add(&s, ",\"leftover\":[");
	for (size_t i = 0; i < inv->of[kind].count; i++)
		if (ours(&inv->of[kind].at[i])) {
			str_add(&s, first ? "" : ",");
			str_add_json(&s, inv->of[kind].at[i].name);
			first = false;
		}
	str_addc(&s, ']');
	member_int(&s, "changed_by_others", 0);
	emit_event(FRAME_EVENT, 0, &s);
	str_release(&s);
	str_release(&list);
}

CO_FN struct inventory *inventory_take(struct cloud *c, const char *dir, const char *when)
{
	struct inventory *inv = xcalloc(1, sizeof(*inv));
	struct error err;

	for (int k = 0; k < KIND_COUNT; k++) {
		if (!kind_info((enum kind)k)->ours || !cloud_offers(c, (enum kind)k) ||
		    cloud_config(c)->ics[kind_info((enum kind)k)->cap] == CLAIM_UNSUPPORTED)
			continue;
		if (cloud_list(c, (enum kind)k, NULL, &inv->of[k], &err) < 0)
			continue;
		inv->known[k] = true;
		journal_kind(c, inv, (enum kind)k, dir, when);
	}
	return inv;
}

/* The same behind the API's own lists, where names are cut: the mark and three characters. */
static CO_FN void add_strays(struct tc *t, enum kind kind, struct str *names)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	char sample[NAME_LEN];

	ledger_sample(kind, sample);
	CALL(t, "MCI-IDM-06", "list what the provider alone has",
	     cloud_strays(t->cloud, kind, &all, &t->err));
	for (size_t i = 0; i < all.count; i++)
		if (!strncmp(all.at[i].name, sample, 6))
			str_addf(names, "%s%s (at the provider alone)", names->len ? ", " : "",
				 all.at[i].name);
}

static CO_FN void check_kind(struct tc *t, const struct inventory *after, enum kind kind)
{
	struct str names = { 0 };
	char what[100];

	for (size_t i = 0; i < after->of[kind].count; i++)
		if (ours(&after->of[kind].at[i]))
			str_addf(&names, "%s%s", names.len ? ", " : "", after->of[kind].at[i].name);
	add_strays(t, kind, &names);
	snprintf(what, sizeof(what), "what this run left of kind %s", kind_info(kind)->name);
	CHECK_TEXT(t, "MCI-IDM-06", what, "nothing", names.len ? names.text : "nothing");
	str_release(&names);
}

static bool any_ours(const struct resource_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		if (ours(&l->at[i]))
			return true;
	return false;
}

/* What was deleted a moment ago may stand in a list that lags. */
static CO_FN void wait_for_lists(struct tc *t, const struct inventory *before)
{
	for (int k = 0; k < KIND_COUNT && t->cfg->consistency_s; k++) {
		AUTO(resource_list) struct resource_list all = { 0 };
		int64_t since_us = clock_mono_us();
		unsigned looks = 0;
		char what[100];
		int got;

		if (!before->known[k])
			continue;
		do {
			resource_list_cleanup(&all);
			got = tc_list(t, (enum kind)k, NULL, &all);
			looks++;
		} while (got == ERR_OK && any_ours(&all) && tc_may_lag(t, since_us));
		snprintf(what, sizeof(what), "every %s of this run: no longer listed",
			 kind_info((enum kind)k)->title);
		tc_journal_lag(t, what, since_us, looks);
	}
}

/*
 * A test that leaves machines behind is paid for by the tested cloud's owner,
 * and a cloud that loses track of deletes by everybody.
 */
static CO_FN void nothing_left(struct tc *t)
{
	const struct inventory *before = NULL;
	struct inventory *after;
	const char *dir = NULL;

	for (size_t i = 0; i < targets; i++)
		if (remembered[i].cfg == t->cfg) {
			before = remembered[i].before;
			dir = remembered[i].dir;
		}
	if (!before)
		return;
	wait_for_lists(t, before);
	after = inventory_take(t->cloud, dir, "after");
	for (int k = 0; k < KIND_COUNT; k++) {
		if (!before->known[k])
			continue;
		if (after->known[k])
			check_kind(t, after, (enum kind)k);
		else
			CHECK(t, "MCI-IDM-06", "the inventory after the run", false, "a list of each kind",
			      kind_info((enum kind)k)->name);
	}
	inventory_free(after);
}

TESTCASE(nothing_left_behind) {
	.id = "run.inventory.nothing-left",
	.title = "After the run nothing that it made is left",
	.purpose = "Check by listing every kind after the last case that nothing of the run remains.",
	.verifies = REQS("MCI-IDM-06"),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_READ,
	.budget = { .requests = 20 },
	.timeout_s = 300,
	.run = nothing_left,
};

bool inventory_is_case(const struct testcase *test) { return test->run == nothing_left; }
