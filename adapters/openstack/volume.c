/* Disks: Cinder's volumes, which Nova attaches to servers. */
#include "openstack.h"

#include <string.h>

static int64_t number(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	return json_is_integer(v) ? json_integer_value(v) : -1;
}

static int read_volume(const json_t *one, struct resource *ret, struct error *err)
{
	const json_t *attachment = json_array_get(json_object_get(one, "attachments"), 0);
	const char *status = json_text(one, "status");
	int r = openstack_read_id(one, ret, err);

	if (r < 0)
		return r;
	ret->state = openstack_volume_state(status);
	str_copy(ret->state_word, sizeof(ret->state_word), status);
	ret->disk.size_gb = number(one, "size");
	str_copy(ret->disk.type, sizeof(ret->disk.type), json_text(one, "volume_type"));
	str_copy(ret->disk.zone, sizeof(ret->disk.zone), json_text(one, "availability_zone"));
	str_copy(ret->disk.vm, sizeof(ret->disk.vm), json_text(attachment, "server_id"));
	return ERR_OK;
}

static CO_FN int disk_create(struct cloud *c, const struct resource *want, struct resource *ret,
			     struct error *err)
{
	json_auto_t *reply = NULL;
	json_t *volume = json_pack("{s:s, s:I}", "name", want->name, "size",
				   (json_int_t)want->disk.size_gb);
	int r;

	if (*want->disk.type)
		json_object_set_new(volume, "volume_type", json_string(want->disk.type));
	if (*want->disk.zone)
		json_object_set_new(volume, "availability_zone", json_string(want->disk.zone));
	r = openstack_call(c, SERVICE_VOLUME, "disk.create", "POST", "/volumes",
			   json_pack("{s:o}", "volume", volume), 202, &reply, err);
	return r < 0 ? r : read_volume(json_object_get(reply, "volume"), ret, err);
}

static CO_FN int disk_get(struct cloud *c, const struct ref *ref, struct resource *ret,
			  struct error *err)
{
	AUTO(str) char *path = openstack_path("/volumes/", ref->id, NULL);

	return openstack_get(c, SERVICE_VOLUME, "disk.get", path, "volume", read_volume, ret, err);
}

static CO_FN int disk_list(struct cloud *c, const char *parent, struct resource_list *ret,
			   struct error *err)
{
	(void)parent;
	return openstack_list(c, SERVICE_VOLUME, "disk.list", "/volumes/detail", "volumes", KIND_DISK,
			      read_volume, ret, err);
}

static CO_FN int disk_destroy(struct cloud *c, const struct ref *ref, struct error *err)
{
	AUTO(str) char *path = openstack_path("/volumes/", ref->id, NULL);

	return openstack_call(c, SERVICE_VOLUME, "disk.destroy", "DELETE", path, NULL, 202, NULL, err);
}

static CO_FN int attach(struct cloud *c, const struct ref *ref, const char *vm, struct error *err)
{
	json_auto_t *reply = NULL;
	AUTO(str) char *path = openstack_path("/servers/", vm, "/os-volume_attachments");

	return openstack_call(c, SERVICE_COMPUTE, "disk.act.attach", "POST", path,
			      json_pack("{s:{s:s}}", "volumeAttachment", "volumeId", ref->id), 200,
			      &reply, err);
}

static CO_FN int detach(struct cloud *c, const struct ref *ref, const char *vm, struct error *err)
{
	AUTO(str) char *head = openstack_path("/servers/", vm, "/os-volume_attachments/");
	AUTO(str) char *path = openstack_path(head, ref->id, NULL);

	return openstack_call(c, SERVICE_COMPUTE, "disk.act.detach", "DELETE", path, NULL, 202, NULL,
			      err);
}

static CO_FN int resize(struct cloud *c, const struct ref *ref, int64_t size_gb, struct error *err)
{
	AUTO(str) char *path = openstack_path("/volumes/", ref->id, "/action");

	return openstack_call(c, SERVICE_VOLUME, "disk.act.resize", "POST", path,
			      json_pack("{s:{s:I}}", "os-extend", "new_size", (json_int_t)size_gb), 202,
			      NULL, err);
}

static CO_FN int disk_act(struct cloud *c, const struct ref *ref, enum action action,
			  const struct resource *object, struct error *err)
{
	const struct openstack *s = cloud_private(c);

	if (action != ACT_ATTACH && action != ACT_DETACH && action != ACT_RESIZE)
		return err_set(err, ERR_UNSUPPORTED, "a volume cannot %s", action_name(action));
	/* Nova would answer, and name a volume that it cannot look up. */
	if (!s->http[SERVICE_VOLUME])
		return openstack_no_service(SERVICE_VOLUME, err);
	if (!object)
		return err_set(err, ERR_HARNESS, "%s of a volume without its object",
			       action_name(action));
	if (action == ACT_ATTACH)
		return attach(c, ref, object->id, err);
	if (action == ACT_DETACH)
		return detach(c, ref, object->id, err);
	return resize(c, ref, object->disk.size_gb, err);
}

const struct kind_ops openstack_disk_ops = {
	.create = disk_create, .get = disk_get, .list = disk_list, .destroy = disk_destroy,
	.act = disk_act,
};
