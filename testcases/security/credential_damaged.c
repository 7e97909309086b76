#include "tc/testcase.h"

/*
 * A cloud that answers a damaged credential with data serves everybody.  The
 * positive control in the same case shows that the call itself is right.
 */
static CO_FN void damaged(struct tc *t)
{
	AUTO(resource_list) struct resource_list all = { 0 }, none = { 0 };
	struct resource want, made;
	struct cloud *session;
	int r;

	CALL(t, "MCI-SEC-03", "list key pairs with the right credential",
	     tc_list(t, KIND_KEYPAIR, NULL, &all));
	CALL(t, "MCI-SEC-03", "open a session with a damaged credential",
	     tc_damaged_session(t, &session));
	r = cloud_list(session, KIND_KEYPAIR, NULL, &none, &t->err);
	CHECK_REFUSED(t, "MCI-SEC-03", "list key pairs with the damaged credential", r,
		      ERR_UNAUTHENTICATED);
	resource_init(&want, KIND_KEYPAIR);
	tc_name(t, KIND_KEYPAIR, want.name);
	r = tc_create_as(t, session, &want, &made);
	CHECK_REFUSED(t, "MCI-SEC-02", "create a key pair with the damaged credential", r,
		      ERR_UNAUTHENTICATED);
}

TESTCASE(damaged_credential) {
	.id = "security.credential.damaged",
	.title = "A damaged credential can neither read nor create",
	.purpose = "Check that requests with a damaged credential are refused as unauthenticated.",
	.verifies = REQS("MCI-SEC-02", "MCI-SEC-03"),
	.needs = CAN(KEYPAIR),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .requests = 12 },
	.timeout_s = 120,
	.run = damaged,
};
