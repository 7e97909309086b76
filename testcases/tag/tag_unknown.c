#include "tc/testcase.h"

/*
 * Whether a machine bears a tag is asked all the time: "no" must be told from
 * "you may not know" and from a fault.
 */
static CO_FN void unknown(struct tc *t)
{
	struct resource on, want, seen;

	CALL(t, "MCI-ERR-02", "make something to tag", tc_taggable(t, &on));
	CALL(t, "MCI-ERR-02", "compose a tag", tc_tag_want(t, &on, "never set", &want));
	tc_name(t, KIND_TAG, want.name);
	str_copy(want.id, sizeof(want.id), want.name);
	CHECK_REFUSED(t, "MCI-ERR-02", "read a tag that was never set", tc_get(t, &want, &seen),
		      ERR_NOT_FOUND);
}

TESTCASE(tag_unknown) {
	.id = "tag.tag.unknown-key",
	.title = "A tag that a resource does not bear is answered with not-found",
	.purpose = "Check that reading an unknown key of an existing resource is refused as not-found.",
	.verifies = REQS("MCI-ERR-02"),
	.if_claimed = CAN(TAG),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .disks = 1, .requests = 80 },
	.timeout_s = 900,
	.run = unknown,
};
