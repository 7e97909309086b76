#include "tc/testcase.h"

/*
 * Who plans capacity reads the quota.  A use that does not count what is there
 * ends in a refusal in the middle of a roll-out.
 */
static CO_FN void usage(struct tc *t)
{
	struct tc_site site = { 0 };
	struct resource vpc;

	CALL(t, "MCI-QUO-01", "make a virtual network", tc_make(t, KIND_VPC, &site, &vpc));
	tc_check_use_agrees(t, "MCI-QUO-01", KIND_VPC);
	if (cloud_offers(t->cloud, KIND_ADDRESS) &&
	    t->cfg->ics[CAP_BIT_ADDRESS] == CLAIM_SUPPORTED) {
		struct resource address;

		CALL(t, "MCI-QUO-01", "allocate a public address",
		     tc_make(t, KIND_ADDRESS, &site, &address));
		tc_check_use_agrees(t, "MCI-QUO-01", KIND_ADDRESS);
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
	.budget = { .vpcs = 1, .addresses = 1, .requests = 140 },
	.timeout_s = 1200,
	.run = usage,
};
