#include "plan/pack.h"

#include <stdlib.h>
#include <string.h>

static bool shares(const struct testcase *test, const struct cloud_config *cfg, enum kind kind)
{
	return (test->any_vpc || test->any_site) && cfg->existing[kind] && *cfg->existing[kind];
}

void need_of(const struct testcase *test, const struct cloud_config *cfg, struct need *ret)
{
	for (int k = 0; k < KIND_COUNT; k++)
		ret->of[k] = budget_of(test, (enum kind)k);
	/* A subnet of somebody else's lies in a network of somebody else's. */
	if (!shares(test, cfg, KIND_VPC))
		return;
	ret->of[KIND_VPC] -= ret->of[KIND_VPC] > 0;
	if (shares(test, cfg, KIND_SUBNET))
		ret->of[KIND_SUBNET] -= ret->of[KIND_SUBNET] > 0;
}

void pack_init(struct pack *p, const struct cloud_config *cfg, int64_t jobs)
{
	*p = (struct pack){ .cfg = cfg, .jobs = jobs > 0 ? jobs : cfg->parallel };
	memcpy(p->room, cfg->limit, sizeof(p->room));
}

void pack_free(struct pack *p)
{
	free(p->waiting);
	p->waiting = NULL;
	p->count = 0;
}

void pack_bound(struct pack *p, enum kind kind, int64_t room)
{
	if (room < 0)
		room = 0;
	if (p->room[kind] < 0 || room < p->room[kind])
		p->room[kind] = room;
}

int pack_lacks(const struct pack *p, const struct testcase *test)
{
	struct need need;

	need_of(test, p->cfg, &need);
	for (int k = 0; k < KIND_COUNT; k++)
		if (p->room[k] >= 0 && need.of[k] > p->room[k])
			return k;
	return -1;
}

/* ---- what cases share ---- */

/* How many of a kind that much of it has. */
static unsigned site_has(const struct pack *p, unsigned site, enum kind kind)
{
	const char *const *existing = p->cfg->existing;

	switch (kind) {
	case KIND_VPC:
		return site != SITE_NONE && !(existing[kind] && *existing[kind]);
	case KIND_SUBNET:
		return site == SITE_WHOLE && !(existing[kind] && *existing[kind]);
	case KIND_SG:
	case KIND_KEYPAIR:
		return site == SITE_WHOLE;
	default:
		return 0;
	}
}

/* What the row holds besides what it shares. */
static void own_need(const struct pack *p, const struct testcase *test, struct need *ret)
{
	need_of(test, p->cfg, ret);
	for (int k = 0; k < KIND_COUNT; k++) {
		unsigned shared = site_has(p, site_part(test), (enum kind)k);

		ret->of[k] -= shared < ret->of[k] ? shared : ret->of[k];
	}
}

/* What it takes to begin now: its own, and what of the site is not held yet. */
static void need_now(const struct pack *p, const struct testcase *test, struct need *ret)
{
	unsigned site = site_part(test);

	own_need(p, test, ret);
	for (int k = 0; k < KIND_COUNT && site > p->site; k++)
		ret->of[k] += site_has(p, site, (enum kind)k) - site_has(p, p->site, (enum kind)k);
}

void pack_add(struct pack *p, const struct row *row)
{
	size_t at = p->count;

	p->waiting = xrealloc(p->waiting, (p->count + 1) * sizeof(*p->waiting));
	for (; at && p->waiting[at - 1]->number > row->number; at--)
		p->waiting[at] = p->waiting[at - 1];
	p->waiting[at] = row;
	p->count++;
	p->sharers += site_part(row->test) != SITE_NONE;
}

/* reserved: what nobody behind the first in line may take; NULL for the first itself. */
static bool fits(const struct pack *p, const struct need *need, const struct need *reserved)
{
	if (p->running + 1 + (reserved ? 1 : 0) > p->jobs)
		return false;
	for (int k = 0; k < KIND_COUNT; k++) {
		int64_t left = p->room[k] - p->held[k] - p->left[k] -
			       (reserved ? reserved->of[k] : 0);

		if (p->room[k] >= 0 && need->of[k] && need->of[k] > left)
			return false;
	}
	return true;
}

/* Where in the line the row stands that may begin now; p->count: none may. */
static size_t first_that_fits(const struct pack *p, struct need *need)
{
	struct need first;

	for (size_t i = 0; i < p->count; i++) {
		const struct testcase *test = p->waiting[i]->test;

		need_now(p, test, need);
		if (!i)
			first = *need;
		if (p->site_ends && site_part(test) != SITE_NONE)
			continue;
		if (fits(p, need, i ? &first : NULL))
			return i;
	}
	return p->count;
}

static const struct row *take_out(struct pack *p, size_t i)
{
	const struct row *row = p->waiting[i];

	memmove(&p->waiting[i], &p->waiting[i + 1], (--p->count - i) * sizeof(*p->waiting));
	return row;
}

const struct row *pack_next(struct pack *p)
{
	struct need need;
	size_t i = first_that_fits(p, &need);
	const struct row *row;

	if (i == p->count)
		return NULL;
	row = take_out(p, i);
	p->running++;
	for (int k = 0; k < KIND_COUNT; k++)
		p->held[k] += need.of[k];
	if (site_part(row->test) > p->site)
		p->site = site_part(row->test);
	return row;
}

void pack_ended(struct pack *p, const struct row *row)
{
	struct need need;

	own_need(p, row->test, &need);
	p->running--;
	p->sharers -= site_part(row->test) != SITE_NONE;
	for (int k = 0; k < KIND_COUNT; k++)
		p->held[k] -= need.of[k];
}

bool pack_ends_site(struct pack *p)
{
	struct need need;

	if (p->site == SITE_NONE || p->site_ends)
		return false;
	p->site_ends = !p->sharers ||
		       (!p->running && p->count && first_that_fits(p, &need) == p->count);
	return p->site_ends;
}

bool pack_renews_site(struct pack *p)
{
	if (p->site == SITE_NONE || p->site_ends || p->running)
		return false;
	p->site_ends = true;
	return true;
}

void pack_site_gone(struct pack *p)
{
	for (int k = 0; k < KIND_COUNT; k++)
		p->held[k] -= site_has(p, p->site, (enum kind)k);
	p->site = SITE_NONE;
	p->site_ends = false;
}

void pack_left(struct pack *p, enum kind kind, int64_t by)
{
	p->left[kind] += by;
	if (p->left[kind] < 0)
		p->left[kind] = 0;
}

/* Of which kind it needs more than there will be when all others have ended; -1: of none. */
static int lacks_for_good(const struct pack *p, const struct testcase *test)
{
	struct need need;

	need_of(test, p->cfg, &need);
	for (int k = 0; k < KIND_COUNT; k++)
		if (p->room[k] >= 0 && need.of[k] && need.of[k] > p->room[k] - p->left[k])
			return k;
	return -1;
}

const struct row *pack_drop(struct pack *p, enum kind *kind, int64_t *room)
{
	for (size_t i = 0; i < p->count; i++) {
		int k = lacks_for_good(p, p->waiting[i]->test);

		if (k < 0)
			continue;
		*kind = (enum kind)k;
		*room = p->room[k] > p->left[k] ? p->room[k] - p->left[k] : 0;
		p->sharers -= site_part(p->waiting[i]->test) != SITE_NONE;
		return take_out(p, i);
	}
	return NULL;
}

const struct row *pack_abandon(struct pack *p)
{
	if (!p->count)
		return NULL;
	p->sharers -= site_part(p->waiting[0]->test) != SITE_NONE;
	return take_out(p, 0);
}
