#include "tc/testcase.h"

/*
 * Two people who each made a key must not hold the same one: a cloud that hands out
 * one key twice lets each into the other's machines.
 */
static CO_FN void two(struct tc *t)
{
	struct resource one, other, seen;

	CALL(t, "MCI-KEY-01", "create a key pair", tc_keypair(t, &one));
	CALL(t, "MCI-KEY-01", "create another one", tc_keypair(t, &other));
	REQUIRE(t, "MCI-KEY-01", "the first one has a fingerprint", *one.keypair.fingerprint != '\0',
		"a fingerprint", "(absent)");
	CHECK(t, "MCI-KEY-01", "their fingerprints differ",
	      strcmp(one.keypair.fingerprint, other.keypair.fingerprint), "another one than the first's",
	      other.keypair.fingerprint);
	if (*one.keypair.public_key)
		CHECK(t, "MCI-KEY-01", "their public keys differ",
		      strcmp(one.keypair.public_key, other.keypair.public_key), "another key",
		      "the same key");
	CALL(t, "MCI-KEY-01", "read the first one again", tc_get(t, &one, &seen));
	CHECK_TEXT(t, "MCI-KEY-01", "its fingerprint stays", one.keypair.fingerprint,
		   seen.keypair.fingerprint);
}

TESTCASE(keypair_two) {
	.id = "compute.keypair.two-differ",
	.title = "Two key pairs are two keys",
	.purpose = "Check that two key pairs have fingerprints and public keys of their own and "
		   "that making the second leaves the first alone.",
	.verifies = REQS("MCI-KEY-01"),
	.needs = CAN(KEYPAIR),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .keypairs = 2, .requests = 14 },
	.timeout_s = 120,
	.run = two,
};
