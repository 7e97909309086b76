#ifndef TESTCASES_HYGIENE_ERROR_H
#define TESTCASES_HYGIENE_ERROR_H

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "tc/testcase.h"

/* Errors that a client can make on any cloud, and their replies as they came. */

enum client_error { UNKNOWN_KEY, UNKNOWN_VPC, DUPLICATE_KEY, UNKNOWN_DELETE, CLIENT_ERRORS };

static const struct {
	const char *what;
	int status;
} client_errors[CLIENT_ERRORS] = {
	[UNKNOWN_KEY] = { "read a key pair that does not exist", 404 },
	[UNKNOWN_VPC] = { "read a virtual network that does not exist", 404 },
	[DUPLICATE_KEY] = { "create a key pair of a name in use", 409 },
	[UNKNOWN_DELETE] = { "delete a key pair that does not exist", 404 },
};

/* Makes the error; key: a key pair that is there. */
static inline CO_FN int client_error(struct tc *t, enum client_error which,
				     const struct resource *key)
{
	struct resource *one = malloc(2 * sizeof(*one)), *seen = one + 1;
	int r;

	if (!one)
		abort();
	tc_unknown(t, which == UNKNOWN_VPC ? KIND_VPC : KIND_KEYPAIR, one);
	if (which == DUPLICATE_KEY) {
		resource_init(one, KIND_KEYPAIR);
		str_copy(one->name, sizeof(one->name), key->name);
		r = tc_create(t, one, seen);
	} else if (which == UNKNOWN_DELETE) {
		r = tc_send_destroy(t, one);
	} else {
		r = tc_get(t, one, seen);
	}
	free(one);
	return r;
}

/* The text of an error, wherever its object has it; NULL. */
static inline const char *error_message(const json_t *doc)
{
	const char *key, *text = json_text(doc, "message");
	json_t *value;

	if (text)
		return text;
	json_object_foreach((json_t *)doc, key, value) {
		text = json_text(value, "message");
		if (text)
			return text;
	}
	return NULL;
}

#endif
