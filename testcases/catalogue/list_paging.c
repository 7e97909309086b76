#include "tc/testcase.h"

/*
 * Whoever counts, bills or cleans up by a list that spans pages misses what is
 * lost between two of them, and does twice what is shown twice.
 */
static CO_FN void paging(struct tc *t)
{
	struct tc_site site = { 0 };

	tc_check_paged(t, "MCI-META-03", KIND_KEYPAIR, &site, 5, 2);
	tc_check_paged(t, "MCI-META-03", KIND_SG, &site, 5, 2);
}

TESTCASE(list_paging) {
	.id = "catalogue.list.paging",
	.title = "Paging neither loses nor repeats an entry",
	.purpose = "Check that a list of more entries than a page holds every one of them exactly "
		   "once, in whatever order.",
	.verifies = REQS("MCI-META-03"),
	.needs = CAN(KEYPAIR) | CAN(SG),
	.if_claimed = CAN(PAGING),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .keypairs = 5, .sgs = 5, .requests = 200 },
	.timeout_s = 900,
	.run = paging,
};
