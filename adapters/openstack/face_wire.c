/* What all services of the face share: answers, errors, bodies, filters and pages. */
#include "adapters/openstack/face.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- headers and answers ---- */

void osf_header(struct osf_call *c, const char *name, const char *fmt, ...)
{
	struct face_reply *rep = c->rep;
	unsigned i = rep->header_count;
	va_list ap;

	if (i == sizeof(rep->headers) / sizeof(*rep->headers))
		return;
	str_copy(rep->headers[i].name, sizeof(rep->headers[i].name), name);
	va_start(ap, fmt);
	vsnprintf(rep->headers[i].value, sizeof(rep->headers[i].value), fmt, ap);
	va_end(ap);
	rep->header_count++;
}

void osf_answer(struct osf_call *c, int status, json_t *json)
{
	json_decref(c->rep->json);
	c->rep->json = json;
	c->rep->status = status;
}

void osf_answer_one(struct osf_call *c, int status, const char *key, json_t *value)
{
	osf_answer(c, status, json_pack("{s:o}", key, value));
}

void osf_op(struct osf_call *c, const char *op)
{
	str_copy(c->rep->op, sizeof(c->rep->op), op);
}

/* ---- errors ---- */

static const struct {
	int status;
	const char *title, *nova;
} statuses[] = {
	{ 400, "Bad Request", "badRequest" },
	{ 401, "Unauthorized", "unauthorized" },
	{ 403, "Forbidden", "forbidden" },
	{ 404, "Not Found", "itemNotFound" },
	{ 405, "Method Not Allowed", "badMethod" },
	{ 406, "Not Acceptable", "notAcceptable" },
	{ 409, "Conflict", "conflictingRequest" },
	{ 413, "Request Entity Too Large", "overLimit" },
	{ 429, "Too Many Requests", "overLimit" },
	{ 500, "Internal Server Error", "computeFault" },
	{ 501, "Not Implemented", "notImplemented" },
	{ 503, "Service Unavailable", "serviceUnavailable" },
	{ 504, "Gateway Timeout", "computeFault" },
};

static size_t status_row(int status)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++)
		if (statuses[i].status == status)
			return i;
	return 9;
}

static json_t *keystone_error(int status, const char *text)
{
	return json_pack("{s:{s:i, s:s, s:s}}", "error", "code", status, "message", text,
			 "title", statuses[status_row(status)].title);
}

/* Glance answers by WebOb: HTML unless JSON was asked for. */
static void glance_error(struct osf_call *c, int status, const char *text)
{
	const char *accept = face_header(c->q, "Accept");
	const char *title = statuses[status_row(status)].title;

	if (accept && strstr(accept, "json")) {
		json_t *code = json_sprintf("%d %s", status, title);

		osf_answer(c, status,
			   json_pack("{s:o, s:s, s:o}", "code", code, "title", title, "message",
				     json_sprintf("%s<br /><br />\n\n\n", text)));
		return;
	}
	osf_answer(c, status, NULL);
	free(c->rep->text);
	c->rep->text = xasprintf("<html>\n <head>\n  <title>%d %s</title>\n </head>\n <body>\n"
				 "  <h1>%d %s</h1>\n  %s<br /><br />\n\n\n\n </body>\n</html>",
				 status, title, status, title, text);
	c->rep->content_type = "text/html; charset=UTF-8";
}

void osf_fail(struct osf_call *c, int status, const char *type, const char *fmt, ...)
{
	struct error full;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(full.text, sizeof(full.text), fmt, ap);
	va_end(ap);
	switch (c->service) {
	case OSF_NONE:
	case OSF_IDENTITY:
		osf_answer(c, status, keystone_error(status, full.text));
		break;
	case OSF_COMPUTE:
	case OSF_VOLUME:
		osf_answer_one(c, status, statuses[status_row(status)].nova,
			       json_pack("{s:i, s:s}", "code", status, "message", full.text));
		break;
	case OSF_NETWORK:
		osf_answer_one(c, status, "NeutronError",
			       json_pack("{s:s, s:s, s:s}", "type", type, "message", full.text,
					 "detail", ""));
		break;
	case OSF_IMAGE:
		glance_error(c, status, full.text);
		break;
	}
}

/* The same from every service: their common middleware answers, not they. */
void osf_unauthorized(struct osf_call *c)
{
	osf_header(c, "WWW-Authenticate", "Keystone uri=\"%s/identity\"", c->base);
	osf_answer(c, 401,
		   keystone_error(401, "The request you have made requires authentication."));
}

static const struct {
	const char *not_found, *not_found_text, *in_use, *in_use_text, *quota;
} neutron_words[KIND_COUNT] = {
	[KIND_VPC] = {
		"NetworkNotFound", "Network %s could not be found.", "NetworkInUse",
		"Unable to complete operation on network %s. There are one or more ports still in "
		"use on the network.", "network",
	},
	[KIND_SUBNET] = {
		"SubnetNotFound", "Subnet %s could not be found.", "SubnetInUse",
		"Unable to complete operation on subnet %s: One or more ports have an IP "
		"allocation from this subnet.", "subnet",
	},
	[KIND_ROUTER] = {
		"RouterNotFound", "Router %s could not be found", "RouterInUse",
		"Router %s still has ports", "router",
	},
	[KIND_ADDRESS] = {
		"FloatingIPNotFound", "Floating IP %s could not be found",
		"FloatingIPPortAlreadyAssociated", "Floating IP %s is in use.", "floatingip",
	},
	[KIND_SG] = {
		"SecurityGroupNotFound", "Security group %s does not exist", "SecurityGroupInUse",
		"Security Group %s in use.", "security_group",
	},
	[KIND_VM] = {
		"PortNotFound", "Port %s could not be found.", "PortInUse", "Port %s is in use.",
		"port",
	},
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void neutron_fail(struct osf_call *c, enum kind kind, const char *id,
			 const struct error *err)
{
	if (err->code == ERR_NOT_FOUND && neutron_words[kind].quota)
		osf_fail(c, 404, neutron_words[kind].not_found, neutron_words[kind].not_found_text,
			 id);
	else if (err->code == ERR_NOT_FOUND)
		osf_fail(c, 404, "HTTPNotFound", "%s could not be found.", id);
	else if (err->code == ERR_QUOTA)
		osf_fail(c, 409, "OverQuota", "Quota exceeded for resources: ['%s'].",
			 neutron_words[kind].quota ? neutron_words[kind].quota : "resource");
	else if (neutron_words[kind].quota && !strcmp(err->provider_code, "in-use"))
		osf_fail(c, 409, neutron_words[kind].in_use, neutron_words[kind].in_use_text, id);
	else
		osf_fail(c, 409, "Conflict", "%s", err->text);
}
#pragma GCC diagnostic pop

static void nova_not_found(struct osf_call *c, int status, enum kind kind, const char *id)
{
	if (kind == KIND_VM)
		osf_fail(c, status, "", "Instance %s could not be found.", id);
	else if (kind == KIND_DISK)
		osf_fail(c, status, "", "Volume %s could not be found.", id);
	else if (kind == KIND_TAG && c->service == OSF_VOLUME)
		osf_fail(c, status, "", "Volume %s has no metadata with key %s.", c->arg[1], id);
	else if (kind == KIND_TAG)
		osf_fail(c, status, "", "Metadata item was not found");
	else if (kind == KIND_ZONE && c->service == OSF_VOLUME)
		osf_fail(c, status, "", "Availability zone '%s' is invalid.", id);
	else if (kind == KIND_SPEC)
		osf_fail(c, status, "", "Flavor %s could not be found.", id);
	else if (kind == KIND_KEYPAIR)
		osf_fail(c, status, "", status == 400 ? "Invalid key_name provided." :
			 "Keypair %s not found for user.", id);
	else if (kind == KIND_VPC)
		osf_fail(c, status, "", "Network %s could not be found.", id);
	else if (kind == KIND_SG)
		osf_fail(c, status, "", "Security group %s not found.", id);
	else if (kind == KIND_ZONE)
		osf_fail(c, status, "", "The requested availability zone is not available");
	else
		osf_fail(c, status, "", "Image %s could not be found.", id);
}

/* What was referred to and is not there: Nova says 400, Neutron 404. */
static bool unknown_fails(struct osf_call *c, const struct error *err)
{
	struct error absent = { .code = ERR_NOT_FOUND };
	int kind = strncmp(err->provider_code, "unknown:", 8) ?
			   -1 :
			   kind_by_name(err->provider_code + 8);

	if (kind < 0)
		return false;
	if (c->service == OSF_NETWORK)
		neutron_fail(c, (enum kind)kind, err->text, &absent);
	else
		nova_not_found(c, 400, (enum kind)kind, err->text);
	return true;
}

void osf_fail_model(struct osf_call *c, enum kind kind, const char *id, const struct error *err)
{
	enum err code = err->code;

	if (code == ERR_INVALID && unknown_fails(c, err))
		return;
	if (c->service == OSF_NETWORK &&
	    (code == ERR_NOT_FOUND || code == ERR_CONFLICT || code == ERR_QUOTA)) {
		neutron_fail(c, kind, id, err);
		return;
	}
	if (code == ERR_NOT_FOUND && (c->service == OSF_COMPUTE || c->service == OSF_VOLUME)) {
		nova_not_found(c, 404, kind, id);
		return;
	}
	if (c->service == OSF_VOLUME && code == ERR_CONFLICT) {
		osf_invalid_volume(c, "%s", err->text);
		return;
	}
	if (code == ERR_NOT_FOUND && c->service == OSF_IMAGE) {
		osf_fail(c, 404, "", "No image found with ID %s", id);
		return;
	}
	switch (code) {
	case ERR_INVALID:
		osf_fail(c, 400, "InvalidInput", c->service == OSF_NETWORK ?
			 "Invalid input for operation: %s." : "%s", err->text);
		break;
	case ERR_NOT_FOUND: osf_fail(c, 404, "NotFound", "%s", err->text); break;
	case ERR_CONFLICT: osf_fail(c, 409, "Conflict", "%s", err->text); break;
	case ERR_UNAUTHENTICATED: osf_unauthorized(c); break;
	case ERR_DENIED: osf_fail(c, 403, "PolicyNotAuthorized", "%s", err->text); break;
	case ERR_QUOTA:
		osf_fail(c, c->service == OSF_VOLUME ? 413 : 403, "OverQuota", "%s", err->text);
		break;
	case ERR_THROTTLED:
		osf_header(c, "Retry-After", "1");
		osf_fail(c, 429, "TooManyRequests", "%s", err->text);
		break;
	case ERR_UNSUPPORTED: osf_fail(c, 501, "NotImplemented", "%s", err->text); break;
	case ERR_UNAVAILABLE: osf_fail(c, 503, "ServiceUnavailable", "%s", err->text); break;
	case ERR_TIMEOUT: osf_fail(c, 504, "GatewayTimeout", "%s", err->text); break;
	case ERR_OK: case ERR_NETWORK: case ERR_PROTOCOL: case ERR_HARNESS: case ERR_CANCELLED:
	case ERR_CONFIG: case ERR_CLASSES:
		osf_fail(c, 500, "HTTPInternalServerError",
			 "Request Failed: internal server error while processing your request.");
		break;
	}
}

/* ---- bodies ---- */

static bool type_fits(char type, const json_t *v)
{
	bool null = type >= 'A' && type <= 'Z';

	if (json_is_null(v))
		return null || type == '*';
	switch (null ? type - 'A' + 'a' : type) {
	case 's': return json_is_string(v);
	case 'b': return json_is_boolean(v);
	case 'i': return json_is_integer(v);
	case 'a': return json_is_array(v);
	case 'o': return json_is_object(v);
	}
	return type == '*';
}

static const char *type_word(char type)
{
	switch (type | 0x20) {
	case 's': return "string";
	case 'b': return "boolean";
	case 'i': return "integer";
	case 'a': return "list";
	}
	return "dictionary";
}

static void type_fail(struct osf_call *c, const char *name, char type, const json_t *value)
{
	char *shown = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);

	if (c->service == OSF_NETWORK)
		osf_fail(c, 400, "HTTPBadRequest",
			 "Invalid input for %s. Reason: '%.100s' is not a valid %s.", name, shown,
			 type_word(type));
	else
		osf_fail(c, 400, "", "Invalid input for field/attribute %s. Value: %.100s. "
			 "%.100s is not of type '%s'", name, shown, shown, type_word(type));
	free(shown);
}

bool osf_check(struct osf_call *c, const json_t *object, const char *const *attrs)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)object, key, value) {
		size_t i = 0;

		while (attrs[i] && strcmp(attrs[i] + 2, key))
			i++;
		if (!attrs[i] && c->service == OSF_VOLUME)
			continue;	/* Cinder takes what it does not know */
		if (!attrs[i]) {
			if (c->service == OSF_NETWORK)
				osf_fail(c, 400, "HTTPBadRequest",
					 "Unrecognized attribute(s) '%.100s'", key);
			else
				osf_fail(c, 400, "", "Additional properties are not allowed "
					 "('%.100s' was unexpected)", key);
			return false;
		}
		if (!type_fits(attrs[i][0], value)) {
			type_fail(c, key, attrs[i][0], value);
			return false;
		}
	}
	for (size_t i = 0; attrs[i]; i++)
		if (attrs[i][1] == '!' && !json_object_get(object, attrs[i] + 2)) {
			if (c->service == OSF_NETWORK)
				osf_fail(c, 400, "HTTPBadRequest",
					 "Failed to parse request. Required attribute "
					 "'%s' not specified",
					 attrs[i] + 2);
			else
				osf_fail(c, 400, "", "'%s' is a required property", attrs[i] + 2);
			return false;
		}
	return true;
}

const json_t *osf_body(struct osf_call *c, const char *key, const char *const *attrs)
{
	const json_t *object = json_object_get(c->q->json, key);

	if (!c->q->json || !json_is_object(c->q->json)) {
		osf_fail(c, 400, "HTTPBadRequest",
			 "The server could not comply with the request since it is "
			 "either malformed or otherwise incorrect.");
		return NULL;
	}
	if (!object || !json_is_object(object)) {
		if (c->service == OSF_NETWORK)
			osf_fail(c, 400, "HTTPBadRequest",
				 "Bad request: Unable to find '%s' in request body", key);
		else
			osf_fail(
				c, 400, "",
				"Invalid input for field/attribute %s: '%s' is a required property",
				key, key);
		return NULL;
	}
	return osf_check(c, object, attrs) ? object : NULL;
}

/* ---- lists ---- */

bool osf_true(const char *text)
{
	return !strcasecmp(text, "true") || !strcmp(text, "1") || !strcasecmp(text, "yes");
}

static bool value_is(const json_t *v, const char *text)
{
	size_t i;
	json_t *one;

	switch (json_typeof(v)) {
	case JSON_STRING: return !strcmp(json_string_value(v), text);
	case JSON_INTEGER: return str_to_int(text, INT64_MAX) == json_integer_value(v);
	case JSON_TRUE: return osf_true(text);
	case JSON_FALSE: return !osf_true(text);
	case JSON_NULL: return !*text;
	case JSON_ARRAY:
		json_array_foreach(v, i, one)
			if (json_is_string(one) && !strcmp(json_string_value(one), text))
				return true;
		return false;
	case JSON_OBJECT: case JSON_REAL: break;
	}
	return true;
}

/* Neutron's filter on a list of objects: "subnet_id=ID" or "ip_address=IP". */
static bool fixed_ip_is(const json_t *ips, const char *text)
{
	char key[32];
	const char *value = strchr(text, '=');
	size_t i;
	json_t *one;

	if (!value || (size_t)(value - text) >= sizeof(key))
		return false;
	memcpy(key, text, (size_t)(value - text));
	key[value - text] = '\0';
	json_array_foreach(ips, i, one)
		if (json_object_get(one, key) && value_is(json_object_get(one, key), value + 1))
			return true;
	return false;
}

static bool filters_pass(struct osf_call *c, const json_t *item)
{
	const char *key, *want;
	json_t *value;

	json_object_foreach((json_t *)item, key, value) {
		want = face_query(c->q, key);
		if (want &&
		    !(strcmp(key, "fixed_ips") ? value_is(value, want) : fixed_ip_is(value, want)))
			return false;
	}
	return true;
}

/* All items have the same keys: the first one tells which filters there are. */
static void filters_note(struct osf_call *c, const json_t *item)
{
	const char *key, *want;
	json_t *value;

	json_object_foreach((json_t *)item, key, value) {
		want = face_query(c->q, key);
		if (!want)
			continue;
		str_addc(&c->filters, '&');
		str_add_url(&c->filters, key);
		str_addc(&c->filters, '=');
		str_add_url(&c->filters, want);
	}
}

void osf_filter(struct osf_call *c, json_t *items)
{
	json_t *kept = json_array(), *one;
	size_t i;

	if (json_array_size(items))
		filters_note(c, json_array_get(items, 0));
	json_array_foreach(items, i, one)
		if (filters_pass(c, one))
			json_array_append(kept, one);
	json_array_clear(items);
	json_array_extend(items, kept);
	json_decref(kept);
}

bool osf_page(struct osf_call *c, json_t **items, const char *marker_key, size_t page_max,
	      const char **next)
{
	const char *limit = face_query(c->q, "limit"), *marker = face_query(c->q, "marker");
	size_t start = 0, n = json_array_size(*items), room = page_max;
	json_t *page;
	int64_t asked;

	*next = NULL;
	if (limit) {
		asked = str_to_int(limit, INT32_MAX);
		if (asked < 0) {
			osf_fail(c, 400, "BadRequest",
				 c->service == OSF_NETWORK ?
					 "Invalid input for operation: Invalid limit value "
					 "'%.40s': an integer of 0 or more "
					 "is wanted." :
					 "Invalid input for query parameters limit. Value: %.40s.",
				 limit);
			return false;
		}
		if (asked > 0 && (!page_max || (size_t)asked < page_max))
			room = (size_t)asked;
	}
	if (marker && *marker) {
		while (start < n && strcmp(json_string_value(json_object_get(
				json_array_get(*items, start), marker_key)), marker))
			start++;
		if (start++ == n) {
			osf_fail(c, 400, "BadRequest", "marker [%.100s] not found", marker);
			return false;
		}
		start = (size_t)((int)start + ref_page_slip(c->rc, c->rep->op));
	}
	page = json_array();
	for (size_t i = start; i < n && (!room || i < start + room); i++)
		json_array_append(page, json_array_get(*items, i));
	json_decref(*items);
	*items = page;
	n = json_array_size(page);
	if (room && n == room)
		*next = json_string_value(json_object_get(json_array_get(page, n - 1), marker_key));
	return true;
}
