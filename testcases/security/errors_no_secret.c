#include "../hygiene/error.h"

#include "base/secret.h"

/*
 * Error texts are pasted into tickets and mails.  A password in one of them has
 * left the house.
 */
static CO_FN void no_secret(struct tc *t)
{
	struct tc_site none = { 0 };
	struct resource key;

	CALL(t, "MCI-SEC-06", "make a key pair", tc_make(t, KIND_KEYPAIR, &none, &key));
	for (int i = 0; i < CLIENT_ERRORS; i++) {
		const struct tc_reply *reply;
		bool found;

		if (client_error(t, (enum client_error)i, &key) == ERR_OK)
			continue;
		reply = tc_reply(t);
		found = reply->text && secret_found(reply->text, reply->len);
		CHECK(t, "MCI-SEC-06", client_errors[i].what, !found,
		      "an error without a secret of this session",
		      found ? "a secret stands in the error" : "none in it");
	}
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
	.budget = { .requests = 20 },
	.timeout_s = 400,
	.run = no_secret,
};
