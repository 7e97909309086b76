#include "error.h"

/*
 * A client reads errors by one function.  Two shapes of error need two, and the
 * second is written when the first has failed in production.
 */
static void has_shape(struct tc *t, enum client_error which, void *arg)
{
	const struct tc_reply *reply = tc_reply(t);
	json_auto_t *doc = NULL;
	struct error why = { 0 };
	const char **first = arg, *where;
	bool is;

	/* Another service may have another one: the key pairs' is meant here. */
	if (which == UNKNOWN_VPC)
		return;
	is = reply->text && json_read(reply->text, reply->len, NULL, &doc, &why) == ERR_OK &&
	     json_is_object(doc);
	CHECK(t, "MCI-HYG-02", client_errors[which].what, is, "an error that is a JSON object",
	      is ? "one" : *why.text ? why.text : "another value");
	CHECK(t, "MCI-HYG-02", "it says what is wrong", error_message(doc), "a message",
	      error_message(doc) ? "one" : "none");
	is = error_message(doc) && json_text(doc, "message");
	where = is ? "in the object itself" : "one level down";
	if (!*first)
		*first = where;
	CHECK_TEXT(t, "MCI-HYG-02", "where the message stands, as in the first error", *first, where);
}

static CO_FN void shape(struct tc *t)
{
	struct tc_site none = { 0 };
	struct resource key;
	const char *first = NULL;

	CALL(t, "MCI-HYG-02", "make a key pair", tc_make(t, KIND_KEYPAIR, &none, &key));
	each_client_error(t, "MCI-HYG-02", &key, has_shape, &first);
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
	.budget = { .keypairs = 2, .requests = 20 },
	.timeout_s = 400,
	.run = shape,
};
