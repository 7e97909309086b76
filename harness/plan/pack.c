#include "plan/pack.h"

#include <stdlib.h>
#include <string.h>

static bool shares(const struct testcase *test, const struct cloud_config *cfg, enum kind kind)
{
	return test->any_vpc && cfg->existing[kind] && *cfg->existing[kind];
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

void pack_add(struct pack *p, const struct row *row)
{
	size_t at = p->count;

	p->waiting = xrealloc(p->waiting, (p->count + 1) * sizeof(*p->waiting));
	for (; at && p->waiting[at - 1]->number > row->number; at--)
		p->waiting[at] = p->waiting[at - 1];
	p->waiting[at] = row;
	p->count++;
}

/* reserved: what nobody behind the first in line may take; NULL for the first itself. */
static bool fits(const struct pack *p, const struct need *need, const struct need *reserved)
{
	if (p->running + 1 + (reserved ? 1 : 0) > p->jobs)
		return false;
	for (int k = 0; k < KIND_COUNT; k++) {
		int64_t left = p->room[k] - p->held[k] - (reserved ? reserved->of[k] : 0);

		if (p->room[k] >= 0 && need->of[k] && need->of[k] > left)
			return false;
	}
	return true;
}

const struct row *pack_next(struct pack *p)
{
	struct need first, need;

	for (size_t i = 0; i < p->count; i++) {
		const struct row *row = p->waiting[i];

		need_of(row->test, p->cfg, &need);
		if (!i)
			first = need;
		if (!fits(p, &need, i ? &first : NULL))
			continue;
		memmove(&p->waiting[i], &p->waiting[i + 1],
			(--p->count - i) * sizeof(*p->waiting));
		p->running++;
		for (int k = 0; k < KIND_COUNT; k++)
			p->held[k] += need.of[k];
		return row;
	}
	return NULL;
}

void pack_ended(struct pack *p, const struct row *row)
{
	struct need need;

	need_of(row->test, p->cfg, &need);
	p->running--;
	for (int k = 0; k < KIND_COUNT; k++)
		p->held[k] -= need.of[k];
}
