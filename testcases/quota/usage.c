#include <stdio.h>

#include "tc/testcase.h"

/*
 * Who plans capacity reads the quota.  A use that does not count what is there
 * ends in a refusal in the middle of a roll-out.
 */
enum { TRIES = 8 };

/* Others work at the same time: the numbers agree when nothing moved meanwhile. */
static CO_FN void agrees(struct tc *t, enum kind kind)
{
	struct quota quota[KIND_COUNT];
	int64_t before = -1, after = -1, used = -1;
	bool still = false;
	char what[100], want[40], seen[40];

	for (int64_t i = 0; i < TRIES || i <= t->cfg->consistency_s; i++) {
		AUTO(resource_list) struct resource_list one = { 0 }, other = { 0 };

		CALL(t, "MCI-QUO-01", "list what is there", tc_list(t, kind, NULL, &one));
		CALL(t, "MCI-QUO-01", "read limits and use", tc_quotas(t, t->cloud, quota));
		CALL(t, "MCI-QUO-01", "list what is there again", tc_list(t, kind, NULL, &other));
		before = (int64_t)one.count;
		after = (int64_t)other.count;
		used = quota[kind].used;
		still = still || before == after;
		if (before == after && used == before)
			break;
		if (co_sleep(cloud_scaled_ms(t->cloud, 1000)) < 0)
			break;
	}
	if (!still)
		CALL(t, "MCI-QUO-01", "find a moment in which nothing comes or goes",
		     err_set(&t->err, ERR_CONFIG, "others made or removed some at each look: an account that "
			     "nobody else uses can be judged"));
	snprintf(what, sizeof(what), "the use of the quota: %s", kind_info(kind)->title);
	snprintf(want, sizeof(want), "%lld, as listed", (long long)after);
	snprintf(seen, sizeof(seen), "%lld", (long long)used);
	CHECK(t, "MCI-QUO-01", what, used == after, want, seen);
	snprintf(what, sizeof(what), "the limit is not below the use: %s", kind_info(kind)->title);
	snprintf(want, sizeof(want), "%lld or more, or none", (long long)used);
	snprintf(seen, sizeof(seen), "%lld", (long long)quota[kind].limit);
	CHECK(t, "MCI-QUO-01", what, quota[kind].limit < 0 || quota[kind].limit >= used, want, seen);
}

static CO_FN void usage(struct tc *t)
{
	struct tc_site site = { 0 };
	struct resource vpc;

	CALL(t, "MCI-QUO-01", "make a virtual network", tc_make(t, KIND_VPC, &site, &vpc));
	agrees(t, KIND_VPC);
	if (cloud_offers(t->cloud, KIND_ADDRESS) &&
	    t->cfg->ics[CAP_BIT_ADDRESS] == CLAIM_SUPPORTED) {
		struct resource address;

		CALL(t, "MCI-QUO-01", "allocate a public address",
		     tc_make(t, KIND_ADDRESS, &site, &address));
		agrees(t, KIND_ADDRESS);
	}
}

TESTCASE(quota_usage) {
	.id = "quota.usage.agrees-with-list",
	.title = "The use that a quota shows is what is there",
	.purpose = "Check that the use of the quotas for networks and public addresses is what their "
		   "lists hold, and within the limit.",
	.verifies = REQS("MCI-QUO-01"),
	.needs = CAN(VPC),
	.if_claimed = CAN(QUOTA),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .addresses = 1, .requests = 90 },
	.timeout_s = 1200,
	.run = usage,
};
