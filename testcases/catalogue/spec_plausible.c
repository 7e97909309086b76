#include "tc/testcase.h"

/*
 * Memory in GiB, KiB or bytes where MiB are meant passes every check for a number, and
 * orders a machine a thousand times too small or too large.
 */

static bool plausible(const struct resource *r)
{
	const int64_t tib = 1024 * 1024;	/* in MiB */

	return r->spec.vcpu >= 1 && r->spec.vcpu <= 4096 && r->spec.mem_mib >= 32 &&
	       r->spec.mem_mib <= 64 * tib;
}

static CO_FN void sizes(struct tc *t)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	const struct resource *odd = NULL;
	char seen[300];

	CALL(t, "MCI-META-01", "list the specs", tc_list(t, KIND_SPEC, NULL, &all));
	REQUIRE(t, "MCI-META-01", "there is one", all.count > 0, "at least one",
		all.count ? "some" : "none");
	for (size_t i = 0; i < all.count && !odd; i++)
		if (!plausible(&all.at[i]))
			odd = &all.at[i];
	snprintf(seen, sizeof(seen), "%.130s: %lld vCPU, %lld MiB", odd ? odd->id : "",
		 odd ? (long long)odd->spec.vcpu : 0LL, odd ? (long long)odd->spec.mem_mib : 0LL);
	CHECK(t, "MCI-META-01", "every spec is of a size that machines have", !odd,
	      "1 to 4096 vCPU, 32 MiB to 64 TiB", odd ? seen : "1 to 4096 vCPU, 32 MiB to 64 TiB");
}

TESTCASE(spec_plausible) {
	.id = "catalogue.spec.plausible",
	.title = "Every VM spec is of a size that machines have",
	.purpose = "Check that vCPUs and memory of every listed spec lie where machines lie, "
		   "which a wrong unit does not.",
	.verifies = REQS("MCI-META-01"),
	.needs = CAN(SPEC),
	.severity = SEV_MAJOR,
	.impact = IMPACT_READ,
	.budget = { .requests = 12 },
	.timeout_s = 120,
	.run = sizes,
};
