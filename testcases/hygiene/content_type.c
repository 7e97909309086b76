#include "error.h"

/*
 * A client that asks what it was sent before it parses it must be told the
 * truth, or it shows a page of JSON to a person.
 */
static CO_FN void is_json(struct tc *t, const char *what)
{
	const struct tc_reply *reply = tc_reply(t);

	CHECK(t, "MCI-HYG-03", what, !strncmp(reply->content_type, "application/json", 16),
	      "application/json", *reply->content_type ? reply->content_type : "(absent)");
}

static CO_FN void content_type(struct tc *t)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	struct tc_site none = { 0 };
	struct resource key, seen;

	CALL(t, "MCI-HYG-03", "make a key pair", tc_make(t, KIND_KEYPAIR, &none, &key));
	CALL(t, "MCI-HYG-03", "read it", tc_get(t, &key, &seen));
	is_json(t, "what a read says that it answers with");
	CALL(t, "MCI-HYG-03", "list the key pairs", tc_list(t, KIND_KEYPAIR, NULL, &all));
	is_json(t, "what a list says that it answers with");
	for (int i = 0; i < CLIENT_ERRORS; i++) {
		(void)client_error(t, (enum client_error)i, &key);
		is_json(t, client_errors[i].what);
	}
}

TESTCASE(hygiene_content_type) {
	.id = "hygiene.reply.content-type",
	.title = "A reply that is JSON says so",
	.purpose = "Check the content type of the replies to a read, a list and to errors.",
	.verifies = REQS("MCI-HYG-03"),
	.needs = CAN(KEYPAIR) | CAN(VPC),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .requests = 20 },
	.timeout_s = 400,
	.run = content_type,
};
