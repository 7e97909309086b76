#include "run/learn.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "base/secret.h"
#include "base/str.h"

/* A server may not make us remember whatever it likes to call a secret. */
enum { SECRET_MAX = 64 * 1024, LEARN_MAX = 1000, LEARN_BYTES_MAX = 8 << 20 };
enum { NAME_MAX_LEN = 64, DEPTH_MAX = 130 };
static struct {
	unsigned here;		/* of the body being learnt */
	size_t bytes;		/* of all */
	bool over;		/* more than that: this body is not kept */
} learnt;

static void learn_one(const char *value, size_t n)
{
	unsigned before = secret_count();

	if (n > SECRET_MAX || learnt.here == LEARN_MAX || learnt.bytes + n > LEARN_BYTES_MAX) {
		learnt.over = true;
		return;
	}
	secret_add(value, n);
	if (secret_count() > before) {
		learnt.here++;
		learnt.bytes += n;
	}
}

/* ---- names ---- */

static bool ends_in(const char *text, size_t n, const char *const *ending)
{
	for (; *ending; ending++) {
		size_t m = strlen(*ending);

		if (m <= n && !memcmp(text + n - m, *ending, m))
			return true;
	}
	return false;
}

/* By the end of a name, in lower case and without separators; a page's token is none. */
static bool secret_name(const char *name, size_t n)
{
	static const char *const secret[] = { "password", "passwd", "passphrase", "secret", "token",
					      "apikey", "accesskey", "secretkey", "privatekey",
					      "kubeconfig", "userdata", "adminpass", NULL };
	static const char *const harmless[] = { "nexttoken", "pagetoken", "continuetoken",
						"continuationtoken", NULL };
	char flat[NAME_MAX_LEN];
	size_t m = 0;

	/* Of a long name the end counts. */
	for (size_t i = n > sizeof(flat) ? n - sizeof(flat) : 0; i < n; i++)
		if (!strchr("_-. ", name[i]) || !name[i])
			flat[m++] = (char)tolower((unsigned char)name[i]);
	return ends_in(flat, m, secret) && !ends_in(flat, m, harmless);
}

/* The same for a parameter of an address, and the short names that presigned ones use. */
static bool secret_parameter(const char *name, size_t n)
{
	static const char *const more[] = { "sig", "signature", "credential", NULL };
	char low[NAME_MAX_LEN];

	if (secret_name(name, n))
		return true;
	n = n < sizeof(low) ? n : sizeof(low);
	for (size_t i = 0; i < n; i++)
		low[i] = (char)tolower((unsigned char)name[i]);
	return ends_in(low, n, more);
}

/* ---- by its form ---- */

/* A key in plain text, outside any field that we know, and perhaps cut short. */
static void learn_pem(const char *text, size_t n)
{
	const char *at = text, *end = text + n;

	while ((at = memmem(at, (size_t)(end - at), "-----BEGIN ", 11))) {
		const char *stop = memmem(at + 11, (size_t)(end - at - 11), "-----END ", 9);

		stop = stop ? stop : end;
		if (memmem(at, (size_t)(stop - at), "PRIVATE KEY", 11))
			learn_one(at, (size_t)(stop - at));
		at = stop;
	}
}

static bool token_char(char c) { return isalnum((unsigned char)c) || (c && strchr("-._~+/=%", c)); }

/* "Bearer ..." and "Basic ...", wherever they stand. */
static void learn_scheme(const char *text, size_t n, const char *scheme)
{
	enum { SHORTEST = 12 };	/* "Basic networking" is none */
	const char *at = text, *end = text + n;
	size_t m = strlen(scheme);

	while ((at = memmem(at, (size_t)(end - at), scheme, m))) {
		const char *from = at += m;

		while (at < end && token_char(*at))
			at++;
		if (at - from >= SHORTEST)
			learn_one(from, (size_t)(at - from));
	}
}

/* The parameters of addresses: "?token=..." and "&X-Amz-Signature=...". */
static void learn_query(const char *text, size_t n)
{
	const char *end = text + n, *at = memchr(text, '?', n);

	while (at && at < end) {
		const char *name = ++at, *value = NULL;

		while (at < end && (isalnum((unsigned char)*at) || strchr("-_.", *at)) && *at)
			at++;
		/* One without a value ("?acl&...") may stand before one that has a secret. */
		if (at < end && *at == '=')
			value = ++at;
		while (value && at < end && token_char(*at))
			at++;
		if (value && secret_parameter(name, (size_t)(value - 1 - name)))
			learn_one(value, (size_t)(at - value));
		if (at + 4 < end && !memcmp(at, "&amp;", 5))
			at += 4;
		else if (at + 5 < end && !memcmp(at, "\\u0026", 6))
			at += 5;
		else if (at < end && *at != '&')
			at = memchr(at, '?', (size_t)(end - at));
	}
}

static void learn_forms(const char *text, size_t n)
{
	learn_pem(text, n);
	learn_scheme(text, n, "Bearer ");
	learn_scheme(text, n, "Basic ");
	learn_query(text, n);
}

/* ---- JSON ---- */

/* CB-Spider shows "Hidden for security." and the like where it hides a value. */
static void learn_text(const char *text, size_t n)
{
	if (n < 10 || memcmp(text, "Hidden for", 10))
		learn_one(text, n);
}

static void learn_value(const json_t *value)
{
	static const char *const within[] = { "value", "id" };	/* "token":{"id":"..."} */
	char number[32];
	json_t *one;
	size_t i;

	if (json_is_string(value)) {
		learn_text(json_string_value(value), json_string_length(value));
	} else if (json_is_integer(value)) {
		snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		learn_one(number, strlen(number));
	} else if (json_is_array(value)) {
		json_array_foreach(value, i, one)
			if (json_is_string(one))
				learn_value(one);
	} else if (json_is_object(value)) {
		for (i = 0; i < sizeof(within) / sizeof(*within); i++) {
			one = json_object_get(value, within[i]);
			if (json_is_string(one))
				learn_value(one);
		}
	}
}

/* {"Key":"Password","Value":"..."}: a field, spelt by two. */
static void learn_pair(const json_t *object)
{
	static const char *const name[] = { "Key", "key", "Name", "name" };
	static const char *const value[] = { "Value", "value" };

	for (size_t i = 0; i < sizeof(name) / sizeof(*name); i++) {
		const json_t *n = json_object_get(object, name[i]);

		if (!json_is_string(n) ||
		    !secret_name(json_string_value(n), json_string_length(n)))
			continue;
		for (size_t k = 0; k < sizeof(value) / sizeof(*value); k++)
			learn_value(json_object_get(object, value[k]));
	}
}

/* json_read() has bounded the depth. */
static void learn_json(const json_t *doc, unsigned depth)
{
	const char *key;
	json_t *value;
	size_t i;

	if (depth > DEPTH_MAX)
		return;
	if (json_is_string(doc))
		learn_pem(json_string_value(doc), json_string_length(doc));
	if (json_is_object(doc))
		learn_pair(doc);
	json_object_foreach((json_t *)doc, key, value) {
		learn_pem(key, strlen(key));
		if (secret_name(key, strlen(key)))
			learn_value(value);
		learn_json(value, depth + 1);
	}
	if (json_is_array(doc))
		json_array_foreach(doc, i, value)
			learn_json(value, depth + 1);
}

/* ---- what is nearly JSON: cut short, a key twice, a byte order mark, many documents ---- */

/* A text from its opening quote at *at; *at moves past it.  Its bytes, escapes undone; of
 * one too long to remember so much that learn_one() sees it is. */
static void read_text(const char **at, const char *end, struct str *ret)
{
	const char *from = ++*at;
	json_t *undone;

	while (*at < end && **at != '"')
		*at += **at == '\\' && end - *at > 1 ? 2 : 1;
	str_clear(ret);
	if (*at - from > 6 * SECRET_MAX) {
		str_addn(ret, from, SECRET_MAX + 1);
		*at += *at < end;
		return;
	}
	str_addc(ret, '"');
	str_addn(ret, from, (size_t)(*at - from));
	str_addc(ret, '"');
	undone = json_loadb(ret->text, ret->len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	str_clear(ret);
	if (undone)
		str_addn(ret, json_string_value(undone), json_string_length(undone));
	else
		str_addn(ret, from, (size_t)(*at - from));
	json_decref(undone);
	*at += *at < end;
}

/* A value outside quotes: a number, or a word. */
static void read_word(const char **at, const char *end, struct str *ret)
{
	const char *from = *at;

	while (*at < end && (isalnum((unsigned char)**at) || strchr("+-.", **at)) && **at)
		++*at;
	str_clear(ret);
	str_addn(ret, from, (size_t)(*at - from));
}

static bool is_word(const struct str *s, const char *low)
{
	return s->len == strlen(low) && !strncasecmp(str_text(s), low, s->len);
}

/* Names and values in the order in which they stand, whatever stands between them. */
static void learn_loosely(const char *at, size_t n)
{
	const char *end = at + n;
	struct str name = { 0 }, pair = { 0 }, text = { 0 };

	while (at < end && !learnt.over) {
		if (*at == '"') {
			read_text(&at, end, &text);
			learn_pem(str_text(&text), text.len);
		} else if (isdigit((unsigned char)*at)) {
			read_word(&at, end, &text);
		} else {
			at++;
			continue;
		}
		while (at < end && isspace((unsigned char)*at))
			at++;
		if (at < end && *at == ':') {
			str_clear(&name);
			str_addn(&name, str_text(&text), text.len);
			continue;
		}
		if (secret_name(str_text(&name), name.len) ||
		    (is_word(&name, "value") && secret_name(str_text(&pair), pair.len)))
			learn_text(str_text(&text), text.len);
		if (is_word(&name, "key") || is_word(&name, "name")) {
			str_clear(&pair);
			str_addn(&pair, str_text(&text), text.len);
		}
	}
	str_release(&name);
	str_release(&pair);
	str_release(&text);
}

bool learn_body(const char *body, size_t n)
{
	json_auto_t *doc = NULL;
	struct error why;

	learnt.here = 0;
	learnt.over = false;
	if (!body || !n)
		return true;
	learn_forms(body, n);
	if (json_read(body, n, &(struct json_limits){ .values = 500000 }, &doc, &why) == ERR_OK)
		learn_json(doc, 0);
	else if (memchr(body, '"', n))
		learn_loosely(body, n);
	return !learnt.over;
}

/* ---- headers ---- */

static bool is_cookie(const char *name)
{
	return !strcasecmp(name, "cookie") || !strcasecmp(name, "set-cookie");
}

bool secret_header(const char *name)
{
	return is_cookie(name) || !strcasecmp(name, "authorization") ||
	       !strcasecmp(name, "proxy-authorization") || secret_name(name, strlen(name));
}

/* "a=one; Path=/; b=two": the values, and each with its name; an attribute is short. */
static void learn_cookies(const char *at, size_t n)
{
	enum { SHORTEST = 8 };
	const char *end = at + n;

	while (at < end) {
		const char *stop = memchr(at, ';', (size_t)(end - at)), *value;

		stop = stop ? stop : end;
		value = memchr(at, '=', (size_t)(stop - at));
		if (value && stop - value > SHORTEST &&
		    strncasecmp(at, "expires", 7) && strncasecmp(at, "domain", 6) &&
		    strncasecmp(at, "path", 4))
			learn_one(value + 1, (size_t)(stop - value - 1));
		at = stop;
		while (at < end && (*at == ';' || *at == ' '))
			at++;
	}
}

bool learn_header(const char *name, const char *value, size_t n)
{
	const char *space = memchr(value, ' ', n);

	learnt.over = false;
	if (is_cookie(name))
		learn_cookies(value, n);
	else if (secret_header(name))
		learn_one(value, n);
	else
		learn_forms(value, n);
	/* "Bearer X": X alone may come back. */
	if (secret_header(name) && !is_cookie(name) && space && space + 8 < value + n)
		learn_one(space + 1, (size_t)(value + n - space - 1));
	return !learnt.over;
}
