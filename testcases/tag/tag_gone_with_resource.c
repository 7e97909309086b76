#include "tc/testcase.h"

/*
 * Tags of what is no more make reports count machines that are gone, and hold
 * names of people and projects for longer than anybody agreed to.
 */
static CO_FN void vanish(struct tc *t)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	struct resource on, want, tag, seen;
	int r;

	CALL(t, "MCI-META-04", "make something to tag", tc_taggable(t, &on));
	CALL(t, "MCI-META-04", "compose a tag", tc_tag_want(t, &on, "goes-along", &want));
	CALL(t, "MCI-META-04", "set it", tc_create(t, &want, &tag));
	CALL(t, "MCI-META-04", "delete what bears it and wait until that is gone", tc_destroy(t, &on));
	CHECK_REFUSED(t, "MCI-META-04", "read the tag", tc_get(t, &tag, &seen), ERR_NOT_FOUND);
	r = tc_list_counting(t, KIND_TAG, tag.parent, 0, &all);
	if (r < 0)
		CHECK_REFUSED(t, "MCI-META-04", "list the tags of what is gone", r, ERR_NOT_FOUND);
	else
		CHECK_INT(t, "MCI-META-04", "how many tags the gone one bears", 0, (int64_t)all.count);
}

TESTCASE(tag_vanish) {
	.id = "tag.tag.gone-with-resource",
	.title = "The tags of a resource are gone when it is",
	.purpose = "Check that deleting a resource removes its tags.",
	.verifies = REQS("MCI-META-04"),
	.if_claimed = CAN(TAG),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .disks = 1, .requests = 80 },
	.timeout_s = 900,
	.run = vanish,
};
