#include "error.h"

/*
 * Whoever is paged for every 5xx is paged for every typing error of a customer
 * when the cloud cannot tell the two apart.
 */
static void is_clients(struct tc *t, enum client_error which, void *arg)
{
	long code = tc_reply(t)->status;
	char got[80];

	(void)arg;
	snprintf(got, sizeof(got), "%ld%s", code,
		 t->err.guessed ? ", and only the text tells the class" : "");
	CHECK(t, "MCI-HYG-05", client_errors[which].what,
	      code >= 400 && code < 500 && !t->err.guessed, "400 to 499, by a status or code", got);
}

static CO_FN void client(struct tc *t)
{
	struct tc_site none = { 0 };
	struct resource key;

	CALL(t, "MCI-HYG-05", "make a key pair", tc_make(t, KIND_KEYPAIR, &none, &key));
	each_client_error(t, "MCI-HYG-05", &key, is_clients, NULL);
}

TESTCASE(hygiene_client_error) {
	.id = "hygiene.status.client-error",
	.title = "An error of the client has a status of 400 to 499",
	.purpose = "Check that what a client gets wrong is answered with a client error's status, and "
		   "that status or code tell its class.",
	.verifies = REQS("MCI-HYG-05"),
	.needs = CAN(KEYPAIR) | CAN(VPC),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .keypairs = 2, .requests = 20 },
	.timeout_s = 400,
	.run = client,
};
