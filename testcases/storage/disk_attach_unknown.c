#include "tc/testcase.h"

/*
 * A disk that is attached to nothing can be neither used nor deleted: the name of
 * a machine that is not there must be refused.
 */
static CO_FN void attach_unknown(struct tc *t)
{
	struct resource disk, nobody, seen;

	CALL(t, "MCI-ERR-04", "create a disk and wait until it is available", tc_disk(t, &disk));
	tc_unknown(t, KIND_VM, &nobody);
	CHECK_REFUSED_AS(t, "MCI-ERR-04", "attach it to a VM that does not exist",
			 tc_act(t, &disk, ACT_ATTACH, &nobody), ERR_INVALID, ERR_NOT_FOUND);
	CALL(t, "MCI-ERR-04", "read it", tc_get(t, &disk, &seen));
	CHECK_TEXT(t, "MCI-ERR-04", "it is still available", state_name(STATE_AVAILABLE),
		   state_name(seen.state));
}

TESTCASE(disk_attach_unknown) {
	.id = "storage.disk.attach-unknown-vm",
	.title = "Attaching a disk to a VM that does not exist is refused",
	.purpose = "Check that an attach to an unknown VM is a client error and leaves the disk available.",
	.verifies = REQS("MCI-ERR-04"),
	.if_claimed = CAN(DISK) | CAN(DISK_ATTACH),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .disks = 1, .requests = 30 },
	.timeout_s = 600,
	.run = attach_unknown,
};
