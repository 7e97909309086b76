#include "adapters/openstack/face.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"

/* Nova's half of volumes: what is attached to a server. */

void osf_volumes_of(struct osf_call *c, const char *vm, struct resource_list *ret)
{
	struct resource_list all = { 0 };
	struct error err;

	if (ref_list(c->rc, c->q->tenant, KIND_DISK, NULL, &all, &err) == ERR_OK)
		for (size_t i = 0; i < all.count; i++)
			if (!strcmp(all.at[i].disk.vm, vm))
				*resource_list_add(ret) = all.at[i];
	resource_list_cleanup(&all);
}

static json_t *attachment_view(const struct osf_call *c, const char *vm, const char *volume,
			       size_t n)
{
	json_t *view = json_pack("{s:s, s:s, s:s, s:o}", "id", volume, "serverId", vm,
				 "volumeId", volume, "device",
				 json_sprintf("/dev/vd%c", (char)('b' + n % 24)));

	if (c->minor >= 70)
		json_object_set_new(view, "tag", json_null());
	if (c->minor >= 79)
		json_object_set_new(view, "delete_on_termination", json_false());
	return view;
}

static bool server_is_there(struct osf_call *c, struct resource *ret)
{
	struct error err;

	if (ref_get(c->rc, c->q->tenant, KIND_VM, c->arg[0], ret, &err) == ERR_OK)
		return true;
	osf_fail_model(c, KIND_VM, c->arg[0], &err);
	return false;
}

static void attachment_list(struct osf_call *c)
{
	struct resource_list all = { 0 };
	json_t *items;
	struct resource vm;

	if (!server_is_there(c, &vm))
		return;
	osf_volumes_of(c, vm.id, &all);
	items = json_array();
	for (size_t i = 0; i < all.count; i++)
		json_array_append_new(items, attachment_view(c, vm.id, all.at[i].id, i));
	resource_list_cleanup(&all);
	osf_answer_one(c, 200, "volumeAttachments", items);
}

static void not_attached(struct osf_call *c)
{
	osf_fail(c, 404, "", "Instance %s is not attached to volume %s", c->arg[0], c->arg[1]);
}

static void attachment_get(struct osf_call *c)
{
	struct resource_list all = { 0 };
	struct resource vm;
	size_t i = 0;

	if (!server_is_there(c, &vm))
		return;
	osf_volumes_of(c, vm.id, &all);
	while (i < all.count && strcmp(all.at[i].id, c->arg[1]))
		i++;
	if (i < all.count)
		osf_answer_one(c, 200, "volumeAttachment", attachment_view(c, vm.id, c->arg[1], i));
	else
		not_attached(c);
	resource_list_cleanup(&all);
}

static bool is_uuid(const char *text)
{
	size_t i = 0;

	for (; text[i]; i++)
		if (i == 8 || i == 13 || i == 18 || i == 23 ? text[i] != '-' :
		    !strchr("0123456789abcdefABCDEF", text[i]))
			return false;
	return i == 36;
}

static void attach_fail(struct osf_call *c, const char *volume, const struct error *err)
{
	struct error absent = { .code = ERR_NOT_FOUND }, why;
	struct resource r;

	if (!strcmp(err->provider_code, "unknown:vm"))
		osf_fail_model(c, KIND_VM, c->arg[0], &absent);
	else if (strcmp(err->provider_code, "state") ||
		 ref_get(c->rc, c->q->tenant, KIND_DISK, volume, &r, &why) < 0)
		osf_fail_model(c, KIND_DISK, volume, err);
	else if (*r.disk.vm)
		osf_invalid_volume(c, "volume %s is already attached to instances: %s", volume,
				   r.disk.vm);
	else
		osf_invalid_volume(c, "volume '%s' status must be 'available'. Currently in '%s' "
				   "status.", volume, osf_volume_status(&r));
}

/* What a change of the server under way, or its failure, does not allow. */
static bool server_is_settled(struct osf_call *c, const struct resource *vm, const char *verb)
{
	const char *state = vm->state == STATE_CREATING ? "vm_state building" :
			    vm->state == STATE_DELETING ? "task_state deleting" :
			    vm->state == STATE_FAILED ? "vm_state error" : NULL;

	if (state)
		osf_fail(c, 409, "", "Cannot '%s' instance %s while it is in %s", verb, vm->id, state);
	return !state;
}

static void attach(struct osf_call *c)
{
	static const char *const attrs[] = { "s!volumeId", "S device", "s tag",
					     "b delete_on_termination", NULL };
	const json_t *body = osf_body(c, "volumeAttachment", attrs);
	const char *volume = json_text(body, "volumeId");
	struct resource_list all = { 0 };
	struct resource vm;
	struct error err;

	if (!body)
		return;
	if (!is_uuid(volume)) {
		osf_fail(c, 400, "", "Invalid input for field/attribute volumeId. Value: %.60s. "
			 "'%.60s' is not a 'uuid'", volume, volume);
		return;
	}
	/* That it is there is for the model to say. */
	if (ref_get(c->rc, c->q->tenant, KIND_VM, c->arg[0], &vm, &err) < 0) {
		resource_init(&vm, KIND_VM);
		str_copy(vm.id, sizeof(vm.id), c->arg[0]);
	}
	if (!server_is_settled(c, &vm, "attach_volume"))
		return;
	osf_volumes_of(c, vm.id, &all);
	if (ref_act(c->rc, c->q->tenant, KIND_DISK, volume, ACT_ATTACH, &vm, &err) < 0)
		attach_fail(c, volume, &err);
	else
		osf_answer_one(c, 200, "volumeAttachment",
			       attachment_view(c, vm.id, volume, all.count));
	resource_list_cleanup(&all);
}

static void detach(struct osf_call *c)
{
	struct resource vm;
	struct error err;

	if (!server_is_there(c, &vm) || !server_is_settled(c, &vm, "detach_volume"))
		return;
	if (ref_act(c->rc, c->q->tenant, KIND_DISK, c->arg[1], ACT_DETACH, &vm, &err) == ERR_OK)
		osf_answer(c, 202, NULL);
	else if (!strcmp(err.provider_code, "state"))
		not_attached(c);
	else
		osf_fail_model(c, KIND_DISK, c->arg[1], &err);
}

const struct osf_route osf_attach_routes[] = {
	{ "GET", "/v2.1/servers/?/os-volume_attachments", "vm.volumes", attachment_list, 0 },
	{ "POST", "/v2.1/servers/?/os-volume_attachments", "disk.act.attach", attach, 0 },
	{ "GET", "/v2.1/servers/?/os-volume_attachments/?", "vm.volumes", attachment_get, 0 },
	{ "DELETE", "/v2.1/servers/?/os-volume_attachments/?", "disk.act.detach", detach, 0 },
	{ 0 },
};
