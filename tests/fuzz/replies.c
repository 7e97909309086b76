#include "replies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/secret.h"
#include "base/str.h"
#include "cloud/cloud.h"
#include "cmd.h"
#include "co/co.h"
#include "co/loop.h"
#include "fuzz.h"
#include "http/http.h"
#include "plan/target.h"

/* ---- harness/http, without a network ---- */

struct http {
	char *base_url;
};

static const char *next_reply, *replies_end;

void replies_set(const char *text, size_t n)
{
	next_reply = text;
	replies_end = text + n;
}

int http_open(struct loop *loop, const struct http_config *cfg, struct http **ret,
	      struct error *err)
{
	(void)loop;
	(void)err;
	*ret = xcalloc(1, sizeof(**ret));
	(*ret)->base_url = xstrdup(cfg->base_url);
	return ERR_OK;
}

void http_close(struct http *h)
{
	if (h)
		free(h->base_url);
	free(h);
}

void http_call_cleanup(struct http_call *call)
{
	free(call->reply);
	free(call->reply_headers);
	call->reply = call->reply_headers = NULL;
}

void http_observe(struct http *h, http_observer *fn, void *arg)
{
	(void)h;
	(void)fn;
	(void)arg;
}

const char *http_base_url(const struct http *h) { return h->base_url; }

bool http_reply_header(const struct http_call *call, const char *name, char *to, size_t room)
{
	size_t n = strlen(name);

	*to = '\0';
	for (const char *at = call->reply_headers, *nl; at && *at; at = nl ? nl + 1 : NULL) {
		nl = strchr(at, '\n');
		if (strncmp(at, name, n) || strncmp(at + n, ": ", 2))
			continue;
		snprintf(to, room, "%.*s", (int)strcspn(at + n + 2, "\n"), at + n + 2);
		return true;
	}
	return false;
}

static const char *line_end(const char *at, const char *end)
{
	const char *nl = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;

	return nl ? nl : end;
}

int http_do(struct http *h, struct http_call *call, struct error *err)
{
	const char *at = next_reply, *end, *nl;
	struct str headers = { 0 };

	(void)h;
	http_call_cleanup(call);
	*err = (struct error){ 0 };
	call->retry_after_s = -1;
	if (!at || at >= replies_end)
		return err_set(err, ERR_NETWORK, "no more replies");
	end = memmem(at, (size_t)(replies_end - at), "%%\n", 3);
	next_reply = end ? end + 3 : replies_end;
	end = end ? end : replies_end;

	nl = line_end(at, end);
	for (call->status = 0; at < nl && *at >= '0' && *at <= '9' && call->status < 100; at++)
		call->status = call->status * 10 + (*at - '0');
	at = nl < end ? nl + 1 : end;
	while (at < end && *at >= 'a' && *at <= 'z') {
		nl = line_end(at, end);
		str_addn(&headers, at, (size_t)(nl - at));
		str_addc(&headers, '\n');
		at = nl < end ? nl + 1 : end;
	}
	call->reply_headers = headers.text;
	call->reply = xstrndup(at, (size_t)(end - at));
	call->reply_len = strlen(call->reply);
	return ERR_OK;
}

/* Pauses take time and decide nothing about what is read. */
int http_ask(struct http *h, struct http_call *call, struct error *err)
{
	return http_do(h, call, err);
}

void http_ask_note(const struct http_call *call, char *to, size_t room)
{
	snprintf(to, room, "%s", call->attempt > 1 ? " (again)" : "");
}

int http_origin_allowed(const char *url, const char *endpoint, const char *also, struct error *err)
{
	(void)endpoint, (void)also;
	return *url ? ERR_OK : err_set(err, ERR_INVALID, "no URL");
}

/* ---- one operation ---- */

static void check_resource(const struct resource *r)
{
	json_decref(resource_to_json(r));
	PROMISE(strnlen(r->id, ID_MAX) < ID_MAX && strnlen(r->name, NAME_LEN) < NAME_LEN);
	PROMISE((unsigned)r->state < STATE_COUNT);
}

CO_FN static void do_list(struct cloud *c, enum kind kind, const char *parent)
{
	struct resource_list all = { 0 };
	struct error err = { 0 };

	if (cloud_list(c, kind, parent, &all, &err) < 0)
		PROMISE(*err.text && err.code < 0);
	for (size_t i = 0; i < all.count; i++)
		check_resource(&all.at[i]);
	resource_list_cleanup(&all);
}

static void want_something(struct resource *want, enum kind kind)
{
	resource_init(want, kind);
	str_copy(want->name, sizeof(want->name), "wanted");
	str_copy(want->parent, sizeof(want->parent), "parent");
	if (kind_info(kind)->on_any)
		str_copy(want->parent, sizeof(want->parent), "vm/parent");
	if (kind == KIND_SG) {
		want->sg.rules[0] = (struct rule){ "inbound", "tcp", 22, 22, "0.0.0.0/0" };
		want->sg.rule_count = 1;
	}
}

CO_FN static void do_one(struct cloud *c, const char *op, enum kind kind)
{
	struct resource want, got, object;
	struct quota quotas[KIND_COUNT];
	struct identity who;
	struct error err = { 0 };
	int r = ERR_OK, action;

	want_something(&want, kind);
	want_something(&object, kind == KIND_ROUTER ? KIND_SUBNET :
				kind == KIND_ADDRESS ? KIND_VM :
				kind == KIND_DISK && strcmp(op, "resize") ? KIND_VM : kind);
	str_copy(want.id, sizeof(want.id), "wanted");
	str_copy(object.id, sizeof(object.id), "object");
	resource_init(&got, kind);
	if (!strcmp(op, "list")) {
		do_list(c, kind, NULL);
	} else if (!strcmp(op, "children")) {
		do_list(c, kind, kind_info(kind)->on_any ? "vm/parent" : "parent");
	} else if (!strcmp(op, "create")) {
		r = cloud_create(c, &want, &got, &err);
	} else if (!strcmp(op, "poll") && cloud_driver(c)->ops[kind] && cloud_driver(c)->ops[kind]->poll) {
		struct ref ref = resource_ref(&want);

		r = cloud_driver(c)->ops[kind]->poll(c, &ref, &got, &err);
	} else if (!strcmp(op, "destroy")) {
		struct ref ref = resource_ref(&want);

		r = cloud_destroy(c, &ref, &err);
	} else if (!strcmp(op, "identify")) {
		r = cloud_identify(c, &who, &err);
	} else if (!strcmp(op, "quotas") && cloud_driver(c)->quotas) {
		r = cloud_driver(c)->quotas(c, quotas, &err);
	} else if ((action = action_by_name(op)) >= 0) {
		struct ref ref = resource_ref(&want);

		r = cloud_act(c, &ref, (enum action)action, &object, &err);
	} else {
		struct ref ref = resource_ref(&want);

		r = cloud_get(c, &ref, &got, &err);
	}
	PROMISE(r == ERR_OK || (r < 0 && r > -ERR_CLASSES && *err.text));
	check_resource(&got);
}

/* One input, in a coroutine as every caller of a driver is. */
struct input {
	const struct cloud_config *cfg;
	const char *op, *opening, *text, *end;
	int kind;
};

CO_FN static int feed(void *arg)
{
	const struct input *in = arg;
	bool opens = !strcmp(in->op, "open");
	struct cloud *c = NULL;
	struct error err = { 0 };

	if (opens)
		replies_set(in->text, (size_t)(in->end - in->text));
	else
		replies_set(in->opening, strlen(in->opening));
	if (cloud_open(co_loop(), in->cfg, NULL, &c, &err) < 0) {
		PROMISE(*err.text && opens);
		return ERR_OK;
	}
	if (!opens)
		replies_set(in->text, (size_t)(in->end - in->text));
	do_one(c, in->op, in->kind < 0 ? KIND_VM : (enum kind)in->kind);
	cloud_close(c);
	return ERR_OK;
}

void replies_fuzz(const char *target, const char *opening, const uint8_t *data, size_t n)
{
	static struct loop *loop;
	struct target_options opt = { .drivers = driver_schemas(), .embedded = true };
	const char *text = (const char *)data, *end = text + n, *nl = line_end(text, end);
	struct cloud_config *cfg = NULL;
	char op[20] = "", kind[20] = "", first[48];
	struct error err = { 0 };
	struct input in = { .op = op, .opening = opening, .end = end };

	if (!loop)
		loop = loop_new();
	snprintf(first, sizeof(first), "%.*s", (int)(nl - text < 47 ? nl - text : 47), text);
	if (sscanf(first, "%19s %19s", op, kind) < 1)
		return;
	in.text = nl < end ? nl + 1 : end;
	in.kind = kind_by_name(kind);
	if (target_read_text("fuzz", target, strlen(target), &opt, &cfg, &err) < 0) {
		fprintf(stderr, "the fuzzer's own target: %s\n", err.text);
		abort();
	}
	in.cfg = cfg;
	co_detach(co_spawn(loop, "input", feed, &in));
	loop_run(loop);
	target_free(cfg);
	secret_forget_all();
}
