#include "tc/testcase.h"

/*
 * Software that looks for its data must tell a disk that is lost from one that
 * it may not see: it makes a new one in the first case and asks in the second.
 */
static CO_FN void unknown(struct tc *t)
{
	struct resource nobody;

	tc_unknown(t, KIND_DISK, &nobody);
	tc_check_absent(t, "MCI-ERR-02", &nobody);
}

TESTCASE(disk_unknown) {
	.id = "storage.disk.unknown-id",
	.title = "A disk that does not exist is answered with not-found",
	.purpose = "Check that reading and deleting an unknown disk is refused as not-found.",
	.verifies = REQS("MCI-ERR-02"),
	.if_claimed = CAN(DISK),
	.severity = SEV_MAJOR,
	.impact = IMPACT_READ,
	.budget = { .requests = 4 },
	.timeout_s = 240,
	.run = unknown,
};
