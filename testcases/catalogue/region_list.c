#include "region.h"

/*
 * Placement for disaster recovery starts from the list of regions and zones: an
 * empty or ambiguous one puts both sites in the same place.
 */
static CO_FN void list(struct tc *t)
{
	AUTO(resource_list) struct resource_list regions = { 0 }, zones = { 0 };
	size_t twice = 0;
	char count[40];

	CALL(t, "MCI-RZ-01", "list the regions", tc_list(t, KIND_REGION, NULL, &regions));
	snprintf(count, sizeof(count), "%zu regions", regions.count);
	REQUIRE(t, "MCI-RZ-01", "there is a region", regions.count > 0, "at least one", count);
	for (size_t i = 0; i < regions.count; i++)
		twice += resource_list_count_id(&regions, regions.at[i].id) > 1;
	CHECK_INT(t, "MCI-RZ-01", "how many regions share an id", 0, (int64_t)twice);

	CALL(t, "MCI-RZ-01", "list the zones of ours",
	     tc_list(t, KIND_ZONE, region_of(t, &regions)->id, &zones));
	snprintf(count, sizeof(count), "%zu zones", zones.count);
	CHECK(t, "MCI-RZ-01", "there is a zone", zones.count > 0, "at least one", count);
	twice = 0;
	for (size_t i = 0; i < zones.count; i++)
		twice += resource_list_count_id(&zones, zones.at[i].id) > 1;
	CHECK_INT(t, "MCI-RZ-01", "how many zones share an id", 0, (int64_t)twice);
}

TESTCASE(region_list) {
	.id = "catalogue.region.list",
	.title = "Regions and zones are listed with ids of their own",
	.purpose = "Check that the lists of regions and zones are not empty and hold no id twice.",
	.verifies = REQS("MCI-RZ-01"),
	.needs = CAN(REGION) | CAN(ZONE),
	.severity = SEV_MINOR,
	.impact = IMPACT_READ,
	.budget = { .requests = 6 },
	.timeout_s = 60,
	.run = list,
};
