/* Signing; what a server does with a signature is in sigv4_verify.c. */
#include "base/sigv4.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/escape.h"

#define ALGORITHM "AWS4-HMAC-SHA256"

static const char empty_digest[] =
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/* ---- time ---- */

void sigv4_time(int64_t wall_us, char to[17])
{
	time_t s = (time_t)(wall_us / 1000000);
	struct tm tm;

	if (!gmtime_r(&s, &tm) || tm.tm_year < 0 || tm.tm_year > 8099 ||
	    strftime(to, 17, "%Y%m%dT%H%M%SZ", &tm) != 16)
		str_copy(to, 17, "19700101T000000Z");
}

static int number(const char *digits, size_t n)
{
	int value = 0;

	while (n--)
		value = value * 10 + (*digits++ - '0');
	return value;
}

int64_t sigv4_time_read(const char *text)
{
	static const char form[] = "ddddddddTddddddZ";
	struct tm tm;
	char again[17];
	time_t s;

	for (size_t i = 0; i < sizeof(form); i++)
		if (form[i] == 'd' ? !isdigit((unsigned char)text[i]) : text[i] != form[i])
			return -1;
	tm = (struct tm){ .tm_year = number(text, 4) - 1900, .tm_mon = number(text + 4, 2) - 1,
			  .tm_mday = number(text + 6, 2), .tm_hour = number(text + 9, 2),
			  .tm_min = number(text + 11, 2), .tm_sec = number(text + 13, 2) };
	s = timegm(&tm);
	if (s < 0)
		return -1;
	/* timegm() takes the 31st of February, and makes it another day. */
	sigv4_time((int64_t)s * 1000000, again);
	return strcmp(again, text) ? -1 : (int64_t)s;
}

/* ---- encoding ---- */

static void put_encoded(struct str *to, unsigned char c, bool keep_slash)
{
	static const char digits[] = "0123456789ABCDEF";

	if (isalnum(c) || strchr("-._~", c ? c : 1) || (c == '/' && keep_slash)) {
		str_addc(to, (char)c);
	} else {
		str_addc(to, '%');
		str_addc(to, digits[c >> 4]);
		str_addc(to, digits[c & 15]);
	}
}

void sigv4_encode(struct str *to, const char *bytes, size_t n, bool keep_slash)
{
	for (size_t i = 0; i < n; i++)
		put_encoded(to, (unsigned char)bytes[i], keep_slash);
}

/* What is on the wire, in the one spelling that is signed: "%7e" and "~" are the same. */
static void encode_again(struct str *to, const char *wire, size_t n, enum escape kind,
			 bool keep_slash)
{
	const unsigned char *p = (const unsigned char *)wire;

	for (size_t i = 0; i < n;) {
		unsigned char c[4] = { p[i] };
		size_t made = 1, took = escape_undo(kind, p + i, n - i, c, &made);

		if (!took)
			c[0] = p[i], made = took = 1;
		sigv4_encode(to, (const char *)c, made, keep_slash);
		i += took;
	}
}

/* RFC 3986, 5.2.4, and runs of slashes as one. */
static void normalise(const char *path, struct str *to)
{
	while (*path) {
		size_t n;

		path += strspn(path, "/");
		n = strcspn(path, "/");
		if (n == 2 && !memcmp(path, "..", 2)) {
			while (to->len && to->text[to->len - 1] != '/')
				to->len--;
			to->len -= to->len > 0;
		} else if (n && !(n == 1 && *path == '.')) {
			str_addc(to, '/');
			str_addn(to, path, n);
			path += n;
			continue;
		}
		path += n;
		if (!*path)
			str_addc(to, '/');	/* it named a folder */
	}
}

static void put_path(const char *path, unsigned flags, struct str *to)
{
	AUTO(str_buf) struct str normal = { 0 };

	if (flags & SIGV4_PATH_NORMAL) {
		normalise(path, &normal);
		path = str_text(&normal);
	}
	if (*path != '/')
		str_addc(to, '/');
	if (flags & SIGV4_PATH_TWICE)
		sigv4_encode(to, path, strlen(path), true);
	else
		encode_again(to, path, strlen(path), ESCAPE_PERCENT, true);
}

/* ---- query ---- */

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/*
 * "name=value" in order of the encoded bytes of the names, then of the values.  Between
 * the two stands meanwhile what is less than all that can be in a name.
 */
static void put_query(const char *query, struct str *to)
{
	size_t n = 0, room = 1;
	char **pair;

	for (const char *c = query; *c; c++)
		room += *c == '&';
	pair = xcalloc(room, sizeof(*pair));
	while (*query) {
		size_t len = strcspn(query, "&"), name = strcspn(query, "=&");
		struct str one = { 0 };

		if (len) {
			encode_again(&one, query, name, ESCAPE_FORM, false);
			str_addc(&one, '\1');
			if (name < len)
				encode_again(&one, query + name + 1, len - name - 1, ESCAPE_FORM,
					     false);
			pair[n++] = one.text;
		}
		query += len + (query[len] == '&');
	}
	qsort(pair, n, sizeof(*pair), by_text);
	for (size_t i = 0; i < n; i++) {
		*strchr(pair[i], '\1') = '=';
		if (i)
			str_addc(to, '&');
		str_add(to, pair[i]);
		free(pair[i]);
	}
	free(pair);
}

/* ---- headers ---- */

struct line {
	char *name;		/* in lower case */
	const char *value;
	size_t order;
};

static int by_name(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	int d = strcmp(x->name, y->name);

	return d ? d : x->order < y->order ? -1 : 1;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* No blanks at the ends, one for each run between. */
static void put_value(struct str *to, const char *value)
{
	bool gap = false, begun = false;

	for (; *value; value++) {
		if (is_blank(*value)) {
			gap = begun;
			continue;
		}
		if (gap)
			str_addc(to, ' ');
		gap = false;
		begun = true;
		str_addc(to, *value);
	}
}

static void put_headers(const struct sigv4_header *h, struct str *to, struct str *names)
{
	size_t n = 0;
	struct line *line;

	while (h && h[n].name)
		n++;
	line = xcalloc(n + 1, sizeof(*line));
	for (size_t i = 0; i < n; i++) {
		line[i] = (struct line){ xstrdup(h[i].name), h[i].value, i };
		for (char *c = line[i].name; *c; c++)
			*c = (char)tolower((unsigned char)*c);
	}
	qsort(line, n, sizeof(*line), by_name);
	for (size_t i = 0; i < n; i++) {
		bool same = i && !strcmp(line[i].name, line[i - 1].name);

		if (i)
			str_addc(to, same ? ',' : '\n');
		if (!same) {
			str_add(to, line[i].name);
			str_addc(to, ':');
			if (i)
				str_addc(names, ';');
			str_add(names, line[i].name);
		}
		put_value(to, line[i].value);
	}
	if (n)
		str_addc(to, '\n');
	for (size_t i = 0; i < n; i++)
		free(line[i].name);
	free(line);
}

/* ---- the texts ---- */

void sigv4_canonical(const struct sigv4_request *r, unsigned flags, struct str *to,
		     struct str *signed_headers)
{
	size_t from = signed_headers->len;

	str_add(to, r->method);
	str_addc(to, '\n');
	put_path(r->path ? r->path : "", flags, to);
	str_addc(to, '\n');
	put_query(r->query ? r->query : "", to);
	str_addc(to, '\n');
	put_headers(r->headers, to, signed_headers);
	str_addc(to, '\n');
	str_add(to, str_text(signed_headers) + from);
	str_addc(to, '\n');
	str_add(to, r->payload ? r->payload : empty_digest);
}

static void put_scope(const struct sigv4_scope *scope, struct str *to)
{
	str_addn(to, scope->time, 8);
	str_addf(to, "/%s/%s/aws4_request", scope->region, scope->service);
}

static void put_head(const char *algorithm, const struct sigv4_scope *scope, struct str *to)
{
	str_addf(to, "%s\n%s\n", algorithm, scope->time);
	put_scope(scope, to);
	str_addc(to, '\n');
}

void sigv4_string_to_sign(const struct sigv4_scope *scope, const char *canonical, size_t n,
			  struct str *to)
{
	char digest[65];

	sha256_hex(canonical, n, digest);
	put_head(ALGORITHM, scope, to);
	str_add(to, digest);
}

void sigv4_key(struct secret secret, const struct sigv4_scope *scope, struct sigv4_key *ret)
{
	static const char end[] = "aws4_request";
	struct str first = { 0 };
	unsigned char *k = ret->bytes;

	str_add(&first, "AWS4");
	str_add(&first, secret_reveal(secret));
	hmac_sha256(first.text, first.len, scope->time, 8, k);
	explicit_bzero(first.text, first.len);
	str_release(&first);
	hmac_sha256(k, 32, scope->region, strlen(scope->region), k);
	hmac_sha256(k, 32, scope->service, strlen(scope->service), k);
	hmac_sha256(k, 32, end, sizeof(end) - 1, k);
}

void sigv4_forget(struct sigv4_key *key)
{
	explicit_bzero(key, sizeof(*key));
}

void sigv4_signature(const struct sigv4_key *key, const char *string_to_sign, char to[65])
{
	hmac_sha256_hex(key->bytes, sizeof(key->bytes), string_to_sign, strlen(string_to_sign), to);
}

static void sign(const struct sigv4_request *r, unsigned flags, const struct sigv4_scope *scope,
		 const struct sigv4_key *key, struct str *names, char to[65])
{
	AUTO(str_buf) struct str canonical = { 0 }, text = { 0 };

	sigv4_canonical(r, flags, &canonical, names);
	sigv4_string_to_sign(scope, canonical.text, canonical.len, &text);
	sigv4_signature(key, text.text, to);
}

void sigv4_authorization(const struct sigv4_request *r, unsigned flags,
			 const struct sigv4_scope *scope, const char *key_id,
			 const struct sigv4_key *key, struct str *to, char seed[65])
{
	AUTO(str_buf) struct str names = { 0 };
	char signature[65];

	sign(r, flags, scope, key, &names, signature);
	str_addf(to, ALGORITHM " Credential=%s/", key_id);
	put_scope(scope, to);
	str_addf(to, ", SignedHeaders=%s, Signature=%s", str_text(&names), signature);
	if (seed)
		memcpy(seed, signature, sizeof(signature));
}

/* ---- in the query ---- */

static void put_parameter(struct str *to, const char *name, const char *value)
{
	str_addf(to, "%s%s=", to->len ? "&" : "", name);
	sigv4_encode(to, value, strlen(value), false);
}

void sigv4_presign(const struct sigv4_request *r, unsigned flags, const struct sigv4_scope *scope,
		   const char *key_id, const struct sigv4_key *key, const char *token,
		   int64_t expires_s, struct str *to)
{
	AUTO(str_buf) struct str query = { 0 }, who = { 0 }, names = { 0 }, unused = { 0 };
	struct sigv4_request with = *r;
	char signature[65], seconds[24];

	str_addf(&who, "%s/", key_id);
	put_scope(scope, &who);
	put_headers(r->headers, &unused, &names);
	snprintf(seconds, sizeof(seconds), "%lld", (long long)expires_s);

	str_add(&query, r->query ? r->query : "");
	put_parameter(&query, "X-Amz-Algorithm", ALGORITHM);
	put_parameter(&query, "X-Amz-Credential", who.text);
	put_parameter(&query, "X-Amz-Date", scope->time);
	put_parameter(&query, "X-Amz-Expires", seconds);
	if (token)
		put_parameter(&query, "X-Amz-Security-Token", token);
	put_parameter(&query, "X-Amz-SignedHeaders", str_text(&names));
	with.query = query.text;
	str_clear(&names);
	sign(&with, flags, scope, key, &names, signature);
	put_query(query.text, to);
	str_addf(to, "&X-Amz-Signature=%s", signature);
	if (query.len)
		explicit_bzero(query.text, query.len);
}

/* ---- chunks ---- */

void sigv4_chunk(const struct sigv4_key *key, const struct sigv4_scope *scope,
		 const char previous[65], const char digest[65], char to[65])
{
	AUTO(str_buf) struct str text = { 0 };

	put_head(ALGORITHM "-PAYLOAD", scope, &text);
	str_addf(&text, "%s\n%s\n%s", previous, empty_digest, digest);
	sigv4_signature(key, text.text, to);
}

void sigv4_trailer(const struct sigv4_key *key, const struct sigv4_scope *scope,
		   const char previous[65], const char *lines, size_t n, char to[65])
{
	AUTO(str_buf) struct str text = { 0 };
	char digest[65];

	sha256_hex(lines, n, digest);
	put_head(ALGORITHM "-TRAILER", scope, &text);
	str_addf(&text, "%s\n%s", previous, digest);
	sigv4_signature(key, text.text, to);
}
