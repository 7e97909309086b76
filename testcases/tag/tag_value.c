#include "tc/testcase.h"

/*
 * Owners and cost centres are written as people write them: with dots, slashes,
 * blanks and their own alphabet.  Whatever is accepted must read back the same.
 */
static CO_FN void keeps(struct tc *t, const struct resource *on, const char *what,
			const char *value, bool may_refuse)
{
	struct resource want, tag, seen;
	int r;

	CALL(t, "MCI-META-04", "compose a tag", tc_tag_want(t, on, value, &want));
	r = tc_create(t, &want, &tag);
	if (r < 0 && may_refuse) {
		CHECK_REFUSED(t, "MCI-META-04", what, r, ERR_INVALID);
		return;
	}
	CALL(t, "MCI-META-04", what, r);
	CALL(t, "MCI-META-04", "read it", tc_get(t, &tag, &seen));
	CHECK_TEXT(t, "MCI-META-04", "its value reads back to the letter", value, seen.tag.value);
}

static CO_FN void value(struct tc *t)
{
	struct resource on;

	CALL(t, "MCI-META-04", "make something to tag", tc_taggable(t, &on));
	keeps(t, &on, "set a value of letters, digits and dashes", "team-a_b1", false);
	keeps(t, &on, "set a value of blanks and punctuation", "Team A/b-c_d.e: 50+1 @x=y",
	      t->cfg->tags_plain);
	keeps(t, &on, "set a value in Korean", "\xed\x95\x9c\xea\xb5\xad\xec\x96\xb4", true);
}

TESTCASE(tag_value) {
	.id = "tag.tag.value-characters",
	.title = "The value of a tag keeps its characters",
	.purpose = "Check that values with blanks, punctuation and letters beyond ASCII read back unchanged, or "
		   "that the last are, and where the target says so also punctuation is, refused as invalid.",
	.verifies = REQS("MCI-META-04"),
	.if_claimed = CAN(TAG),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .disks = 1, .requests = 80 },
	.timeout_s = 900,
	.run = value,
};
