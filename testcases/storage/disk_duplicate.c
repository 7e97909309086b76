#include "tc/testcase.h"

/*
 * Two disks behind one name: the next attach gives a machine either the data
 * or an empty disk.
 */
static CO_FN void duplicate(struct tc *t)
{
	struct resource disk, again, second;

	CALL(t, "MCI-ERR-03", "create a disk and wait until it is available", tc_disk(t, &disk));
	tc_disk_want(t, &again);
	str_copy(again.name, sizeof(again.name), disk.name);
	if (t->dialect->names_unique & KIND_BIT(KIND_DISK)) {
		CHECK_REFUSED(t, "MCI-ERR-03", "create a second one of the same name",
			      tc_create(t, &again, &second), ERR_CONFLICT);
	} else {
		CALL(t, "MCI-ERR-03", "create a second one of the same name", tc_create(t, &again, &second));
		CHECK(t, "MCI-ERR-03", "the second one has an id of its own", strcmp(second.id, disk.id),
		      "another id", second.id);
	}
	tc_check_listed(t, "MCI-ERR-03", &disk, true);
}

TESTCASE(disk_duplicate) {
	.id = "storage.disk.duplicate-name",
	.title = "A second disk of the same name never takes the place of the first",
	.purpose = "Check that creating a disk under a name in use is refused as a conflict or, where names "
		   "are not unique, makes one of its own.",
	.verifies = REQS("MCI-ERR-03"),
	.if_claimed = CAN(DISK),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .disks = 2, .requests = 40 },
	.timeout_s = 600,
	.run = duplicate,
};
