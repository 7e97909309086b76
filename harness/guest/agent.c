#include <string.h>

#include "base/cleanup.h"
#include "guest/priv.h"

/* More than any reply of the protocol, in bytes. */
enum { REPLY_MAX = 8192 };

/* The agent's own try must end before we give up on the agent. */
enum { REACH_MORE_MS = 10000 };

/* "http://{address}:{port}/base" with both filled in. */
static void url_of(const struct guest *g, int port, struct str *to)
{
	const char *rest = "";
	bool v6 = strchr(g->address, ':') != NULL;

	if (g->cfg->access == GUEST_AGENT_URL)
		rest = g->cfg->url + strlen("http://{address}:{port}");
	str_addf(to, "http://%s%s%s:%d%s", v6 ? "[" : "", g->address, v6 ? "]" : "", port, rest);
}

static CO_FN int ask(struct guest *g, int port, struct http_call *call, struct error *err)
{
	static const struct http_header once[] = {
		{ "Connection", "close" }, { "Content-Type", "text/plain" }, { 0 },
	};
	static const struct http_header plain[] = { { "Connection", "close" }, { 0 } };
	int64_t bound = call->timeout_ms ? call->timeout_ms : g->timeout_ms;
	int64_t left = co_deadline_left();
	AUTO(str_buf) struct str url = { 0 };
	struct http_config cfg = {
		.connections = 1, .user_agent = g->user_agent,
		.connect_timeout_ms = bound, .total_timeout_ms = bound,
	};
	struct http *h;
	int r;

	url_of(g, port, &url);
	cfg.base_url = url.text;
	r = http_open(g->loop, &cfg, &h, err);
	if (r < 0)
		return r;
	http_observe(h, g->observer, g->observer_arg);
	call->headers = call->body ? once : plain;
	call->max_reply = REPLY_MAX;
	r = http_do(h, call, err);
	http_close(h);
	return guest_judge(r, err->http_status > 0, left, bound, err);
}

static enum err class_of(long status)
{
	switch (status) {
	case 400:
		return ERR_INVALID;
	case 404:
		return ERR_NOT_FOUND;
	case 409:
		return ERR_CONFLICT;
	default:
		return status >= 500 ? ERR_UNAVAILABLE : ERR_PROTOCOL;
	}
}

/* A status other than 200 is a guest's only with a guest's error in it. */
static int answered(const struct http_call *call, struct error *err)
{
	char why[200];

	if (call->status == 200)
		return ERR_OK;
	if (!guest_read_error(call->reply, call->reply_len, why, sizeof(why)))
		err_set(err, ERR_PROTOCOL, "found HTTP %ld without a guest's {\"error\"}: no guest's answer",
			call->status);
	else
		err_set(err, class_of(call->status), "the guest answers HTTP %ld: %s", call->status, why);
	err->http_status = (int)call->status;
	return err->code;
}

int agent_who(struct guest *g, int port, struct guest_who *ret, struct error *err)
{
	AUTO(http_call) struct http_call call = { .method = "GET", .op = "guest.who.poll" };
	char nonce[GUEST_NONCE], path[64];
	int r;

	guest_nonce(nonce);
	snprintf(path, sizeof(path), "/who?nonce=%s", nonce);
	call.path = path;
	r = ask(g, port, &call, err);
	if (r == ERR_OK)
		r = answered(&call, err);
	/* It did not say who it is: whatever the status means, that is no guest's. */
	if (r < 0 && call.status && r != ERR_PROTOCOL)
		r = err->code = ERR_PROTOCOL;
	return r < 0 ? r : guest_read_who(call.reply, call.reply_len, nonce, ret, err);
}

static CO_FN int disk_call(struct guest *g, const char *disk, struct http_call *call,
			   struct error *err)
{
	AUTO(str_buf) struct str path = { 0 };
	int r;

	str_add(&path, "/disk/");
	str_add_url(&path, disk);
	call->path = path.text;
	r = ask(g, guest_port(g->cfg, 0), call, err);
	call->path = NULL;
	return r < 0 ? r : answered(call, err);
}

int agent_put(struct guest *g, const char *disk, const char *text, struct error *err)
{
	AUTO(http_call) struct http_call call = { .method = "PUT", .op = "guest.put", .body = text };
	struct guest_disk seen;
	int r = disk_call(g, disk, &call, err);

	if (r == ERR_OK)
		r = guest_read_disk(call.reply, call.reply_len, false, &seen, err);
	if (r == ERR_OK && strcmp(seen.text, text))
		r = err_set(err, ERR_PROTOCOL, "the guest says that it wrote \"%.100s\"; it was asked to "
			    "write \"%.100s\"", seen.text, text);
	return r;
}

int agent_get(struct guest *g, const char *disk, struct guest_disk *ret, struct error *err)
{
	AUTO(http_call) struct http_call call = { .method = "GET", .op = "guest.get" };
	int r = disk_call(g, disk, &call, err);

	return r < 0 ? r : guest_read_disk(call.reply, call.reply_len, true, ret, err);
}

int agent_reach(struct guest *g, const char *address, int port, struct guest_who *ret,
		struct error *err)
{
	AUTO(http_call) struct http_call call = {
		.method = "GET", .op = "guest.reach.poll", .timeout_ms = g->timeout_ms + REACH_MORE_MS,
	};
	AUTO(str_buf) struct str path = { 0 };
	char nonce[GUEST_NONCE];
	int r;

	guest_nonce(nonce);
	str_add(&path, "/reach?address=");
	str_add_url(&path, address);
	str_addf(&path, "&port=%d&nonce=%s", port, nonce);
	call.path = path.text;
	r = ask(g, guest_port(g->cfg, 0), &call, err);
	/* Not that one: the guest that was asked. */
	if (r == ERR_NETWORK)
		r = err->code = ERR_UNAVAILABLE;
	if (r == ERR_OK)
		r = answered(&call, err);
	return r < 0 ? r : guest_read_reach(call.reply, call.reply_len, nonce, ret, err);
}
