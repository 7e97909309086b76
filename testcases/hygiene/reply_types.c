#include <stdio.h>

#include "base/json.h"
#include "tc/testcase.h"

/*
 * A number that is a text in the list and a number when read breaks every typed
 * client on the day when somebody uses the other call.
 */
/* The object of a list that holds that text as a value, at any depth. */
static bool holds(const json_t *doc, const char *id, unsigned depth)
{
	const char *key;
	json_t *value;

	if (json_is_string(doc))
		return !strcmp(json_string_value(doc), id);
	json_object_foreach((json_t *)doc, key, value)
		if (depth && holds(value, id, depth - 1))
			return true;
	return false;
}

/* The first array inside. */
static const json_t *array_in(const json_t *doc)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)doc, key, value)
		if (json_is_array(value))
			return value;
	return NULL;
}

/* {"network": {...}} is one object in a wrapper. */
static const json_t *unwrap(const json_t *doc)
{
	json_t *only = json_object_iter_value(json_object_iter((json_t *)doc));

	return json_object_size(doc) == 1 && json_is_object(only) ? only : doc;
}

static const char *type_name(const json_t *v)
{
	static const char *const names[] = {
		[JSON_OBJECT] = "object", [JSON_ARRAY] = "array", [JSON_STRING] = "string",
		[JSON_INTEGER] = "number", [JSON_REAL] = "number", [JSON_TRUE] = "boolean",
		[JSON_FALSE] = "boolean", [JSON_NULL] = "null",
	};

	return names[json_typeof(v)];
}

static void compare(struct tc *t, const json_t *read, const json_t *listed)
{
	const char *key;
	json_t *one;

	json_object_foreach((json_t *)read, key, one) {
		const json_t *other = json_object_get(listed, key);
		char what[120];

		if (!other || json_is_null(one) || json_is_null(other))
			continue;
		snprintf(what, sizeof(what), "the type of \"%.60s\" in the list", key);
		CHECK_TEXT(t, "MCI-HYG-04", what, type_name(one), type_name(other));
	}
}

static CO_FN void types(struct tc *t)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	json_auto_t *read = NULL, *list = NULL;
	struct tc_site none = { 0 };
	struct resource vpc, seen;
	struct error why = { 0 };
	const json_t *entry = NULL;
	size_t i;
	json_t *one;
	bool ok;

	CALL(t, "MCI-HYG-04", "make a virtual network", tc_make(t, KIND_VPC, &none, &vpc));
	CALL(t, "MCI-HYG-04", "read it", tc_get(t, &vpc, &seen));
	ok = tc_reply(t)->text &&
	     json_read(tc_reply(t)->text, tc_reply(t)->len, NULL, &read, &why) == ERR_OK;
	REQUIRE(t, "MCI-HYG-04", "the reply to a read", ok, "JSON", ok ? "JSON" : why.text);
	CALL(t, "MCI-HYG-04", "list every virtual network", tc_list_with(t, &vpc, 1, &all));
	if (!tc_reply(t)->text) {
		tc_not_applicable(t, "MCI-HYG-04", "the list is longer than is kept for this");
		return;
	}
	ok = json_read(tc_reply(t)->text, tc_reply(t)->len, NULL, &list, &why) == ERR_OK;
	REQUIRE(t, "MCI-HYG-04", "the reply to a list", ok, "JSON", ok ? "JSON" : why.text);
	json_array_foreach((json_t *)array_in(list), i, one)
		if (holds(one, vpc.id, 2))
			entry = one;
	if (!entry) {
		tc_not_applicable(t, "MCI-HYG-04", "the network is not on the last page of the list");
		return;
	}
	compare(t, unwrap(read), entry);
}

TESTCASE(hygiene_types) {
	.id = "hygiene.reply.types",
	.title = "A member has the same type whether it is read or listed",
	.purpose = "Check that every member of a network that both the list and a read show has the same "
		   "JSON type in both.",
	.verifies = REQS("MCI-HYG-04"),
	.needs = CAN(VPC),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 12 },
	.timeout_s = 400,
	.run = types,
};
