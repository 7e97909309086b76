#include "tc/testcase.h"

/*
 * Taking one tag off must leave the others: the one that says "do not delete" goes with the
 * one that was a mistake, and the machine with it.
 */
static CO_FN void remove_one(struct tc *t)
{
	struct resource on, want, kept, dropped, seen;

	CALL(t, "MCI-META-04", "make something to tag", tc_taggable(t, &on));
	CALL(t, "MCI-META-04", "compose a tag", tc_tag_want(t, &on, "kept", &want));
	CALL(t, "MCI-META-04", "set it", tc_create(t, &want, &kept));
	CALL(t, "MCI-META-04", "compose another", tc_tag_want(t, &on, "dropped", &want));
	CALL(t, "MCI-META-04", "set it too", tc_create(t, &want, &dropped));
	CALL(t, "MCI-META-04", "remove the second", tc_destroy(t, &dropped));
	tc_check_listed(t, "MCI-META-04", &dropped, false);
	tc_check_listed(t, "MCI-META-04", &kept, true);
	CALL(t, "MCI-META-04", "read the first", tc_get(t, &kept, &seen));
	CHECK_TEXT(t, "MCI-META-04", "its value is as set", "kept", seen.tag.value);
}

TESTCASE(tag_remove_one) {
	.id = "tag.tag.remove-one",
	.title = "Removing a tag leaves the others",
	.purpose = "Check that of two tags of a resource the one that is not removed stays, with its "
		   "value.",
	.verifies = REQS("MCI-META-04"),
	.if_claimed = CAN(TAG),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .disks = 1, .requests = 90 },
	.timeout_s = 900,
	.run = remove_one,
};
