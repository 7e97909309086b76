#include "tc/testcase.h"

/*
 * Two images under one id: which of them boots is a matter of luck.
 */
static CO_FN void own_ids(struct tc *t)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	size_t twice = 0, nameless = 0;

	CALL(t, "MCI-IMG-01", "list the images", tc_list(t, KIND_IMAGE, NULL, &all));
	for (size_t i = 0; i < all.count; i++) {
		twice += resource_list_count_id(&all, all.at[i].id) > 1;
		nameless += !*all.at[i].id;
	}
	CHECK_INT(t, "MCI-IMG-01", "how many images share an id", 0, (int64_t)twice);
	CHECK_INT(t, "MCI-IMG-01", "how many images have none", 0, (int64_t)nameless);
}

TESTCASE(image_ids) {
	.id = "catalogue.image.own-ids",
	.title = "Every image of the list has an id of its own",
	.purpose = "Check that no two images of the list share an id and none is without one.",
	.verifies = REQS("MCI-IMG-01"),
	.needs = CAN(IMAGE),
	.severity = SEV_MAJOR,
	.impact = IMPACT_READ,
	.budget = { .requests = 12 },
	.timeout_s = 120,
	.run = own_ids,
};
