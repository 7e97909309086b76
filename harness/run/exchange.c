#include "run/exchange.h"

#include <string.h>
#include <strings.h>

#include "base/digest.h"
#include "base/secret.h"
#include "co/co.h"
#include "http/http.h"
#include "journal/emit.h"
#include "journal/sidestore.h"
#include "run/bulk.h"
#include "run/learn.h"

enum { KEEP = 32 * 1024 };

/* Searching a text for secrets takes up to a tenth of a second a megabyte, and
 * all others wait meanwhile: of a longer body only what is kept is searched. */
enum { SEARCH_WHOLE = 4 << 20, MARGIN = 256 * 1024 };

static const char *store;

/* The first and the last of a long body, each searched with so much more of it
 * that no secret is cut in half where the 32 KiB end. */
static void ends_of(const char *body, size_t n, struct str *to)
{
	struct str tail = { 0 };

	str_addn(to, body, MARGIN);
	secret_redact(to);
	str_addn(&tail, body + n - MARGIN, MARGIN);
	secret_redact(&tail);
	str_addn(to, str_text(&tail), tail.len);
	str_release(&tail);
}

/* Head and tail, and the digest of the whole: of the redacted whole, since the
 * digest of a body around a weak password would let it be guessed. */
static void put_body(struct str *s, const char *key, const char *body, size_t n)
{
	char name[40], digest[65];
	struct str clean = { 0 };
	size_t skipped = n > SEARCH_WHOLE ? n - 2 * MARGIN : 0;

	if (skipped) {
		ends_of(body, n, &clean);
	} else {
		str_addn(&clean, body ? body : "", n);
		secret_redact(&clean);
	}
	sha256_hex(str_text(&clean), clean.len, digest);
	str_addf(s, ",\"%s\":", key);
	if (clean.len > 2 * KEEP) {
		size_t left_out = clean.len - 2 * KEEP + skipped;

		memmove(clean.text + KEEP, clean.text + clean.len - KEEP, KEEP);
		str_add_jsonn(s, clean.text, 2 * KEEP);
		snprintf(name, sizeof(name), "%s_cut", key);
		member_int(s, name, (int64_t)left_out);
	} else {
		str_add_jsonn(s, str_text(&clean), clean.len);
	}
	snprintf(name, sizeof(name), "%s_sha256", key);
	member_text(s, name, digest);
	str_release(&clean);
}

static void put_request_headers(struct str *s, const struct http_header *h)
{
	bool first = true;

	str_add(s, ",\"request_headers\":{");
	for (; h && h->name; h++) {
		str_addf(s, "%s\"%s\":", first ? "" : ",", h->name);
		str_add_json(s, secret_header(h->name) ? "***" : h->value);
		first = false;
	}
	str_addc(s, '}');
}

/* Names are not looked into when a whole object is cleaned; this one is a server's. */
static void put_name(struct str *s, struct str *name)
{
	secret_redact(name);
	str_add_jsonn(s, str_text(name), name->len);
}

/* "name: value\n" lines; a token in a header is a secret from here on.  False: more of them
 * than are remembered. */
static bool put_reply_headers(struct str *s, const char *lines)
{
	bool known = true;
	const char *before = "";

	str_add(s, ",\"reply_headers\":{");
	while (lines && *lines) {
		const char *colon = strchr(lines, ':'), *end = strchrnul(lines, '\n');
		struct str name = { 0 };

		if (colon && colon < end) {
			const char *value = colon + 1 + (colon[1] == ' ');
			size_t n = (size_t)(end - value);

			str_addn(&name, lines, (size_t)(colon - lines));
			known &= learn_header(str_text(&name), value, n);
			str_add(s, before);
			put_name(s, &name);
			str_addc(s, ':');
			if (secret_header(str_text(&name)))
				str_add(s, "\"***\"");
			else
				str_add_jsonn(s, value, n);
			before = ",";
		}
		str_release(&name);
		lines = *end ? end + 1 : end;
	}
	str_addc(s, '}');
	return known;
}

static bool is_poll(const char *op)
{
	size_t n = op ? strlen(op) : 0;

	return n > 5 && !strcmp(op + n - 5, ".poll");
}

/* An answer equal to the one before it in the same wait is not stored again. */
static bool seen_before(struct tc_private *p, const struct http_call *call)
{
	char digest[65];

	if (!is_poll(call->op)) {
		*p->last_poll = '\0';
		return false;
	}
	sha256_hex(call->reply ? call->reply : "", call->reply_len, digest);
	if (!strcmp(digest, p->last_poll))
		return true;
	memcpy(p->last_poll, digest, sizeof(digest));
	return false;
}

static void keep_reply(struct tc_private *p, const struct http_call *call)
{
	char type[80];

	http_reply_header(call, "content-type", type, sizeof(type));
	tc_keep_reply(p, call->status, type, call->reply, call->reply_len);
}

static size_t body_len(const struct http_call *call)
{
	return !call->body ? 0 : call->body_len ? call->body_len : strlen(call->body);
}

static void observe(void *arg, const struct cloud *c, const struct http_call *call, int r,
		    const struct error *err)
{
	struct tc_private *p = co_local();
	struct str s = { 0 };
	struct error why;
	char digest[65];
	bool kept;

	(void)arg;
	if (p && p->bulk && !bulk_call(p, c, store, call, r))
		return;
	/* Learnt before anything is written, whoever asked. */
	(void)learn_body(call->body, body_len(call));
	kept = learn_body(call->reply, call->reply_len);
	if (p)
		keep_reply(p, call);
	if (p && seen_before(p, call))
		return;
	member_text(&s, "op", call->op);
	member_text(&s, "method", call->method);
	member_text(&s, "url", call->absolute_url ? call->absolute_url : call->path);
	put_request_headers(&s, call->headers);
	put_body(&s, "request", call->body, body_len(call));
	member_int(&s, "status", call->status);
	kept &= put_reply_headers(&s, call->reply_headers);
	put_body(&s, "reply", kept ? call->reply : NULL, kept ? call->reply_len : 0);
	if (!kept)
		member_int(&s, "reply_withheld", (int64_t)call->reply_len);
	if (call->attempt > 1) {
		member_int(&s, "attempt", call->attempt);
		member_int(&s, "paused_us", call->paused_us);
	}
	member_int(&s, "waited_us", call->waited_us);
	member_int(&s, "first_byte_us", call->first_byte_us);
	member_int(&s, "total_us", call->total_us);
	member_text(&s, "error", r < 0 ? err->text : "");
	if (sidestore_put(store, cloud_config(c)->name, &s, digest, &why) == ERR_OK && p)
		tc_exchange(p, digest);
	str_release(&s);
}

void exchange_open(const char *dir)
{
	store = dir;
	cloud_observe(observe, NULL);
}
