#include "tc/testcase.h"

/*
 * "Attached" said of a disk that does not exist lets a machine go to work without its data;
 * "detached" lets somebody delete what is still in use under another name.
 */
static CO_FN void action_unknown(struct tc *t)
{
	tc_check_act_absent(t, "MCI-ERR-02", KIND_DISK, ACT_ATTACH, ACT_DETACH);
}

TESTCASE(disk_act_unknown) {
	.id = "storage.disk.action-unknown",
	.title = "Attaching or detaching a disk that does not exist is answered with not-found",
	.purpose = "Check that attach and detach of an unknown disk are refused as not-found.",
	.verifies = REQS("MCI-ERR-02"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.if_claimed = CAN(DISK) | CAN(DISK_ATTACH),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 70 },
	.any_site = true,
	.timeout_s = 900,
	.run = action_unknown,
};
