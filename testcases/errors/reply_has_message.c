#include "../hygiene/error.h"

/*
 * An error without a word leaves the user to guess, and the support desk too.
 */
static void has_message(struct tc *t, enum client_error which, void *arg)
{
	const struct tc_reply *reply = tc_reply(t);
	json_auto_t *doc = NULL;
	const char *text = NULL;
	struct error why;
	char status[24];

	(void)arg;
	snprintf(status, sizeof(status), "%ld", reply->status);
	CHECK(t, "MCI-ERR-01", client_errors[which].what, reply->status >= 400,
	      "answered with an error's status", status);
	if (reply->text && json_read(reply->text, reply->len, NULL, &doc, &why) == ERR_OK)
		text = error_message(doc);
	CHECK(t, "MCI-ERR-01", "the answer says in words what is wrong", text && *text, "a text",
	      text && *text ? text : "(absent)");
}

static CO_FN void message(struct tc *t)
{
	struct tc_site none = { 0 };
	struct resource key;

	CALL(t, "MCI-ERR-01", "make a key pair", tc_make(t, KIND_KEYPAIR, &none, &key));
	each_client_error(t, "MCI-ERR-01", &key, has_message, NULL);
}

TESTCASE(errors_message) {
	.id = "errors.reply.has-message",
	.title = "Every error says in words what is wrong",
	.purpose = "Check that the replies to reads and deletes of what does not exist and to a "
		   "duplicate create are JSON and hold a message.",
	.verifies = REQS("MCI-ERR-01"),
	.needs = CAN(KEYPAIR) | CAN(VPC),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .keypairs = 2, .requests = 20 },
	.timeout_s = 400,
	.run = message,
};
