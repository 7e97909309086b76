#ifndef TESTCASES_QUOTA_AGREES_H
#define TESTCASES_QUOTA_AGREES_H

#include <stdio.h>

#include "tc/testcase.h"

enum { TRIES = 16 };

/* Others work at the same time: what is used lies between what is listed before and after,
 * at one look of many. Where nothing ever stood still, nobody is judged. */
static inline CO_FN void agrees(struct tc *t, enum kind kind)
{
	struct quota quota[KIND_COUNT];
	int64_t before = -1, after = -1, used = -1;
	char what[100], want[40], seen[40];
	bool agreed = false, still = false;

	for (int64_t i = 0; i < TRIES || i <= t->cfg->consistency_s; i++) {
		AUTO(resource_list) struct resource_list one = { 0 }, other = { 0 };

		CALL(t, "MCI-QUO-01", "list what is there", tc_list(t, kind, NULL, &one));
		CALL(t, "MCI-QUO-01", "read limits and use", tc_quotas(t, t->cloud, quota));
		CALL(t, "MCI-QUO-01", "list what is there again", tc_list(t, kind, NULL, &other));
		before = (int64_t)one.count;
		after = (int64_t)other.count;
		used = quota[kind].used;
		still = still || before == after;
		agreed = used >= (before < after ? before : after) &&
			 used <= (before < after ? after : before);
		if (agreed)
			break;
		if (co_sleep(cloud_scaled_ms(t->cloud, 1000)) < 0)
			break;
	}
	if (!agreed && !still)
		CALL(t, "MCI-QUO-01", "find a moment in which nothing comes or goes",
		     err_set(&t->err, ERR_CONFIG, "others made or removed some at each look: an account that "
			     "nobody else uses can be judged"));
	snprintf(what, sizeof(what), "the use of the quota: %s", kind_info(kind)->title);
	snprintf(want, sizeof(want), "%lld, as listed", (long long)after);
	snprintf(seen, sizeof(seen), "%lld", (long long)used);
	CHECK(t, "MCI-QUO-01", what, agreed, want, seen);
	snprintf(what, sizeof(what), "the limit is not below the use: %s", kind_info(kind)->title);
	snprintf(want, sizeof(want), "%lld or more, or none", (long long)used);
	snprintf(seen, sizeof(seen), "%lld", (long long)quota[kind].limit);
	CHECK(t, "MCI-QUO-01", what, quota[kind].limit < 0 || quota[kind].limit >= used, want, seen);
}

#endif
