/* What a quota says, against what is there. */
#include <stdio.h>

#include "co/co.h"
#include "tc/private.h"

enum { TRIES = 16 };

struct use {
	struct quota quota;
	int64_t before, after;	/* as listed, before and after the quota was read */
	bool still;		/* nothing came or went at one look at least */
};

static bool use_agrees(const struct use *u)
{
	int64_t low = u->before < u->after ? u->before : u->after;
	int64_t high = u->before < u->after ? u->after : u->before;

	return u->quota.used >= low && u->quota.used <= high;
}

static CO_FN bool look(struct tc *t, const char *req, enum kind kind, struct use *u)
{
	AUTO(resource_list) struct resource_list one = { 0 }, other = { 0 };
	struct quota all[KIND_COUNT];

	if (!tc_stimulus(t, req, "list what is there", tc_list(t, kind, NULL, &one), AT) ||
	    !tc_stimulus(t, req, "read limits and use", tc_quotas(t, t->cloud, all), AT) ||
	    !tc_stimulus(t, req, "list what is there again", tc_list(t, kind, NULL, &other), AT))
		return false;
	u->quota = all[kind];
	u->before = (int64_t)one.count;
	u->after = (int64_t)other.count;
	u->still = u->still || u->before == u->after;
	return true;
}

static void judge(struct tc *t, const char *req, const char *title, const struct use *u)
{
	const struct quota *q = &u->quota;
	char what[100], want[60], seen[40];

	snprintf(what, sizeof(what), "the use of the quota: %s", title);
	snprintf(want, sizeof(want), "%lld, as listed", (long long)u->after);
	snprintf(seen, sizeof(seen), "%lld", (long long)q->used);
	CHECK(t, req, what, use_agrees(u), want, seen);
	snprintf(what, sizeof(what), "the limit is not below the use: %s", title);
	snprintf(want, sizeof(want), "%lld or more, or none", (long long)q->used);
	snprintf(seen, sizeof(seen), "%lld", (long long)q->limit);
	CHECK(t, req, what, q->limit < 0 || q->limit >= q->used, want, seen);
}

/* Others work at the same time: what is used lies between what is listed before and after,
 * at one look of many. Where nothing ever stood still, nobody is judged. */
CO_FN void tc_check_use_agrees(struct tc *t, const char *req, enum kind kind)
{
	struct use u = { 0 };

	for (int64_t i = 0; i < TRIES || i <= t->cfg->consistency_s; i++) {
		if (!look(t, req, kind, &u))
			return;
		if (use_agrees(&u) || co_sleep(cloud_scaled_ms(t->cloud, 1000)) < 0)
			break;
	}
	if (!use_agrees(&u) && !u.still)
		CALL(t, req, "find a moment in which nothing comes or goes",
		     err_set(&t->err, ERR_CONFIG, "others made or removed some at each look: an account that "
			     "nobody else uses can be judged"));
	judge(t, req, kind_info(kind)->title, &u);
}
