#include "base/pem.h"
#include "base/secret.h"
#include "tc/testcase.h"

/*
 * The private key is shown once. When its text is cut, folded or wrapped on the way,
 * ssh refuses it, and by then nobody can ask for it again.
 */
static CO_FN void form(struct tc *t)
{
	const char *flaw;
	struct resource kp;

	CALL(t, "MCI-KEY-01", "create a key pair", tc_keypair(t, &kp));
	REQUIRE(t, "MCI-KEY-01", "the answer to the create shows the private key",
		kp.keypair.private_key_shown, "a private key",
		kp.keypair.private_key_shown ? "a private key" : "none");
	flaw = pem_private_key_flaw(secret_reveal(kp.keypair.private_key));
	CHECK(t, "MCI-KEY-01", "the private key is a whole PEM key", !flaw, "a whole PEM key",
	      flaw ? flaw : "a whole PEM key");
}

TESTCASE(keypair_pem) {
	.id = "compute.keypair.private-key-form",
	.title = "The private key of a new key pair is one that tools take",
	.purpose = "Check that the private key in the answer to a create is one complete PEM "
		   "private key.",
	.verifies = REQS("MCI-KEY-01"),
	.needs = CAN(KEYPAIR),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .requests = 6 },
	.timeout_s = 120,
	.run = form,
};
