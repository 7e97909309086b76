#include "tc/testcase.h"

/*
 * People name keys in their own script. Garbled letters, or a server fault in place of
 * a refusal, cost a day of search.
 */
static CO_FN void name_unicode(struct tc *t)
{
	struct resource want;

	tc_want(t, KIND_KEYPAIR, NULL, &want);
	tc_check_unicode_name(t, t->dialect->names_unicode & KIND_BIT(KIND_KEYPAIR) ? "MCI-KEY-01" :
			      "MCI-ERR-04", &want);
}

TESTCASE(keypair_name_unicode) {
	.id = "compute.keypair.name-unicode",
	.title = "Letters outside ASCII in a key pair name are kept, or refused as invalid",
	.purpose = "Check that a name in several scripts reads back as given where names may "
		   "hold it and is refused as invalid where not.",
	.verifies = REQS("MCI-KEY-01", "MCI-ERR-04"),
	.needs = CAN(KEYPAIR),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .requests = 12 },
	.timeout_s = 120,
	.run = name_unicode,
};
