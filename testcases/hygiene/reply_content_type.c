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

static void error_is_json(struct tc *t, enum client_error which, void *arg)
{
	(void)arg;
	is_json(t, client_errors[which].what);
}

/* The lists that the API has, whatever stands in them. */
static CO_FN void every_list(struct tc *t)
{
	for (int k = 0; k < KIND_COUNT; k++) {
		AUTO(resource_list) struct resource_list all = { 0 };
		const struct kind_ops *ops = cloud_driver(t->cloud)->ops[k];
		char what[120];

		/* Zones, prices and tags are listed by what they belong to. */
		if (!ops || !ops->list || (kind_info((enum kind)k)->parent >= 0 && k != KIND_SG) ||
		    kind_info((enum kind)k)->on_any)
			continue;
		if (tc_list(t, (enum kind)k, NULL, &all) < 0)
			continue;
		snprintf(what, sizeof(what), "what the list of every %s says that it answers with",
			 kind_info((enum kind)k)->title);
		is_json(t, what);
	}
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
	every_list(t);
	each_client_error(t, "MCI-HYG-03", &key, error_is_json, NULL);
}

TESTCASE(hygiene_content_type) {
	.id = "hygiene.reply.content-type",
	.title = "A reply that is JSON says so",
	.purpose = "Check the content type of the replies to a read, to every list and to errors.",
	.verifies = REQS("MCI-HYG-03"),
	.needs = CAN(KEYPAIR) | CAN(VPC),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .keypairs = 2, .requests = 50 },
	.timeout_s = 400,
	.run = content_type,
};
