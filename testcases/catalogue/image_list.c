#include "tc/testcase.h"

/*
 * The image named in the order must exist and say what it is, or a machine is
 * made of the wrong system.
 */
static CO_FN void list(struct tc *t)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	struct resource want, seen;

	resource_init(&want, KIND_IMAGE);
	str_copy(want.id, sizeof(want.id), t->cfg->image);
	CALL(t, "MCI-IMG-01", "list the images", tc_list(t, KIND_IMAGE, NULL, &all));
	CHECK_INT(t, "MCI-IMG-01", "how often the list holds the image of the IXIT", 1,
		  (int64_t)resource_list_count_id(&all, t->cfg->image));
	CALL(t, "MCI-IMG-01", "read that image", tc_get(t, &want, &seen));
	CHECK_TEXT(t, "MCI-IMG-01", "its id reads back", want.id, seen.id);
	CHECK(t, "MCI-IMG-01", "it says its operating system", *seen.image.os != '\0', "a name",
	      *seen.image.os ? seen.image.os : "(absent)");
	CHECK(t, "MCI-IMG-01", "it says its architecture", *seen.image.arch != '\0', "a name",
	      *seen.image.arch ? seen.image.arch : "(absent)");
	tc_unknown(t, KIND_IMAGE, &want);
	CHECK_REFUSED(t, "MCI-ERR-02", "read an image that does not exist", tc_get(t, &want, &seen),
		      ERR_NOT_FOUND);
}

TESTCASE(image_list) {
	.id = "catalogue.image.list-read",
	.title = "Images are listed and say their operating system and architecture",
	.purpose = "Check that the image of the IXIT is listed once and read with its attributes.",
	.verifies = REQS("MCI-IMG-01", "MCI-ERR-02"),
	.needs = CAN(IMAGE),
	.severity = SEV_MINOR,
	.impact = IMPACT_READ,
	.budget = { .requests = 20 },
	.timeout_s = 120,
	.run = list,
};
