#include "tc/testcase.h"

/*
 * Images are chosen from the list and started by id. When the two tell different
 * systems, the machine is not what was chosen.
 */

enum { SAMPLES = 5 };	/* of what may be thousands */

static CO_FN void read_agrees(struct tc *t)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	struct resource seen;
	char what[200];
	size_t step;

	CALL(t, "MCI-IMG-01", "list every image", tc_list(t, KIND_IMAGE, NULL, &all));
	REQUIRE(t, "MCI-IMG-01", "there is one", all.count > 0, "at least one", all.count ? "some" : "none");
	step = (all.count + SAMPLES - 1) / SAMPLES;
	for (size_t i = 0; i < all.count; i += step) {
		snprintf(what, sizeof(what), "read %.150s", all.at[i].id);
		CALL(t, "MCI-IMG-01", what, tc_get(t, &all.at[i], &seen));
		CHECK_TEXT(t, "MCI-IMG-01", "its id reads back", all.at[i].id, seen.id);
		tc_check_alike(t, "MCI-IMG-01", &all.at[i], &seen);
	}
}

TESTCASE(image_read_each) {
	.id = "catalogue.image.read-agrees",
	.title = "Images are the same in the list and when read",
	.purpose = "Check for a sample of images that each field the list shows says what a read "
		   "says.",
	.verifies = REQS("MCI-IMG-01"),
	.needs = CAN(IMAGE),
	.severity = SEV_MINOR,
	.impact = IMPACT_READ,
	.budget = { .requests = 30 },
	.timeout_s = 180,
	.run = read_agrees,
};
