/* One request, its errors, and lists over all their pages. */
#include "openstack.h"

#include <string.h>

#include "base/clock.h"

enum { PAGES_MAX = 10000, PAGE_SIZE = 100, RESTARTS_MAX = 5 };

struct token_age { int64_t age_us, life_us; };

/* A 401 is about the token, and what was promised of it. */
static void note_token(const struct token_age *token, char *to, size_t room)
{
	if (token->life_us > 0)
		snprintf(to, room, " (the token is %lld s old; stated: good for %lld s)",
			 (long long)token->age_us / 1000000, (long long)token->life_us / 1000000);
}

/* What reads a reply does not wait: with a frame of its own it takes nothing from those that do. */
#define APART __attribute__((noinline))

static APART int failure(const struct http_call *call, const char *path,
			 const struct token_age *token, struct error *err)
{
	json_auto_t *doc = NULL;
	const char *type = "", *message = "";
	struct error why;
	bool guessed;
	enum err code;
	char note[96];

	http_ask_note(call, note, sizeof(note));
	if (call->status == 401)
		note_token(token, note, sizeof(note));
	if (json_read(call->reply, call->reply_len, NULL, &doc, &why) == ERR_OK)
		openstack_error_text(doc, &type, &message);
	code = openstack_classify((int)call->status, type, message, &guessed);
	err_set(err, code, "%s %s: HTTP %ld: %s%s", call->method, path, call->status,
		*message ? message : "no message", note);
	str_copy(err->provider_code, sizeof(err->provider_code), type);
	err->http_status = (int)call->status;
	err->guessed = guessed;
	err->says_when = call->retry_after_s >= 0;
	err->again_s = call->retry_after_s;
	err->sent = true;
	err->resent = call->sends > 1;
	return code;
}

static APART int read_reply(const struct http_call *call, const char *path, json_t **ret,
			    struct error *err)
{
	struct error why;

	if (!ret)
		return ERR_OK;
	if (json_read(call->reply, call->reply_len, NULL, ret, &why) == ERR_OK)
		return ERR_OK;
	err_set(err, ERR_PROTOCOL, "%s %s: HTTP %ld but %s", call->method, path, call->status,
		why.text);
	err->http_status = (int)call->status;
	err->sent = true;
	return ERR_PROTOCOL;
}

static CO_FN int send(struct cloud *c, enum service service, struct http_call *call,
		      struct error *err)
{
	struct openstack *s = cloud_private(c);
	struct http_header headers[] = {
		{ "X-Auth-Token", s->token },
		{ "Accept", "application/json" },
		{ call->body ? "Content-Type" : NULL, "application/json" },
		{ 0 }, { 0 },
	};

	if (service == SERVICE_COMPUTE && *s->microversion)
		headers[call->body ? 3 : 2] =
			(struct http_header){ "OpenStack-API-Version", s->microversion };
	call->headers = headers;
	return http_ask(s->http[service], call, err);
}

/* A token that was refused in its old age is replaced.  Apart: it happens once a token. */
static APART CO_FN bool replaced(struct cloud *c, struct openstack *s, unsigned serial)
{
	struct error why;

	return openstack_replace(c, s, serial, &why) == ERR_OK;
}

/* A 401 did nothing, so the call may be sent again, once, when its token was worn out. */
static CO_FN int send_known(struct cloud *c, enum service service, struct http_call *call,
			    struct token_age *token, struct error *err)
{
	struct openstack *s = cloud_private(c);
	unsigned serial = s->token_serial;
	int64_t since_us = s->token_since_us;
	int r;

	token->life_us = s->token_life_us;
	r = send(c, service, call, err);
	token->age_us = clock_boot_us() - since_us;
	if (r == ERR_OK && call->status == 401 && !cloud_damaged(c) &&
	    openstack_token_over(token->age_us, token->life_us) &&
	    replaced(c, s, serial)) {
		r = send(c, service, call, err);
		token->age_us = clock_boot_us() - s->token_since_us;
		token->life_us = s->token_life_us;
	}
	return r;
}

int openstack_no_service(enum service service, struct error *err)
{
	static const char *const name[SERVICE_COUNT] = {
		[SERVICE_IDENTITY] = "identity", [SERVICE_COMPUTE] = "compute",
		[SERVICE_NETWORK] = "network", [SERVICE_IMAGE] = "image",
		[SERVICE_VOLUME] = "block storage (volumev3)",
	};

	return err_set(err, ERR_UNSUPPORTED, "the catalogue has no %s service", name[service]);
}

CO_FN int openstack_call(struct cloud *c, enum service service, const char *op,
			 const char *method, const char *path, json_t *body, int want,
			 json_t **ret, struct error *err)
{
	struct openstack *s = cloud_private(c);
	AUTO(str) char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
	struct token_age token;
	int r;

	json_decref(body);
	if (!s->http[service])
		return openstack_no_service(service, err);
	r = openstack_renew(c, s, err);
	if (r < 0)
		return r;

	AUTO(http_call) struct http_call call = {
		.method = method, .body = text, .op = op,
		.path = strncmp(path, "http", 4) ? path : NULL,
		.absolute_url = strncmp(path, "http", 4) ? NULL : path,
	};
	r = send_known(c, service, &call, &token, err);
	if (r < 0)
		return r;
	if (call.status >= 400)
		return failure(&call, path, &token, err);
	if (call.status != want) {
		err_set(err, ERR_PROTOCOL, "%s %s: HTTP %ld; the API says %d%s", method, path,
			call.status, want,
			call.status / 100 == 3 ? " (redirects are not followed)" : "");
		err->http_status = (int)call.status;
		err->sent = true;
		return ERR_PROTOCOL;
	}
	return read_reply(&call, path, ret, err);
}

char *openstack_path(const char *head, const char *id, const char *tail)
{
	struct str s = { 0 };

	str_add(&s, head);
	str_add_url(&s, id);
	str_add(&s, tail ? tail : "");
	return s.text;
}

int openstack_read_id(const json_t *one, struct resource *ret, struct error *err)
{
	const char *id = json_text(one, "id");

	if (!id || !*id)
		return err_set(err, ERR_PROTOCOL, "a %s without an id in the answer",
			       kind_info(ret->kind)->title);
	if (!resource_set_id(ret, id) ||
	    !str_copy(ret->name, sizeof(ret->name), json_text(one, "name")))
		return err_set(err, ERR_PROTOCOL, "id or name of a %s is over %d bytes",
			       kind_info(ret->kind)->title, ID_MAX - 1);
	memcpy(ret->native, ret->id, sizeof(ret->native));
	return ERR_OK;
}

CO_FN int openstack_get(struct cloud *c, enum service service, const char *op, const char *path,
			const char *key, openstack_read *read, struct resource *ret,
			struct error *err)
{
	json_auto_t *reply = NULL;
	const json_t *one;
	int r = openstack_call(c, service, op, "GET", path, NULL, 200, &reply, err);

	if (r < 0)
		return r;
	one = key ? json_object_get(reply, key) : reply;
	if (!json_is_object(one))
		return err_set(err, ERR_PROTOCOL, "GET %s: no \"%s\" in the answer", path, key);
	return read(one, ret, err);
}

/* href of {"KEY_links":[{"rel":"next","href":..}]}, or of Glance's {"next":"/v2/images?.."}. */
static char *next_page(const json_t *reply, const char *key)
{
	AUTO(str) char *links = xasprintf("%s_links", key);
	const char *next = json_text(reply, "next");
	size_t i;
	json_t *one;

	json_array_foreach(json_object_get(reply, links), i, one) {
		const char *rel = json_text(one, "rel"), *href = json_text(one, "href");

		if (rel && href && !strcmp(rel, "next"))
			return xstrdup(href);
	}
	/* Glance gives a path with its version; our base already has that. */
	if (next && !strncmp(next, "/v2/", 4))
		return xstrdup(next + 3);
	return NULL;
}

static int read_page(const json_t *reply, const char *path, const char *key, enum kind kind,
		     openstack_read *read, struct resource_list *ret, struct error *err)
{
	const json_t *all = json_object_get(reply, key);
	size_t i;
	json_t *one;
	int r;

	if (!json_is_array(all))
		return err_set(err, ERR_PROTOCOL, "GET %s: no list \"%s\" in the answer", path, key);
	json_array_foreach(all, i, one) {
		struct resource *to = resource_list_add(ret);

		resource_init(to, kind);
		r = read(one, to, err);
		if (r < 0)
			return err_context(err, "%s[%zu]", key, i);
	}
	ret->pages++;
	return ERR_OK;
}

/* Keystone's regions and Nova's zones take no limit. */
static char *first_page(struct cloud *c, enum kind kind, const char *path)
{
	int64_t size = cloud_page_size(c) ? cloud_page_size(c) : PAGE_SIZE;

	if (kind == KIND_REGION || kind == KIND_ZONE)
		return xstrdup(path);
	return xasprintf("%s%climit=%lld", path, strchr(path, '?') ? '&' : '?', (long long)size);
}

/* *marker_gone: the service no longer knows where the next page begins. */
static CO_FN int list_pages(struct cloud *c, enum service service, const char *op,
			    const char *path, const char *key, enum kind kind,
			    openstack_read *read, struct resource_list *ret, bool *marker_gone,
			    struct error *err)
{
	AUTO(str) char *at = first_page(c, kind, path);
	int r;

	for (int page = 0; page < PAGES_MAX; page++) {
		json_auto_t *reply = NULL;
		size_t before = ret->count;
		char *next;

		r = openstack_call(c, service, op, "GET", at, NULL, 200, &reply, err);
		*marker_gone = page && (r == ERR_INVALID || r == ERR_NOT_FOUND);
		if (r == ERR_OK)
			r = read_page(reply, at, key, kind, read, ret, err);
		if (r < 0)
			return r;
		next = next_page(reply, key);
		if (next && !strcmp(next, at)) {
			free(next);
			return err_set(err, ERR_PROTOCOL, "GET %s: the next page is this one", at);
		}
		free(at);
		at = next;
		/* Nova links to a next page after a full one; an empty one is the end. */
		if (!at || ret->count == before)
			return ERR_OK;
	}
	return err_set(err, ERR_PROTOCOL, "GET %s: over %d pages", path, PAGES_MAX);
}

/*
 * The marker of a page is the entry before it.  When somebody deletes that one
 * between two pages, the service refuses the page, and the list is begun anew:
 * it is a read, and each attempt stands in the journal.
 */
CO_FN int openstack_list(struct cloud *c, enum service service, const char *op, const char *path,
			 const char *key, enum kind kind, openstack_read *read,
			 struct resource_list *ret, struct error *err)
{
	const struct resource_list before = *ret;
	bool marker_gone;
	int r;

	for (int attempt = 0;; attempt++) {
		r = list_pages(c, service, op, path, key, kind, read, ret, &marker_gone, err);
		if (r == ERR_OK || !marker_gone || attempt == RESTARTS_MAX)
			return r;
		ret->count = before.count;
		ret->pages = before.pages;
	}
}
