/* Easy handles: made ready for a call, kept for the next, and what curl calls meanwhile. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "http/priv.h"
#include "http/retry.h"

/* ---- what curl calls; on the loop's stack ---- */

static size_t on_body(char *bytes, size_t one, size_t n, void *arg)
{
	struct http_easy *e = arg;

	(void)one;
	if (n > e->max_reply - e->reply.len) {
		e->reply_too_long = true;
		return 0;
	}
	/* As much at once as it says that it is, if that is not much. */
	if (!e->reply.len && e->stated_length > 0 && e->stated_length < 16384)
		str_reserve(&e->reply, (size_t)e->stated_length);
	str_addn(&e->reply, bytes, n);
	return n;
}

/* Keeps "name: value\n", the name in lower case.  A folded line goes on with
 * the value of the one before. */
static void keep_header(struct str *s, const char *line, size_t n)
{
	const char *colon = memchr(line, ':', n);
	size_t name;
	bool folded = n && (*line == ' ' || *line == '\t') && s->len;

	if (folded)
		s->text[s->len - 1] = ' ';
	else if (!colon)
		return;
	if (!folded) {
		name = (size_t)(colon - line);
		str_addn(s, line, name);
		for (char *c = s->text + s->len - name; *c; c++)
			*c = (char)tolower((unsigned char)*c);
		str_addn(s, ": ", 2);
		line += name + 1;
		n -= name + 1;
	}
	while (n && (*line == ' ' || *line == '\t'))
		line++, n--;
	str_addn(s, line, n);
	str_addc(s, '\n');
}

/* Two that agree are bad manners; two that differ are how replies are smuggled. */
static bool lengths_agree(struct http_easy *e, const char *line, size_t n)
{
	static const char name[] = "content-length:";
	char text[24];
	int64_t length;
	size_t digits;

	if (n < sizeof(name) || strncasecmp(line, name, sizeof(name) - 1))
		return true;
	line += sizeof(name) - 1;
	line += strspn(line, " \t");
	digits = strspn(line, "0123456789");
	digits = digits < sizeof(text) ? digits : sizeof(text) - 1;
	memcpy(text, line, digits);
	text[digits] = '\0';
	length = str_to_int(text, INT64_MAX);
	e->two_lengths = e->stated_length >= 0 && length != e->stated_length;
	e->stated_length = length;
	return !e->two_lengths;
}

static size_t on_header(char *line, size_t one, size_t n, void *arg)
{
	struct http_easy *e = arg;
	size_t len = n;

	(void)one;
	while (len && strchr("\r\n \t", line[len - 1]))
		len--;
	/* A block after an interim reply (1xx) replaces it; trailers are added. */
	if (e->headers_over && len > 5 && !strncmp(line, "HTTP/", 5))
		str_clear(&e->headers);
	if (e->headers_over)
		e->stated_length = -1;
	e->headers_over = !len;
	if (!lengths_agree(e, line, len))
		return 0;
	if (e->headers.len + len > MAX_REPLY_HEADERS) {
		e->headers_too_long = true;
		return 0;
	}
	if (len)
		keep_header(&e->headers, line, len);
	return n;
}

/*
 * Runs each time a request is about to be put on a connection.  When a kept
 * connection dies under it, curl would send it again by itself; whether the
 * server had acted on it nobody knows, so only a call that changes nothing may.
 */
static int on_send(void *arg, char *to, char *from, int to_port, int from_port)
{
	struct http_easy *e = arg;

	(void)to, (void)from, (void)to_port, (void)from_port;
	e->sends++;
	return e->sends > 1 && !e->only_reads ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

/* ---- options ---- */

static void set_callbacks(struct http_easy *e)
{
	curl_easy_setopt(e->curl, CURLOPT_PRIVATE, e);
	curl_easy_setopt(e->curl, CURLOPT_ERRORBUFFER, e->text);
	curl_easy_setopt(e->curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(e->curl, CURLOPT_WRITEDATA, e);
	curl_easy_setopt(e->curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(e->curl, CURLOPT_HEADERDATA, e);
	curl_easy_setopt(e->curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(e->curl, CURLOPT_PREREQFUNCTION, on_send);
	curl_easy_setopt(e->curl, CURLOPT_PREREQDATA, e);
}

static void set_manners(CURL *c)
{
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(c, CURLOPT_HTTP09_ALLOWED, 0L);
	curl_easy_setopt(c, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L);	/* an object may be named ".." */
	curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "");	/* all that curl decodes */
}

static void set_trust(CURL *c, const struct http_config *cfg)
{
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
	if (cfg->ca_file) {
		/* Only that one: not the system's besides. */
		curl_easy_setopt(c, CURLOPT_CAINFO, cfg->ca_file);
		curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
	}
	curl_easy_setopt(c, CURLOPT_SSLCERT, cfg->client_cert);
	curl_easy_setopt(c, CURLOPT_SSLKEY, cfg->client_key);
}

static struct http_easy *easy_new(struct http *h)
{
	struct http_easy *e = xcalloc(1, sizeof(*e));

	e->http = h;
	e->curl = curl_easy_init();
	if (!e->curl) {
		fputs("plugfest: curl_easy_init() failed\n", stderr);
		abort();
	}
	set_callbacks(e);
	set_manners(e->curl);
	set_trust(e->curl, &h->cfg);
	if (h->cfg.http2) {
		curl_easy_setopt(e->curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
		curl_easy_setopt(e->curl, CURLOPT_PIPEWAIT, 1L);
	}
	/* Set even when empty: else the environment would be asked. */
	curl_easy_setopt(e->curl, CURLOPT_PROXY, h->cfg.proxy ? h->cfg.proxy : "");
	curl_easy_setopt(e->curl, CURLOPT_NOPROXY, "");
	curl_easy_setopt(e->curl, CURLOPT_USERAGENT, h->cfg.user_agent);
	curl_easy_setopt(e->curl, CURLOPT_CONNECTTIMEOUT_MS, (long)h->cfg.connect_timeout_ms);
	return e;
}

struct http_easy *http_easy_get(struct http *h)
{
	struct http_easy *e = h->idle;

	if (!e)
		return easy_new(h);
	h->idle = e->next;
	return e;
}

/* An empty one counts. */
static bool sends_body(const struct http_call *call)
{
	return call->body || !strcmp(call->method, "POST") || !strcmp(call->method, "PUT") ||
	       !strcmp(call->method, "PATCH");
}

static void add_line(struct http_easy *e, const char *name, const char *mark, const char *value)
{
	str_add(&e->lines, name);
	str_add(&e->lines, mark);
	str_addn(&e->lines, value, strlen(value) + 1);
}

/* The lines as curl wants them; their texts stay where they are until the call is over. */
static struct curl_slist *as_list(struct http_easy *e, size_t n)
{
	char *line = e->lines.text;

	if (n > e->send_room) {
		e->send_room = n + 4;
		e->send_headers = xrealloc(e->send_headers,
					   e->send_room * sizeof(*e->send_headers));
	}
	for (size_t i = 0; i < n; i++) {
		e->send_headers[i] = (struct curl_slist){
			.data = line, .next = i + 1 < n ? &e->send_headers[i + 1] : NULL };
		line += strlen(line) + 1;
	}
	return n ? e->send_headers : NULL;
}

static void set_headers(struct http_easy *e, const struct http_call *call)
{
	const struct http_header *head = call->headers;
	bool typed = false, body = sends_body(call);
	size_t n = 0;

	for (; head && head->name; head++, n++) {
		/* curl's way to say "empty"; "name:" would mean "not at all" */
		add_line(e, head->name, *head->value ? ": " : ";", head->value);
		typed |= !strcasecmp(head->name, "Content-Type");
	}
	if (body && !typed) {
		add_line(e, "Content-Type", ":", "");	/* never claim a form */
		n++;
	}
	if (body) {
		add_line(e, "Expect", ":", "");
		n++;
	}
	curl_easy_setopt(e->curl, CURLOPT_HTTPHEADER, as_list(e, n));
}

static void set_method(CURL *c, const struct http_call *call)
{
	size_t len = call->body && !call->body_len ? strlen(call->body) : call->body_len;
	bool posts = sends_body(call);

	curl_easy_setopt(c, CURLOPT_HTTPGET, 1L);	/* undoes what the last call set */
	curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, NULL);
	if (posts) {
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE,
				 (curl_off_t)(call->body ? len : 0));
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, call->body ? call->body : "");
	}
	if (!strcmp(call->method, "HEAD"))
		curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
	else
		curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, call->method);
}

void http_easy_prepare(struct http_easy *e, const struct http_call *call)
{
	struct http *h = e->http;
	const char *pin = h->names ? http_names_pin(h->names) : h->cfg.resolve;

	e->co = co_self();
	e->max_reply = call->max_reply ? call->max_reply : REPLY_DEFAULT;
	e->only_reads = retry_only_reads(call);
	e->headers_over = e->done = false;
	e->reply_too_long = e->headers_too_long = e->two_lengths = false;
	e->stated_length = -1;
	e->sends = 0;
	e->result = CURLE_OK;
	e->text[0] = '\0';

	e->url = http_request_url(h, call);
	curl_easy_setopt(e->curl, CURLOPT_URL, e->url);
	set_method(e->curl, call);
	set_headers(e, call);
	/* curl reads the list when the transfer starts: each has its own. */
	if (pin && !(e->pin = curl_slist_append(NULL, pin)))
		abort();
	curl_easy_setopt(e->curl, CURLOPT_RESOLVE, e->pin);
	curl_easy_setopt(e->curl, CURLOPT_TIMEOUT_MS,
			 (long)(call->timeout_ms ? call->timeout_ms : h->cfg.total_timeout_ms));
	/* A length that is stated and too much: not a byte of it is read. */
	curl_easy_setopt(e->curl, CURLOPT_MAXFILESIZE_LARGE,
			 strcmp(call->method, "HEAD") ? (curl_off_t)e->max_reply : (curl_off_t)0);
	/* Many servers drop a kept connection after 5 s; a call that may not be
	 * repeated had better not meet that moment. */
	curl_easy_setopt(e->curl, CURLOPT_MAXAGE_CONN, e->only_reads ? 118L : 4L);
}

/* Nothing that belongs to the call may be reachable from the idle handle. */
void http_easy_put(struct http_easy *e)
{
	curl_easy_setopt(e->curl, CURLOPT_POSTFIELDS, NULL);
	curl_easy_setopt(e->curl, CURLOPT_HTTPGET, 1L);
	curl_easy_setopt(e->curl, CURLOPT_HTTPHEADER, NULL);
	curl_easy_setopt(e->curl, CURLOPT_RESOLVE, NULL);
	if (e->lines.len)
		explicit_bzero(e->lines.text, e->lines.len);
	str_clear(&e->lines);
	curl_slist_free_all(e->pin);
	e->pin = NULL;
	free(e->url);
	e->url = NULL;
	str_release(&e->reply);
	str_release(&e->headers);
	e->co = NULL;
	e->next = e->http->idle;
	e->http->idle = e;
}

void http_easy_free(struct http_easy *e)
{
	curl_easy_cleanup(e->curl);
	str_release(&e->lines);
	free(e->send_headers);
	free(e);
}
