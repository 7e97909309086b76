#include "http/http.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

#include "base/clock.h"
#include "http/priv.h"
#include "http/retry.h"

/* ---- open and close ---- */

/* NULL when curl cannot read it: then each call says what is wrong with its URL. */
static CURLU *take_apart(const char *url)
{
	CURLU *ret = curl_url();

	if (!ret || curl_url_set(ret, CURLUPART_URL, url, 0) == CURLUE_OK)
		return ret;
	curl_url_cleanup(ret);
	return NULL;
}

static const char *copy(const char *s)
{
	return s ? xstrdup(s) : NULL;
}

static void copy_config(struct http *h, const struct http_config *cfg)
{
	size_t len = strlen(cfg->base_url);

	h->cfg = *cfg;
	while (len && cfg->base_url[len - 1] == '/')
		len--;
	h->cfg.base_url = xstrndup(cfg->base_url, len);
	h->cfg.ca_file = copy(cfg->ca_file);
	h->cfg.client_cert = copy(cfg->client_cert);
	h->cfg.client_key = copy(cfg->client_key);
	h->cfg.proxy = copy(cfg->proxy);
	h->cfg.resolve = copy(cfg->resolve);
	h->cfg.user_agent = copy(cfg->user_agent ? cfg->user_agent : "plugfest");
	if (!h->cfg.connections)
		h->cfg.connections = 64;
	if (h->cfg.connect_timeout_ms <= 0)
		h->cfg.connect_timeout_ms = 10000;
	if (h->cfg.total_timeout_ms <= 0)
		h->cfg.total_timeout_ms = 60000;
}

static void free_config(const struct http_config *cfg)
{
	const char *const own[] = { cfg->base_url, cfg->ca_file, cfg->client_cert, cfg->client_key,
				    cfg->proxy, cfg->resolve, cfg->user_agent };

	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		free((void *)(uintptr_t)own[i]);
}

static int check_config(const struct http_config *cfg, struct error *err)
{
	const char *colon;

	if (!cfg->base_url)
		return err_set(err, ERR_INVALID, "an endpoint needs a URL");
	for (const char *p = cfg->base_url; *p; p++)
		if ((unsigned char)*p <= ' ' || strchr("?#\x7f", *p))
			return err_set(err, ERR_INVALID, "an endpoint's URL ends with its path: no "
				       "space, '?' or '#' in it");
	if (cfg->resolve) {
		colon = strchr(cfg->resolve, ':');
		if (!colon || !strchr(colon + 1, ':'))
			return err_set(err, ERR_INVALID, "\"%.60s\" is not host:port:address",
				       cfg->resolve);
	}
	return http_check_files(cfg, err);
}

int http_open(struct loop *loop, const struct http_config *cfg, struct http **ret,
	      struct error *err)
{
	static bool curl_ready;
	struct http_origin origin;
	struct http *h;
	int r;

	*ret = NULL;
	if (!curl_ready && curl_global_init(CURL_GLOBAL_DEFAULT))
		return err_set(err, ERR_HARNESS, "curl_global_init() failed");
	curl_ready = true;
	r = check_config(cfg, err);
	if (r == ERR_OK)
		r = http_origin_parse(cfg->base_url, &origin, err);
	if (r < 0)
		return err_context(err, "endpoint %.100s", cfg->base_url ? cfg->base_url : "");
	if (cfg->http2 && strcmp(origin.scheme, "https")) {
		http_origin_cleanup(&origin);
		return err_set(err, ERR_INVALID, "endpoint %.100s: HTTP/2 is spoken over TLS only: found "
			       "http://; wanted https://, or http_version 1.1", cfg->base_url);
	}
	h = xcalloc(1, sizeof(*h));
	h->loop = loop;
	h->origin = origin;
	copy_config(h, cfg);
	h->base = cfg->proxy ? NULL : take_apart(h->cfg.base_url);
	h->label = xasprintf("%s://%s:%s", origin.scheme, origin.host, origin.port);
	/* A proxy is the one who resolves; a literal needs nobody. */
	if (!cfg->proxy && !cfg->resolve && !http_origin_is_literal(&origin))
		h->names = http_names_new(loop, &origin);
	co_sem_init(&h->permits, h->cfg.connections);
	co_sem_init(&h->large, 1);
	h->shard_count = (h->cfg.connections + SHARD_CONNECTIONS - 1) / SHARD_CONNECTIONS;
	h->shards = xcalloc(h->shard_count, sizeof(*h->shards));
	*ret = h;
	return ERR_OK;
}

void http_close(struct http *h)
{
	struct http_easy *e;

	if (!h)
		return;
	assert(h->permits.free == h->cfg.connections);
	while ((e = h->idle)) {
		h->idle = e->next;
		http_easy_free(e);
	}
	http_multi_close(h);
	http_names_free(h->names);
	curl_url_cleanup(h->base);
	http_origin_cleanup(&h->origin);
	free_config(&h->cfg);
	free(h->label);
	free(h);
}

void http_observe(struct http *h, http_observer *fn, void *arg)
{
	h->observer = fn;
	h->observer_arg = arg;
}

const char *http_base_url(const struct http *h)
{
	return h->cfg.base_url;
}

/* ---- replies ---- */

void http_call_cleanup(struct http_call *call)
{
	free(call->reply);
	free(call->reply_headers);
	call->reply = call->reply_headers = NULL;
	call->reply_len = 0;
}

bool http_reply_header(const struct http_call *call, const char *name, char *to, size_t room)
{
	const char *line = call->reply_headers;
	size_t len = strlen(name), n;

	*to = '\0';
	for (; line && *line; line += n + (line[n] == '\n')) {
		n = (size_t)(strchrnul(line, '\n') - line);
		if (n < len + 2 || strncmp(line, name, len) || line[len] != ':')
			continue;
		line += len + 2;
		n -= len + 2;
		if (n >= room)
			n = room - 1;
		memcpy(to, line, n);
		to[n] = '\0';
		return true;
	}
	return false;
}

static char *take_text(struct str *s)
{
	char *text = s->text ? s->text : xstrdup("");

	*s = (struct str){ 0 };
	return text;
}

static void take_reply(struct http_easy *e, struct http_call *call)
{
	curl_off_t us = 0;
	char value[64];
	int64_t ms = -1;

	curl_easy_getinfo(e->curl, CURLINFO_RESPONSE_CODE, &call->status);
	curl_easy_getinfo(e->curl, CURLINFO_STARTTRANSFER_TIME_T, &us);
	call->first_byte_us = us;
	call->reply_len = e->reply.len;
	call->reply = take_text(&e->reply);
	call->reply_headers = take_text(&e->headers);
	if (http_reply_header(call, "retry-after", value, sizeof(value)))
		ms = retry_after_ms(value, clock_wall_us());
	call->retry_after_s = ms < 0 ? -1 : (int)((ms + 999) / 1000);
}

/* ---- one call ---- */

static CO_FN int perform(struct http *h, struct http_easy *e, struct http_call *call,
			 struct error *err)
{
	int64_t timeout_ms = call->timeout_ms ? call->timeout_ms : h->cfg.total_timeout_ms;
	int r;

	call->started_us = clock_mono_us();
	http_easy_prepare(e, call);
	r = http_multi_start(h, e);
	if (r < 0)
		return err_set(err, r, "curl took no further transfer for %s", h->label);
	while (!e->done && r == ERR_OK)
		r = co_suspend(h->label);
	call->total_us = (e->done ? e->ended_us : clock_mono_us()) - call->started_us;
	if (!e->done) {
		err_set(err, r, "%s while waiting for the reply of %s",
			r == ERR_CANCELLED ? "cancelled" : "a deadline passed", h->label);
		err->sent = e->sends > 0;
	} else if (e->result != CURLE_OK) {
		r = http_explain(e, call->total_us, timeout_ms, err);
		if (h->names && http_never_connected(e))
			http_names_doubt(h->names);
	} else {
		take_reply(e, call);
		r = ERR_OK;
	}
	http_multi_stop(e);
	return r;
}

/* Our own limit is not the cloud's slowness: a deadline that passes here is ours. */
static CO_FN int take_turn(struct http *h, struct error *err)
{
	int64_t us = h->cfg.rate ? http_rate_take(h->cfg.rate, clock_mono_us()) : 0;
	int r = us ? co_sleep((us + 999) / 1000) : ERR_OK;

	if (r == ERR_OK)
		return r;
	return err_set(err, r == ERR_CANCELLED ? ERR_CANCELLED : ERR_HARNESS, "%s while waiting for our "
		       "own limit of %g calls a second to %s: raise calls_per_s, or run fewer cases at "
		       "once", r == ERR_CANCELLED ? "cancelled" : "a deadline passed", h->cfg.rate->per_s,
		       h->label);
}

static CO_FN int permitted(struct http *h, struct http_call *call, struct error *err)
{
	struct http_easy *e;
	int r = take_turn(h, err);

	call->waited_us = clock_mono_us() - call->waited_us;
	if (r == ERR_OK && h->names)
		r = http_names_fresh(h->names, h->cfg.connect_timeout_ms, err);
	if (r < 0)
		return r;
	e = http_easy_get(h);
	r = perform(h, e, call, err);
	http_easy_put(e);
	return r;
}

static CO_FN int exchange(struct http *h, struct http_call *call, struct error *err)
{
	bool large = call->max_reply > REPLY_DEFAULT;
	int r = http_request_check(h, call, err);

	if (r < 0)
		return r;
	call->waited_us = clock_mono_us();	/* until permitted() */
	r = large ? co_acquire(&h->large, 1) : ERR_OK;
	if (r == ERR_OK) {
		r = co_acquire(&h->permits, 1);
		if (r == ERR_OK) {
			r = permitted(h, call, err);
			co_release(&h->permits, 1);
			if (large)
				co_release(&h->large, 1);
			return r;
		}
		if (large)
			co_release(&h->large, 1);
	}
	call->waited_us = clock_mono_us() - call->waited_us;
	return err_set(err, r, "%s while waiting for one of the %u connections to %s",
		       r == ERR_CANCELLED ? "cancelled" : "a deadline passed", h->cfg.connections,
		       h->label);
}

int http_do(struct http *h, struct http_call *call, struct error *err)
{
	int r;

	http_call_cleanup(call);	/* a poll uses the same one again */
	call->status = 0;
	call->started_us = call->waited_us = call->first_byte_us = call->total_us = 0;
	call->retry_after_s = -1;
	*err = (struct error){ 0 };
	r = exchange(h, call, err);
	if (h->observer)
		h->observer(h->observer_arg, h, call, r, err);
	return r;
}
