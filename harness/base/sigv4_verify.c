/* What a server makes of a signed request: read the claim, then hold it against a secret. */
#include "base/sigv4.h"

#include <ctype.h>
#include <openssl/crypto.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/escape.h"

enum { SKEW_S = 15 * 60, EXPIRES_MAX_S = 7 * 24 * 3600 };

const char *sigv4_flaw_name(enum sigv4_flaw f)
{
	static const char *const names[SIGV4_FLAWS] = {
		[SIGV4_GOOD] = "good", [SIGV4_ANONYMOUS] = "anonymous",
		[SIGV4_TWO_WAYS] = "two-ways", [SIGV4_OTHER_SCHEME] = "other-scheme",
		[SIGV4_BAD_HEADER] = "bad-header", [SIGV4_BAD_QUERY] = "bad-query",
		[SIGV4_NO_DATE] = "no-date", [SIGV4_WRONG_REGION] = "wrong-region",
		[SIGV4_WRONG_SERVICE] = "wrong-service", [SIGV4_WRONG_DATE] = "wrong-date",
		[SIGV4_SKEWED] = "skewed", [SIGV4_NOT_YET] = "not-yet",
		[SIGV4_EXPIRED] = "expired", [SIGV4_NO_PAYLOAD] = "no-payload",
		[SIGV4_BAD_PAYLOAD] = "bad-payload", [SIGV4_NOT_SIGNED] = "not-signed",
		[SIGV4_MISMATCH] = "mismatch",
	};

	return f < SIGV4_FLAWS ? names[f] : "?";
}

static bool is_digest(const char *text)
{
	return strspn(text, "0123456789abcdef") == 64 && !text[64];
}

enum sigv4_payload sigv4_payload(const char *text)
{
	static const struct { const char *word; enum sigv4_payload kind; } words[] = {
		{ SIGV4_UNSIGNED, SIGV4_PAYLOAD_UNSIGNED },
		{ SIGV4_CHUNKS, SIGV4_PAYLOAD_CHUNKS },
		{ SIGV4_CHUNKS_TRAILER, SIGV4_PAYLOAD_CHUNKS_TRAILER },
		{ SIGV4_UNSIGNED_TRAILER, SIGV4_PAYLOAD_UNSIGNED_TRAILER },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strcmp(text, words[i].word))
			return words[i].kind;
	return is_digest(text) ? SIGV4_PAYLOAD_DIGEST : SIGV4_PAYLOAD_STRANGE;
}

bool sigv4_same(const char *a, const char *b)
{
	return strlen(a) == 64 && strlen(b) == 64 && !CRYPTO_memcmp(a, b, 64);
}

/* ---- reading ---- */

/* The value of the only header of that name; NULL when there is none, or more. */
static const char *header_of(const struct sigv4_request *r, const char *name, size_t *count)
{
	const char *value = NULL;

	*count = 0;
	for (const struct sigv4_header *h = r->headers; h && h->name; h++)
		if (!strcasecmp(h->name, name) && !(*count)++)
			value = h->value;
	return *count == 1 ? value : NULL;
}

/* All of n bytes or nothing, and no NUL among them. */
static bool copy(char *to, size_t room, const char *from, size_t n)
{
	if (n >= room || memchr(from, '\0', n))
		return false;
	memcpy(to, from, n);
	to[n] = '\0';
	return true;
}

/* "KEYID/20130524/us-east-1/s3/aws4_request", from the right: a key id may hold slashes. */
static bool read_credential(const char *text, size_t n, struct sigv4_claim *ret)
{
	static const char end[] = "aws4_request";
	size_t at[4], i = 4, p = n;

	while (i && p--)
		if (text[p] == '/')
			at[--i] = p;
	return !i && at[0] && n - at[3] == sizeof(end) &&
	       !memcmp(text + at[3] + 1, end, sizeof(end) - 1) &&
	       copy(ret->key_id, sizeof(ret->key_id), text, at[0]) &&
	       copy(ret->date, sizeof(ret->date), text + at[0] + 1, at[1] - at[0] - 1) &&
	       strspn(ret->date, "0123456789") == 8 &&
	       copy(ret->region, sizeof(ret->region), text + at[1] + 1, at[2] - at[1] - 1) &&
	       copy(ret->service, sizeof(ret->service), text + at[2] + 1, at[3] - at[2] - 1);
}

/* Three parts, each once, in any order. */
static bool read_header(const char *value, struct sigv4_claim *ret)
{
	static const char *const names[] = { "Credential=", "SignedHeaders=", "Signature=" };
	unsigned seen = 0;

	while (*value) {
		size_t n, k = 0, skip;

		value += strspn(value, " \t,");
		n = strcspn(value, ",");
		if (!n)
			break;
		while (k < 3 && strncmp(value, names[k], strlen(names[k])))
			k++;
		if (k == 3 || seen & 1u << k)
			return false;
		seen |= 1u << k;
		skip = strlen(names[k]);
		value += skip;
		n -= skip;
		while (n && (value[n - 1] == ' ' || value[n - 1] == '\t'))
			n--;
		if (k == 0 ? !read_credential(value, n, ret) :
		    k == 1 ? !copy(ret->signed_headers, sizeof(ret->signed_headers), value, n) :
			     !copy(ret->signature, sizeof(ret->signature), value, n))
			return false;
		value += n;
	}
	return seen == 7 && is_digest(ret->signature) && *ret->signed_headers;
}

/* A parameter of the query, decoded; false when it is absent or there twice. */
static bool parameter(const char *query, const char *name, struct str *to)
{
	size_t len = strlen(name), count = 0;

	for (; query && *query; query += strcspn(query, "&"), query += *query == '&') {
		size_t n = strcspn(query, "&");
		const unsigned char *p = (const unsigned char *)query + len + 1;

		if (n <= len || strncmp(query, name, len) || query[len] != '=')
			continue;
		count++;
		for (size_t left = n - len - 1; left;) {
			unsigned char c[4] = { *p };
			size_t made = 1, took = escape_undo(ESCAPE_FORM, p, left, c, &made);

			str_addn(to, took ? c : p, took ? made : 1);
			took += !took;
			p += took;
			left -= took;
		}
	}
	return count == 1;
}

static bool read_parameter(const char *query, const char *name, char *to, size_t room)
{
	AUTO(str_buf) struct str value = { 0 };

	return parameter(query, name, &value) && value.len && copy(to, room, value.text, value.len);
}

static bool read_query(const char *query, struct sigv4_claim *ret)
{
	AUTO(str_buf) struct str who = { 0 };
	char algorithm[20], seconds[8];

	if (!read_parameter(query, "X-Amz-Algorithm", algorithm, sizeof(algorithm)) ||
	    strcmp(algorithm, "AWS4-HMAC-SHA256") ||
	    !parameter(query, "X-Amz-Credential", &who) || !who.len ||
	    !read_credential(who.text, who.len, ret) ||
	    !read_parameter(query, "X-Amz-Date", ret->time, sizeof(ret->time)) ||
	    !read_parameter(query, "X-Amz-Expires", seconds, sizeof(seconds)) ||
	    !read_parameter(query, "X-Amz-SignedHeaders", ret->signed_headers,
			    sizeof(ret->signed_headers)) ||
	    !read_parameter(query, "X-Amz-Signature", ret->signature, sizeof(ret->signature)))
		return false;
	ret->expires_s = str_to_int(seconds, EXPIRES_MAX_S);
	return ret->expires_s > 0 && is_digest(ret->signature) && sigv4_time_read(ret->time) >= 0;
}

static enum sigv4_flaw read_payload(const struct sigv4_request *r, struct sigv4_claim *ret)
{
	size_t n;
	const char *value = header_of(r, "x-amz-content-sha256", &n);

	if (!n && ret->presigned)
		value = SIGV4_UNSIGNED;
	else if (!n)
		return SIGV4_NO_PAYLOAD;
	if (!value || sigv4_payload(value) == SIGV4_PAYLOAD_STRANGE)
		return SIGV4_BAD_PAYLOAD;
	return str_copy(ret->payload, sizeof(ret->payload), value) ? SIGV4_GOOD : SIGV4_BAD_PAYLOAD;
}

enum sigv4_flaw sigv4_claim(const struct sigv4_request *r, struct sigv4_claim *ret)
{
	static const char scheme[] = "AWS4-HMAC-SHA256";
	AUTO(str_buf) struct str shown = { 0 };
	size_t headers, dates, n = sizeof(scheme) - 1;
	const char *value = header_of(r, "authorization", &headers), *date;

	*ret = (struct sigv4_claim){ 0 };
	ret->presigned = parameter(r->query, "X-Amz-Signature", &shown) || shown.len ||
			 parameter(r->query, "X-Amz-Algorithm", &shown) || shown.len;
	if (headers && ret->presigned)
		return SIGV4_TWO_WAYS;
	if (ret->presigned)
		return read_query(r->query, ret) ? read_payload(r, ret) : SIGV4_BAD_QUERY;
	if (!headers)
		return SIGV4_ANONYMOUS;
	if (!value)
		return SIGV4_BAD_HEADER;
	if (strncmp(value, scheme, n) || (value[n] && value[n] != ' ' && value[n] != '\t'))
		return SIGV4_OTHER_SCHEME;
	if (!read_header(value + n, ret))
		return SIGV4_BAD_HEADER;
	date = header_of(r, "x-amz-date", &dates);
	if (!date || sigv4_time_read(date) < 0 || !str_copy(ret->time, sizeof(ret->time), date))
		return SIGV4_NO_DATE;
	return read_payload(r, ret);
}

/* ---- judging ---- */

enum sigv4_flaw sigv4_claim_fits(const struct sigv4_claim *c, const struct sigv4_site *site)
{
	int64_t at = sigv4_time_read(c->time), skew = site->skew_s ? site->skew_s : SKEW_S;

	if (at < 0)
		return SIGV4_NO_DATE;
	if (strcmp(c->service, site->service))
		return SIGV4_WRONG_SERVICE;
	if (strcmp(c->region, site->region))
		return SIGV4_WRONG_REGION;
	if (strncmp(c->date, c->time, 8))
		return SIGV4_WRONG_DATE;
	if (c->presigned)
		return at > site->now_s + skew ? SIGV4_NOT_YET :
		       site->now_s > at + c->expires_s ? SIGV4_EXPIRED : SIGV4_GOOD;
	return at > site->now_s + skew || at < site->now_s - skew ? SIGV4_SKEWED : SIGV4_GOOD;
}

/* Whether the list "a;b;c" has this name, in any case. */
static bool listed(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (; *list; list += strcspn(list, ";"), list += *list == ';')
		if (strcspn(list, ";") == n && !strncasecmp(list, name, n))
			return true;
	return false;
}

/* S3 wants these inside: else who carries the request could add to it. */
static bool must_be_signed(const char *name)
{
	return !strcasecmp(name, "host") || (!strncasecmp(name, "x-amz-", 6) &&
					     strcasecmp(name, "x-amz-content-sha256"));
}

/* The query without the signature itself. */
static void without_signature(const char *query, struct str *to)
{
	static const char name[] = "X-Amz-Signature=";

	for (; query && *query; query += strcspn(query, "&"), query += *query == '&') {
		if (!strncmp(query, name, sizeof(name) - 1))
			continue;
		if (to->len)
			str_addc(to, '&');
		str_addn(to, query, strcspn(query, "&"));
	}
}

static enum sigv4_flaw pick_headers(const struct sigv4_request *r, const struct sigv4_claim *c,
				    struct sigv4_header *to)
{
	bool host = false;

	for (const struct sigv4_header *h = r->headers; h && h->name; h++) {
		if (listed(c->signed_headers, h->name)) {
			*to++ = *h;
			host |= !strcasecmp(h->name, "host");
		} else if (must_be_signed(h->name)) {
			return SIGV4_NOT_SIGNED;
		}
	}
	return host ? SIGV4_GOOD : SIGV4_NOT_SIGNED;
}

enum sigv4_flaw sigv4_verify(const struct sigv4_request *r, unsigned flags,
			     const struct sigv4_claim *c, struct secret secret,
			     struct sigv4_key *ret)
{
	AUTO(str_buf) struct str query = { 0 }, canonical = { 0 }, names = { 0 }, text = { 0 };
	struct sigv4_scope scope = { .region = c->region, .service = c->service };
	struct sigv4_request signed_ = *r;
	struct sigv4_key key;
	struct sigv4_header *headers;
	char signature[65];
	size_t n = 1;
	enum sigv4_flaw flaw;

	for (const struct sigv4_header *h = r->headers; h && h->name; h++)
		n++;
	headers = xcalloc(n, sizeof(*headers));
	flaw = pick_headers(r, c, headers);
	if (flaw == SIGV4_GOOD) {
		without_signature(r->query, &query);
		signed_.query = str_text(&query);
		signed_.headers = headers;
		signed_.payload = c->payload;
		sigv4_canonical(&signed_, flags, &canonical, &names);
		memcpy(scope.time, c->time, sizeof(scope.time));
		sigv4_string_to_sign(&scope, canonical.text, canonical.len, &text);
		sigv4_key(secret, &scope, &key);
		sigv4_signature(&key, text.text, signature);
		/* Names may be listed in another order than they are signed in. */
		if (!secret_present(secret) || strcmp(str_text(&names), c->signed_headers) ||
		    !sigv4_same(signature, c->signature))
			flaw = SIGV4_MISMATCH;
		if (ret && flaw == SIGV4_GOOD)
			*ret = key;
		sigv4_forget(&key);
		explicit_bzero(signature, sizeof(signature));
	}
	free(headers);
	return flaw;
}
