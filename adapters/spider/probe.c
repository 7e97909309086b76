/* Requests that are spoiled on purpose: what CB-Spider makes of them. */
#include "spider.h"

#include <stdlib.h>
#include <string.h>

enum { HUGE_BYTES = 2 << 20 };

static char *huge_body(const struct spider *s)
{
	struct str b = { 0 };

	str_addf(&b, "{\"ConnectionName\":\"%s\",\"ReqInfo\":{\"Name\":\"", s->connection);
	while (b.len < HUGE_BYTES)
		str_add(&b, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
	str_add(&b, "\"}}");
	return b.text;
}

static char *body_of(const struct spider *s, enum probe what, const char *name)
{
	switch (what) {
	case PROBE_CUT_JSON:
		return xasprintf("{\"ConnectionName\":\"%s\",\"ReqInfo\":{\"Name\":\"%s\"", s->connection,
				 name);
	case PROBE_ARRAY:
		return xasprintf("[\"%s\"]", name);
	case PROBE_WRONG_TYPE:
		return xasprintf("{\"ConnectionName\":\"%s\",\"ReqInfo\":{\"Name\":42}}",
				 s->connection);
	case PROBE_FORM:
		return xasprintf("ConnectionName=%s&Name=%s", s->connection, name);
	case PROBE_HUGE:
		return huge_body(s);
	case PROBE_NO_CREDENTIAL:
		break;
	}
	return NULL;
}

CO_FN int spider_probe(struct cloud *c, enum probe what, const char *name, struct error *err)
{
	struct spider *s = cloud_private(c);
	AUTO(str) char *body = body_of(s, what, name);
	AUTO(str) char *list = spider_path("/keypair?ConnectionName=", s->connection, NULL);
	struct http_header headers[] = {
		{ "Content-Type",
		  what == PROBE_FORM ? "application/x-www-form-urlencoded" : "application/json" },
		{ what == PROBE_NO_CREDENTIAL ? NULL : "Authorization", s->basic },
		{ 0 },
	};
	AUTO(http_call) struct http_call call = {
		.method = body ? "POST" : "GET", .path = body ? "/keypair" : list, .headers = headers,
		.body = body, .op = body ? "keypair.create" : "keypair.list",
	};
	int r = http_do(s->http, &call, err);

	if (r < 0)
		return r;
	return call.status >= 200 && call.status < 300 ? ERR_OK : spider_failure(&call, err);
}
