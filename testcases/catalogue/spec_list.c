#include "tc/testcase.h"

/*
 * Sizes in different units, or missing, make two clouds impossible to compare
 * and orders impossible to carry over.
 */
static CO_FN void list(struct tc *t)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	struct resource want, seen;
	size_t bad = 0;
	char count[80];

	resource_init(&want, KIND_SPEC);
	str_copy(want.id, sizeof(want.id), t->cfg->spec);
	CALL(t, "MCI-META-01", "list the specs", tc_list(t, KIND_SPEC, NULL, &all));
	CHECK_INT(t, "MCI-META-01", "how often the list holds the spec of the IXIT", 1,
		  (int64_t)resource_list_count_id(&all, t->cfg->spec));
	for (size_t i = 0; i < all.count; i++)
		bad += all.at[i].spec.vcpu < 1 || all.at[i].spec.mem_mib < 1;
	snprintf(count, sizeof(count), "%zu of %zu without", bad, all.count);
	CHECK(t, "MCI-META-01", "every spec says its vCPUs and memory", !bad, "all", bad ? count : "all");
	CALL(t, "MCI-META-01", "read the spec of the IXIT", tc_get(t, &want, &seen));
	if (resource_list_find(&all, want.id)) {
		CHECK_INT(t, "MCI-META-01", "its vCPUs are those of the list",
			  resource_list_find(&all, want.id)->spec.vcpu, seen.spec.vcpu);
		CHECK_INT(t, "MCI-META-01", "its memory in MiB is that of the list",
			  resource_list_find(&all, want.id)->spec.mem_mib, seen.spec.mem_mib);
	}
}

TESTCASE(spec_list) {
	.id = "catalogue.spec.list-read",
	.title = "VM specs are listed with vCPUs and memory, alike in list and read",
	.purpose = "Check that every listed spec has vCPUs and memory and that read agrees with list.",
	.verifies = REQS("MCI-META-01"),
	.needs = CAN(SPEC),
	.severity = SEV_MINOR,
	.impact = IMPACT_READ,
	.budget = { .requests = 20 },
	.timeout_s = 120,
	.run = list,
};
