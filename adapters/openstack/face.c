#include "adapters/openstack/face.h"

#include <stdio.h>
#include <string.h>

static const struct {
	enum osf_service service;
	const char *prefix;
	const struct osf_route *routes[5];
} services[] = {
	{ OSF_IDENTITY, "/identity", { osf_identity_routes } },
	{ OSF_COMPUTE, "/compute", { osf_compute_routes, osf_nova_routes, osf_attach_routes,
				     osf_meta_routes } },
	{ OSF_NETWORK, "/network", { osf_network_routes, osf_port_routes, osf_router_routes,
				    osf_policy_routes } },
	{ OSF_IMAGE, "/image", { osf_image_routes } },
	{ OSF_VOLUME, "/volume", { osf_volume_routes, osf_meta_routes } },
};

/* ---- routing ---- */

static bool path_fits(struct osf_call *c, const char *pattern, const char *path)
{
	unsigned n = 0;
	size_t len;

	for (; *pattern; pattern++) {
		if (*pattern != '?') {
			if (*pattern != *path++)
				return false;
			continue;
		}
		len = strcspn(path, "/");
		if (!len || len >= sizeof(c->arg[0]))
			return false;
		memcpy(c->arg[n], path, len);
		c->arg[n++][len] = '\0';
		path += len;
	}
	return !*path;
}

/* *seen: the path exists, if perhaps not for this method. */
static const struct osf_route *route_find(struct osf_call *c, const struct osf_route *const *tables,
					  const char *path, bool *seen)
{
	const char *method = strcmp(c->q->method, "HEAD") ? c->q->method : "GET";

	*seen = false;
	for (; *tables; tables++)
		for (const struct osf_route *r = *tables; r->method; r++) {
			if (!path_fits(c, r->path, path))
				continue;
			*seen = true;
			if (!strcmp(r->method, method))
				return r;
		}
	return NULL;
}

/* ---- microversions ---- */

/* "2.10", "latest" or NULL; false: answered with an error. */
static bool microversion_read(struct osf_call *c, const char *text)
{
	bool nova = c->service == OSF_COMPUTE;
	int major = nova ? 2 : 3, least = nova, most = nova ? OSF_COMPUTE_MAX : OSF_VOLUME_MAX;
	int64_t minor;

	c->minor = (unsigned)least;
	if (!text)
		return true;
	if (!strcmp(text, "latest")) {
		c->minor = (unsigned)most;
		return true;
	}
	minor = text[0] != '0' + major || text[1] != '.' ? -1 : str_to_int(text + 2, 9999);
	if (minor >= least && minor <= most) {
		c->minor = (unsigned)minor;
		return true;
	}
	if (minor < 0 && !(text[0] >= '1' && text[0] <= '9' && text[1] == '.' &&
			   str_to_int(text + 2, 9999) >= 0))
		osf_fail(c, 400, "", "API Version String %.40s is of invalid format. "
			 "Must be of format MajorNum.MinorNum.", text);
	else
		osf_fail(c, 406, "", "Version %.40s is not supported by the API. "
			 "Minimum is %d.%d and maximum is %d.%d.", text, major, least, major, most);
	return false;
}

static bool microversion(struct osf_call *c)
{
	const char *text = face_header(c->q, "OpenStack-API-Version");
	bool ok;

	if (c->service == OSF_VOLUME) {
		ok = microversion_read(c, text && !strncmp(text, "volume ", 7) ? text + 7 : NULL);
		osf_header(c, "OpenStack-API-Version", "volume 3.%u", c->minor);
		osf_header(c, "Vary", "OpenStack-API-Version");
		return ok;
	}
	if (text && !strncmp(text, "compute ", 8))
		text += 8;
	else
		text = face_header(c->q, "X-OpenStack-Nova-API-Version");
	ok = microversion_read(c, text);
	osf_header(c, "OpenStack-API-Version", "compute 2.%u", c->minor);
	osf_header(c, "X-OpenStack-Nova-API-Version", "2.%u", c->minor);
	osf_header(c, "Vary", "OpenStack-API-Version, X-OpenStack-Nova-API-Version");
	return ok;
}

/* ---- one request ---- */

static void request_id(struct osf_call *c)
{
	static unsigned long count;
	char number[32], id[OSF_UUID];

	snprintf(number, sizeof(number), "%lu", ++count);
	osf_uuid(id, "request", number, c->q->path);
	osf_header(c, "X-Openstack-Request-Id", "req-%s", id);
	if (c->service == OSF_COMPUTE || c->service == OSF_VOLUME)
		osf_header(c, "X-Compute-Request-Id", "req-%s", id);
}

/* false: answered. */
static bool admit(struct osf_call *c, const struct osf_route *r)
{
	if (r->flags & OSF_OPEN)
		return true;
	if (!osf_token_find(c->rc, face_header(c->q, "X-Auth-Token"), &c->token)) {
		osf_unauthorized(c);
		return false;
	}
	if (c->token.project)
		c->q->tenant = c->token.project->id;
	else if (r->flags & OSF_UNSCOPED)
		c->q->tenant = "";
	else {
		osf_fail(c, 403, "PolicyNotAuthorized", "Policy doesn't allow %s to be performed.",
			 r->op);
		return false;
	}
	return true;
}

/* Cinder's paths name the project, which has to be the token's. */
static bool own_path(struct osf_call *c, const struct osf_route *r)
{
	if (c->service != OSF_VOLUME || r->flags & OSF_OPEN || !strcmp(c->arg[0], c->q->tenant))
		return true;
	osf_fail(c, 400, "", "Malformed request url");
	return false;
}

static void serve(struct osf_call *c, const struct osf_route *const *tables, const char *path)
{
	bool seen;
	const struct osf_route *r = route_find(c, tables, path, &seen);

	osf_op(c, r ? r->op : "none.none");
	if ((c->service == OSF_COMPUTE || c->service == OSF_VOLUME) && !microversion(c))
		return;
	if (!r)
		osf_fail(c, seen ? 405 : 404, seen ? "HTTPMethodNotAllowed" : "HTTPNotFound",
			 seen ? "The method is not allowed for this resource." :
			 "The resource could not be found.");
	else if (admit(c, r) && own_path(c, r))
		r->handle(c);
}

/* Without the suffix ".json" that old clients write, and the slash at the end. */
static void path_clean(const char *path, char *to, size_t room)
{
	size_t len;

	str_copy(to, room, path);
	len = strlen(to);
	if (len > 5 && !strcmp(to + len - 5, ".json"))
		to[len -= 5] = '\0';
	while (len > 0 && to[len - 1] == '/')
		to[--len] = '\0';
}

static void handle(struct refcloud *rc, struct face_request *q, struct face_reply *rep)
{
	struct osf_call c = { .rc = rc, .q = q, .rep = rep, .minor = 1 };
	const char *host = face_header(q, "Host");
	char path[1024];
	size_t i, len = 0;

	snprintf(c.base, sizeof(c.base), "%s", face_url(q));
	if (host)
		snprintf(c.base, sizeof(c.base), "http://%s", host);
	path_clean(q->path, path, sizeof(path));
	for (i = 0; i < sizeof(services) / sizeof(*services); i++) {
		len = strlen(services[i].prefix);
		if (!strncmp(path, services[i].prefix, len) && (path[len] == '/' || !path[len]))
			break;
	}
	if (i < sizeof(services) / sizeof(*services)) {
		c.service = services[i].service;
		request_id(&c);
		serve(&c, services[i].routes, path + len);
	} else if (!*path) {
		osf_op(&c, "version.list");
		osf_identity_versions(&c);
	} else {
		osf_op(&c, "none.none");
		request_id(&c);
		osf_fail(&c, 404, "", "The resource could not be found.");
	}
	str_release(&c.filters);
}

/* ---- the target file ---- */

static void target(const char *base_url, struct str *yaml)
{
	char network[OSF_UUID];

	osf_external_id(network);
	str_addf(yaml,
		 "plugfest: target/1\n"
		 "name: refcloud-openstack\n"
		 "driver: openstack\n"
		 "layer: {product: \"plugfest reference cloud, OpenStack face\", version: \"1\"}\n"
		 "backend: {provider: REFCLOUD, region: RegionOne}\n"
		 "connection: {endpoint: \"%s/identity/v3\", username: %s, "
		 "password: {env: PLUGFEST_REFCLOUD_PASSWORD}, project_name: demo, "
		 "user_domain_name: Default, project_domain_name: Default, region_name: "
		 "RegionOne}\n"
		 "second_tenant: {username: alt, project_name: alt}\n",
		 base_url, refcloud_user());
	str_add(yaml,
		"ics: {region: supported, zone: supported, image: supported, spec: supported, "
		"keypair: supported, vpc: supported, vpc.cidr: unsupported, subnet: supported, "
		"router: supported, address: supported, address.bind: supported, sg: supported, "
		"sg.change: supported, vm: supported, vm.stop: supported, vm.reboot: supported, "
		"vm.suspend: supported, quota: supported, paging: supported, "
		"keypair.import: supported, disk: supported, disk.attach: supported, "
		"disk.resize: supported, tag: supported, price: unsupported, "
		"tenants: supported}\n");
	str_addf(yaml, "ixit: {image: \"%s\", spec: \"%s\", zone: default-z1, external_network: \"%s\", "
		 "cidr_pool: 10.201.0.0/16}\n"
		 "guest: {access: image, image: guest-echo, port: 7007, source: 127.0.0.1/32}\n",
		 "mock-vmimage-01", "mock-vmspec-01", network);
}

FACE(openstack) {
	.name = "openstack",
	.prefix = "",
	.handle = handle,
	.target = target,
};
