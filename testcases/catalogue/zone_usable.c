#include "region.h"

/*
 * Placement picks a zone that says it is available. A region in which none is, or
 * which does not list the zone that orders name, takes none.
 */
static CO_FN void usable(struct tc *t)
{
	AUTO(resource_list) struct resource_list regions = { 0 }, zones = { 0 };
	const struct resource *region;
	size_t usable = 0;
	char count[60];

	CALL(t, "MCI-RZ-01", "list the regions", tc_list(t, KIND_REGION, NULL, &regions));
	REQUIRE(t, "MCI-RZ-01", "there is a region", regions.count > 0, "at least one",
		regions.count ? "some" : "none");
	region = region_of(t, &regions);
	CALL(t, "MCI-RZ-01", "list its zones", tc_list(t, KIND_ZONE, region->id, &zones));
	for (size_t i = 0; i < zones.count; i++)
		usable += strcmp(zones.at[i].zone.status, "Unavailable") != 0;
	snprintf(count, sizeof(count), "%zu of %zu", usable, zones.count);
	CHECK(t, "MCI-RZ-01", "how many zones are not unavailable", usable > 0, "at least one", count);
	if (*t->cfg->zone)
		CHECK_INT(t, "MCI-RZ-01", "how often the zone of the IXIT is listed", 1,
			  (int64_t)resource_list_count_id(&zones, t->cfg->zone));
}

TESTCASE(zone_usable) {
	.id = "catalogue.zone.usable",
	.title = "A region has a zone that can be used",
	.purpose = "Check that not every zone of the region is unavailable and that the zone of "
		   "the IXIT, if any, is listed once.",
	.verifies = REQS("MCI-RZ-01"),
	.needs = CAN(REGION) | CAN(ZONE),
	.severity = SEV_MINOR,
	.impact = IMPACT_READ,
	.budget = { .requests = 6 },
	.timeout_s = 60,
	.run = usable,
};
