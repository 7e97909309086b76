#include "tc/testcase.h"

/*
 * "Attached" said of a disk that does not exist lets a machine go to work without its data;
 * "detached" lets somebody delete what is still in use under another name.
 */
static CO_FN void action_unknown(struct tc *t)
{
	struct tc_site site;
	struct resource vm, nobody;

	CALL(t, "MCI-ERR-02", "make network, security group and key pair", tc_site(t, &site));
	CALL(t, "MCI-ERR-02", "create a VM and wait until it runs", tc_vm(t, &site, &vm));
	tc_unknown(t, KIND_DISK, &nobody);
	CHECK_REFUSED(t, "MCI-ERR-02", "attach a disk that does not exist to the VM",
		      tc_act(t, &nobody, ACT_ATTACH, &vm), ERR_NOT_FOUND);
	CHECK_REFUSED(t, "MCI-ERR-02", "detach a disk that does not exist from the VM",
		      tc_act(t, &nobody, ACT_DETACH, &vm), ERR_NOT_FOUND);
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
