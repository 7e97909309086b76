#include "tc/testcase.h"

/*
 * Costs are shared out and old machines are found by tags.  One that reads back
 * as another puts the bill on the wrong desk.
 */
static CO_FN void create_read(struct tc *t)
{
	struct resource on, want, tag, seen;

	CALL(t, "MCI-META-04", "make something to tag", tc_taggable(t, &on));
	CALL(t, "MCI-META-04", "compose a tag", tc_tag_want(t, &on, "red", &want));
	CALL(t, "MCI-META-04", "set it", tc_create(t, &want, &tag));
	CALL(t, "MCI-META-04", "read it", tc_get(t, &tag, &seen));
	CHECK_TEXT(t, "MCI-META-04", "its key reads back", want.name, seen.name);
	CHECK_TEXT(t, "MCI-META-04", "its value reads back", "red", seen.tag.value);
	tc_check_listed(t, "MCI-META-04", &tag, true);
	CALL(t, "MCI-META-04", "remove it", tc_destroy(t, &tag));
	tc_check_listed(t, "MCI-META-04", &tag, false);
	CHECK_REFUSED(t, "MCI-META-04", "read what was removed", tc_get(t, &tag, &seen), ERR_NOT_FOUND);
}

TESTCASE(tag_create_read) {
	.id = "tag.tag.create-read",
	.title = "A tag reads back as set and is gone after its removal",
	.purpose = "Check the life of a tag from being set over read and list to its removal.",
	.verifies = REQS("MCI-META-04"),
	.if_claimed = CAN(TAG),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .disks = 1, .requests = 80 },
	.timeout_s = 900,
	.run = create_read,
};
