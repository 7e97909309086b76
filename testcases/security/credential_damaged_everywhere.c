#include <stdio.h>

#include "tc/testcase.h"

/*
 * One operation that forgets to ask who calls is enough: the delete is the one
 * that is noticed, and too late.
 */
static CO_FN void everywhere(struct tc *t)
{
	static const enum kind kinds[] = { KIND_KEYPAIR, KIND_VPC };
	struct tc_site none = { 0 };
	struct cloud *session;
	char what[100];

	CALL(t, "MCI-SEC-03", "open a session with a damaged credential",
	     tc_damaged_session(t, &session));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		AUTO(resource_list) struct resource_list all = { 0 };
		const char *title = kind_info(kinds[i])->title;
		struct resource mine, seen;
		struct ref ref;
		int r;

		snprintf(what, sizeof(what), "make a %s", title);
		CALL(t, "MCI-SEC-03", what, tc_make(t, kinds[i], &none, &mine));
		ref = resource_ref(&mine);
		snprintf(what, sizeof(what), "list every %s with the damaged credential", title);
		r = cloud_list(session, kinds[i], NULL, &all, &t->err);
		CHECK_REFUSED(t, "MCI-SEC-03", what, r, ERR_UNAUTHENTICATED);
		snprintf(what, sizeof(what), "read the %s with the damaged credential", title);
		r = cloud_get(session, &ref, &seen, &t->err);
		CHECK_REFUSED(t, "MCI-SEC-03", what, r, ERR_UNAUTHENTICATED);
		snprintf(what, sizeof(what), "delete the %s with the damaged credential", title);
		r = cloud_destroy(session, &ref, &t->err);
		CHECK_REFUSED(t, "MCI-SEC-03", what, r, ERR_UNAUTHENTICATED);
		snprintf(what, sizeof(what), "read the %s with the right one", title);
		CALL(t, "MCI-SEC-03", what, tc_get(t, &mine, &seen));
	}
}

TESTCASE(damaged_everywhere) {
	.id = "security.credential.damaged-everywhere",
	.title = "A damaged credential can neither list nor read nor delete",
	.purpose = "Check that list, read and delete of key pairs and networks with a damaged credential "
		   "are refused as unauthenticated and change nothing.",
	.verifies = REQS("MCI-SEC-03"),
	.needs = CAN(KEYPAIR) | CAN(VPC),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 28 },
	.timeout_s = 600,
	.run = everywhere,
};
