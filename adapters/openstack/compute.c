/* Servers. */
#include "openstack.h"

#include <string.h>

static void set_state(struct resource *vm, const json_t *one)
{
	const char *status = json_text(one, "status");

	vm->state = openstack_vm_state(status, json_text(one, "OS-EXT-STS:task_state"));
	str_copy(vm->state_word, sizeof(vm->state_word), status);
}

/* {"net":[{"addr","OS-EXT-IPS:type":"fixed"|"floating"}]}: the first of each. */
static void read_addresses(const json_t *addresses, struct resource *ret)
{
	const char *network;
	json_t *list, *one;
	size_t i;

	json_object_foreach((json_t *)addresses, network, list)
		json_array_foreach(list, i, one) {
			const char *type = json_text(one, "OS-EXT-IPS:type");
			char *to = type && !strcmp(type, "floating") ? ret->vm.public_ip :
				   ret->vm.private_ip;

			if (!*to)
				str_copy(to, ADDR_LEN, json_text(one, "addr"));
		}
}

static int read_server(const json_t *one, struct resource *ret, struct error *err)
{
	size_t i;
	json_t *sg;
	int r = openstack_read_id(one, ret, err);

	if (r < 0)
		return r;
	set_state(ret, one);
	str_copy(ret->vm.image, ID_MAX, json_text(json_object_get(one, "image"), "id"));
	str_copy(ret->vm.spec, ID_MAX, json_text(json_object_get(one, "flavor"), "id"));
	str_copy(ret->vm.keypair, ID_MAX, json_text(one, "key_name"));
	str_copy(ret->vm.zone, sizeof(ret->vm.zone), json_text(one, "OS-EXT-AZ:availability_zone"));
	/* A server shows its groups by name only. */
	json_array_foreach(json_object_get(one, "security_groups"), i, sg)
		if (i < VM_SGS_MAX)
			str_copy(ret->vm.sgs[i], ID_MAX, json_text(sg, "name"));
	read_addresses(json_object_get(one, "addresses"), ret);
	return ERR_OK;
}

static json_t *group_ids(const struct resource *vm)
{
	json_t *all = json_array();

	for (int i = 0; i < VM_SGS_MAX; i++)
		if (*vm->vm.sgs[i])
			json_array_append_new(all, json_pack("{s:s}", "name", vm->vm.sgs[i]));
	return all;
}

static CO_FN int vm_create(struct cloud *c, const struct resource *want, struct resource *ret,
			   struct error *err)
{
	json_auto_t *reply = NULL;
	json_t *server = json_pack("{s:s, s:s, s:s, s:[{s:s}]}", "name", want->name,
				   "imageRef", want->vm.image, "flavorRef", want->vm.spec,
				   "networks", "uuid", want->vm.vpc);
	json_t *groups = group_ids(want);
	int r;

	if (*want->vm.keypair)
		json_object_set_new(server, "key_name", json_string(want->vm.keypair));
	if (*want->vm.zone)
		json_object_set_new(server, "availability_zone", json_string(want->vm.zone));
	if (json_array_size(groups))
		json_object_set(server, "security_groups", groups);
	json_decref(groups);
	r = openstack_call(c, SERVICE_COMPUTE, "vm.create", "POST", "/servers",
			   json_pack("{s:o}", "server", server), 202, &reply, err);
	if (r < 0)
		return r;
	/* The answer holds the id and little else: the state is not shown yet. */
	ret->state = STATE_UNSTATED;
	r = openstack_read_id(json_object_get(reply, "server"), ret, err);
	if (r == ERR_OK && !*ret->name)
		str_copy(ret->name, sizeof(ret->name), want->name);
	return r;
}

/* A server does not show the ids of its network and subnet: its interfaces do. */
static CO_FN int read_interfaces(struct cloud *c, const char *id, struct resource *ret,
				 struct error *err)
{
	json_auto_t *reply = NULL;
	AUTO(str) char *path = openstack_path("/servers/", id, "/os-interface");
	const json_t *first, *address;
	int r = openstack_call(c, SERVICE_COMPUTE, "vm.interfaces", "GET", path, NULL, 200, &reply, err);

	if (r < 0)
		return r;
	first = json_array_get(json_object_get(reply, "interfaceAttachments"), 0);
	address = json_array_get(json_object_get(first, "fixed_ips"), 0);
	str_copy(ret->vm.vpc, ID_MAX, json_text(first, "net_id"));
	str_copy(ret->vm.subnet, ID_MAX, json_text(address, "subnet_id"));
	return ERR_OK;
}

static CO_FN int vm_get(struct cloud *c, const struct ref *ref, struct resource *ret,
			struct error *err)
{
	AUTO(str) char *path = openstack_path("/servers/", ref->id, NULL);
	int r = openstack_get(c, SERVICE_COMPUTE, "vm.get", path, "server", read_server, ret, err);

	if (r < 0 || ret->state == STATE_CREATING || ret->state == STATE_DELETING ||
	    ret->state == STATE_FAILED || ret->state == STATE_GONE)
		return r;
	return read_interfaces(c, ref->id, ret, err);
}

static int read_status(const json_t *one, struct resource *ret, struct error *err)
{
	int r = openstack_read_id(one, ret, err);

	if (r == ERR_OK)
		set_state(ret, one);
	return r;
}

static CO_FN int vm_poll(struct cloud *c, const struct ref *ref, struct resource *ret,
			 struct error *err)
{
	AUTO(str) char *path = openstack_path("/servers/", ref->id, NULL);

	return openstack_get(c, SERVICE_COMPUTE, "vm.poll", path, "server", read_status, ret, err);
}

static int read_light(const json_t *one, struct resource *ret, struct error *err)
{
	ret->state = STATE_UNSTATED;
	return openstack_read_id(one, ret, err);
}

static CO_FN int vm_list(struct cloud *c, const char *parent, struct resource_list *ret,
			 struct error *err)
{
	(void)parent;
	return openstack_list(c, SERVICE_COMPUTE, "vm.list", "/servers", "servers", KIND_VM,
			      read_light, ret, err);
}

static CO_FN int vm_destroy(struct cloud *c, const struct ref *ref, struct error *err)
{
	AUTO(str) char *path = openstack_path("/servers/", ref->id, NULL);

	return openstack_call(c, SERVICE_COMPUTE, "vm.destroy", "DELETE", path, NULL, 204, NULL, err);
}

static CO_FN int vm_act(struct cloud *c, const struct ref *ref, enum action action,
			const struct resource *object, struct error *err)
{
	static const struct { const char *key, *op; } verb[ACT_COUNT] = {
		[ACT_STOP] = { "os-stop", "vm.act.stop" },
		[ACT_START] = { "os-start", "vm.act.start" },
		[ACT_SUSPEND] = { "suspend", "vm.act.suspend" },
		[ACT_RESUME] = { "resume", "vm.act.resume" },
		[ACT_REBOOT] = { "reboot", "vm.act.reboot" },
	};
	AUTO(str) char *path = openstack_path("/servers/", ref->id, "/action");
	json_t *body;

	(void)object;
	if (!verb[action].key)
		return err_set(err, ERR_UNSUPPORTED, "a server cannot %s", action_name(action));
	body = action == ACT_REBOOT ? json_pack("{s:{s:s}}", "reboot", "type", "SOFT") :
	       json_pack("{s:n}", verb[action].key);
	return openstack_call(c, SERVICE_COMPUTE, verb[action].op, "POST", path, body, 202, NULL, err);
}

const struct kind_ops openstack_vm_ops = {
	.create = vm_create, .get = vm_get, .list = vm_list, .poll = vm_poll,
	.destroy = vm_destroy, .act = vm_act,
};
