/* Keystone v3: where the credentials come from, the token, the catalogue. */
#include "openstack.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/conf.h"

struct openstack_auth {
	char *url, *username, *user_id, *password, *token;
	char *application_id, *application_name, *application_secret;
	char *project_id, *project_name, *project_domain_id, *project_domain_name;
	char *user_domain_id, *user_domain_name;
	char *region, *interface, *cacert;
};

#define SLOT(member) offsetof(struct openstack_auth, member)
/* Our setting, clouds.yaml's key (under auth: unless top), the variable. */
static const struct source {
	const char *setting, *yaml, *env;
	bool top;
	size_t slot;
} sources[] = {
	{ "endpoint", "auth_url", "OS_AUTH_URL", false, SLOT(url) },
	{ "username", "username", "OS_USERNAME", false, SLOT(username) },
	{ "user_id", "user_id", "OS_USER_ID", false, SLOT(user_id) },
	{ "password", "password", "OS_PASSWORD", false, SLOT(password) },
	{ "token", "token", "OS_TOKEN", false, SLOT(token) },
	{ "application_credential_id", "application_credential_id", "OS_APPLICATION_CREDENTIAL_ID",
	  false, SLOT(application_id) },
	{ "application_credential_name", "application_credential_name",
	  "OS_APPLICATION_CREDENTIAL_NAME", false, SLOT(application_name) },
	{ "application_credential_secret", "application_credential_secret",
	  "OS_APPLICATION_CREDENTIAL_SECRET", false, SLOT(application_secret) },
	{ "project_id", "project_id", "OS_PROJECT_ID", false, SLOT(project_id) },
	{ "project_name", "project_name", "OS_PROJECT_NAME", false, SLOT(project_name) },
	{ "project_domain_id", "project_domain_id", "OS_PROJECT_DOMAIN_ID", false,
	  SLOT(project_domain_id) },
	{ "project_domain_name", "project_domain_name", "OS_PROJECT_DOMAIN_NAME", false,
	  SLOT(project_domain_name) },
	{ "user_domain_id", "user_domain_id", "OS_USER_DOMAIN_ID", false, SLOT(user_domain_id) },
	{ "user_domain_name", "user_domain_name", "OS_USER_DOMAIN_NAME", false,
	  SLOT(user_domain_name) },
	{ "region_name", "region_name", "OS_REGION_NAME", true, SLOT(region) },
	{ "interface", "interface", "OS_INTERFACE", true, SLOT(interface) },
	{ "cacert", "cacert", "OS_CACERT", true, SLOT(cacert) },
};
enum { SOURCES = sizeof(sources) / sizeof(*sources) };

static char **slot(struct openstack_auth *a, size_t i)
{
	return (char **)((char *)a + sources[i].slot);
}

static void offer(struct openstack_auth *a, size_t i, const char *value)
{
	if (value && *value && !*slot(a, i))
		*slot(a, i) = xstrdup(value);
}

static bool is_secret(size_t i)
{
	return strstr(sources[i].setting, "secret") || !strcmp(sources[i].setting, "password") ||
	       !strcmp(sources[i].setting, "token");
}

/* clouds.yaml is looked for as openstacksdk does: the named file, here, then ~/.config. */
static char *clouds_path(const char *given)
{
	const char *env = getenv("OS_CLIENT_CONFIG_FILE"), *home = getenv("HOME");
	struct stat st;

	if (given)
		return xstrdup(given);
	if (env)
		return xstrdup(env);
	if (!stat("clouds.yaml", &st))
		return xstrdup("clouds.yaml");
	return xasprintf("%s/.config/openstack/clouds.yaml", home ? home : "");
}

static int from_clouds_yaml(struct openstack_auth *a, const char *name, const char *file,
			    struct error *err)
{
	AUTO(str) char *path = clouds_path(file);
	AUTO(conf) struct conf *doc = NULL;
	const struct conf *one, *auth;
	int r = conf_read(path, &doc, err);

	if (r < 0)
		return r;
	one = conf_get(doc, "clouds") ? conf_get(conf_get(doc, "clouds"), name) : NULL;
	if (!one)
		return err_at(err, ERR_INVALID, path, 0, "found no cloud \"%s\" under clouds:", name);
	auth = conf_get(one, "auth");
	for (size_t i = 0; i < SOURCES; i++) {
		const struct conf *value = sources[i].top ? conf_get(one, sources[i].yaml) :
					   auth ? conf_get(auth, sources[i].yaml) : NULL;

		if (value && value->type == CONF_TEXT)
			offer(a, i, value->text);
	}
	return ERR_OK;
}

static int gather(struct cloud *c, struct openstack_auth *a, struct error *err)
{
	const struct cloud_config *cfg = cloud_config(c);
	const char *cloud = config_setting(cfg, "cloud"), *env = config_setting(cfg, "os_env");
	int r;

	for (size_t i = 0; i < SOURCES; i++)
		offer(a, i, config_setting(cfg, sources[i].setting));
	if (cloud) {
		r = from_clouds_yaml(a, cloud, config_setting(cfg, "clouds_file"), err);
		if (r < 0)
			return r;
	}
	if (env && !strcmp(env, "true"))
		for (size_t i = 0; i < SOURCES; i++)
			offer(a, i, getenv(sources[i].env));
	for (size_t i = 0; i < SOURCES; i++)
		if (is_secret(i) && *slot(a, i))
			secret_add(*slot(a, i), strlen(*slot(a, i)));
	if (!a->url)
		return err_at(err, ERR_INVALID, cfg->file, cfg->connection_line,
			      "connection: found no endpoint; wanted endpoint, cloud or os_env: true");
	if (!a->token && !a->application_secret && !a->password)
		return err_at(err, ERR_INVALID, cfg->file, cfg->connection_line,
			      "connection: found no credential; wanted password, "
			      "application_credential_secret or token");
	return ERR_OK;
}

static json_t *domain(const char *id, const char *name)
{
	if (id)
		return json_pack("{s:s}", "id", id);
	return json_pack("{s:s}", "name", name ? name : "Default");
}

static json_t *scope(const struct openstack_auth *a)
{
	if (a->project_id)
		return json_pack("{s:{s:s}}", "project", "id", a->project_id);
	if (a->project_name)
		return json_pack("{s:{s:s, s:o}}", "project", "name", a->project_name, "domain",
				 domain(a->project_domain_id, a->project_domain_name));
	return NULL;
}

static json_t *identity_of(const struct openstack_auth *a)
{
	json_t *user;

	if (a->application_secret) {
		json_t *app = json_pack("{s:s}", "secret", a->application_secret);

		if (a->application_id) {
			json_object_set_new(app, "id", json_string(a->application_id));
		} else {
			json_object_set_new(app, "name", json_string(a->application_name ? a->application_name : ""));
			json_object_set_new(app, "user", json_pack("{s:s, s:o}", "name",
				a->username ? a->username : "", "domain",
				domain(a->user_domain_id, a->user_domain_name)));
		}
		return json_pack("{s:[s], s:o}", "methods", "application_credential",
				 "application_credential", app);
	}
	if (a->token)
		return json_pack("{s:[s], s:{s:s}}", "methods", "token", "token", "id", a->token);
	user = a->user_id ? json_pack("{s:s}", "id", a->user_id) :
	       json_pack("{s:s, s:o}", "name", a->username ? a->username : "",
			 "domain", domain(a->user_domain_id, a->user_domain_name));
	json_object_set_new(user, "password", json_string(a->password));
	return json_pack("{s:[s], s:{s:o}}", "methods", "password", "password", "user", user);
}

static char *auth_body(const struct openstack_auth *a)
{
	json_auto_t *body = json_pack("{s:{s:o}}", "auth", "identity", identity_of(a));
	json_t *where = a->application_secret ? NULL : scope(a);

	if (where)
		json_object_set_new(json_object_get(body, "auth"), "scope", where);
	return json_dumps(body, JSON_COMPACT);
}

static int take_token(struct openstack *s, const struct http_call *call, json_t **ret,
		      struct error *err)
{
	struct error why;
	const json_t *token;
	int64_t from, until;

	if (!http_reply_header(call, "x-subject-token", s->token, sizeof(s->token)) || !*s->token)
		return err_set(err, ERR_PROTOCOL, "POST /auth/tokens: no X-Subject-Token in the answer");
	if (strlen(s->token) == sizeof(s->token) - 1)
		return err_set(err, ERR_PROTOCOL, "POST /auth/tokens: X-Subject-Token is over %zu bytes",
			       sizeof(s->token) - 2);
	secret_add(s->token, strlen(s->token));
	s->token_serial++;
	if (json_read(call->reply, call->reply_len, NULL, ret, &why) < 0)
		return err_set(err, ERR_PROTOCOL, "POST /auth/tokens: %s", why.text);
	/* Their clock may be another than ours: only how long is taken from it. */
	token = json_object_get(*ret, "token");
	from = openstack_time_us(json_text(token, "issued_at"));
	until = openstack_time_us(json_text(token, "expires_at"));
	s->token_since_us = clock_boot_us();
	if (from < 0)
		from = clock_wall_us();
	s->token_life_us = until > from ? until - from : -1;
	return ERR_OK;
}

static CO_FN int get_token(struct openstack *s, json_t **ret, struct error *err)
{
	AUTO(str) char *body = auth_body(s->auth);
	struct http_header headers[] = { { "Content-Type", "application/json" },
					 { "Accept", "application/json" }, { 0 } };
	AUTO(http_call) struct http_call call = {
		.method = "POST", .path = "/auth/tokens", .headers = headers, .body = body,
		.op = "auth", .mutates_nothing = true,
	};
	const char *type = "", *message = "";
	json_auto_t *doc = NULL;
	struct error why;
	bool guessed;
	char note[96];
	int r = http_ask(s->http[SERVICE_IDENTITY], &call, err);

	if (r < 0)
		return err_context(err, "asking Keystone for a token");
	if (call.status == 201)
		return take_token(s, &call, ret, err);
	if (json_read(call.reply, call.reply_len, NULL, &doc, &why) == ERR_OK)
		openstack_error_text(doc, &type, &message);
	r = openstack_classify((int)call.status, type, message, &guessed);
	http_ask_note(&call, note, sizeof(note));
	err_set(err, (enum err)r, "POST %s/auth/tokens: HTTP %ld: %s%s",
		http_base_url(s->http[SERVICE_IDENTITY]), call.status,
		*message ? message : "no message (is this a Keystone v3 endpoint?)", note);
	err->http_status = (int)call.status;
	err->sent = true;
	return r;
}

static CO_FN int open_service(struct cloud *c, struct openstack *s, enum service which,
			      const char *url, struct error *err)
{
	struct http_config h;
	int r;

	cloud_http_config(c, &h);
	h.base_url = url;
	h.ca_file = s->auth->cacert;
	r = http_open(cloud_loop(c), &h, &s->http[which], err);
	if (r == ERR_OK)
		cloud_observe_http(c, s->http[which]);
	return r;
}

/* The endpoint of a service in the catalogue, for our interface and region. */
static const char *in_catalogue(const json_t *token, const char *type, const char *interface,
				const char *region)
{
	size_t i, j;
	json_t *service, *end;

	json_array_foreach(json_object_get(token, "catalog"), i, service) {
		const char *name = json_text(service, "type");

		if (!name || strcmp(name, type))
			continue;
		json_array_foreach(json_object_get(service, "endpoints"), j, end) {
			const char *face = json_text(end, "interface");
			const char *where = json_text(end, "region_id");

			if (!where)
				where = json_text(end, "region");
			if (face && !strcmp(face, interface) &&
			    (!*region || (where && !strcmp(where, region))))
				return json_text(end, "url");
		}
	}
	return NULL;
}

/* "http://host:port/v2.0" from what catalogues write: with and without version. */
static char *with_version(const char *url, const char *version)
{
	size_t n = strlen(url);

	while (n && url[n - 1] == '/')
		n--;
	if (!*version ||
	    (n > strlen(version) && !strncmp(url + n - strlen(version), version, strlen(version))))
		return xstrndup(url, n);
	return xasprintf("%.*s%s", (int)n, url, version);
}

static CO_FN int open_catalogue(struct cloud *c, struct openstack *s, const json_t *token,
				struct error *err)
{
	static const struct { const char *types[4], *override, *version; } want[SERVICE_COUNT] = {
		[SERVICE_COMPUTE] = { { "compute" }, "compute_endpoint_override", "" },
		[SERVICE_NETWORK] = { { "network" }, "network_endpoint_override", "/v2.0" },
		[SERVICE_IMAGE] = { { "image" }, "image_endpoint_override", "/v2" },
		/* Its usual type and the official one; the address holds version and project. */
		[SERVICE_VOLUME] = { { "volumev3", "block-storage", "block-store" },
				     "volume_endpoint_override", "" },
	};
	const char *interface = s->auth->interface ? s->auth->interface : "public";
	const struct cloud_config *cfg = cloud_config(c);
	int r;

	for (int i = SERVICE_COMPUTE; i < SERVICE_COUNT; i++) {
		const char *url = config_setting(cfg, want[i].override);
		bool learnt = !url;

		for (int n = 0; learnt && !url && want[i].types[n]; n++)
			url = in_catalogue(token, want[i].types[n], interface, s->region);
		if (!url)
			continue;
		/* What the user wrote is trusted; what a server says is not. */
		r = learnt ? http_origin_allowed(url, s->auth->url, config_setting(cfg, "catalogue_origins"),
						 err) : ERR_OK;
		if (r < 0)
			return err_context(err, "the catalogue's %s endpoint", want[i].types[0]);
		AUTO(str) char *full = with_version(url, want[i].version);

		r = open_service(c, s, (enum service)i, full, err);
		if (r < 0)
			return err_context(err, "the catalogue's %s endpoint", want[i].types[0]);
	}
	if (!s->http[SERVICE_COMPUTE] && !s->http[SERVICE_NETWORK])
		return err_set(err, ERR_INVALID, "the catalogue has no %s endpoint of compute or network in "
			       "region \"%s\": check region_name and interface", interface, s->region);
	return ERR_OK;
}

/* GET on the compute endpoint itself: {"version":{"version":"2.90",..}}. */
static CO_FN int find_microversion(struct cloud *c, struct openstack *s, struct error *err)
{
	json_auto_t *doc = NULL;
	const char *newest;
	char ours[16];
	int r;

	if (!s->http[SERVICE_COMPUTE])
		return ERR_OK;
	r = openstack_call(c, SERVICE_COMPUTE, "version.get", "GET", "/", NULL, 200, &doc, err);
	if (r < 0)
		return err_context(err, "finding the compute API version");
	newest = json_text(json_object_get(doc, "version"), "version");
	str_copy(s->compute_version, sizeof(s->compute_version), newest);
	openstack_microversion(newest, ours, sizeof(ours));
	if (*ours)
		snprintf(s->microversion, sizeof(s->microversion), "compute %s", ours);
	return ERR_OK;
}

/* Altered in the middle: still well-formed, never a valid one. */
static void damage(char *token)
{
	size_t n = strlen(token);

	for (size_t i = n / 3; i < n * 2 / 3; i++)
		token[i] = token[i] == 'A' ? 'B' : 'A';
}

CO_FN int openstack_connect(struct cloud *c, struct openstack *s, struct error *err)
{
	json_auto_t *doc = NULL;
	const json_t *token;
	int r;

	s->auth = xcalloc(1, sizeof(*s->auth));
	co_sem_init(&s->replacing, 1);
	r = gather(c, s->auth, err);
	if (r < 0)
		return r;
	AUTO(str) char *url = with_version(s->auth->url, strstr(s->auth->url, "/v3") ? "" : "/v3");

	r = open_service(c, s, SERVICE_IDENTITY, url, err);
	if (r == ERR_OK)
		r = get_token(s, &doc, err);
	if (r < 0)
		return r;
	token = json_object_get(doc, "token");
	str_copy(s->project, sizeof(s->project), json_text(json_object_get(token, "project"), "id"));
	str_copy(s->region, sizeof(s->region), s->auth->region);
	r = open_catalogue(c, s, token, err);
	if (r == ERR_OK)
		r = find_microversion(c, s, err);
	if (cloud_damaged(c))
		damage(s->token);
	return r;
}

CO_FN int openstack_renew(struct cloud *c, struct openstack *s, struct error *err)
{
	json_auto_t *doc = NULL;
	int r;

	if (cloud_damaged(c) ||
	    !openstack_token_due(clock_boot_us() - s->token_since_us, s->token_life_us))
		return ERR_OK;
	if (s->renewing)
		return ERR_OK;	/* one asks for all; the old token has its last minute */
	s->renewing = true;
	r = get_token(s, &doc, err);
	s->renewing = false;
	return r;
}

CO_FN int openstack_replace(struct cloud *c, struct openstack *s, unsigned refused,
			    struct error *err)
{
	json_auto_t *doc = NULL;
	int r = co_acquire(&s->replacing, 1);

	(void)c;
	if (r < 0)
		return err_set(err, (enum err)r, "%s while waiting for another token",
			       err_name((enum err)r));
	/* Who stood in line takes what came meanwhile. */
	if (s->token_serial == refused)
		r = get_token(s, &doc, err);
	co_release(&s->replacing, 1);
	return r;
}

void openstack_disconnect(struct openstack *s)
{
	for (int i = 0; i < SERVICE_COUNT; i++)
		http_close(s->http[i]);
	for (size_t i = 0; s->auth && i < SOURCES; i++)
		free(*slot(s->auth, i));
	free(s->auth);
}
