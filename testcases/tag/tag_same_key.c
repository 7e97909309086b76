#include "tc/testcase.h"

/*
 * Two tools set the same key.  Either the second is told so or its value holds:
 * an API that does neither, or both, lets them fight unseen.
 */
static CO_FN void duplicate(struct tc *t)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	bool wins = t->dialect->tag_overwrites;
	struct resource on, want, tag, again, second, seen;
	int r;

	CALL(t, "MCI-META-04", "make something to tag", tc_taggable(t, &on));
	CALL(t, "MCI-META-04", "compose a tag", tc_tag_want(t, &on, "first", &want));
	CALL(t, "MCI-META-04", "set it", tc_create(t, &want, &tag));
	CALL(t, "MCI-META-04", "compose another of its key", tc_tag_want(t, &on, "second", &again));
	str_copy(again.name, sizeof(again.name), want.name);
	r = tc_create(t, &again, &second);
	if (wins)
		CALL(t, "MCI-META-04", "set the key again", r);
	else
		CHECK_REFUSED(t, "MCI-META-04", "set the key again", r, ERR_CONFLICT);
	CALL(t, "MCI-META-04", "read it", tc_get(t, &tag, &seen));
	CHECK_TEXT(t, "MCI-META-04", wins ? "the second value holds" : "the first value stays",
		   wins ? "second" : "first", seen.tag.value);
	CALL(t, "MCI-META-04", "list the tags", tc_list_with(t, &tag, 1, &all));
	CHECK_INT(t, "MCI-META-04", "how often the list holds the key", 1,
		  (int64_t)resource_list_count_id(&all, tag.id));
}

TESTCASE(tag_duplicate) {
	.id = "tag.tag.same-key",
	.title = "Setting a key that is there is refused or overwrites, as documented",
	.purpose = "Check that a second value for a key either is refused as a conflict or takes the place of "
		   "the first, and that there is one tag of the key.",
	.verifies = REQS("MCI-META-04"),
	.if_claimed = CAN(TAG),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .disks = 1, .requests = 80 },
	.timeout_s = 900,
	.run = duplicate,
};
