#include "adapters/openstack/face.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"

/* Networks, subnets, quotas and what all of Neutron shares. */

size_t osf_characters(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

bool osf_network_name(struct osf_call *c, const char *name, struct resource *want)
{
	if (!name)
		name = "";
	if (ref_takes(c->rc, want->kind, "name")) {
		str_copy(want->name, sizeof(want->name), name);
		return true;
	}
	if (osf_characters(name) <= OSF_NAME_MAX && str_copy(want->name, sizeof(want->name), name))
		return true;
	osf_fail(c, 400, "HTTPBadRequest",
		 "Invalid input for name. Reason: '%.300s' exceeds maximum length of %d.", name,
		 OSF_NAME_MAX);
	return false;
}

void osf_external_id(char to[OSF_UUID])
{
	osf_uuid(to, "network", "external", "");
}

void osf_network_in(struct osf_call *c, const char *id, char to[ID_MAX])
{
	char known[OSF_UUID], real[ID_MAX];

	osf_external_id(known);
	str_copy(to, ID_MAX, id);
	if (strcmp(id, known))
		return;
	ref_resolve(c->rc, "", KIND_VPC, "public", NULL, real);
	if (ref_external(c->rc, real))
		str_copy(to, ID_MAX, real);
}

const char *osf_network_out(struct osf_call *c, const char *id)
{
	static char known[OSF_UUID];

	if (!*id || !ref_external(c->rc, id))
		return id;
	osf_external_id(known);
	return known;
}

bool osf_list(struct osf_call *c, enum kind kind, const char *parent, struct resource_list *ret)
{
	struct error err;

	if (ref_list(c->rc, c->q->tenant, kind, parent, ret, &err) == ERR_OK)
		return true;
	osf_fail_model(c, kind, "", &err);
	return false;
}

json_t *osf_network_common(struct osf_call *c, enum kind kind, const char *id, json_t *view)
{
	const char *text = json_text(osf_extra(c, id), "description");
	char at[OSF_STAMP];

	osf_created(c, kind, id, at);
	json_object_set_new(view, "description", json_string(text ? text : ""));
	json_object_set_new(view, "tenant_id", json_string(c->q->tenant));
	json_object_set_new(view, "project_id", json_string(c->q->tenant));
	json_object_set_new(view, "created_at", json_string(at));
	json_object_set_new(view, "updated_at", json_string(at));
	json_object_set_new(view, "revision_number", json_integer(1));
	json_object_set_new(view, "tags", json_array());
	return view;
}

/* Neutron looks for limit and marker only; a page without limit is all. */
static json_t *page_links(struct osf_call *c, const char *next, json_t *items, bool first)
{
	const char *limit = face_query(c->q, "limit");
	json_t *links = json_array();

	if (next)
		json_array_append_new(links, json_pack(
			"{s:s, s:o}", "rel", "next", "href",
			json_sprintf("%s%s?limit=%s&marker=%s%s", c->base, c->q->path, limit, next,
				     str_text(&c->filters))));
	if (!first && json_array_size(items))
		json_array_append_new(
			links, json_pack("{s:s, s:o}", "rel", "previous", "href",
					 json_sprintf("%s%s?limit=%s&marker=%s%s&page_reverse=True",
						      c->base, c->q->path, limit ? limit : "",
						      json_text(json_array_get(items, 0), "id"),
						      str_text(&c->filters))));
	return links;
}

void osf_network_list(struct osf_call *c, const char *key, json_t *items)
{
	const char *next;
	json_t *links, *doc;
	char links_key[64];

	osf_filter(c, items);
	if (!osf_page(c, &items, "id", 0, &next)) {
		json_decref(items);
		return;
	}
	links = page_links(c, next, items, !face_query(c->q, "marker"));
	doc = json_pack("{s:o}", key, items);
	snprintf(links_key, sizeof(links_key), "%s_links", key);
	if (json_array_size(links))
		json_object_set(doc, links_key, links);
	json_decref(links);
	osf_answer(c, 200, doc);
}

bool osf_renamed(struct osf_call *c, const json_t *body, const char *name)
{
	const char *want = json_text(body, "name");

	if (!want || !strcmp(want, name))
		return false;
	osf_fail(c, 501, "NotImplemented", "The reference cloud does not rename.");
	return true;
}

/* ---- networks ---- */

static json_t *network_view(struct osf_call *c, const struct resource *r)
{
	struct resource_list subnets = { 0 };
	bool external = ref_external(c->rc, r->id);
	const char *id = osf_network_out(c, r->id), *zone = "nova";
	json_t *view, *ids = json_array(),
		      *up = json_object_get(osf_extra(c, r->id), "admin_state_up");
	struct error err;

	if (ref_list(c->rc, c->q->tenant, KIND_SUBNET, r->id, &subnets, &err) == ERR_OK)
		for (size_t i = 0; i < subnets.count; i++)
			json_array_append_new(ids, json_string(subnets.at[i].id));
	resource_list_cleanup(&subnets);
	view = json_pack("{s:s, s:s, s:b, s:i, s:s, s:o, s:b, s:b, s:b, s:[], s:[s], s:n, s:n, s:n, s:b}",
			 "id", id, "name", r->name, "admin_state_up", !json_is_false(up),
			 "mtu", 1450, "status", r->state == STATE_FAILED ? "ERROR" : "ACTIVE",
			 "subnets", ids, "shared", 0, "router:external", external,
			 "port_security_enabled", 1, "availability_zone_hints",
			 "availability_zones", zone, "ipv4_address_scope", "ipv6_address_scope",
			 "qos_policy_id", "is_default", 0);
	osf_network_common(c, KIND_VPC, r->id, view);
	if (external) {
		char owner[33];

		osf_hex(owner, 32, "owner", "external");
		json_object_set_new(view, "tenant_id", json_string(owner));
		json_object_set_new(view, "project_id", json_string(owner));
		json_object_set_new(view, "is_default", json_true());
	}
	return view;
}

/* What says of one that it is no default is not in the list. */
static json_t *network_listed(struct osf_call *c, const struct resource *r)
{
	json_t *view = network_view(c, r);

	if (!json_is_true(json_object_get(view, "is_default")))
		json_object_del(view, "is_default");
	return view;
}

static void network_list(struct osf_call *c)
{
	struct resource_list all = { 0 };
	json_t *items;

	if (osf_list(c, KIND_VPC, NULL, &all)) {
		items = json_array();
		for (size_t i = 0; i < all.count; i++)
			json_array_append_new(items, network_listed(c, &all.at[i]));
		osf_network_list(c, "networks", items);
	}
	resource_list_cleanup(&all);
}

static bool network_read(struct osf_call *c, struct resource *ret)
{
	char id[ID_MAX];
	struct error err;

	osf_network_in(c, c->arg[0], id);
	if (ref_get(c->rc, c->q->tenant, KIND_VPC, id, ret, &err) == ERR_OK)
		return true;
	osf_fail_model(c, KIND_VPC, c->arg[0], &err);
	return false;
}

static void network_get(struct osf_call *c)
{
	struct resource r;

	if (network_read(c, &r))
		osf_answer_one(c, 200, "network", network_view(c, &r));
}

static const char *const network_attrs[] = {
	"s name", "b admin_state_up", "s description", "b shared", "b router:external", "i mtu",
	"b port_security_enabled", "a availability_zone_hints", "s tenant_id", "s project_id",
	"b is_default", NULL,
};
static const char *const network_keeps[] = { "description", "admin_state_up", NULL };

static void network_create(struct osf_call *c)
{
	const json_t *body = osf_body(c, "network", network_attrs);
	const char *name = json_text(body, "name");
	struct resource want, got;
	struct error err;

	if (!body)
		return;
	if (json_is_true(json_object_get(body, "shared")) ||
	    json_is_true(json_object_get(body, "router:external"))) {
		osf_fail(c, 403, "PolicyNotAuthorized",
			 "rule:create_network is disallowed by policy");
		return;
	}
	resource_init(&want, KIND_VPC);
	if (!osf_network_name(c, name, &want))
		return;
	if (ref_create(c->rc, c->q->tenant, &want, 0, &got, &err) < 0) {
		osf_fail_model(c, KIND_VPC, "", &err);
		return;
	}
	osf_extra_take(c, got.id, body, network_keeps);
	osf_answer_one(c, 201, "network", network_view(c, &got));
}

static void network_update(struct osf_call *c)
{
	const json_t *body = osf_body(c, "network", network_attrs);
	struct resource r;

	if (!body || !network_read(c, &r) || osf_renamed(c, body, r.name))
		return;
	osf_extra_take(c, r.id, body, network_keeps);
	osf_answer_one(c, 200, "network", network_view(c, &r));
}

static bool has_ports(struct osf_call *c, const char *network)
{
	json_t *ports = osf_ports(c), *one;
	bool found = false;
	size_t i;

	json_array_foreach(ports, i, one)
		found = found || !strcmp(json_text(one, "network_id"), network);
	json_decref(ports);
	return found;
}

/* Neutron takes the subnets along when there is no port. */
static void network_destroy(struct osf_call *c)
{
	struct resource_list subnets = { 0 };
	char id[ID_MAX];
	struct error err;

	osf_network_in(c, c->arg[0], id);
	if (ref_list(c->rc, c->q->tenant, KIND_SUBNET, id, &subnets, &err) == ERR_OK &&
	    subnets.count && !has_ports(c, id))
		for (size_t i = 0; i < subnets.count; i++) {
			ref_destroy(c->rc, c->q->tenant, KIND_SUBNET, subnets.at[i].id, &err);
			osf_extra_drop(c, subnets.at[i].id);
		}
	resource_list_cleanup(&subnets);
	if (ref_destroy(c->rc, c->q->tenant, KIND_VPC, id, &err) < 0) {
		osf_fail_model(c, KIND_VPC, c->arg[0], &err);
		return;
	}
	osf_extra_drop(c, id);
	osf_answer(c, 204, NULL);
}

/* ---- subnets ---- */

static void host_text(uint32_t ip, char to[ADDR_LEN])
{
	struct in_addr in = { .s_addr = htonl(ip) };

	inet_ntop(AF_INET, &in, to, ADDR_LEN);
}

static json_t *subnet_view(struct osf_call *c, const struct resource *r)
{
	const json_t *x = osf_extra(c, r->id);
	char gateway[ADDR_LEN] = "", from[ADDR_LEN] = "", to[ADDR_LEN] = "";
	json_t *view, *kept;
	uint32_t net;
	unsigned bits;
	static const char *const lists[] = { "dns_nameservers", "host_routes", "service_types",
					     NULL };

	if (cidr_parse(r->subnet.cidr, &net, &bits) && bits <= 30) {
		host_text(net + 1, gateway);
		host_text(net + 2, from);
		host_text(net + (UINT32_C(1) << (32 - bits)) - 2, to);
	}
	view = json_pack("{s:s, s:s, s:s, s:i, s:s, s:s, s:b, s:[{s:s, s:s}], s:n, s:n, s:n}",
			 "id", r->id, "name", r->name, "network_id", osf_network_out(c, r->parent),
			 "ip_version", 4, "cidr", r->subnet.cidr, "gateway_ip", gateway,
			 "enable_dhcp", !json_is_false(json_object_get(x, "enable_dhcp")),
			 "allocation_pools", "start", from, "end", to, "subnetpool_id",
			 "ipv6_ra_mode", "ipv6_address_mode");
	for (size_t i = 0; lists[i]; i++) {
		kept = json_object_get(x, lists[i]);
		json_object_set_new(view, lists[i], kept ? json_incref(kept) : json_array());
	}
	if ((kept = json_object_get(x, "gateway_ip")))
		json_object_set(view, "gateway_ip", kept);
	if ((kept = json_object_get(x, "allocation_pools")))
		json_object_set(view, "allocation_pools", kept);
	return osf_network_common(c, KIND_SUBNET, r->id, view);
}

static void subnet_list(struct osf_call *c)
{
	struct resource_list all = { 0 };
	json_t *items;

	if (osf_list(c, KIND_SUBNET, NULL, &all)) {
		items = json_array();
		for (size_t i = 0; i < all.count; i++)
			json_array_append_new(items, subnet_view(c, &all.at[i]));
		osf_network_list(c, "subnets", items);
	}
	resource_list_cleanup(&all);
}

static bool subnet_read(struct osf_call *c, struct resource *ret)
{
	struct error err;

	if (ref_get(c->rc, c->q->tenant, KIND_SUBNET, c->arg[0], ret, &err) == ERR_OK)
		return true;
	osf_fail_model(c, KIND_SUBNET, c->arg[0], &err);
	return false;
}

static void subnet_get(struct osf_call *c)
{
	struct resource r;

	if (subnet_read(c, &r))
		osf_answer_one(c, 200, "subnet", subnet_view(c, &r));
}

static const char *const subnet_attrs[] = {
	"s!network_id", "*!ip_version", "s cidr", "s name", "s description", "S gateway_ip",
	"b enable_dhcp", "a allocation_pools", "a dns_nameservers", "a host_routes",
	"a service_types", "S subnetpool_id", "S segment_id", "s tenant_id", "s project_id", NULL,
};
static const char *const subnet_keeps[] = {
	"description", "gateway_ip", "enable_dhcp", "allocation_pools", "dns_nameservers",
	"host_routes", "service_types", NULL,
};

/* false: answered.  A range with host bits is named with the one that was meant. */
static bool cidr_fits(struct osf_call *c, const char *cidr)
{
	char meant[ADDR_LEN];
	uint32_t net, low;
	unsigned bits;

	if (!cidr) {
		osf_fail(c, 400, "BadRequest",
			 "Bad subnets request: a subnetpool must be specified in the "
			 "absence of a cidr.");
		return false;
	}
	if (!cidr_parse(cidr, &net, &bits)) {
		osf_fail(c, 400, "HTTPBadRequest",
			 "Invalid input for cidr. Reason: '%.60s' is not a valid IP "
			 "subnet.",
			 cidr);
		return false;
	}
	low = bits == 32 ? 0 : UINT32_MAX >> bits;
	if (!(net & low))
		return true;
	host_text(net & ~low, meant);
	osf_fail(c, 400, "HTTPBadRequest",
		 "Invalid input for cidr. Reason: '%.60s' isn't a recognized IP "
		 "subnet cidr, '%s/%u' is recommended.",
		 cidr, meant, bits);
	return false;
}

static void subnet_create(struct osf_call *c)
{
	const json_t *body = osf_body(c, "subnet", subnet_attrs);
	const char *name = json_text(body, "name"), *cidr = json_text(body, "cidr");
	const json_t *version = json_object_get(body, "ip_version");
	struct resource want, got;
	struct error err;

	if (!body)
		return;
	if (json_is_string(version) ? strcmp(json_string_value(version), "4") :
	    json_integer_value(version) != 4) {
		osf_fail(c, 400, "HTTPBadRequest",
			 "Invalid input for ip_version. Reason: it is not in [4].");
		return;
	}
	if (!ref_takes(c->rc, KIND_SUBNET, "cidr.text") && !cidr_fits(c, cidr))
		return;
	resource_init(&want, KIND_SUBNET);
	osf_network_in(c, json_text(body, "network_id"), want.parent);
	str_copy(want.subnet.cidr, sizeof(want.subnet.cidr), cidr);
	if (!osf_network_name(c, name, &want))
		return;
	if (ref_create(c->rc, c->q->tenant, &want, 0, &got, &err) < 0) {
		osf_fail_model(c, KIND_SUBNET, "", &err);
		return;
	}
	osf_extra_take(c, got.id, body, subnet_keeps);
	osf_answer_one(c, 201, "subnet", subnet_view(c, &got));
}

static void subnet_update(struct osf_call *c)
{
	static const char *const attrs[] = {
		"s name", "s description", "S gateway_ip", "b enable_dhcp", "a allocation_pools",
		"a dns_nameservers", "a host_routes", "a service_types", NULL,
	};
	const json_t *body = osf_body(c, "subnet", attrs);
	struct resource r;

	if (!body || !subnet_read(c, &r) || osf_renamed(c, body, r.name))
		return;
	osf_extra_take(c, r.id, body, subnet_keeps);
	osf_answer_one(c, 200, "subnet", subnet_view(c, &r));
}

static void subnet_destroy(struct osf_call *c)
{
	struct error err;

	if (ref_destroy(c->rc, c->q->tenant, KIND_SUBNET, c->arg[0], &err) < 0) {
		osf_fail_model(c, KIND_SUBNET, c->arg[0], &err);
		return;
	}
	osf_extra_drop(c, c->arg[0]);
	osf_answer(c, 204, NULL);
}

/* ---- quotas, extensions, zones, versions ---- */

static void quota_get(struct osf_call *c)
{
	static const struct { const char *name; int kind;
	} rows[] = {
		{ "network", KIND_VPC },       { "subnet", KIND_SUBNET },
		{ "router", KIND_ROUTER },     { "floatingip", KIND_ADDRESS },
		{ "security_group", KIND_SG }, { "port", -1 },
		{ "security_group_rule", -1 }, { "subnetpool", -1 },
		{ "rbac_policy", -1 },
	};
	bool details = strstr(c->q->path, "/details") != NULL;
	json_t *quota;
	int used, limit;

	if (strcmp(c->arg[0], c->q->tenant)) {
		osf_fail(c, 403, "PolicyNotAuthorized", "rule:get_quota is disallowed by policy");
		return;
	}
	quota = json_object();
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		used = 0;
		limit = -1;
		if (rows[i].kind >= 0)
			ref_usage(c->rc, c->q->tenant, (enum kind)rows[i].kind, &used, &limit);
		json_object_set_new(quota, rows[i].name,
				    details ? json_pack("{s:i, s:i, s:i}", "limit", limit, "used",
							used, "reserved", 0) :
					      json_integer(limit));
	}
	osf_answer_one(c, 200, "quota", quota);
}

static const struct { const char *alias, *name; } extensions[] = {
	{ "router", "Neutron L3 Router" }, { "external-net", "Neutron external network" },
	{ "fip-port-details", "Floating IP Port Details Extension" },
	{ "ext-gw-mode", "Neutron L3 Configurable external gateway mode" },
	{ "security-group", "security-group" }, { "quotas", "Quota management support" },
	{ "quota_details", "Quota details management support" },
	{ "net-mtu", "Network MTU" }, { "port-security", "Port Security" },
	{ "binding", "Port Binding" }, { "project-id", "project_id field enabled" },
	{ "pagination", "Pagination support" }, { "sorting", "Sorting support" },
	{ "availability_zone", "Availability Zone" },
	{ "network_availability_zone", "Network Availability Zone" },
	{ "standard-attr-description", "standard-attr-description" },
	{ "standard-attr-timestamp", "Resource timestamps" },
	{ "standard-attr-revisions", "Resource revision numbers" },
};
#define EXTENSIONS (sizeof(extensions) / sizeof(*extensions))

static json_t *extension_view(size_t i)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:[]}", "alias", extensions[i].alias,
			 "name", extensions[i].name, "description", extensions[i].name,
			 "updated", "2016-09-10T10:00:00-00:00", "links");
}

static void extension_list(struct osf_call *c)
{
	json_t *items = json_array();

	for (size_t i = 0; i < EXTENSIONS; i++)
		json_array_append_new(items, extension_view(i));
	osf_answer_one(c, 200, "extensions", items);
}

static void extension_get(struct osf_call *c)
{
	for (size_t i = 0; i < EXTENSIONS; i++)
		if (!strcmp(extensions[i].alias, c->arg[0])) {
			osf_answer_one(c, 200, "extension", extension_view(i));
			return;
		}
	osf_fail(c, 404, "HTTPNotFound", "The resource could not be found.");
}

static void zone_list(struct osf_call *c)
{
	osf_answer(c, 200, json_pack("{s:[{s:s, s:s, s:s}, {s:s, s:s, s:s}]}", "availability_zones",
				     "name", "nova", "resource", "network", "state", "available",
				     "name", "nova", "resource", "router", "state", "available"));
}

static void versions(struct osf_call *c)
{
	osf_answer(c, 200, json_pack("{s:[{s:s, s:s, s:[{s:s, s:o}]}]}", "versions", "id", "v2.0",
				     "status", "CURRENT", "links", "rel", "self",
				     "href", json_sprintf("%s/network/v2.0/", c->base)));
}

static void resources(struct osf_call *c)
{
	static const char *const names[] = {
		"networks", "subnets", "routers", "floatingips", "ports", "security-groups",
		"security-group-rules", "quotas",
	};
	json_t *all = json_array();

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		json_array_append_new(all, json_pack("{s:s, s:s, s:[{s:s, s:o}]}", "name", names[i],
						     "collection", names[i], "links", "rel", "self",
						     "href",
						     json_sprintf("%s/network/v2.0/%s", c->base,
								  names[i])));
	osf_answer_one(c, 200, "resources", all);
}

const struct osf_route osf_network_routes[] = {
	{ "GET", "", "version.list", versions, OSF_OPEN },
	{ "GET", "/v2.0", "version.get", resources, OSF_OPEN },
	{ "GET", "/v2.0/networks", "vpc.list", network_list, 0 },
	{ "POST", "/v2.0/networks", "vpc.create", network_create, 0 },
	{ "GET", "/v2.0/networks/?", "vpc.get", network_get, 0 },
	{ "PUT", "/v2.0/networks/?", "vpc.update", network_update, 0 },
	{ "DELETE", "/v2.0/networks/?", "vpc.destroy", network_destroy, 0 },
	{ "GET", "/v2.0/subnets", "subnet.list", subnet_list, 0 },
	{ "POST", "/v2.0/subnets", "subnet.create", subnet_create, 0 },
	{ "GET", "/v2.0/subnets/?", "subnet.get", subnet_get, 0 },
	{ "PUT", "/v2.0/subnets/?", "subnet.update", subnet_update, 0 },
	{ "DELETE", "/v2.0/subnets/?", "subnet.destroy", subnet_destroy, 0 },
	{ "GET", "/v2.0/quotas/?", "quota.get", quota_get, 0 },
	{ "GET", "/v2.0/quotas/?/details", "quota.get", quota_get, 0 },
	{ "GET", "/v2.0/extensions", "extension.list", extension_list, 0 },
	{ "GET", "/v2.0/extensions/?", "extension.get", extension_get, 0 },
	{ "GET", "/v2.0/availability_zones", "zone.list", zone_list, 0 },
	{ 0 },
};
