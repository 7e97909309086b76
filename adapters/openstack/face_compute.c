#include "adapters/openstack/face.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"

/* Servers; the rest of Nova is in face_nova.c. */

/* ---- states ---- */

struct look { const char *status, *vm_state, *task; int power; };

static struct look look_of(struct osf_call *c, const struct resource *r)
{
	const char *was;

	switch (r->state) {
	case STATE_CREATING: return (struct look){ "BUILD", "building", "spawning", 0 };
	case STATE_RUNNING: return (struct look){ "ACTIVE", "active", NULL, 1 };
	case STATE_STOPPING: return (struct look){ "ACTIVE", "active", "powering-off", 1 };
	case STATE_STOPPED: return (struct look){ "SHUTOFF", "stopped", NULL, 4 };
	case STATE_STARTING: return (struct look){ "SHUTOFF", "stopped", "powering-on", 4 };
	case STATE_REBOOTING:
		if (json_is_true(json_object_get(osf_extra(c, r->id), "hard")))
			return (struct look){ "HARD_REBOOT", "active", "rebooting_hard", 1 };
		return (struct look){ "REBOOT", "active", "rebooting", 1 };
	case STATE_SUSPENDING: return (struct look){ "ACTIVE", "active", "suspending", 1 };
	case STATE_SUSPENDED: return (struct look){ "SUSPENDED", "suspended", NULL, 4 };
	case STATE_RESUMING: return (struct look){ "SUSPENDED", "suspended", "resuming", 4 };
	case STATE_DELETING:
		was = json_text(osf_extra(c, r->id), "was");
		return (struct look){ was ? was : "ACTIVE", "active", "deleting", 1 };
	case STATE_GONE: return (struct look){ "DELETED", "deleted", NULL, 0 };
	case STATE_FAILED: return (struct look){ "ERROR", "error", NULL, 0 };
	case STATE_STRANGE:
		return (struct look){ *r->state_word ? r->state_word : "STRANGE", "active", NULL,
				      1 };
	case STATE_NONE:
	case STATE_UNSTATED:
	case STATE_AVAILABLE:
	case STATE_BOUND:
	case STATE_COUNT: break;
	}
	return (struct look){ "UNKNOWN", "active", NULL, 0 };
}

/* ---- views ---- */

json_t *osf_links(const struct osf_call *c, const char *what, const char *id)
{
	return json_pack("[{s:s, s:o}, {s:s, s:o}]", "rel", "self", "href",
			 json_sprintf("%s/compute/v2.1/%s/%s", c->base, what, id), "rel",
			 "bookmark", "href", json_sprintf("%s/compute/%s/%s", c->base, what, id));
}

static json_t *bookmark(const struct osf_call *c, const char *what, const char *id)
{
	return json_pack("{s:s, s:[{s:s, s:o}]}", "id", id, "links", "rel", "bookmark",
			 "href", json_sprintf("%s/compute/%s/%s", c->base, what, id));
}

/* From 2.47 on the flavor is told, not linked to. */
static json_t *flavor_of(struct osf_call *c, const char *id)
{
	struct resource r;
	struct error err;

	if (c->minor < 47 || ref_get(c->rc, c->q->tenant, KIND_SPEC, id, &r, &err) < 0)
		return bookmark(c, "flavors", id);
	return json_pack("{s:s, s:I, s:I, s:I, s:i, s:i, s:{}}", "original_name", r.name,
			 "vcpus", (json_int_t)r.spec.vcpu, "ram", (json_int_t)r.spec.mem_mib,
			 "disk", (json_int_t)(r.spec.disk_gb < 0 ? 0 : r.spec.disk_gb),
			 "ephemeral", 0, "swap", 0, "extra_specs");
}

static json_t *address_of(const char *ip, const char *type, const char *mac)
{
	return json_pack("{s:i, s:s, s:s, s:s}", "version", 4, "addr", ip, "OS-EXT-IPS:type", type,
			 "OS-EXT-IPS-MAC:mac_addr", mac);
}

static json_t *addresses_of(struct osf_call *c, const struct resource *r)
{
	json_t *list = json_array(), *all;
	char port[OSF_UUID], mac[18];

	osf_port_of_vm(r->id, port);
	osf_mac_of(port, mac);
	if (*r->vm.private_ip)
		json_array_append_new(list, address_of(r->vm.private_ip, "fixed", mac));
	if (*r->vm.public_ip)
		json_array_append_new(list, address_of(r->vm.public_ip, "floating", mac));
	if (!json_array_size(list)) {
		json_decref(list);
		return json_object();
	}
	all = json_object();
	json_object_set_new(all, ref_name(c->rc, KIND_VPC, r->vm.vpc), list);
	return all;
}

json_t *osf_sgs_of(struct osf_call *c, const struct resource *r)
{
	json_t *all = json_array();

	for (int i = 0; i < VM_SGS_MAX && *r->vm.sgs[i]; i++)
		json_array_append_new(all, json_pack("{s:s}", "name",
						     ref_name(c->rc, KIND_SG, r->vm.sgs[i])));
	if (!*r->vm.sgs[0] || json_is_true(json_object_get(osf_extra(c, r->id), "default_sg")))
		json_array_append_new(all, json_pack("{s:s}", "name", "default"));
	return all;
}

/* What later microversions added and a member may see. */
static void newer_fields(struct osf_call *c, const struct resource *r, json_t *view)
{
	const json_t *x = osf_extra(c, r->id);
	const char *text = json_text(x, "description");

	if (c->minor >= 9)
		json_object_set_new(view, "locked", json_false());
	if (c->minor >= 19)
		json_object_set_new(view, "description", text ? json_string(text) : json_null());
	if (c->minor >= 26)
		json_object_set_new(view, "tags", json_object_get(x, "tags") ?
				    json_incref(json_object_get(x, "tags")) : json_array());
	if (c->minor >= 63)
		json_object_set_new(view, "trusted_image_certificates", json_null());
	if (c->minor >= 71)
		json_object_set_new(view, "server_groups", json_array());
	if (c->minor >= 73)
		json_object_set_new(view, "locked_reason", json_null());
}

static json_t *server_view(struct osf_call *c, const struct resource *r)
{
	struct look look = look_of(c, r);
	const json_t *x = osf_extra(c, r->id);
	const char *key = json_text(x, "key_name");
	json_t *metadata = json_object_get(x, "metadata");
	char at[OSF_STAMP], host[57];
	bool busy = look.task != NULL, built = r->state != STATE_CREATING;
	json_t *view;

	osf_created(c, KIND_VM, r->id, at);
	osf_hex(host, 56, "host", c->q->tenant);
	view = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "id", r->id,
			 "name", r->name, "status", look.status, "tenant_id", c->q->tenant,
			 "user_id", c->token.user->user_id, "hostId", built ? host : "",
			 "created", at, "updated", at, "accessIPv4", "", "accessIPv6", "",
			 "config_drive", "");
	json_object_set_new(view, "metadata", metadata ? json_incref(metadata) : json_object());
	json_object_set_new(view, "image", bookmark(c, "images", r->vm.image));
	json_object_set_new(view, "flavor", flavor_of(c, r->vm.spec));
	json_object_set_new(view, "addresses", addresses_of(c, r));
	json_object_set_new(view, "links", osf_links(c, "servers", r->id));
	json_object_set_new(view, "security_groups", osf_sgs_of(c, r));
	if (!key && *r->vm.keypair)
		key = ref_name(c->rc, KIND_KEYPAIR, r->vm.keypair);
	json_object_set_new(view, "key_name", key ? json_string(key) : json_null());
	json_object_set_new(view, "OS-DCF:diskConfig", json_string("MANUAL"));
	json_object_set_new(view, "OS-EXT-AZ:availability_zone",
			    json_string(built ? r->vm.zone : ""));
	json_object_set_new(view, "OS-EXT-STS:vm_state", json_string(look.vm_state));
	json_object_set_new(view, "OS-EXT-STS:task_state",
			    busy ? json_string(look.task) : json_null());
	json_object_set_new(view, "OS-EXT-STS:power_state", json_integer(look.power));
	json_object_set_new(view, "OS-SRV-USG:launched_at",
			    built ? json_sprintf("%.19s.000000", at) : json_null());
	json_object_set_new(view, "OS-SRV-USG:terminated_at", json_null());
	json_object_set_new(view, "os-extended-volumes:volumes_attached", json_array());
	if (built && r->state != STATE_FAILED)
		json_object_set_new(view, "progress", json_integer(0));
	if (r->state == STATE_FAILED)
		json_object_set_new(view, "fault", json_pack(
			"{s:i, s:s, s:s}", "code", 500, "created", at, "message",
			"No valid host was found. There are not enough hosts available."));
	newer_fields(c, r, view);
	return view;
}

/* ---- lists ---- */

static bool vm_passes(struct osf_call *c, const struct resource *r)
{
	const char *name = face_query(c->q, "name"), *status = face_query(c->q, "status");
	const char *image = face_query(c->q, "image"), *flavor = face_query(c->q, "flavor");
	const char *ip = face_query(c->q, "ip"), *key = face_query(c->q, "key_name");

	/* Nova's filter is a regular expression; anchors are what people use. */
	if (name && *name) {
		bool start = *name == '^', end = name[strlen(name) - 1] == '$';
		char want[NAME_LEN + 2], pattern[NAME_LEN + 8];

		snprintf(want, sizeof(want), "%s", name + start);
		if (end && *want)
			want[strlen(want) - 1] = '\0';
		snprintf(pattern, sizeof(pattern), "%s%s%s", start ? "" : "*", want,
			 end ? "" : "*");
		if (!str_glob(pattern, r->name))
			return false;
	}
	return (!status || !strcasecmp(status, look_of(c, r).status)) &&
	       (!image || !strcmp(image, r->vm.image)) &&
	       (!flavor || !strcmp(flavor, r->vm.spec)) &&
	       (!ip || !*ip || strstr(r->vm.private_ip, ip)) &&
	       (!key || !strcmp(key, ref_name(c->rc, KIND_KEYPAIR, r->vm.keypair)));
}

static void filters_note(struct osf_call *c)
{
	static const char *const keys[] = { "name", "status", "image", "flavor", "ip", "key_name" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		const char *value = face_query(c->q, keys[i]);

		if (!value)
			continue;
		str_addf(&c->filters, "&%s=", keys[i]);
		str_add_url(&c->filters, value);
	}
}

static void vm_list(struct osf_call *c, bool detail)
{
	struct resource_list all = { 0 };
	const char *tenants = face_query(c->q, "all_tenants");
	json_t *items;

	if (tenants && (!*tenants || osf_true(tenants))) {
		osf_fail(c, 403, "",
			 "Policy doesn't allow os_compute_api:servers:index:get_all_tenants "
			 "to be performed.");
		return;
	}
	if (!osf_list(c, KIND_VM, NULL, &all))
		return;
	items = json_array();
	/* The newest first, as Nova. */
	for (size_t i = all.count; i-- > 0;)
		if (vm_passes(c, &all.at[i]))
			json_array_append_new(items, detail ? server_view(c, &all.at[i]) :
							      json_pack("{s:s, s:s, s:o}", "id",
									all.at[i].id, "name",
									all.at[i].name, "links",
									osf_links(c, "servers",
										  all.at[i].id)));
	resource_list_cleanup(&all);
	filters_note(c);
	osf_compute_list(c, "servers", "id", items);
}

static void server_list(struct osf_call *c) { vm_list(c, false); }
static void server_details(struct osf_call *c) { vm_list(c, true); }

static bool vm_read(struct osf_call *c, struct resource *ret)
{
	struct error err;

	if (ref_get(c->rc, c->q->tenant, KIND_VM, c->arg[0], ret, &err) == ERR_OK)
		return true;
	if (err.code == ERR_NOT_FOUND)
		osf_extra_drop(c, c->arg[0]);
	osf_fail_model(c, KIND_VM, c->arg[0], &err);
	return false;
}

static void server_get(struct osf_call *c)
{
	struct resource r;

	if (vm_read(c, &r))
		osf_answer_one(c, 200, "server", server_view(c, &r));
}

/* ---- delete and actions ---- */

static void server_destroy(struct osf_call *c)
{
	struct resource r;
	struct error err;

	if (ref_get(c->rc, c->q->tenant, KIND_VM, c->arg[0], &r, &err) == ERR_OK &&
	    r.state != STATE_DELETING)
		json_object_set_new(osf_extra_make(c, r.id), "was",
				    json_string(look_of(c, &r).status));
	if (ref_destroy(c->rc, c->q->tenant, KIND_VM, c->arg[0], &err) < 0)
		osf_fail_model(c, KIND_VM, c->arg[0], &err);
	else
		osf_answer(c, 204, NULL);
}

static const struct { const char *name, *verb; enum action action; } acts[] = {
	{ "os-stop", "stop", ACT_STOP }, { "os-start", "start", ACT_START },
	{ "reboot", "reboot", ACT_REBOOT }, { "suspend", "suspend", ACT_SUSPEND },
	{ "resume", "resume", ACT_RESUME },
};

static bool reboot_fits(struct osf_call *c, const json_t *body)
{
	const char *type = json_text(json_object_get(body, "reboot"), "type");

	if (type && (!strcasecmp(type, "SOFT") || !strcasecmp(type, "HARD"))) {
		json_object_set_new(osf_extra_make(c, c->arg[0]), "hard",
				    json_boolean(!strcasecmp(type, "HARD")));
		return true;
	}
	osf_fail(c, 400, "",
		 "Invalid input for field/attribute type. Value: %.40s. It is not one of "
		 "['SOFT', 'HARD', 'soft', 'hard']",
		 type ? type : "None");
	return false;
}

static void act(struct osf_call *c, const char *verb, enum action action)
{
	struct look look;
	struct resource r;
	struct error err;

	/* Of one that is not there the model speaks too. */
	resource_init(&r, KIND_VM);
	if (ref_get(c->rc, c->q->tenant, KIND_VM, c->arg[0], &r, &err) < 0)
		str_copy(r.id, sizeof(r.id), c->arg[0]);
	else if (action == ACT_REBOOT && !reboot_fits(c, c->q->json))
		return;
	look = look_of(c, &r);
	if (ref_act(c->rc, c->q->tenant, KIND_VM, r.id, action, NULL, &err) == ERR_OK)
		osf_answer(c, 202, NULL);
	else if (strcmp(err.provider_code, "state"))
		osf_fail_model(c, KIND_VM, r.id, &err);
	else if (look.task)
		osf_fail(c, 409, "", "Cannot '%s' instance %s while it is in task_state %s", verb,
			 r.id, look.task);
	else
		osf_fail(c, 409, "", "Cannot '%s' instance %s while it is in vm_state %s", verb,
			 r.id, look.vm_state);
}

static void server_action(struct osf_call *c)
{
	const char *name = json_object_iter_key(json_object_iter((json_t *)c->q->json));

	for (size_t i = 0; name && i < sizeof(acts) / sizeof(*acts); i++) {
		char op[48];

		if (strcmp(acts[i].name, name))
			continue;
		snprintf(op, sizeof(op), "vm.act.%s", action_name(acts[i].action));
		osf_op(c, op);
		act(c, acts[i].verb, acts[i].action);
		return;
	}
	if (name)
		osf_fail(c, 400, "", "There is no such action: %.60s", name);
	else
		osf_fail(c, 400, "", "Malformed request body");
}

/* ---- what hangs on a server ---- */

static void server_ips(struct osf_call *c)
{
	struct resource r;

	if (vm_read(c, &r))
		osf_answer_one(c, 200, "addresses", addresses_of(c, &r));
}

static void server_metadata(struct osf_call *c)
{
	json_t *metadata;
	struct resource r;

	if (!vm_read(c, &r))
		return;
	metadata = json_object_get(osf_extra(c, r.id), "metadata");
	osf_answer_one(c, 200, "metadata", metadata ? json_incref(metadata) : json_object());
}

static void server_interfaces(struct osf_call *c)
{
	char port[OSF_UUID], mac[18];
	struct resource r;

	if (!vm_read(c, &r))
		return;
	osf_port_of_vm(r.id, port);
	osf_mac_of(port, mac);
	osf_answer_one(c, 200, "interfaceAttachments", json_pack(
		"[{s:s, s:s, s:s, s:s, s:[{s:s, s:s}]}]", "port_id", port, "net_id", r.vm.vpc,
		"mac_addr", mac, "port_state", r.state == STATE_RUNNING ? "ACTIVE" : "DOWN",
		"fixed_ips", "subnet_id", r.vm.subnet, "ip_address", r.vm.private_ip));
}

static void server_sgs(struct osf_call *c)
{
	struct resource r;

	if (vm_read(c, &r))
		osf_answer_one(c, 200, "security_groups", osf_sgs_of(c, &r));
}

const struct osf_route osf_compute_routes[] = {
	{ "GET", "/v2.1/servers", "vm.list", server_list, 0 },
	{ "POST", "/v2.1/servers", "vm.create", osf_server_create, 0 },
	{ "GET", "/v2.1/servers/detail", "vm.list", server_details, 0 },
	{ "GET", "/v2.1/servers/?", "vm.get", server_get, 0 },
	{ "DELETE", "/v2.1/servers/?", "vm.destroy", server_destroy, 0 },
	{ "POST", "/v2.1/servers/?/action", "vm.act", server_action, 0 },
	{ "GET", "/v2.1/servers/?/ips", "vm.get", server_ips, 0 },
	{ "GET", "/v2.1/servers/?/metadata", "vm.get", server_metadata, 0 },
	{ "GET", "/v2.1/servers/?/os-interface", "vm.get", server_interfaces, 0 },
	{ "GET", "/v2.1/servers/?/os-security-groups", "vm.get", server_sgs, 0 },
	{ 0 },
};
