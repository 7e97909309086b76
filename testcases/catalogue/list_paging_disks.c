#include "tc/testcase.h"

/*
 * Backups and clean-ups walk the list of disks. The one between two pages is neither
 * saved nor removed.
 */
static CO_FN void paging(struct tc *t)
{
	struct tc_site site = { 0 };

	tc_check_paged(t, "MCI-META-03", KIND_DISK, &site, 3, 2);
}

TESTCASE(list_paging_disks) {
	.id = "catalogue.list.paging-disks",
	.title = "Paging neither loses nor repeats a disk",
	.purpose = "Check that a list of three disks, two at a time, holds each exactly once.",
	.verifies = REQS("MCI-META-03"),
	.needs = CAN(DISK),
	.if_claimed = CAN(PAGING),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .disks = 3, .requests = 80 },
	.timeout_s = 900,
	.run = paging,
};
