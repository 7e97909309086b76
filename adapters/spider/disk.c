/* Disks (API reference, 9) and tags (13). */
#include "spider.h"

#include <string.h>

static enum state disk_state(const char *word)
{
	return !word || !*word ? STATE_UNSTATED :
	       !strcmp(word, "Creating") ? STATE_CREATING :
	       !strcmp(word, "Available") ? STATE_AVAILABLE :
	       !strcmp(word, "Attached") ? STATE_BOUND :
	       !strcmp(word, "Deleting") ? STATE_DELETING :
	       !strcmp(word, "Error") ? STATE_FAILED : STATE_STRANGE;
}

int spider_read_disk(const json_t *one, struct resource *ret, struct error *err)
{
	const char *status = json_text(one, "Status");
	int r = spider_read_iid(one, "IId", ret, err);

	if (r < 0)
		return r;
	ret->disk.size_gb = spider_number(one, "DiskSize");
	str_copy(ret->disk.type, sizeof(ret->disk.type), json_text(one, "DiskType"));
	str_copy(ret->disk.zone, sizeof(ret->disk.zone), json_text(one, "Zone"));
	str_copy(ret->disk.vm, sizeof(ret->disk.vm), spider_name_id(one, "OwnerVM"));
	str_copy(ret->state_word, sizeof(ret->state_word), status);
	ret->state = disk_state(status);
	return ERR_OK;
}

/* "default" is the API's own word for what is not asked for. */
static CO_FN int disk_create(struct cloud *c, const struct resource *want, struct resource *ret,
			     struct error *err)
{
	json_auto_t *reply = NULL;
	json_t *size = want->disk.size_gb < 0 ? json_string("default") :
		       json_sprintf("%lld", (long long)want->disk.size_gb);
	json_t *info = json_pack("{s:s, s:s, s:s, s:o}", "Name", want->name, "Zone", want->disk.zone,
				 "DiskType", *want->disk.type ? want->disk.type : "default",
				 "DiskSize", size);
	int r = spider_call(c, "disk.create", "POST", "/disk", info, SPIDER_BLOCKS, &reply, err);

	return r < 0 ? r : spider_read_disk(reply, ret, err);
}

static CO_FN int disk_list(struct cloud *c, const char *parent, struct resource_list *ret,
			   struct error *err)
{
	(void)parent;
	return spider_plain_list(c, KIND_DISK, NULL, ret, err);
}

static int expect_true(const json_t *reply, const char *path, struct error *err)
{
	const char *result = json_text(reply, "Result");

	return result && !strcmp(result, "true") ? ERR_OK :
	       err_set(err, ERR_PROTOCOL, "%s: HTTP 200, and Result is not \"true\"", path);
}

static CO_FN int disk_act(struct cloud *c, const struct ref *ref, enum action action,
			  const struct resource *object, struct error *err)
{
	static const struct { const char *tail, *op; } verb[ACT_COUNT] = {
		[ACT_ATTACH] = { "/attach", "disk.act.attach" },
		[ACT_DETACH] = { "/detach", "disk.act.detach" },
		[ACT_RESIZE] = { "/size", "disk.act.resize" },
	};
	json_auto_t *reply = NULL;
	AUTO(str) char *path = NULL;
	struct resource seen;
	json_t *info;
	int r;

	if (!verb[action].op)
		return err_set(err, ERR_UNSUPPORTED, "CB-Spider cannot %s a disk", action_name(action));
	path = spider_path("/disk/", ref->id, verb[action].tail);
	if (action == ACT_RESIZE)
		info = json_pack("{s:o}", "Size", json_sprintf("%lld", object ?
				 (long long)object->disk.size_gb : -1LL));
	else
		info = json_pack("{s:s}", "VMName", object ? object->id : "");
	r = spider_call(c, verb[action].op, "PUT", path, info, SPIDER_BLOCKS, &reply, err);
	if (r < 0)
		return r;
	if (action != ACT_ATTACH)
		return expect_true(reply, path, err);
	resource_init(&seen, KIND_DISK);
	return spider_read_disk(reply, &seen, err);
}

/* ---- tags ---- */

/* How a tag's owner is called: its type and the name that is its id. */
static const char *owner_type(const char *parent, const char **name, struct error *err)
{
	static const char *const type[KIND_COUNT] = {
		[KIND_KEYPAIR] = "keypair", [KIND_VPC] = "vpc", [KIND_SUBNET] = "subnet",
		[KIND_SG] = "sg", [KIND_ADDRESS] = "publicip", [KIND_VM] = "vm", [KIND_DISK] = "disk",
	};
	int kind = parent ? tag_owner(parent, name) : -1;

	if (kind >= 0 && type[kind])
		return type[kind];
	err_set(err, kind < 0 ? ERR_INVALID : ERR_UNSUPPORTED, "a tag is on a resource; found \"%s\"",
		parent ? parent : "nothing");
	return NULL;
}

/* "/tag/KEY?ResourceType=..&ResourceName=.." (key may be NULL); NULL with err set. */
static char *tag_path(const char *key, const char *parent, struct error *err)
{
	struct str s = { 0 };
	const char *name = NULL, *type = owner_type(parent, &name, err);

	if (!type)
		return NULL;
	str_add(&s, key ? "/tag/" : "/tag");
	if (key)
		str_add_url(&s, key);
	str_addf(&s, "?ResourceType=%s&ResourceName=", type);
	str_add_url(&s, name);
	return s.text;
}

/* {"Key":..,"Value":..}; an empty value is left out. */
static int read_tag(const json_t *one, const char *parent, struct resource *ret, struct error *err)
{
	const char *key = json_text(one, "Key");

	if (!key || !*key)
		return err_set(err, ERR_PROTOCOL, "a tag without Key in the answer");
	if (!resource_set_id(ret, key) ||
	    !str_copy(ret->name, sizeof(ret->name), key) ||
	    !str_copy(ret->tag.value, sizeof(ret->tag.value), json_text(one, "Value")))
		return err_set(err, ERR_PROTOCOL, "a tag whose key is over %d bytes or whose value is "
			       "over %d", NAME_LEN - 1, TAG_VALUE_MAX - 1);
	str_copy(ret->parent, sizeof(ret->parent), parent);
	return ERR_OK;
}

static CO_FN int tag_create(struct cloud *c, const struct resource *want, struct resource *ret,
			    struct error *err)
{
	json_auto_t *reply = NULL;
	const char *name = NULL, *type = owner_type(want->parent, &name, err);
	int r;

	if (!type)
		return err->code;
	r = spider_call(c, "tag.create", "POST", "/tag",
			json_pack("{s:s, s:s, s:{s:s, s:s}}", "ResourceType", type,
				  "ResourceName", name, "Tag", "Key", want->name,
				  "Value", want->tag.value),
			SPIDER_BLOCKS, &reply, err);
	return r < 0 ? r : read_tag(reply, want->parent, ret, err);
}

static CO_FN int tag_get(struct cloud *c, const struct ref *ref, struct resource *ret,
			 struct error *err)
{
	json_auto_t *reply = NULL;
	AUTO(str) char *path = tag_path(ref->id, ref->parent, err);
	int r = path ? spider_call(c, "tag.get", "GET", path, NULL, 0, &reply, err) : (int)err->code;

	return r < 0 ? r : read_tag(reply, ref->parent, ret, err);
}

static CO_FN int tag_list(struct cloud *c, const char *parent, struct resource_list *ret,
			  struct error *err)
{
	json_auto_t *reply = NULL;
	AUTO(str) char *path = tag_path(NULL, parent, err);
	const json_t *all;
	size_t i;
	json_t *one;
	int r = path ? spider_call(c, "tag.list", "GET", path, NULL, 0, &reply, err) : (int)err->code;

	if (r == ERR_OK)
		r = spider_list_of(reply, "tag", &all, err);
	if (r < 0)
		return r;
	json_array_foreach(all, i, one) {
		struct resource *to = resource_list_add(ret);

		resource_init(to, KIND_TAG);
		r = read_tag(one, parent, to, err);
		if (r < 0)
			return r;
	}
	ret->pages = 1;
	return ERR_OK;
}

static CO_FN int tag_destroy(struct cloud *c, const struct ref *ref, struct error *err)
{
	json_auto_t *reply = NULL;
	AUTO(str) char *path = spider_path("/tag/", ref->id, NULL);
	const char *name = NULL, *type = owner_type(ref->parent, &name, err);
	int r;

	if (!type)
		return err->code;
	r = spider_call(c, "tag.destroy", "DELETE", path,
			json_pack("{s:s, s:s}", "ResourceType", type, "ResourceName", name),
			SPIDER_BLOCKS, &reply, err);
	return r < 0 ? r : expect_true(reply, path, err);
}

const struct kind_ops spider_disk_ops = {
	.create = disk_create, .get = spider_plain_get, .list = disk_list,
	.destroy = spider_plain_destroy, .act = disk_act, .strays = spider_strays,
};
const struct kind_ops spider_tag_ops = {
	.create = tag_create, .get = tag_get, .list = tag_list, .destroy = tag_destroy,
};
