#include "error.h"

/*
 * A client reads errors by one function.  Two shapes of error need two, and the
 * second is written when the first has failed in production.
 */
static CO_FN void shape(struct tc *t)
{
	struct tc_site none = { 0 };
	struct resource key;
	char first[80] = "";

	CALL(t, "MCI-HYG-02", "make a key pair", tc_make(t, KIND_KEYPAIR, &none, &key));
	for (int i = 0; i < CLIENT_ERRORS; i++) {
		const struct tc_reply *reply;
		json_auto_t *doc = NULL;
		struct error why = { 0 };
		bool is;

		/* Another service may have another one: the key pairs' is meant here. */
		if (i == UNKNOWN_VPC)
			continue;
		/* What is accepted is another case's finding. */
		if (client_error(t, (enum client_error)i, &key) == ERR_OK)
			continue;
		reply = tc_reply(t);
		is = reply->text &&
		     json_read(reply->text, reply->len, NULL, &doc, &why) == ERR_OK &&
		     json_is_object(doc);
		CHECK(t, "MCI-HYG-02", client_errors[i].what, is, "an error that is a JSON object",
		      is ? "one" : *why.text ? why.text : "another value");
		CHECK(t, "MCI-HYG-02", "it says what is wrong", error_message(doc), "a message",
		      error_message(doc) ? "one" : "none");
		is = error_message(doc) && json_text(doc, "message");
		if (!*first)
			str_copy(first, sizeof(first), is ? "in the object itself" : "one level down");
		CHECK_TEXT(t, "MCI-HYG-02", "where the message stands, as in the first error", first,
			   is ? "in the object itself" : "one level down");
	}
}

TESTCASE(hygiene_shape) {
	.id = "hygiene.error.one-shape",
	.title = "Errors have one shape",
	.purpose = "Check that the errors of one service are JSON objects with a message in the same "
		   "place.",
	.verifies = REQS("MCI-HYG-02"),
	.needs = CAN(KEYPAIR),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .requests = 20 },
	.timeout_s = 400,
	.run = shape,
};
