#include "error.h"

/*
 * Load balancers, proxies and every generic client act on the status alone.  An
 * error that arrives as a success is not seen by any of them.
 */
static void as_documented(struct tc *t, enum client_error which, void *arg)
{
	long code = tc_reply(t)->status;
	char got[24], want[24];

	(void)arg;
	snprintf(got, sizeof(got), "%ld", code);
	snprintf(want, sizeof(want), "%d", client_errors[which].status);
	/* Where the documents give one status to all errors, it is an error's. */
	if (t->dialect->errors_have_class)
		CHECK_TEXT(t, "MCI-HYG-01", client_errors[which].what, want, got);
	else
		CHECK(t, "MCI-HYG-01", client_errors[which].what, code >= 400 && code < 600,
		      "400 to 599", got);
}

static CO_FN void status(struct tc *t)
{
	struct tc_site none = { 0 };
	struct resource key, seen;

	CALL(t, "MCI-HYG-01", "make a key pair", tc_make(t, KIND_KEYPAIR, &none, &key));
	CALL(t, "MCI-HYG-01", "read it", tc_get(t, &key, &seen));
	CHECK_INT(t, "MCI-HYG-01", "the status of a read", 200, tc_reply(t)->status);
	each_client_error(t, "MCI-HYG-01", &key, as_documented, NULL);
}

TESTCASE(hygiene_status) {
	.id = "hygiene.status.as-documented",
	.title = "Successes and errors have the status that the documents give them",
	.purpose = "Check the HTTP status of a read, and of reads, creates and deletes that a client "
		   "gets wrong.",
	.verifies = REQS("MCI-HYG-01"),
	.needs = CAN(KEYPAIR) | CAN(VPC),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .keypairs = 2, .requests = 20 },
	.timeout_s = 400,
	.run = status,
};
