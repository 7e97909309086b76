/* Glance: images, read only. */
#include "adapters/openstack/face.h"

#include <stdio.h>
#include <string.h>

static const char *status_of(const struct resource *r)
{
	if (r->state == STATE_FAILED)
		return "killed";
	return !*r->image.status || !strcasecmp(r->image.status, "available") ? "active" :
	       r->image.status;
}

static json_t *image_view(struct osf_call *c, const struct resource *r)
{
	char checksum[33], owner[33], at[OSF_STAMP];
	json_t *view;

	osf_created(c, KIND_IMAGE, r->id, at);
	osf_hex(checksum, 32, "checksum", r->id);
	osf_hex(owner, 32, "owner", "images");
	view = json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:i, s:I, s:n, s:b, s:b, s:[]}",
		"id", r->id, "name", r->name, "status", status_of(r), "visibility", "public",
		"container_format", "bare", "disk_format", "qcow2", "checksum", checksum, "owner",
		owner, "min_disk",
		(json_int_t)(r->image.min_disk_gb < 0 ? 0 : r->image.min_disk_gb), "min_ram", 0,
		"size", (json_int_t)21430272, "virtual_size", "protected", 0, "os_hidden", 0,
		"tags");
	if (*r->image.os)
		json_object_set_new(view, "os_distro", json_string(r->image.os));
	if (*r->image.arch)
		json_object_set_new(view, "architecture", json_string(r->image.arch));
	json_object_set_new(view, "created_at", json_string(at));
	json_object_set_new(view, "updated_at", json_string(at));
	json_object_set_new(view, "self", json_sprintf("/v2/images/%s", r->id));
	json_object_set_new(view, "file", json_sprintf("/v2/images/%s/file", r->id));
	json_object_set_new(view, "schema", json_string("/v2/schemas/image"));
	return view;
}

static void image_list(struct osf_call *c)
{
	struct resource_list all = { 0 };
	json_t *items = json_array(), *doc;
	const char *next, *hidden = face_query(c->q, "os_hidden");
	struct error err;

	if (ref_list(c->rc, c->q->tenant, KIND_IMAGE, NULL, &all, &err) < 0) {
		json_decref(items);
		osf_fail_model(c, KIND_IMAGE, "", &err);
		return;
	}
	for (size_t i = 0; i < all.count && !(hidden && osf_true(hidden)); i++)
		json_array_append_new(items, image_view(c, &all.at[i]));
	resource_list_cleanup(&all);
	osf_filter(c, items);
	if (!osf_page(c, &items, "id", face_query(c->q, "limit") ? 1000 : 25, &next)) {
		json_decref(items);
		return;
	}
	doc = json_pack("{s:s, s:s}", "first", "/v2/images", "schema", "/v2/schemas/images");
	if (next)
		json_object_set_new(doc, "next",
				    json_sprintf("/v2/images?marker=%s%s%s%s", next,
						 face_query(c->q, "limit") ? "&limit=" : "",
						 face_query(c->q, "limit") ?
							 face_query(c->q, "limit") :
							 "",
						 str_text(&c->filters)));
	json_object_set_new(doc, "images", items);
	osf_answer(c, 200, doc);
}

static void image_get(struct osf_call *c)
{
	struct resource r;
	struct error err;

	if (ref_get(c->rc, c->q->tenant, KIND_IMAGE, c->arg[0], &r, &err) < 0)
		osf_fail_model(c, KIND_IMAGE, c->arg[0], &err);
	else
		osf_answer(c, 200, image_view(c, &r));
}

static void versions(struct osf_call *c)
{
	json_t *all = json_array();

	for (int minor = 9; minor >= 0; minor--) {
		if (minor == 8)
			continue;
		json_array_append_new(all, json_pack(
			"{s:o, s:s, s:[{s:s, s:o}]}", "id", json_sprintf("v2.%d", minor),
			"status", minor == 9 ? "CURRENT" : "SUPPORTED",
			"links", "rel", "self", "href", json_sprintf("%s/image/v2/", c->base)));
	}
	osf_answer_one(c, strstr(c->q->path, "versions") ? 200 : 300, "versions", all);
}

const struct osf_route osf_image_routes[] = {
	{ "GET", "", "version.list", versions, OSF_OPEN },
	{ "GET", "/versions", "version.list", versions, OSF_OPEN },
	{ "GET", "/v2", "version.list", versions, OSF_OPEN },
	{ "GET", "/v2/images", "image.list", image_list, 0 },
	{ "GET", "/v2/images/?", "image.get", image_get, 0 },
	{ 0 },
};
