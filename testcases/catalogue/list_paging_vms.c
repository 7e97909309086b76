#include "tc/testcase.h"

/*
 * A machine that no page shows is paid for until somebody reads the bill.
 */
static CO_FN void paging(struct tc *t)
{
	struct tc_site site = { 0 };

	tc_check_paged(t, "MCI-META-03", KIND_VM, &site, 2, 1);
}

TESTCASE(list_paging_vms) {
	.id = "catalogue.list.paging-vms",
	.title = "Paging neither loses nor repeats a VM",
	.purpose = "Check that a list of two VMs, one at a time, holds each exactly once.",
	.verifies = REQS("MCI-META-03"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.if_claimed = CAN(PAGING),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 2, .vpcs = 1, .requests = 120 },
	.timeout_s = 1200,
	.run = paging,
};
