#include "tc/testcase.h"

/*
 * A door without a lock: what is listed without a credential is listed to the
 * whole network.
 */
static CO_FN void none(struct tc *t)
{
	AUTO(resource_list) struct resource_list all = { 0 };

	if (!cloud_driver(t->cloud)->probe) {
		tc_not_applicable(t, "MCI-SEC-02", "this driver cannot leave out its credential");
		return;
	}
	CALL(t, "MCI-SEC-02", "list key pairs with the credential", tc_list(t, KIND_KEYPAIR, NULL, &all));
	CHECK_REFUSED(t, "MCI-SEC-02", "list key pairs without any", tc_probe(t, PROBE_NO_CREDENTIAL),
		      ERR_UNAUTHENTICATED);
}

TESTCASE(credential_none) {
	.id = "security.credential.none",
	.title = "A request without a credential is refused",
	.purpose = "Check that listing key pairs without a credential is refused as unauthenticated.",
	.verifies = REQS("MCI-SEC-02"),
	.needs = CAN(KEYPAIR),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_READ,
	.budget = { .requests = 6 },
	.timeout_s = 400,
	.run = none,
};
