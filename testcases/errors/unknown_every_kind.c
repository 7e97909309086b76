#include "kinds.h"

/*
 * Tools that work on many kinds decide by one class of error.  A single kind
 * that says something else for "not there" breaks them all.
 */
static CO_FN void unknown(struct tc *t)
{
	static const enum kind kinds[] = {
		KIND_KEYPAIR, KIND_VPC, KIND_SG, KIND_ROUTER, KIND_ADDRESS, KIND_VM, KIND_DISK,
		KIND_IMAGE, KIND_SPEC,
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		struct resource nobody, seen;
		char what[80];

		if (!kind_claimed(t, kinds[i]) || !cloud_driver(t->cloud)->ops[kinds[i]]->get)
			continue;
		tc_unknown(t, kinds[i], &nobody);
		snprintf(what, sizeof(what), "read a %s that does not exist",
			 kind_info(kinds[i])->title);
		CHECK_REFUSED(t, "MCI-ERR-02", what, tc_get(t, &nobody, &seen), ERR_NOT_FOUND);
	}
}

TESTCASE(errors_unknown) {
	.id = "errors.unknown.every-kind",
	.title = "Every kind of resource answers not-found for what does not exist",
	.purpose = "Check that reading an unknown one of every kind that the target claims is refused as "
		   "not-found.",
	.verifies = REQS("MCI-ERR-02"),
	.needs = CAN(KEYPAIR) | CAN(VPC),
	.severity = SEV_MAJOR,
	.impact = IMPACT_READ,
	.budget = { .requests = 16 },
	.timeout_s = 400,
	.run = unknown,
};
