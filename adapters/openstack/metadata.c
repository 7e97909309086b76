/*
 * Tags: the metadata of servers and volumes, which is a key with a value.  What
 * OpenStack calls a tag (of servers from 2.26 on, of everything in Neutron) is a
 * word without a value, and so none of the model's; networks, addresses and key
 * pairs have no metadata, and are not tagged here.
 */
#include "openstack.h"

#include <string.h>

struct owner {
	enum service service;
	const char *head;	/* "/servers/" */
	const char *id;
	int removed;		/* the status of a delete that succeeded */
};

static int owner_of(const char *parent, struct owner *ret, struct error *err)
{
	const char *id = "";
	int kind = parent ? tag_owner(parent, &id) : -1;

	if (kind == KIND_VM)
		*ret = (struct owner){ SERVICE_COMPUTE, "/servers/", id, 204 };
	else if (kind == KIND_DISK)
		*ret = (struct owner){ SERVICE_VOLUME, "/volumes/", id, 200 };
	else if (kind >= 0)
		return err_set(err, ERR_UNSUPPORTED, "the metadata that a tag is are of servers and "
			       "volumes, not of a %s", kind_info((enum kind)kind)->title);
	else
		return err_set(err, ERR_UNSUPPORTED, "metadata is read by server or volume");
	return ERR_OK;
}

static char *key_path(const struct owner *o, const char *key)
{
	AUTO(str) char *head = openstack_path(o->head, o->id, "/metadata/");

	return openstack_path(head, key, NULL);
}

static int set_tag(const char *key, const json_t *value, const char *parent, struct resource *ret,
		   struct error *err)
{
	if (!resource_set_id(ret, key) ||
	    !str_copy(ret->name, sizeof(ret->name), key) ||
	    !str_copy(ret->tag.value, sizeof(ret->tag.value), json_string_value(value)))
		return err_set(err, ERR_PROTOCOL, "key or value of an item of metadata is too long");
	str_copy(ret->parent, sizeof(ret->parent), parent);
	return ERR_OK;
}

/* The answer holds all of the metadata: of those that were there before as well. */
static CO_FN int tag_create(struct cloud *c, const struct resource *want, struct resource *ret,
			    struct error *err)
{
	json_auto_t *reply = NULL;
	struct owner o;
	int r = owner_of(want->parent, &o, err);

	if (r < 0)
		return r;
	AUTO(str) char *path = openstack_path(o.head, o.id, "/metadata");

	r = openstack_call(c, o.service, "tag.create", "POST", path,
			   json_pack("{s:{s:s}}", "metadata", want->name, want->tag.value), 200, &reply,
			   err);
	if (r < 0)
		return r;
	return set_tag(want->name, json_object_get(json_object_get(reply, "metadata"), want->name),
		       want->parent, ret, err);
}

static CO_FN int tag_get(struct cloud *c, const struct ref *ref, struct resource *ret,
			 struct error *err)
{
	json_auto_t *reply = NULL;
	const json_t *value;
	struct owner o;
	int r = owner_of(ref->parent, &o, err);

	if (r < 0)
		return r;
	AUTO(str) char *path = key_path(&o, ref->id);

	r = openstack_call(c, o.service, "tag.get", "GET", path, NULL, 200, &reply, err);
	if (r < 0)
		return r;
	value = json_object_get(json_object_get(reply, "meta"), ref->id);
	if (!json_is_string(value))
		return err_set(err, ERR_PROTOCOL, "GET %s: no text \"%s\" in \"meta\"", path, ref->id);
	return set_tag(ref->id, value, ref->parent, ret, err);
}

static CO_FN int tag_list(struct cloud *c, const char *parent, struct resource_list *ret,
			  struct error *err)
{
	json_auto_t *reply = NULL;
	const char *key;
	struct owner o;
	json_t *all, *value;
	int r = owner_of(parent, &o, err);

	if (r < 0)
		return r;
	AUTO(str) char *path = openstack_path(o.head, o.id, "/metadata");

	r = openstack_call(c, o.service, "tag.list", "GET", path, NULL, 200, &reply, err);
	if (r < 0)
		return r;
	all = json_object_get(reply, "metadata");
	if (!json_is_object(all))
		return err_set(err, ERR_PROTOCOL, "GET %s: no \"metadata\" in the answer", path);
	json_object_foreach(all, key, value) {
		struct resource *to = resource_list_add(ret);

		resource_init(to, KIND_TAG);
		r = set_tag(key, value, parent, to, err);
		if (r < 0)
			return r;
	}
	ret->pages++;
	return ERR_OK;
}

static CO_FN int tag_destroy(struct cloud *c, const struct ref *ref, struct error *err)
{
	struct owner o;
	int r = owner_of(ref->parent, &o, err);

	if (r < 0)
		return r;
	AUTO(str) char *path = key_path(&o, ref->id);

	return openstack_call(c, o.service, "tag.destroy", "DELETE", path, NULL, o.removed, NULL, err);
}

const struct kind_ops openstack_tag_ops = {
	.create = tag_create, .get = tag_get, .list = tag_list, .destroy = tag_destroy,
};
