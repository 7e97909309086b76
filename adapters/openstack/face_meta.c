#include "adapters/openstack/face.h"

#include <string.h>

#include "base/json.h"

/*
 * Metadata of servers (Nova) and volumes (Cinder): the tags of the model.  The
 * two APIs have the same calls; a volume's path begins with the project.
 */

static bool cinder(const struct osf_call *c) { return c->service == OSF_VOLUME; }
static enum kind owner(const struct osf_call *c) { return cinder(c) ? KIND_DISK : KIND_VM; }
static const char *owner_id(const struct osf_call *c) { return c->arg[cinder(c)]; }
static const char *key_of(const struct osf_call *c) { return c->arg[1 + cinder(c)]; }

/* What is missing is the resource, or the key on it. */
static void meta_fail(struct osf_call *c, const char *key, const struct error *err)
{
	struct error absent = { .code = ERR_NOT_FOUND };

	if (!strncmp(err->provider_code, "unknown:", 8))
		osf_fail_model(c, owner(c), err->text, &absent);
	else
		osf_fail_model(c, KIND_TAG, key, err);
}

static int tags_of(struct osf_call *c, enum kind kind, const char *id, json_t **ret,
		   struct error *err)
{
	struct resource_list all = { 0 };
	char parent[ID_MAX];
	int r;

	*ret = json_object();
	tag_parent(kind, id, parent);
	r = ref_list(c->rc, c->q->tenant, KIND_TAG, parent, &all, err);
	for (size_t i = 0; r == ERR_OK && i < all.count; i++)
		json_object_set_new(*ret, all.at[i].name, json_string(all.at[i].tag.value));
	resource_list_cleanup(&all);
	return r;
}

json_t *osf_metadata(struct osf_call *c, enum kind kind, const char *id)
{
	struct error err;
	json_t *items;

	tags_of(c, kind, id, &items, &err);
	return items;
}

static bool key_fits(const struct osf_call *c, const char *key)
{
	size_t n = strspn(key, cinder(c) ? "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					   "0123456789-_:. /" :
					   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					   "0123456789-_:. ");

	return n && !key[n] && n < NAME_LEN;
}

bool osf_metadata_fits(struct osf_call *c, const json_t *items)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)items, key, value) {
		if (!key_fits(c, key)) {
			osf_fail(c, 400, "", "Invalid input for field/attribute metadata. '%.140s' "
				 "does not match any of the regexes: '^[a-zA-Z0-9-_:. %s]{1,255}$'",
				 key, cinder(c) ? "/" : "");
			return false;
		}
		if (!json_is_string(value) || json_string_length(value) > 255) {
			osf_fail(c, 400, "", "Invalid input for field/attribute %.140s. Value: "
				 "%.140s is %s", key,
				 json_is_string(value) ? json_string_value(value) : "it",
				 json_is_string(value) ? "too long" : "not of type 'string'");
			return false;
		}
	}
	return true;
}

bool osf_metadata_set(struct osf_call *c, enum kind kind, const char *id, const json_t *items)
{
	struct resource want, got;
	struct error err;
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)items, key, value) {
		resource_init(&want, KIND_TAG);
		tag_parent(kind, id, want.parent);
		str_copy(want.name, sizeof(want.name), key);
		str_copy(want.tag.value, sizeof(want.tag.value), json_string_value(value));
		if (ref_create(c->rc, c->q->tenant, &want, 0, &got, &err) < 0) {
			meta_fail(c, key, &err);
			return false;
		}
	}
	return true;
}

static void answer_all(struct osf_call *c)
{
	struct error err;
	json_t *items;

	if (tags_of(c, owner(c), owner_id(c), &items, &err) == ERR_OK) {
		osf_answer_one(c, 200, "metadata", items);
		return;
	}
	json_decref(items);
	meta_fail(c, "", &err);
}

/* NULL: answered. */
static const json_t *body_of(struct osf_call *c, const char *key)
{
	const json_t *items = json_object_get(c->q->json, key);

	if (json_is_object(items))
		return osf_metadata_fits(c, items) ? items : NULL;
	osf_fail(c, 400, "", "Invalid input for field/attribute %s. '%s' is a required property",
		 key, key);
	return NULL;
}

static void meta_merge(struct osf_call *c)
{
	const json_t *items = body_of(c, "metadata");

	if (items && osf_metadata_set(c, owner(c), owner_id(c), items))
		osf_answer_one(c, 200, "metadata", osf_metadata(c, owner(c), owner_id(c)));
}

static int tag_destroy(struct osf_call *c, const char *key, struct error *err)
{
	char parent[ID_MAX], id[ID_MAX];

	tag_parent(owner(c), owner_id(c), parent);
	ref_resolve(c->rc, c->q->tenant, KIND_TAG, key, parent, id);
	return ref_destroy(c->rc, c->q->tenant, KIND_TAG, *id ? id : key, err);
}

/* All that there was and is not in the body goes. */
static void meta_replace(struct osf_call *c)
{
	const json_t *items = body_of(c, "metadata");
	struct error err;
	json_t *now, *value;
	const char *key;

	if (!items)
		return;
	now = osf_metadata(c, owner(c), owner_id(c));
	json_object_foreach(now, key, value)
		if (!json_object_get(items, key))
			(void)tag_destroy(c, key, &err);
	json_decref(now);
	meta_merge(c);
}

static void meta_get(struct osf_call *c)
{
	char parent[ID_MAX];
	struct resource r;
	struct error err;

	tag_parent(owner(c), owner_id(c), parent);
	if (ref_find(c->rc, c->q->tenant, KIND_TAG, key_of(c), parent, &r, &err) == ERR_OK)
		osf_answer_one(c, 200, "meta", json_pack("{s:s}", r.name, r.tag.value));
	else if (ref_get(c->rc, c->q->tenant, owner(c), owner_id(c), &r, &(struct error){ 0 }) < 0)
		osf_fail_model(c, owner(c), owner_id(c), &err);
	else
		osf_fail_model(c, KIND_TAG, key_of(c), &err);
}

static void meta_put(struct osf_call *c)
{
	const json_t *items = body_of(c, "meta");

	if (!items)
		return;
	if (json_object_size(items) != 1 || !json_object_get(items, key_of(c))) {
		osf_fail(c, 400, "", "Request body and URI mismatch");
		return;
	}
	if (osf_metadata_set(c, owner(c), owner_id(c), items))
		osf_answer_one(c, 200, "meta", json_incref((json_t *)items));
}

static void meta_destroy(struct osf_call *c)
{
	struct resource r;
	struct error err;

	if (tag_destroy(c, key_of(c), &err) == ERR_OK)
		osf_answer(c, cinder(c) ? 200 : 204, NULL);
	else if (ref_get(c->rc, c->q->tenant, owner(c), owner_id(c), &r, &(struct error){ 0 }) < 0)
		osf_fail_model(c, owner(c), owner_id(c), &err);
	else
		osf_fail_model(c, KIND_TAG, key_of(c), &err);
}

const struct osf_route osf_meta_routes[] = {
	{ "GET", "/v3/?/volumes/?/metadata", "tag.list", answer_all, 0 },
	{ "POST", "/v3/?/volumes/?/metadata", "tag.create", meta_merge, 0 },
	{ "PUT", "/v3/?/volumes/?/metadata", "tag.create", meta_replace, 0 },
	{ "GET", "/v3/?/volumes/?/metadata/?", "tag.get", meta_get, 0 },
	{ "PUT", "/v3/?/volumes/?/metadata/?", "tag.create", meta_put, 0 },
	{ "DELETE", "/v3/?/volumes/?/metadata/?", "tag.destroy", meta_destroy, 0 },
	{ "GET", "/v2.1/servers/?/metadata", "tag.list", answer_all, 0 },
	{ "POST", "/v2.1/servers/?/metadata", "tag.create", meta_merge, 0 },
	{ "PUT", "/v2.1/servers/?/metadata", "tag.create", meta_replace, 0 },
	{ "GET", "/v2.1/servers/?/metadata/?", "tag.get", meta_get, 0 },
	{ "PUT", "/v2.1/servers/?/metadata/?", "tag.create", meta_put, 0 },
	{ "DELETE", "/v2.1/servers/?/metadata/?", "tag.destroy", meta_destroy, 0 },
	{ 0 },
};
