#include "adapters/openstack/face.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"

/* Routers and floating addresses. */

/* ---- routers ---- */

/* The model knows the gateway of a router's creation; a later one is an extra. */
static const char *external_of(struct osf_call *c, const struct resource *r)
{
	const json_t *later = json_object_get(osf_extra(c, r->id), "external_network");

	return later ? json_string_value(later) : r->router.external_network;
}

static json_t *router_view(struct osf_call *c, const struct resource *r)
{
	const char *network = external_of(c, r);
	const json_t *up = json_object_get(osf_extra(c, r->id), "admin_state_up");
	json_t *view = json_pack("{s:s, s:s, s:b, s:s, s:[], s:[s], s:[], s:n}", "id", r->id,
				 "name", r->name, "admin_state_up", !json_is_false(up), "status",
				 "ACTIVE", "availability_zone_hints", "availability_zones", "nova",
				 "routes", "flavor_id");

	json_object_set_new(view, "external_gateway_info", *network ?
			    json_pack("{s:s, s:b, s:[]}", "network_id", osf_network_out(c, network),
				      "enable_snat", 1, "external_fixed_ips") : json_null());
	return osf_network_common(c, KIND_ROUTER, r->id, view);
}

static void router_list(struct osf_call *c)
{
	struct resource_list all = { 0 };
	json_t *items;

	if (osf_list(c, KIND_ROUTER, NULL, &all)) {
		items = json_array();
		for (size_t i = 0; i < all.count; i++)
			json_array_append_new(items, router_view(c, &all.at[i]));
		osf_network_list(c, "routers", items);
	}
	resource_list_cleanup(&all);
}

static bool router_read(struct osf_call *c, struct resource *ret)
{
	struct error err;

	if (ref_get(c->rc, c->q->tenant, KIND_ROUTER, c->arg[0], ret, &err) == ERR_OK)
		return true;
	osf_fail_model(c, KIND_ROUTER, c->arg[0], &err);
	return false;
}

static void router_get(struct osf_call *c)
{
	struct resource r;

	if (router_read(c, &r))
		osf_answer_one(c, 200, "router", router_view(c, &r));
}

/* The external network that a body's gateway asks for, as the model's id.
 * *given: it has one, be it null.  false: answered. */
static bool gateway_read(struct osf_call *c, const json_t *body, bool *given, char to[ID_MAX])
{
	const json_t *info = json_object_get(body, "external_gateway_info");
	const char *id = json_text(info, "network_id");

	*to = '\0';
	*given = info != NULL;
	if (!info || json_is_null(info) || !json_object_size(info))
		return true;
	if (!id) {
		osf_fail(c, 400, "HTTPBadRequest",
			 "Invalid input for external_gateway_info. Reason: "
			 "Validation of dictionary's keys failed: network_id is missing.");
		return false;
	}
	osf_network_in(c, id, to);
	if (ref_external(c->rc, to) || ref_takes(c->rc, KIND_ROUTER, "external_network"))
		return true;
	if (ref_born_us(c->rc, KIND_VPC, to))
		osf_fail(c, 400, "BadRequest",
			 "Bad router request: Network %s is not an external network.", id);
	else
		osf_fail(c, 404, "NetworkNotFound", "Network %s could not be found.", id);
	return false;
}

static const char *const router_attrs[] = {
	"s name", "b admin_state_up", "s description", "O external_gateway_info", "a routes",
	"a availability_zone_hints", "s tenant_id", "s project_id", NULL,
};
static const char *const router_keeps[] = { "description", "admin_state_up", NULL };

static void router_create(struct osf_call *c)
{
	const json_t *body = osf_body(c, "router", router_attrs);
	struct resource want, got;
	struct error err;
	bool given;

	resource_init(&want, KIND_ROUTER);
	if (!body || !gateway_read(c, body, &given, want.router.external_network))
		return;
	if (!osf_network_name(c, json_text(body, "name"), &want))
		return;
	if (ref_create(c->rc, c->q->tenant, &want, 0, &got, &err) < 0) {
		osf_fail_model(c, KIND_ROUTER, "", &err);
		return;
	}
	osf_extra_take(c, got.id, body, router_keeps);
	osf_answer_one(c, 201, "router", router_view(c, &got));
}

static void router_update(struct osf_call *c)
{
	const json_t *body = osf_body(c, "router", router_attrs);
	char network[ID_MAX];
	struct resource r;
	bool given;

	if (!body || !router_read(c, &r) || osf_renamed(c, body, r.name) ||
	    !gateway_read(c, body, &given, network))
		return;
	if (given)
		json_object_set_new(osf_extra_make(c, r.id), "external_network",
				    json_string(network));
	osf_extra_take(c, r.id, body, router_keeps);
	osf_answer_one(c, 200, "router", router_view(c, &r));
}

static void router_destroy(struct osf_call *c)
{
	struct error err;

	if (ref_destroy(c->rc, c->q->tenant, KIND_ROUTER, c->arg[0], &err) < 0) {
		osf_fail_model(c, KIND_ROUTER, c->arg[0], &err);
		return;
	}
	osf_extra_drop(c, c->arg[0]);
	osf_answer(c, 204, NULL);
}

/* The subnet that a body names by its id or that of the router's port on it. */
static void interface_subnet(struct osf_call *c, const json_t *body, char to[ID_MAX])
{
	const char *id = json_text(body, "subnet_id"), *port = json_text(body, "port_id");
	json_t *all, *one, *ip;

	str_copy(to, ID_MAX, id ? id : port);
	if (id)
		return;
	all = osf_ports(c);
	one = osf_port_find(all, port);
	ip = json_array_get(json_object_get(one, "fixed_ips"), 0);
	if (ip && !strcmp(json_text(one, "device_id"), c->arg[0]))
		str_copy(to, ID_MAX, json_text(ip, "subnet_id"));
	json_decref(all);
}

static void interface_act(struct osf_call *c, enum action action)
{
	const json_t *body = c->q->json;
	static const char *const attrs[] = { "s subnet_id", "s port_id", NULL };
	struct resource router, subnet;
	struct error err;
	char id[ID_MAX], port[OSF_UUID];

	if (!json_is_object(body) || !json_object_size(body)) {
		osf_fail(c, 400, "BadRequest",
			 "Bad router request: Either subnet_id or port_id must be specified.");
		return;
	}
	if (!osf_check(c, body, attrs) || !router_read(c, &router))
		return;
	interface_subnet(c, body, id);
	resource_init(&subnet, KIND_SUBNET);
	str_copy(subnet.id, sizeof(subnet.id), id);
	if (ref_act(c->rc, c->q->tenant, KIND_ROUTER, router.id, action, &subnet, &err) < 0) {
		if (action == ACT_JOIN && err.code == ERR_CONFLICT)
			osf_fail(c, 400, "BadRequest",
				 "Bad router request: Router already has a port on "
				 "subnet %s.",
				 id);
		else if (action == ACT_PART && err.code == ERR_NOT_FOUND)
			osf_fail(c, 404, "RouterInterfaceNotFoundForSubnet",
				 "Router %s has no interface on subnet %s", router.id, id);
		else
			osf_fail_model(c, KIND_ROUTER, router.id, &err);
		return;
	}
	if (ref_get(c->rc, c->q->tenant, KIND_SUBNET, id, &subnet, &err) < 0)
		resource_init(&subnet, KIND_SUBNET);
	osf_port_of_router(router.id, id, port);
	osf_answer(c, 200,
		   json_pack("{s:s, s:s, s:s, s:s, s:s, s:[s]}", "id", router.id, "tenant_id",
			     c->q->tenant, "port_id", port,
			     "network_id", osf_network_out(c, subnet.parent), "subnet_id", id,
			     "subnet_ids", id));
}

static void interface_add(struct osf_call *c) { interface_act(c, ACT_JOIN); }
static void interface_remove(struct osf_call *c) { interface_act(c, ACT_PART); }

/* The router by which a subnet reaches that external network; false: none. */
static bool route_find(struct osf_call *c, const char *subnet, const char *network, char to[ID_MAX])
{
	struct resource_list all = { 0 };
	struct error err;
	const char *joined;

	*to = '\0';
	if (ref_list(c->rc, c->q->tenant, KIND_ROUTER, NULL, &all, &err) == ERR_OK)
		for (size_t i = 0; i < all.count && !*to; i++)
			for (size_t k = 0; (joined = ref_joined(c->rc, all.at[i].id, k)); k++)
				if (!strcmp(joined, subnet) &&
				    !strcmp(external_of(c, &all.at[i]), network))
					str_copy(to, ID_MAX, all.at[i].id);
	resource_list_cleanup(&all);
	return *to;
}

/* ---- floating addresses ---- */

/* The external network of an address made without one is the only one there is. */
static void network_of(struct osf_call *c, const struct resource *r, char to[ID_MAX])
{
	char known[OSF_UUID];

	osf_external_id(known);
	osf_network_in(c, *r->address.external_network ? r->address.external_network : known, to);
}

static json_t *port_details(struct osf_call *c, const struct resource *vm, const char *port)
{
	char mac[18];

	osf_mac_of(port, mac);
	return json_pack("{s:s, s:s, s:s, s:b, s:s, s:s, s:o}", "name", "", "network_id",
			 osf_network_out(c, vm->vm.vpc), "mac_address", mac, "admin_state_up", 1,
			 "status", vm->state == STATE_RUNNING ? "ACTIVE" : "DOWN", "device_id",
			 vm->id, "device_owner", json_sprintf("compute:%s", vm->vm.zone));
}

static json_t *address_view(struct osf_call *c, const struct resource *r)
{
	char network[ID_MAX], router[ID_MAX], port[OSF_UUID];
	struct resource vm;
	struct error err;
	json_t *view;

	network_of(c, r, network);
	view = json_pack("{s:s, s:s, s:s, s:s, s:n, s:n, s:n, s:n, s:n, s:[]}", "id", r->id,
			 "floating_ip_address", r->address.ip, "floating_network_id",
			 osf_network_out(c, network), "status",
			 r->state == STATE_BOUND  ? "ACTIVE" :
			 r->state == STATE_FAILED ? "ERROR" :
						    "DOWN",
			 "port_id", "router_id", "fixed_ip_address", "port_details",
			 "qos_policy_id", "port_forwardings");
	if (*r->address.vm &&
	    ref_get(c->rc, c->q->tenant, KIND_VM, r->address.vm, &vm, &err) == ERR_OK) {
		osf_port_of_vm(vm.id, port);
		json_object_set_new(view, "port_id", json_string(port));
		json_object_set_new(view, "fixed_ip_address", json_string(vm.vm.private_ip));
		json_object_set_new(view, "port_details", port_details(c, &vm, port));
		if (route_find(c, vm.vm.subnet, network, router))
			json_object_set_new(view, "router_id", json_string(router));
	}
	return osf_network_common(c, KIND_ADDRESS, r->id, view);
}

static void address_list(struct osf_call *c)
{
	struct resource_list all = { 0 };
	json_t *items;

	if (osf_list(c, KIND_ADDRESS, NULL, &all)) {
		items = json_array();
		for (size_t i = 0; i < all.count; i++)
			json_array_append_new(items, address_view(c, &all.at[i]));
		osf_network_list(c, "floatingips", items);
	}
	resource_list_cleanup(&all);
}

static bool address_read(struct osf_call *c, const char *id, struct resource *ret)
{
	struct error err;

	if (ref_get(c->rc, c->q->tenant, KIND_ADDRESS, id, ret, &err) == ERR_OK)
		return true;
	osf_fail_model(c, KIND_ADDRESS, id, &err);
	return false;
}

static void address_get(struct osf_call *c)
{
	struct resource r;

	if (address_read(c, c->arg[0], &r))
		osf_answer_one(c, 200, "floatingip", address_view(c, &r));
}

static bool vm_of_port(struct osf_call *c, const char *port, struct resource *ret)
{
	struct resource_list all = { 0 };
	char id[OSF_UUID];
	struct error err;
	bool found = false;

	if (ref_list(c->rc, c->q->tenant, KIND_VM, NULL, &all, &err) == ERR_OK)
		for (size_t i = 0; i < all.count && !found; i++) {
			osf_port_of_vm(all.at[i].id, id);
			found = !strcmp(id, port);
			if (found)
				*ret = all.at[i];
		}
	resource_list_cleanup(&all);
	if (!found)
		osf_fail(c, 404, "PortNotFound", "Port %s could not be found.", port);
	return found;
}

/* An address that the VM has already, other than that one; false: none. */
static bool other_address(struct osf_call *c, const char *vm, const char *but, char ip[ADDR_LEN])
{
	struct resource_list all = { 0 };
	struct error err;

	*ip = '\0';
	if (ref_list(c->rc, c->q->tenant, KIND_ADDRESS, NULL, &all, &err) == ERR_OK)
		for (size_t i = 0; i < all.count; i++)
			if (!strcmp(all.at[i].address.vm, vm) && strcmp(all.at[i].id, but))
				str_copy(ip, ADDR_LEN, all.at[i].address.ip);
	resource_list_cleanup(&all);
	return *ip;
}

static bool unbind(struct osf_call *c, const struct resource *r)
{
	struct error err;

	if (!*r->address.vm ||
	    ref_act(c->rc, c->q->tenant, KIND_ADDRESS, r->id, ACT_UNBIND, NULL, &err) == ERR_OK)
		return true;
	osf_fail_model(c, KIND_ADDRESS, r->id, &err);
	return false;
}

/* Whether Neutron would tie them together; false: answered. */
static bool bindable(struct osf_call *c, const struct resource *r, const struct resource *vm,
		     const char *port)
{
	char network[ID_MAX], router[ID_MAX], ip[ADDR_LEN];

	network_of(c, r, network);
	if (!route_find(c, vm->vm.subnet, network, router))
		osf_fail(c, 404, "ExternalGatewayForFloatingIPNotFound",
			 "External network %s is not reachable from subnet %s. Therefore, cannot "
			 "associate Port %s with a Floating IP.", osf_network_out(c, network),
			 vm->vm.subnet, port);
	else if (other_address(c, vm->id, r->id, ip))
		osf_fail(c, 409, "FloatingIPPortAlreadyAssociated",
			 "Cannot associate floating IP %s (%s) with port %s using fixed IP %s, as "
			 "that "
			 "fixed IP already has a floating IP on external network %s.",
			 r->address.ip, r->id, port, vm->vm.private_ip,
			 osf_network_out(c, network));
	else
		return true;
	return false;
}

/* An address that is bound elsewhere moves.  false: answered. */
static bool bind(struct osf_call *c, const struct resource *r, const char *port)
{
	struct resource vm;
	struct error err;

	if (!vm_of_port(c, port, &vm) || !bindable(c, r, &vm, port))
		return false;
	if (!strcmp(r->address.vm, vm.id))
		return true;
	if (!unbind(c, r))
		return false;
	if (ref_act(c->rc, c->q->tenant, KIND_ADDRESS, r->id, ACT_BIND, &vm, &err) == ERR_OK)
		return true;
	osf_fail_model(c, KIND_ADDRESS, r->id, &err);
	return false;
}

static const char *const address_keeps[] = { "description", NULL };

static void address_create(struct osf_call *c)
{
	static const char *const attrs[] = {
		"s!floating_network_id",
		"S port_id",
		"S fixed_ip_address",
		"S subnet_id",
		"s description",
		"S floating_ip_address",
		"s dns_name",
		"s dns_domain",
		"s tenant_id",
		"s project_id",
		"S qos_policy_id",
		NULL,
	};
	const json_t *body = osf_body(c, "floatingip", attrs);
	const char *port = json_text(body, "port_id"),
		   *network = json_text(body, "floating_network_id");
	struct resource want, got;
	struct error err;

	if (!body)
		return;
	resource_init(&want, KIND_ADDRESS);
	osf_network_in(c, network, want.address.external_network);
	if (ref_born_us(c->rc, KIND_VPC, want.address.external_network) &&
	    !ref_external(c->rc, want.address.external_network)) {
		osf_fail(c, 400, "BadRequest",
			 "Bad floatingip request: Network %s is not a valid external "
			 "network.",
			 network);
		return;
	}
	if (ref_create(c->rc, c->q->tenant, &want, 0, &got, &err) < 0) {
		osf_fail_model(c, KIND_ADDRESS, "", &err);
		return;
	}
	osf_extra_take(c, got.id, body, address_keeps);
	if (port && !bind(c, &got, port)) {
		ref_destroy(c->rc, c->q->tenant, KIND_ADDRESS, got.id, &err);
		return;
	}
	if (port && !address_read(c, got.id, &got))
		return;
	osf_answer_one(c, 201, "floatingip", address_view(c, &got));
}

static void address_update(struct osf_call *c)
{
	static const char *const attrs[] = {
		"S port_id", "S fixed_ip_address", "s description", "S qos_policy_id", NULL,
	};
	const json_t *body = osf_body(c, "floatingip", attrs);
	const char *port = json_text(body, "port_id");
	struct resource r;

	if (json_object_get(body, "port_id"))
		osf_op(c, port ? "address.act.bind" : "address.act.unbind");
	if (!body || !address_read(c, c->arg[0], &r))
		return;
	if (json_object_get(body, "port_id") && !(port ? bind(c, &r, port) : unbind(c, &r)))
		return;
	osf_extra_take(c, r.id, body, address_keeps);
	if (address_read(c, c->arg[0], &r))
		osf_answer_one(c, 200, "floatingip", address_view(c, &r));
}

/* Neutron lets go of the port first. */
static void address_destroy(struct osf_call *c)
{
	struct resource r;
	struct error err;

	if (ref_get(c->rc, c->q->tenant, KIND_ADDRESS, c->arg[0], &r, &err) == ERR_OK &&
	    *r.address.vm)
		ref_act(c->rc, c->q->tenant, KIND_ADDRESS, r.id, ACT_UNBIND, NULL, &err);
	if (ref_destroy(c->rc, c->q->tenant, KIND_ADDRESS, c->arg[0], &err) < 0) {
		osf_fail_model(c, KIND_ADDRESS, c->arg[0], &err);
		return;
	}
	osf_extra_drop(c, c->arg[0]);
	osf_answer(c, 204, NULL);
}

const struct osf_route osf_router_routes[] = {
	{ "GET", "/v2.0/routers", "router.list", router_list, 0 },
	{ "POST", "/v2.0/routers", "router.create", router_create, 0 },
	{ "GET", "/v2.0/routers/?", "router.get", router_get, 0 },
	{ "PUT", "/v2.0/routers/?", "router.update", router_update, 0 },
	{ "DELETE", "/v2.0/routers/?", "router.destroy", router_destroy, 0 },
	{ "PUT", "/v2.0/routers/?/add_router_interface", "router.act.join", interface_add, 0 },
	{ "PUT", "/v2.0/routers/?/remove_router_interface", "router.act.part", interface_remove,
	  0 },
	{ "GET", "/v2.0/floatingips", "address.list", address_list, 0 },
	{ "POST", "/v2.0/floatingips", "address.create", address_create, 0 },
	{ "GET", "/v2.0/floatingips/?", "address.get", address_get, 0 },
	{ "PUT", "/v2.0/floatingips/?", "address.update", address_update, 0 },
	{ "DELETE", "/v2.0/floatingips/?", "address.destroy", address_destroy, 0 },
	{ 0 },
};
