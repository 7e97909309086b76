#include "adapters/openstack/face.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"

/* Ports: derived from the VM or the router's interface that they belong to. */

void osf_port_of_vm(const char *vm, char to[OSF_UUID])
{
	osf_uuid(to, "port", vm, "");
}

void osf_port_of_router(const char *router, const char *subnet, char to[OSF_UUID])
{
	osf_uuid(to, "router port", router, subnet);
}

void osf_mac_of(const char *id, char to[18])
{
	char hex[7];

	osf_hex(hex, 6, "mac", id);
	snprintf(to, 18, "fa:16:3e:%.2s:%.2s:%.2s", hex, hex + 2, hex + 4);
}

static json_t *port_view(struct osf_call *c, const char *id, const char *network,
			 const char *device, const char *owner, bool up)
{
	char mac[18];
	json_t *view;

	osf_mac_of(id, mac);
	view = json_pack(
		"{s:s, s:s, s:s, s:b, s:s, s:s, s:s, s:s, s:[], s:[], s:b, s:s, s:[], s:[], s:n, s:n}", "id",
		id, "name", "", "network_id", osf_network_out(c, network), "admin_state_up", 1,
		"mac_address", mac, "status", up ? "ACTIVE" : "DOWN", "device_id", device,
		"device_owner", owner, "allowed_address_pairs", "extra_dhcp_opts",
		"port_security_enabled", 1, "binding:vnic_type", "normal", "security_groups",
		"fixed_ips", "qos_policy_id", "qos_network_policy_id");
	return osf_network_common(c, KIND_VM, device, view);
}

static void port_ip(json_t *port, const char *subnet, const char *ip)
{
	if (*ip)
		json_array_append_new(json_object_get(port, "fixed_ips"),
				      json_pack("{s:s, s:s}", "subnet_id", subnet, "ip_address",
						ip));
}

static json_t *vm_port(struct osf_call *c, const struct resource *vm)
{
	char id[OSF_UUID], fallback[OSF_UUID], owner[80];
	json_t *view, *sgs;

	osf_port_of_vm(vm->id, id);
	snprintf(owner, sizeof(owner), "compute:%s", *vm->vm.zone ? vm->vm.zone : "nova");
	view = port_view(c, id, vm->vm.vpc, vm->id, owner, vm->state == STATE_RUNNING ||
			 vm->state == STATE_REBOOTING || vm->state == STATE_STOPPING);
	port_ip(view, vm->vm.subnet, vm->vm.private_ip);
	sgs = json_object_get(view, "security_groups");
	for (int i = 0; i < VM_SGS_MAX && *vm->vm.sgs[i]; i++)
		json_array_append_new(sgs, json_string(vm->vm.sgs[i]));
	osf_default_sg(c, fallback);
	if (!*vm->vm.sgs[0] || json_is_true(json_object_get(osf_extra(c, vm->id), "default_sg")))
		json_array_append_new(sgs, json_string(fallback));
	return view;
}

static const char *gateway_of(const struct resource *subnet, char to[ADDR_LEN])
{
	struct str s = { 0 };
	uint32_t net;
	unsigned bits;

	if (cidr_parse(subnet->subnet.cidr, &net, &bits))
		str_addf(&s, "%u.%u.%u.%u", net >> 24, net >> 16 & 255, net >> 8 & 255,
			 (net & 255) + 1);
	str_copy(to, ADDR_LEN, str_text(&s));
	str_release(&s);
	return to;
}

static void router_ports(struct osf_call *c, const char *router, json_t *to)
{
	const char *subnet;
	struct resource r;
	struct error err;

	for (size_t i = 0; (subnet = ref_joined(c->rc, router, i)); i++) {
		char id[OSF_UUID], gateway[ADDR_LEN];
		json_t *view;

		if (ref_get(c->rc, c->q->tenant, KIND_SUBNET, subnet, &r, &err) < 0)
			continue;
		osf_port_of_router(router, subnet, id);
		view = port_view(c, id, r.parent, router, "network:router_interface", true);
		port_ip(view, subnet, gateway_of(&r, gateway));
		json_array_append_new(to, view);
	}
}

json_t *osf_ports(struct osf_call *c)
{
	struct resource_list vms = { 0 }, routers = { 0 };
	json_t *all = json_array();
	struct error err;

	if (ref_list(c->rc, c->q->tenant, KIND_VM, NULL, &vms, &err) == ERR_OK)
		for (size_t i = 0; i < vms.count; i++)
			json_array_append_new(all, vm_port(c, &vms.at[i]));
	if (ref_list(c->rc, c->q->tenant, KIND_ROUTER, NULL, &routers, &err) == ERR_OK)
		for (size_t i = 0; i < routers.count; i++)
			router_ports(c, routers.at[i].id, all);
	resource_list_cleanup(&vms);
	resource_list_cleanup(&routers);
	return all;
}

static void port_list(struct osf_call *c)
{
	osf_network_list(c, "ports", osf_ports(c));
}

json_t *osf_port_find(json_t *all, const char *id)
{
	json_t *one;
	size_t i;

	json_array_foreach(all, i, one)
		if (!strcmp(json_text(one, "id"), id))
			return one;
	return NULL;
}

static void port_get(struct osf_call *c)
{
	json_t *all = osf_ports(c), *one = osf_port_find(all, c->arg[0]);

	if (one)
		osf_answer_one(c, 200, "port", json_incref(one));
	else
		osf_fail(c, 404, "PortNotFound", "Port %s could not be found.", c->arg[0]);
	json_decref(all);
}

const struct osf_route osf_port_routes[] = {
	{ "GET", "/v2.0/ports", "port.list", port_list, 0 },
	{ "GET", "/v2.0/ports/?", "port.get", port_get, 0 },
	{ 0 },
};
