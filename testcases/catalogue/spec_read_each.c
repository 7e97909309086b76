#include "tc/testcase.h"

/*
 * Sizes are compared in the list and ordered by id. When the two differ, the cheaper
 * offer was no offer.
 */

enum { SAMPLES = 5 };	/* of what may be thousands */

static CO_FN void read_agrees(struct tc *t)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	struct resource seen;
	char what[200];
	size_t step;

	CALL(t, "MCI-META-01", "list every VM spec", tc_list(t, KIND_SPEC, NULL, &all));
	REQUIRE(t, "MCI-META-01", "there is one", all.count > 0, "at least one", all.count ? "some" : "none");
	step = (all.count + SAMPLES - 1) / SAMPLES;
	for (size_t i = 0; i < all.count; i += step) {
		snprintf(what, sizeof(what), "read %.150s", all.at[i].id);
		CALL(t, "MCI-META-01", what, tc_get(t, &all.at[i], &seen));
		CHECK_TEXT(t, "MCI-META-01", "its id reads back", all.at[i].id, seen.id);
		tc_check_alike(t, "MCI-META-01", &all.at[i], &seen);
	}
}

TESTCASE(spec_read_each) {
	.id = "catalogue.spec.read-agrees",
	.title = "VM specs are the same in the list and when read",
	.purpose = "Check for a sample of specs that each field the list shows says what a read "
		   "says.",
	.verifies = REQS("MCI-META-01"),
	.needs = CAN(SPEC),
	.severity = SEV_MINOR,
	.impact = IMPACT_READ,
	.budget = { .requests = 30 },
	.timeout_s = 180,
	.run = read_agrees,
};
