/* Keystone: users, tokens, projects and the catalogue. */
#include "adapters/openstack/face.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/json.h"

#define TOKEN_LIFE_US (INT64_C(3600) * 1000000)
#define APP_NAME "plugfest"

/* ---- who there is ---- */

static const struct osf_project projects[] = {
	{ "5f0c1e2a9b7d4c3e8a6f102030405060", "demo", "9d3b7a51c2e84f60b1a2c3d4e5f60718" },
	{ "c47a90d18e2b4f5d9c6b708192a3b4c5", "alt", "27e6f1d05a9c4b38870f6e5d4c3b2a19" },
};
#define PROJECTS (sizeof(projects) / sizeof(*projects))

const struct osf_project *osf_project_by_id(const char *id)
{
	for (size_t i = 0; i < PROJECTS; i++)
		if (id && !strcmp(projects[i].id, id))
			return &projects[i];
	return NULL;
}

const char *osf_region(const char *id)
{
	return strcmp(id, "default") ? id : "RegionOne";
}

const char *osf_user_name(const struct osf_project *p)
{
	return p == &projects[0] ? refcloud_user() : p->name;
}

static void application_id(const struct osf_project *p, char to[33])
{
	osf_hex(to, 32, "application", p->user_id);
}

/* {"id": ...} or {"name": ...} says the one domain there is; absent is wrong. */
static bool domain_is_default(const json_t *domain)
{
	const char *id = json_string_value(json_object_get(domain, "id"));
	const char *name = json_string_value(json_object_get(domain, "name"));

	return id ? !strcmp(id, "default") : name && !strcasecmp(name, "Default");
}

static const struct osf_project *user_find(const json_t *user)
{
	const char *id = json_string_value(json_object_get(user, "id"));
	const char *name = json_string_value(json_object_get(user, "name"));

	for (size_t i = 0; i < PROJECTS; i++)
		if (id ? !strcmp(projects[i].user_id, id) :
		    name && !strcasecmp(osf_user_name(&projects[i]), name) &&
		    domain_is_default(json_object_get(user, "domain")))
			return &projects[i];
	return NULL;
}

static const struct osf_project *project_find(const json_t *project)
{
	const char *id = json_string_value(json_object_get(project, "id"));
	const char *name = json_string_value(json_object_get(project, "name"));

	for (size_t i = 0; i < PROJECTS; i++)
		if (id ? !strcmp(projects[i].id, id) :
		    name && !strcasecmp(projects[i].name, name) &&
		    domain_is_default(json_object_get(project, "domain")))
			return &projects[i];
	return NULL;
}

/* ---- tokens ---- */

/* Random text of [A-Za-z0-9-_], as Fernet's. */
static void random_text(char *to, size_t len)
{
	unsigned char bytes[192];

	while (getrandom(bytes, len, 0) != (ssize_t)len)
		;
	for (size_t i = 0; i < len; i++)
		to[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
			[bytes[i] & 63];
	to[len] = '\0';
}

static json_t *tokens(struct refcloud *rc)
{
	json_t *data = refcloud_face_data(rc, "openstack");

	if (!json_object_get(data, "tokens"))
		json_object_set_new(data, "tokens", json_object());
	return json_object_get(data, "tokens");
}

static int64_t expiry(const json_t *row)
{
	return json_integer_value(json_object_get(row, "expires_us"));
}

static void token_save(struct refcloud *rc, const struct osf_token *t)
{
	json_t *all = tokens(rc), *row;
	const char *id;
	void *next;

	if (json_object_size(all) % 256 == 255)
		json_object_foreach_safe(all, next, id, row)
			if (expiry(row) <= t->issued_us)
				json_object_del(all, id);
	json_object_set_new(all, t->id, json_pack(
		"{s:s, s:s, s:s*, s:b, s:b, s:I, s:I}", "audit", t->audit, "user", t->user->id,
		"project", t->project ? t->project->id : NULL, "rescoped", t->rescoped,
		"application", t->application, "issued_us", (json_int_t)t->issued_us,
		"expires_us", (json_int_t)t->expires_us));
}

bool osf_token_find(struct refcloud *rc, const char *id, struct osf_token *ret)
{
	const json_t *row = id ? json_object_get(tokens(rc), id) : NULL;

	*ret = (struct osf_token){ 0 };
	if (row && expiry(row) > clock_wall_us()) {
		str_copy(ret->id, sizeof(ret->id), id);
		str_copy(ret->audit, sizeof(ret->audit), json_text(row, "audit"));
		ret->user = osf_project_by_id(json_text(row, "user"));
		ret->project = osf_project_by_id(json_text(row, "project"));
		ret->rescoped = json_is_true(json_object_get(row, "rescoped"));
		ret->application = json_is_true(json_object_get(row, "application"));
		ret->issued_us = json_integer_value(json_object_get(row, "issued_us"));
		ret->expires_us = expiry(row);
	} else if (refcloud_login(rc, "", "")) {	/* a fault plan takes any */
		ret->user = ret->project = &projects[0];
	}
	return ret->user != NULL;
}

/* ---- what a token says ---- */

static json_t *links_self(const struct osf_call *c, const char *path, const char *id)
{
	return json_pack("{s:o}", "self", json_sprintf("%s/identity/v3/%s/%s", c->base, path, id));
}

static json_t *endpoints(const struct osf_call *c, const char *type, const char *path,
			 const char *project)
{
	static const char *const interfaces[] = { "public", "internal", "admin" };
	json_t *all = json_array();
	char id[33];

	for (size_t k = 0; k < 3; k++) {
		osf_hex(id, 32, interfaces[k], type);
		json_array_append_new(all, json_pack(
			"{s:s, s:s, s:s, s:s, s:o}", "id", id, "interface", interfaces[k],
			"region_id", osf_region("default"), "region", osf_region("default"),
			"url", json_sprintf("%s%s%s", c->base, path, project)));
	}
	return all;
}

/* The other regions of the model have no services of their own. */
static json_t *catalog(const struct osf_call *c, const struct osf_project *project)
{
	static const struct { const char *type, *name, *path; } services[] = {
		{ "identity", "keystone", "/identity" }, { "compute", "nova", "/compute/v2.1" },
		{ "network", "neutron", "/network" }, { "image", "glance", "/image" },
		{ "volumev3", "cinderv3", "/volume/v3/" }, { "block-storage", "cinder", "/volume/v3/" },
	};
	json_t *all = json_array();
	char id[33];

	for (size_t i = 0; i < sizeof(services) / sizeof(*services); i++) {
		osf_hex(id, 32, "service", services[i].type);
		json_array_append_new(all, json_pack(
			"{s:o, s:s, s:s, s:s}", "endpoints",
			endpoints(c, services[i].type, services[i].path,
				  strstr(services[i].path, "/v3/") ? project->id : ""),
			"id", id, "type", services[i].type, "name", services[i].name));
	}
	return all;
}

static json_t *domain_view(void)
{
	return json_pack("{s:s, s:s}", "id", "default", "name", "Default");
}

static json_t *methods_of(const struct osf_token *t)
{
	json_t *all = json_array();

	if (t->rescoped)
		json_array_append_new(all, json_string("token"));
	json_array_append_new(all,
			      json_string(t->application ? "application_credential" : "password"));
	return all;
}

static json_t *token_view(const struct osf_call *c, const struct osf_token *t)
{
	char issued[OSF_STAMP], expires[OSF_STAMP], app[33];
	json_t *view;

	osf_stamp(t->issued_us, true, issued);
	osf_stamp(t->expires_us, true, expires);
	view = json_pack("{s:o, s:{s:o, s:s, s:s, s:n}, s:[s], s:s, s:s}", "methods", methods_of(t),
			 "user", "domain", domain_view(), "id", t->user->user_id,
			 "name", osf_user_name(t->user), "password_expires_at",
			 "audit_ids", t->audit, "expires_at", expires, "issued_at", issued);
	if (t->application) {
		application_id(t->user, app);
		json_object_set_new(view, "application_credential",
				    json_pack("{s:s, s:s, s:b}", "id", app, "name", APP_NAME,
					      "restricted", 1));
	}
	if (!t->project)
		return view;
	json_object_set_new(view, "project",
			    json_pack("{s:o, s:s, s:s}", "domain", domain_view(), "id",
				      t->project->id, "name", t->project->name));
	json_object_set_new(view, "is_domain", json_false());
	json_object_set_new(view, "roles",
			    json_pack("[{s:s, s:s}, {s:s, s:s}]", "id",
				      "6e3a1f0b9c8d4752a1b0c9d8e7f6a5b4", "name", "member", "id",
				      "0b7c6d5e4f3a42918f0e1d2c3b4a5968", "name", "reader"));
	if (!face_query(c->q, "nocatalog"))
		json_object_set_new(view, "catalog", catalog(c, t->project));
	return view;
}

static void answer_token(struct osf_call *c, int status, const struct osf_token *t)
{
	osf_header(c, "X-Subject-Token", "%s", t->id);
	osf_header(c, "Vary", "X-Auth-Token");
	osf_answer_one(c, status, "token", token_view(c, t));
}

/* ---- authentication ---- */

struct login {
	const struct osf_project *user;
	struct osf_token from;		/* rescoped from it */
	bool application;
	bool malformed;
};

/* One password for all; a fault plan may take any, and anybody. */
static bool secret_fits(struct osf_call *c, const json_t *holder, const char *key,
			struct login *ret)
{
	const char *given = json_text(holder, key);

	if (!given || !refcloud_login(c->rc, ret->user ? refcloud_user() : "", given))
		return false;
	if (!ret->user)
		ret->user = &projects[0];
	return true;
}

static bool by_password(struct osf_call *c, const json_t *identity, struct login *ret)
{
	const json_t *user = json_object_get(json_object_get(identity, "password"), "user");

	ret->malformed = !json_is_object(user) || !json_text(user, "password");
	ret->user = user_find(user);
	return secret_fits(c, user, "password", ret);
}

static bool by_token(struct osf_call *c, const json_t *identity, struct login *ret)
{
	const char *id = json_text(json_object_get(identity, "token"), "id");

	ret->malformed = !id;
	if (!osf_token_find(c->rc, id, &ret->from))
		return false;
	ret->user = ret->from.user;
	ret->application = ret->from.application;
	return true;
}

static bool by_application(struct osf_call *c, const json_t *identity, struct login *ret)
{
	const json_t *app = json_object_get(identity, "application_credential");
	const char *id = json_text(app, "id"), *name = json_text(app, "name");
	char own[33];

	ret->malformed = !json_is_object(app) || (!id && !name);
	ret->application = true;
	for (size_t i = 0; id && i < PROJECTS; i++) {
		application_id(&projects[i], own);
		if (!strcmp(own, id))
			ret->user = &projects[i];
	}
	if (!id && name && !strcmp(name, APP_NAME))
		ret->user = user_find(json_object_get(app, "user"));
	return secret_fits(c, app, "secret", ret);
}

static bool login(struct osf_call *c, const json_t *identity, struct login *ret)
{
	static const struct {
		const char *name;
		bool (*fn)(struct osf_call *c, const json_t *identity, struct login *ret);
	} methods[] = {
		{ "password", by_password }, { "token", by_token },
		{ "application_credential", by_application },
	};
	const json_t *list = json_object_get(identity, "methods");
	const char *name = json_string_value(json_array_get(list, 0));

	ret->malformed = !name;
	for (size_t i = 0; name && i < sizeof(methods) / sizeof(*methods); i++)
		if (!strcmp(methods[i].name, name))
			return methods[i].fn(c, identity, ret);
	return false;
}

/* NULL *ret: unscoped.  false: not this user's, or nothing that there is. */
static bool scope_read(const json_t *scope, const struct login *who, const struct osf_project **ret)
{
	const json_t *project = json_object_get(scope, "project");

	*ret = NULL;
	if (who->application) {
		*ret = who->user;
		return !scope || (who->from.user && project_find(project) == who->user);
	}
	if (!scope || (json_is_string(scope) && !strcmp(json_string_value(scope), "unscoped")) ||
	    json_object_get(scope, "unscoped"))
		return true;
	*ret = project_find(project);
	return *ret == who->user;
}

static void auth(struct osf_call *c)
{
	const json_t *request = json_object_get(c->q->json, "auth");
	const json_t *identity = json_object_get(request, "identity");
	const json_t *scope = json_object_get(request, "scope");
	const struct osf_project *project;
	struct login who = { 0 };
	struct osf_token t = { 0 };
	bool known;

	if (!json_is_object(identity)) {
		osf_fail(c, 400, "",
			 c->q->json ? "Expecting to find %s in auth. The server could not "
				      "comply with the request since it is either malformed or "
				      "otherwise incorrect. "
				      "The client is assumed to be in error." :
				      "Malformed json in request body (%s)",
			 "identity");
		return;
	}
	known = login(c, identity, &who);
	if (who.malformed) {
		osf_fail(c, 400, "",
			 "Invalid input for field 'identity': a method's data is missing.");
		return;
	}
	if (!known || !scope_read(scope, &who, &project)) {
		osf_unauthorized(c);
		return;
	}
	t.user = who.user;
	t.project = project;
	t.rescoped = who.from.user != NULL;
	t.application = who.application;
	t.issued_us = clock_wall_us();
	t.expires_us = t.rescoped && who.from.expires_us ? who.from.expires_us :
		       t.issued_us + TOKEN_LIFE_US;
	memcpy(t.id, "gAAAAAB", 7);
	random_text(t.id + 7, 176);
	random_text(t.audit, 22);
	token_save(c->rc, &t);
	answer_token(c, 201, &t);
}

/* The token that X-Subject-Token names and the caller may see; false: answered. */
static bool subject(struct osf_call *c, struct osf_token *ret)
{
	const char *id = face_header(c->q, "X-Subject-Token");

	if (!id)
		osf_fail(c, 400, "", "Expecting to find X-Subject-Token in the headers.");
	else if (!osf_token_find(c->rc, id, ret) || !*ret->id)
		osf_fail(c, 404, "", "Could not find token: %.20s...", id);
	else if (ret->user != c->token.user)
		osf_fail(c, 403, "", "You are not authorized to perform the requested action: "
			 "identity:validate_token.");
	else
		return true;
	return false;
}

static void token_get(struct osf_call *c)
{
	struct osf_token t;

	if (subject(c, &t))
		answer_token(c, 200, &t);
}

static void token_destroy(struct osf_call *c)
{
	struct osf_token t;

	if (!subject(c, &t))
		return;
	json_object_del(tokens(c->rc), t.id);
	osf_answer(c, 204, NULL);
}

/* ---- the rest of Keystone that a member may read ---- */

static void answer_list(struct osf_call *c, const char *key, json_t *items)
{
	json_t *self = json_sprintf("%s%s", c->base, c->q->path);

	osf_answer(c, 200, json_pack("{s:o, s:{s:o, s:n, s:n}}", key, items, "links", "self", self,
				     "previous", "next"));
}

static void catalog_get(struct osf_call *c)
{
	answer_list(c, "catalog", catalog(c, c->token.project));
}

static json_t *project_view(struct osf_call *c, const struct osf_project *p)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:s, s:[], s:{}, s:o}", "id", p->id,
			 "name", p->name, "domain_id", "default", "description", "", "enabled", 1,
			 "is_domain", 0, "parent_id", "default", "tags", "options",
			 "links", links_self(c, "projects", p->id));
}

static void project_list(struct osf_call *c)
{
	if (*c->arg[0] && strcmp(c->arg[0], c->token.user->user_id))
		osf_fail(c, 403, "", "You are not authorized to perform the requested action: "
			 "identity:list_user_projects.");
	else
		answer_list(c, "projects", json_pack("[o]", project_view(c, c->token.user)));
}

static void refuse_list(struct osf_call *c)
{
	osf_fail(c, 403, "",
		 "You are not authorized to perform the requested action: identity:list.");
}

static void project_get(struct osf_call *c)
{
	const struct osf_project *p = osf_project_by_id(c->arg[0]);

	if (p && p == c->token.user)
		osf_answer_one(c, 200, "project", project_view(c, p));
	else
		osf_fail(c, 403, "", "You are not authorized to perform the requested action: "
			 "identity:get_project.");
}

static void user_get(struct osf_call *c)
{
	const struct osf_project *p = c->token.user;

	if (strcmp(c->arg[0], p->user_id)) {
		osf_fail(c, 403, "", "You are not authorized to perform the requested action: "
			 "identity:get_user.");
		return;
	}
	osf_answer_one(c, 200, "user",
		       json_pack("{s:s, s:s, s:s, s:b, s:{}, s:n, s:o}", "id", p->user_id, "name",
				 osf_user_name(p), "domain_id", "default", "enabled", 1, "options",
				 "password_expires_at", "links",
				 links_self(c, "users", p->user_id)));
}

static json_t *region_view(struct osf_call *c, const struct resource *r)
{
	const char *id = osf_region(r->id);

	return json_pack("{s:s, s:s, s:n, s:o}", "id", id, "description", r->region.title,
			 "parent_region_id", "links", links_self(c, "regions", id));
}

static void region_list(struct osf_call *c)
{
	struct resource_list all = { 0 };
	json_t *items;

	if (osf_list(c, KIND_REGION, NULL, &all)) {
		items = json_array();
		for (size_t i = 0; i < all.count; i++)
			json_array_append_new(items, region_view(c, &all.at[i]));
		answer_list(c, "regions", items);
	}
	resource_list_cleanup(&all);
}

static void region_get(struct osf_call *c)
{
	const char *id = strcmp(c->arg[0], "RegionOne") ? c->arg[0] : "default";
	struct resource r;
	struct error err;

	if (ref_get(c->rc, c->q->tenant, KIND_REGION, id, &r, &err) == ERR_OK)
		osf_answer_one(c, 200, "region", region_view(c, &r));
	else if (err.code == ERR_NOT_FOUND)
		osf_fail(c, 404, "", "Could not find region: %s.", c->arg[0]);
	else
		osf_fail_model(c, KIND_REGION, c->arg[0], &err);
}

/* ---- versions ---- */

static json_t *version_view(struct osf_call *c)
{
	return json_pack("{s:s, s:s, s:s, s:[{s:s, s:o}], s:[{s:s, s:s}]}", "id", "v3.14",
			 "status", "stable", "updated", "2020-04-07T00:00:00Z",
			 "links", "rel", "self", "href", json_sprintf("%s/identity/v3/", c->base),
			 "media-types", "base", "application/json",
			 "type", "application/vnd.openstack.identity-v3+json");
}

void osf_identity_versions(struct osf_call *c)
{
	osf_header(c, "Location", "%s/identity/v3/", c->base);
	osf_answer(c, 300, json_pack("{s:{s:[o]}}", "versions", "values", version_view(c)));
}

static void version_get(struct osf_call *c)
{
	osf_answer_one(c, 200, "version", version_view(c));
}

const struct osf_route osf_identity_routes[] = {
	{ "GET", "", "version.list", osf_identity_versions, OSF_OPEN },
	{ "GET", "/v3", "version.get", version_get, OSF_OPEN },
	{ "POST", "/v3/auth/tokens", "auth", auth, OSF_OPEN },
	{ "GET", "/v3/auth/tokens", "token.get", token_get, OSF_UNSCOPED },
	{ "DELETE", "/v3/auth/tokens", "token.destroy", token_destroy, OSF_UNSCOPED },
	{ "GET", "/v3/auth/catalog", "catalog.get", catalog_get, 0 },
	{ "GET", "/v3/auth/projects", "project.list", project_list, OSF_UNSCOPED },
	{ "GET", "/v3/users/?/projects", "project.list", project_list, OSF_UNSCOPED },
	{ "GET", "/v3/users/?", "user.get", user_get, OSF_UNSCOPED },
	{ "GET", "/v3/users", "user.list", refuse_list, OSF_UNSCOPED },
	{ "GET", "/v3/projects/?", "project.get", project_get, OSF_UNSCOPED },
	{ "GET", "/v3/projects", "project.list", refuse_list, OSF_UNSCOPED },
	{ "GET", "/v3/regions", "region.list", region_list, OSF_UNSCOPED },
	{ "GET", "/v3/regions/?", "region.get", region_get, OSF_UNSCOPED },
	{ 0 },
};
