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

static inline CO_FN int make_error(struct tc *t, enum client_error which,
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

/* Looks at tc_reply(), which is the error. */
typedef void on_client_error(struct tc *t, enum client_error which, void *arg);

/* Makes each error and shows its reply; key: a key pair that is there.  A connection that
 * broke, or a limit of the rate, is no answer to it and ends the case. */
static inline CO_FN void each_client_error(struct tc *t, const char *req,
					   const struct resource *key, on_client_error *look,
					   void *arg)
{
	for (int i = 0; i < CLIENT_ERRORS; i++) {
		int r = make_error(t, (enum client_error)i, key);
		bool ours = r == ERR_CANCELLED || r == ERR_HARNESS;
		struct error why = t->err;

		/* What is accepted is another case's finding. */
		if (r == ERR_OK)
			continue;
		if (r == ERR_TIMEOUT || (!ours && !tc_reply(t)->status))
			r = err_set(&t->err, ERR_NETWORK, "no reply came: %s", why.text);
		if (ours || r == ERR_NETWORK || r == ERR_THROTTLED)
			CALL(t, req, client_errors[i].what, r);
		look(t, (enum client_error)i, arg);
	}
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
