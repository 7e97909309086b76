/* Requests that are spoiled on purpose: what the compute service makes of them. */
#include "openstack.h"

#include <stdlib.h>
#include <string.h>

enum { HUGE_BYTES = 2 << 20 };

static char *huge_body(void)
{
	struct str b = { 0 };

	str_add(&b, "{\"keypair\":{\"name\":\"");
	while (b.len < HUGE_BYTES)
		str_add(&b, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
	str_add(&b, "\"}}");
	return b.text;
}

static char *body_of(enum probe what, const char *name)
{
	switch (what) {
	case PROBE_CUT_JSON:
		return xasprintf("{\"keypair\":{\"name\":\"%s\"", name);
	case PROBE_ARRAY:
		return xasprintf("[\"%s\"]", name);
	case PROBE_WRONG_TYPE:
		return xstrdup("{\"keypair\":{\"name\":42}}");
	case PROBE_FORM:
		return xasprintf("name=%s", name);
	case PROBE_HUGE:
		return huge_body();
	case PROBE_NO_CREDENTIAL:
		break;
	}
	return NULL;
}

static int judge(const struct http_call *call, struct error *err)
{
	json_auto_t *doc = NULL;
	const char *type = "", *message = "";
	struct error why;
	bool guessed;

	if (call->status >= 200 && call->status < 300)
		return ERR_OK;
	if (json_read(call->reply, call->reply_len, NULL, &doc, &why) == ERR_OK)
		openstack_error_text(doc, &type, &message);
	err_set(err, openstack_classify((int)call->status, type, message, &guessed),
		"%s %s: HTTP %ld: %s", call->method, call->path, call->status,
		*message ? message : "no message");
	err->http_status = (int)call->status;
	err->guessed = guessed;
	err->sent = true;
	return err->code;
}

CO_FN int openstack_probe(struct cloud *c, enum probe what, const char *name, struct error *err)
{
	struct openstack *s = cloud_private(c);
	AUTO(str) char *body = body_of(what, name);
	struct http_header headers[] = {
		{ "Accept", "application/json" },
		{ "Content-Type",
		  what == PROBE_FORM ? "application/x-www-form-urlencoded" : "application/json" },
		{ what == PROBE_NO_CREDENTIAL ? NULL : "X-Auth-Token", s->token },
		{ 0 },
	};
	AUTO(http_call) struct http_call call = {
		.method = body ? "POST" : "GET", .path = "/os-keypairs", .headers = headers,
		.body = body, .op = body ? "keypair.create" : "keypair.list",
	};
	int r;

	/* A catalogue may have networks alone. */
	if (!s->http[SERVICE_COMPUTE])
		return openstack_no_service(SERVICE_COMPUTE, err);
	r = openstack_renew(c, s, err);
	if (r == ERR_OK)
		r = http_do(s->http[SERVICE_COMPUTE], &call, err);
	return r < 0 ? r : judge(&call, err);
}
