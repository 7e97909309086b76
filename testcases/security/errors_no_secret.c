#include "../hygiene/error.h"

#include "base/secret.h"

/*
 * Error texts are pasted into tickets and mails.  A password in one of them has
 * left the house.
 */
static void holds_none(struct tc *t, enum client_error which, void *arg)
{
	const struct tc_reply *reply = tc_reply(t);
	bool found = reply->text && secret_found(reply->text, reply->len);

	(void)arg;
	CHECK(t, "MCI-SEC-06", client_errors[which].what, !found,
	      "an error without a secret of this session",
	      found ? "a secret stands in the error" : "none in it");
}

static CO_FN void no_secret(struct tc *t)
{
	struct tc_site none = { 0 };
	struct resource key;

	CALL(t, "MCI-SEC-06", "make a key pair", tc_make(t, KIND_KEYPAIR, &none, &key));
	each_client_error(t, "MCI-SEC-06", &key, holds_none, NULL);
}

TESTCASE(error_secret) {
	.id = "security.errors.no-secret",
	.title = "No error shows a secret of the session",
	.purpose = "Check that no password, token or private key that the session knows stands in the "
		   "replies to requests that are refused.",
	.verifies = REQS("MCI-SEC-06"),
	.needs = CAN(KEYPAIR) | CAN(VPC),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .keypairs = 2, .requests = 20 },
	.timeout_s = 400,
	.run = no_secret,
};
