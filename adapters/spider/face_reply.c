/* How the face reads and answers, whatever it is about (sections 1 and 2). */
#include "face.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"

/* ---- answers ---- */

static json_t *text_json(const char *text)
{
	json_t *doc = json_string(text);

	if (doc)
		return doc;
	/* A path may hold bytes that are no UTF-8. */
	char *copy = xstrdup(text);

	for (char *p = copy; *p; p++)
		if (*p & 0x80)
			*p = '?';
	doc = json_string(copy);
	free(copy);
	return doc;
}

void spider_fail(struct call *c, int status, const char *fmt, ...)
{
	char text[700];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	json_decref(c->rep->json);
	c->rep->json = json_pack("{s:o}", "message", text_json(text));
	c->rep->status = status;
}

void spider_answer(struct call *c, json_t *doc)
{
	if (!doc) {
		spider_fail(c, 500, "Internal Server Error");
		return;
	}
	json_decref(c->rep->json);
	c->rep->json = doc;
	c->rep->status = 200;
}

void spider_result(struct call *c, bool result)
{
	spider_answer(c, json_pack("{s:s}", "Result", result ? "true" : "false"));
}

/* What a message calls a kind: when it is there twice, and when it is missing. */
static const struct { const char *twice, *missing; } labels[KIND_COUNT] = {
	[KIND_KEYPAIR] = { "VM KeyPair", "VM KeyPair" }, [KIND_VPC] = { "VPC", "VPC" },
	[KIND_SUBNET] = { "Subnet", "Subnet" }, [KIND_SG] = { "Security Group", "Security Group" },
	[KIND_VM] = { "VM", "VM" }, [KIND_ADDRESS] = { "Public IP", "Resource" },
	[KIND_DISK] = { "Disk", "Disk" },
};

static void missing(struct call *c, enum kind kind, const char *name)
{
	if (labels[kind].missing)
		spider_fail(c, 500, "%s '%s' does not exist in connection '%s'",
			    labels[kind].missing, name, c->conn);
	else
		spider_fail(c, 500, "%s %s iid does not exist!!", name, kind_info(kind)->name);
}

/* What stands in the text of a driver, class by class; the status says nothing. */
static const struct { enum err code; const char *head; } heads[] = {
	{ ERR_INVALID, "InvalidParameterValue: invalid argument: " },
	{ ERR_CONFLICT, "DependencyViolation: " }, { ERR_QUOTA, "QuotaExceeded: " },
	{ ERR_THROTTLED, "RequestLimitExceeded: " }, { ERR_DENIED, "UnauthorizedOperation: " },
	{ ERR_UNAUTHENTICATED, "AuthFailure: " }, { ERR_UNSUPPORTED, "not supported: " },
	{ ERR_UNAVAILABLE, "InternalError: " }, { ERR_TIMEOUT, "Timeout after 60 seconds: " },
};

void spider_error(struct call *c, enum kind kind, const char *name, const struct error *err)
{
	const char *head = "", *why = err->provider_code;
	bool rule = !strncmp(err->text, "the rule ", 9);	/* missing or there, not the group */
	int unknown = strncmp(why, "unknown:", 8) ? -1 : kind_by_name(why + 8);

	if (unknown >= 0) {
		missing(c, (enum kind)unknown, err->text);
		return;
	}
	if (err->code == ERR_NOT_FOUND && !rule) {
		missing(c, kind, name);
		return;
	}
	if (!strcmp(why, "duplicate") && !rule) {
		spider_fail(c, 500, "%s '%s' already exists in connection '%s'",
			    labels[kind].twice, name, c->conn);
		return;
	}
	if (!strcmp(why, "state"))
		head = "IncorrectInstanceState: ";
	for (size_t i = 0; !*head && i < sizeof(heads) / sizeof(*heads); i++)
		if (heads[i].code == err->code)
			head = heads[i].head;
	spider_fail(c, 500, "%s%s", head, err->text);
}

json_t *spider_iid(const char *name, const char *id)
{
	return json_pack("{s:s, s:s}", "NameId", name, "SystemId", id);
}

json_t *spider_iid_of(struct call *c, enum kind kind, const char *id)
{
	return *id ? spider_iid(ref_name(c->rc, kind, id), id) : spider_iid("", "");
}

json_t *spider_time(int64_t wall_us)
{
	char text[28];

	if (!wall_us)
		return json_string("0001-01-01T00:00:00Z");
	clock_utc(wall_us, text);
	return json_string(text);
}

/* ---- reading the request: Go's decoder ignores the case of keys ---- */

json_t *spider_member(const json_t *object, const char *key)
{
	const char *k;
	json_t *value;

	json_object_foreach((json_t *)object, k, value)
		if (!strcasecmp(k, key))
			return json_is_null(value) ? NULL : value;
	return NULL;
}

static const char *go_type(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT: return "object";
	case JSON_ARRAY: return "array";
	case JSON_STRING: return "string";
	case JSON_INTEGER: case JSON_REAL: return "number";
	case JSON_TRUE: case JSON_FALSE: return "bool";
	case JSON_NULL: return "null";
	}
	return "";
}

void spider_wrong_type(struct call *c, const char *expected, const json_t *got,
		       const char *field)
{
	spider_fail(c, 500, "code=400, message=Unmarshal type error: expected=%s, got=%s, field=%s, "
		    "offset=0, internal=json: cannot unmarshal %s", expected, go_type(got), field,
		    go_type(got));
}

bool spider_text(struct call *c, const json_t *object, const char *key, char *to, size_t room)
{
	const json_t *value = spider_member(object, key);

	*to = '\0';
	if (!value)
		return true;
	if (!json_is_string(value)) {
		spider_wrong_type(c, "string", value, key);
		return false;
	}
	if (str_copy(to, room, json_string_value(value)))
		return true;
	spider_fail(c, 500, "InvalidParameterValue: %s is longer than %zu characters", key, room - 1);
	return false;
}

static bool takes_no_name(struct call *c)
{
	char name[32];
	int kind;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(c->rep->op, "."), c->rep->op);
	kind = kind_by_name(name);
	return kind >= 0 && ref_takes(c->rc, (enum kind)kind, "name");
}

bool spider_name(struct call *c, char to[NAME_LEN])
{
	if (!spider_text(c, c->info, "Name", to, NAME_LEN))
		return false;
	if (*to || takes_no_name(c))
		return true;
	spider_fail(c, 500, "resources.IID:NameId's input value is empty!");
	return false;
}

void spider_id(struct call *c, enum kind kind, const char *name, const char *parent,
	       char to[ID_MAX])
{
	ref_resolve(c->rc, c->conn, kind, name, parent, to);
	if (!*to)
		str_copy(to, ID_MAX, name);
}

/* ---- what most kinds have in common ---- */

json_t *spider_list(struct call *c, enum kind kind, const char *parent, spider_show *show,
		    struct error *err)
{
	struct resource_list all = { 0 };
	json_t *list = NULL;

	if (ref_list(c->rc, c->conn, kind, parent, &all, err) == ERR_OK) {
		list = json_array();
		for (size_t i = 0; i < all.count; i++)
			if (kind != KIND_VPC || !ref_external(c->rc, all.at[i].id))
				json_array_append_new(list, show(c, &all.at[i]));
	}
	resource_list_cleanup(&all);
	return list;
}

void spider_get_all(struct call *c, enum kind kind, const char *key, spider_show *show)
{
	struct error err = { 0 };
	json_t *list = spider_list(c, kind, NULL, show, &err);

	if (list)
		spider_answer(c, json_pack("{s:o}", key, list));
	else
		spider_error(c, kind, "", &err);
}

void spider_get_one(struct call *c, enum kind kind, spider_show *show)
{
	struct resource r;
	struct error err = { 0 };
	char id[ID_MAX];

	spider_id(c, kind, c->arg[0], NULL, id);
	if ((kind == KIND_VPC && ref_external(c->rc, id)))
		missing(c, kind, c->arg[0]);
	else if (ref_get(c->rc, c->conn, kind, id, &r, &err) < 0)
		spider_error(c, kind, c->arg[0], &err);
	else
		spider_answer(c, show(c, &r));
}

void spider_delete_one(struct call *c, enum kind kind)
{
	struct error err = { 0 };
	char id[ID_MAX];

	spider_id(c, kind, c->arg[0], NULL, id);
	if (kind == KIND_VPC && ref_external(c->rc, id))
		missing(c, kind, c->arg[0]);
	else if (ref_destroy(c->rc, c->conn, kind, id, &err) < 0)
		spider_error(c, kind, c->arg[0], &err);
	else
		spider_result(c, true);
}
