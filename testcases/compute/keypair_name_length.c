#include "tc/testcase.h"

/*
 * A name that is cut without a word is another name: the next lookup does not find it,
 * or finds somebody else's key.
 */
static CO_FN void length(struct tc *t)
{
	unsigned longest = t->dialect->name_longest;
	struct resource want;

	resource_init(&want, KIND_KEYPAIR);
	tc_name_of_length(t, KIND_KEYPAIR, tc_longest_name(t, KIND_KEYPAIR), want.name);
	tc_check_name_kept(t, "MCI-KEY-01", &want);
	if (!longest)
		return;
	tc_name_of_length(t, KIND_KEYPAIR, longest + 1, want.name);
	tc_check_name_refused(t, "MCI-ERR-04", "create one whose name is a character too long", &want);
}

TESTCASE(keypair_name_length) {
	.id = "compute.keypair.name-length",
	.title = "A long key pair name is kept whole or refused",
	.purpose = "Check that a long name is kept to the last character and that one over the "
		   "documented length is refused as invalid.",
	.verifies = REQS("MCI-KEY-01", "MCI-ERR-04"),
	.needs = CAN(KEYPAIR),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .keypairs = 2, .requests = 18 },
	.timeout_s = 120,
	.run = length,
};
