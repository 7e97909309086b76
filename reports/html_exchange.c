#include "reports/page.h"

#include <string.h>

#include "base/cleanup.h"

/* Enough to see what was said; the whole stands in the side store. */
enum { BODY_HEAD = 4096, BODY_TAIL = 2048 };

static void headers(struct str *out, const json_t *headers)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)headers, name, value)
		str_addf(out, "%s: %s\n", name,
			 json_string_value(value) ? json_string_value(value) : "?");
}

static void add_body(struct page *p, struct str *out, const json_t *x, const char *key,
		     const char *cut_key, const char *digest_key)
{
	int64_t cut = json_integer_value(json_object_get(x, cut_key));
	const char *body = report_text(x, key);

	str_addc(out, '\n');
	if (!*body)
		str_add(out, msg_text(p->lang, MSG_NO_BODY));
	xml_clean_cut(out, body, BODY_HEAD, BODY_TAIL);
	str_addc(out, '\n');
	if (cut > 0) {
		MSG_ADD(out, p->lang, MSG_BODY_CUT, NUM(cut));
		str_addc(out, '\n');
	}
	if ((cut > 0 || strlen(body) > BODY_HEAD + BODY_TAIL) && *report_text(x, digest_key))
		str_addf(out, "SHA-256 %s\n", report_text(x, digest_key));
}

static void block(struct page *p, enum msg title, const char *text)
{
	page_say(p, "p", "sub", title);
	page_open(p, "pre", "");
	xml_attr(&p->x, "lang", "en");
	xml_text(&p->x, text);
	page_close(p);
	page_nl(p);
}

static void times(struct page *p, const json_t *x)
{
	int64_t first = json_integer_value(json_object_get(x, "first_byte_us"));
	int64_t total = json_integer_value(json_object_get(x, "total_us"));
	int64_t waited = json_integer_value(json_object_get(x, "waited_us"));
	int64_t attempt = json_integer_value(json_object_get(x, "attempt"));

	if (total > 0)
		page_sayf(p, "p", "sub", MSG_TIMES, NUM(first / 1000), NUM(total / 1000));
	/* Ours, and never the cloud's. */
	if (waited >= 1000)
		page_sayf(p, "p", "sub", MSG_CLIENT_WAIT, NUM(waited / 1000));
	if (attempt > 1)
		page_sayf(p, "p", "sub", MSG_ATTEMPT_PAUSED, NUM(attempt),
			  NUM(json_integer_value(json_object_get(x, "paused_us")) / 1000));
}

static void shown(struct page *p, const struct step *s, const struct exchange *kept)
{
	json_auto_t *x = exchange_doc(kept);
	int64_t status = json_integer_value(json_object_get(x, "status"));
	AUTO(str_buf) struct str text = { 0 };

	page_open(p, "details", "");
	page_sayf(p, "summary", "", MSG_SHOW_EXCHANGE, NUM(s->n), report_text(x, "method"),
		  report_text(x, "op"), status ? NUM(status) : "–");
	str_addf(&text, "%s %s\n", report_text(x, "method"), report_text(x, "url"));
	headers(&text, json_object_get(x, "request_headers"));
	add_body(p, &text, x, "request", "request_cut", "request_sha256");
	block(p, MSG_REQUEST, str_text(&text));
	str_clear(&text);
	if (status)
		str_addf(&text, "HTTP %lld\n", (long long)status);
	if (*report_text(x, "error"))
		str_addf(&text, "%s\n", report_text(x, "error"));
	headers(&text, json_object_get(x, "reply_headers"));
	add_body(p, &text, x, "reply", "reply_cut", "reply_sha256");
	block(p, MSG_REPLY, str_text(&text));
	times(p, x);
	page_close(p);
	page_nl(p);
}

void page_exchanges(struct page *p, const struct step *s)
{
	size_t n = json_array_size(s->exchanges);
	size_t from = n > EXCHANGES_SHOWN ? n - EXCHANGES_SHOWN : 0;

	for (size_t i = from; i < n; i++) {
		const char *digest = json_string_value(json_array_get(s->exchanges, i));
		const struct exchange *x = digest ? report_exchange(p->r, digest) : NULL;

		if (!digest)
			continue;
		if (x && x->state == EXCHANGE_HERE)
			shown(p, s, x);
		else
			page_sayf(p, "p", x && x->state == EXCHANGE_ALTERED ? "missed" : "sub",
				  x && x->state == EXCHANGE_ALTERED ? MSG_EXCHANGE_BAD
								    : MSG_EXCHANGE_GONE,
				  NUM(s->n), digest);
	}
	if (from)
		page_sayf(p, "p", "sub", MSG_EXCHANGE_MORE, NUM((long long)from));
}
