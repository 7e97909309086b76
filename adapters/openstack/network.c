/* Networks, subnets, routers, floating IPs. */
#include "openstack.h"

#include <string.h>

static int read_network(const json_t *one, struct resource *ret, struct error *err)
{
	return openstack_read_id(one, ret, err);
}

static CO_FN int vpc_create(struct cloud *c, const struct resource *want, struct resource *ret,
			    struct error *err)
{
	json_auto_t *reply = NULL;
	int r = openstack_call(c, SERVICE_NETWORK, "vpc.create", "POST", "/networks",
			       json_pack("{s:{s:s}}", "network", "name", want->name), 201, &reply, err);

	return r < 0 ? r : read_network(json_object_get(reply, "network"), ret, err);
}

static CO_FN int vpc_get(struct cloud *c, const struct ref *ref, struct resource *ret,
			 struct error *err)
{
	AUTO(str) char *path = openstack_path("/networks/", ref->id, NULL);

	return openstack_get(c, SERVICE_NETWORK, "vpc.get", path, "network", read_network, ret, err);
}

/* A tenant also sees shared and external networks: only its own are listed. */
static CO_FN int vpc_list(struct cloud *c, const char *parent, struct resource_list *ret,
			  struct error *err)
{
	const struct openstack *s = cloud_private(c);
	AUTO(str) char *path = openstack_path("/networks?project_id=", s->project, NULL);

	(void)parent;
	return openstack_list(c, SERVICE_NETWORK, "vpc.list", path, "networks", KIND_VPC, read_network,
			      ret, err);
}

static CO_FN int vpc_destroy(struct cloud *c, const struct ref *ref, struct error *err)
{
	AUTO(str) char *path = openstack_path("/networks/", ref->id, NULL);

	return openstack_call(c, SERVICE_NETWORK, "vpc.destroy", "DELETE", path, NULL, 204, NULL, err);
}

static int read_subnet(const json_t *one, struct resource *ret, struct error *err)
{
	int r = openstack_read_id(one, ret, err);

	if (r < 0)
		return r;
	str_copy(ret->parent, sizeof(ret->parent), json_text(one, "network_id"));
	str_copy(ret->subnet.cidr, sizeof(ret->subnet.cidr), json_text(one, "cidr"));
	return ERR_OK;
}

static CO_FN int subnet_create(struct cloud *c, const struct resource *want, struct resource *ret,
			       struct error *err)
{
	json_auto_t *reply = NULL;
	json_t *body = json_pack("{s:{s:s, s:s, s:s, s:i}}", "subnet", "name", want->name,
				 "network_id", want->parent, "cidr", want->subnet.cidr, "ip_version", 4);
	int r = openstack_call(c, SERVICE_NETWORK, "subnet.create", "POST", "/subnets", body, 201,
			       &reply, err);

	return r < 0 ? r : read_subnet(json_object_get(reply, "subnet"), ret, err);
}

static CO_FN int subnet_get(struct cloud *c, const struct ref *ref, struct resource *ret,
			    struct error *err)
{
	AUTO(str) char *path = openstack_path("/subnets/", ref->id, NULL);

	return openstack_get(c, SERVICE_NETWORK, "subnet.get", path, "subnet", read_subnet, ret, err);
}

static CO_FN int subnet_list(struct cloud *c, const char *parent, struct resource_list *ret,
			     struct error *err)
{
	const struct openstack *s = cloud_private(c);
	AUTO(str) char *path = parent ? openstack_path("/subnets?network_id=", parent, NULL) :
			       openstack_path("/subnets?project_id=", s->project, NULL);

	return openstack_list(c, SERVICE_NETWORK, "subnet.list", path, "subnets", KIND_SUBNET,
			      read_subnet, ret, err);
}

static CO_FN int subnet_destroy(struct cloud *c, const struct ref *ref, struct error *err)
{
	AUTO(str) char *path = openstack_path("/subnets/", ref->id, NULL);

	return openstack_call(c, SERVICE_NETWORK, "subnet.destroy", "DELETE", path, NULL, 204, NULL, err);
}

/* ---- routers ---- */

static int read_router(const json_t *one, struct resource *ret, struct error *err)
{
	int r = openstack_read_id(one, ret, err);

	if (r < 0)
		return r;
	str_copy(ret->router.external_network, sizeof(ret->router.external_network),
		 json_text(json_object_get(one, "external_gateway_info"), "network_id"));
	return ERR_OK;
}

static CO_FN int router_create(struct cloud *c, const struct resource *want, struct resource *ret,
			       struct error *err)
{
	json_auto_t *reply = NULL;
	json_t *router = json_pack("{s:s}", "name", want->name);
	int r;

	if (*want->router.external_network)
		json_object_set_new(router, "external_gateway_info",
				    json_pack("{s:s}", "network_id", want->router.external_network));
	r = openstack_call(c, SERVICE_NETWORK, "router.create", "POST", "/routers",
			   json_pack("{s:o}", "router", router), 201, &reply, err);
	return r < 0 ? r : read_router(json_object_get(reply, "router"), ret, err);
}

static CO_FN int router_get(struct cloud *c, const struct ref *ref, struct resource *ret,
			    struct error *err)
{
	AUTO(str) char *path = openstack_path("/routers/", ref->id, NULL);

	return openstack_get(c, SERVICE_NETWORK, "router.get", path, "router", read_router, ret, err);
}

static CO_FN int router_list(struct cloud *c, const char *parent, struct resource_list *ret,
			     struct error *err)
{
	(void)parent;
	return openstack_list(c, SERVICE_NETWORK, "router.list", "/routers", "routers",
			      KIND_ROUTER, read_router, ret, err);
}

static CO_FN int router_destroy(struct cloud *c, const struct ref *ref, struct error *err)
{
	AUTO(str) char *path = openstack_path("/routers/", ref->id, NULL);

	return openstack_call(c, SERVICE_NETWORK, "router.destroy", "DELETE", path, NULL, 204, NULL, err);
}

static CO_FN int router_act(struct cloud *c, const struct ref *ref, enum action action,
			    const struct resource *object, struct error *err)
{
	json_auto_t *reply = NULL;
	bool join = action == ACT_JOIN;
	AUTO(str) char *path = openstack_path("/routers/", ref->id,
					      join ? "/add_router_interface" : "/remove_router_interface");

	if (action != ACT_JOIN && action != ACT_PART)
		return err_set(err, ERR_UNSUPPORTED, "a router cannot %s", action_name(action));
	return openstack_call(c, SERVICE_NETWORK, join ? "router.act.join" : "router.act.part", "PUT", path,
			      json_pack("{s:s}", "subnet_id", object->id), 200, &reply, err);
}

/* ---- floating IPs: nameless, so the description carries our name ---- */

static int read_address(const json_t *one, struct resource *ret, struct error *err)
{
	const char *port = json_text(one, "port_id"), *status = json_text(one, "status");
	int r = openstack_read_id(one, ret, err);

	if (r < 0)
		return r;
	str_copy(ret->name, sizeof(ret->name), json_text(one, "description"));
	str_copy(ret->address.ip, sizeof(ret->address.ip), json_text(one, "floating_ip_address"));
	str_copy(ret->address.external_network, sizeof(ret->address.external_network),
		 json_text(one, "floating_network_id"));
	str_copy(ret->address.vm, sizeof(ret->address.vm),
		 json_text(json_object_get(one, "port_details"), "device_id"));
	str_copy(ret->state_word, sizeof(ret->state_word), status);
	/* ACTIVE and DOWN tell of the agent; port_id says whether it is bound. */
	ret->state = status && !strcmp(status, "ERROR") ? STATE_FAILED :
		     !json_object_get(one, "port_id") ? STATE_UNSTATED :
		     port && *port ? STATE_BOUND : STATE_AVAILABLE;
	return ERR_OK;
}

static CO_FN int address_create(struct cloud *c, const struct resource *want, struct resource *ret,
				struct error *err)
{
	json_auto_t *reply = NULL;
	json_t *body = json_pack("{s:{s:s, s:s}}", "floatingip", "floating_network_id",
				 want->address.external_network, "description", want->name);
	int r = openstack_call(c, SERVICE_NETWORK, "address.create", "POST", "/floatingips", body, 201,
			       &reply, err);

	return r < 0 ? r : read_address(json_object_get(reply, "floatingip"), ret, err);
}

static CO_FN int address_get(struct cloud *c, const struct ref *ref, struct resource *ret,
			     struct error *err)
{
	AUTO(str) char *path = openstack_path("/floatingips/", ref->id, NULL);

	return openstack_get(c, SERVICE_NETWORK, "address.get", path, "floatingip", read_address, ret,
			     err);
}

static CO_FN int address_list(struct cloud *c, const char *parent, struct resource_list *ret,
			      struct error *err)
{
	(void)parent;
	return openstack_list(c, SERVICE_NETWORK, "address.list", "/floatingips",
			      "floatingips", KIND_ADDRESS, read_address, ret, err);
}

static CO_FN int address_destroy(struct cloud *c, const struct ref *ref, struct error *err)
{
	AUTO(str) char *path = openstack_path("/floatingips/", ref->id, NULL);

	return openstack_call(c, SERVICE_NETWORK, "address.destroy", "DELETE", path, NULL, 204, NULL, err);
}

/* The first port of a server. */
static CO_FN int port_of(struct cloud *c, const char *vm, char port[ID_MAX], struct error *err)
{
	json_auto_t *reply = NULL;
	AUTO(str) char *path = openstack_path("/ports?device_id=", vm, NULL);
	const char *id;
	int r = openstack_call(c, SERVICE_NETWORK, "port.list", "GET", path, NULL, 200, &reply, err);

	if (r < 0)
		return r;
	id = json_text(json_array_get(json_object_get(reply, "ports"), 0), "id");
	if (!id)
		return err_set(err, ERR_NOT_FOUND, "VM %s has no port", vm);
	str_copy(port, ID_MAX, id);
	return ERR_OK;
}

static CO_FN int address_act(struct cloud *c, const struct ref *ref, enum action action,
			     const struct resource *object, struct error *err)
{
	json_auto_t *reply = NULL;
	AUTO(str) char *path = openstack_path("/floatingips/", ref->id, NULL);
	char port[ID_MAX] = "";
	int r;

	if (action != ACT_BIND && action != ACT_UNBIND)
		return err_set(err, ERR_UNSUPPORTED, "a floating IP cannot %s", action_name(action));
	if (action == ACT_BIND) {
		r = port_of(c, object->id, port, err);
		if (r < 0)
			return r;
	}
	return openstack_call(c, SERVICE_NETWORK,
			      action == ACT_BIND ? "address.act.bind" : "address.act.unbind", "PUT", path,
			      json_pack("{s:{s:o}}", "floatingip", "port_id",
					*port ? json_string(port) : json_null()), 200, &reply, err);
}

const struct kind_ops openstack_vpc_ops = {
	.create = vpc_create, .get = vpc_get, .list = vpc_list, .destroy = vpc_destroy,
};
const struct kind_ops openstack_subnet_ops = {
	.create = subnet_create, .get = subnet_get, .list = subnet_list, .destroy = subnet_destroy,
};
const struct kind_ops openstack_router_ops = {
	.create = router_create, .get = router_get, .list = router_list,
	.destroy = router_destroy, .act = router_act,
};
const struct kind_ops openstack_address_ops = {
	.create = address_create, .get = address_get, .list = address_list,
	.destroy = address_destroy, .act = address_act,
};
