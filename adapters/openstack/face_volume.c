#include "adapters/openstack/face.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"

/* Cinder, API version 3: volumes.  Their metadata is in face_meta.c, their
 * attachments are Nova's (face_attach.c). */

static const char *const types[] = { "SSD", "HDD" };
enum { TYPES = sizeof(types) / sizeof(*types) };

void osf_invalid_volume(struct osf_call *c, const char *fmt, ...)
{
	struct error text;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text.text, sizeof(text.text), fmt, ap);
	va_end(ap);
	osf_fail(c, 400, "", "Invalid volume: %s", text.text);
}

/* ---- views ---- */

const char *osf_volume_status(const struct resource *r)
{
	switch (r->state) {
	case STATE_CREATING: return "creating";
	case STATE_AVAILABLE: return "available";
	case STATE_BOUND: return "in-use";
	case STATE_CHANGING: return "extending";
	case STATE_DELETING: return "deleting";
	case STATE_FAILED: return "error";
	case STATE_STRANGE: return *r->state_word ? r->state_word : "strange";
	case STATE_NONE: case STATE_UNSTATED: case STATE_RUNNING: case STATE_STOPPING:
	case STATE_STOPPED: case STATE_STARTING: case STATE_REBOOTING: case STATE_SUSPENDING:
	case STATE_SUSPENDED: case STATE_RESUMING: case STATE_GONE: case STATE_COUNT: break;
	}
	return NULL;
}

static json_t *links(const struct osf_call *c, const char *id)
{
	return json_pack("[{s:s, s:o}, {s:s, s:o}]", "rel", "self", "href",
			 json_sprintf("%s/volume/v3/%s/volumes/%s", c->base, c->q->tenant, id),
			 "rel", "bookmark", "href",
			 json_sprintf("%s/volume/%s/volumes/%s", c->base, c->q->tenant, id));
}

static json_t *attachments(const struct resource *r, const char *at)
{
	char id[OSF_UUID];

	if (!*r->disk.vm)
		return json_array();
	osf_uuid(id, "attachment", r->id, r->disk.vm);
	return json_pack("[{s:s, s:s, s:s, s:s, s:n, s:s, s:s}]", "id", r->id, "attachment_id", id,
			 "volume_id", r->id, "server_id", r->disk.vm, "host_name",
			 "device", "/dev/vdb", "attached_at", at);
}

static json_t *volume_view(struct osf_call *c, const struct resource *r, bool whole)
{
	const char *status = osf_volume_status(r), *text;
	const json_t *x = osf_extra(c, r->id);
	char born[OSF_STAMP], at[OSF_STAMP];
	json_t *view;

	osf_created(c, KIND_DISK, r->id, born);
	snprintf(at, sizeof(at), "%.19s.000000", born);
	text = json_text(x, "description");
	view = json_pack("{s:s, s:s, s:s*, s:s, s:s, s:n, s:n, s:n, s:n, s:s, s:s, s:b, s:b}",
			 "id", r->id, "name", r->name, "status", status, "availability_zone",
			 *r->disk.zone ? r->disk.zone : "default-z1", "created_at", at,
			 "snapshot_id", "source_volid", "replication_status", "consistencygroup_id",
			 "user_id", c->token.user->user_id, "bootable", "false", "encrypted", 0,
			 "multiattach", 0);
	json_object_set_new(view, "updated_at", whole ? json_string(at) : json_null());
	json_object_set_new(view, "description", text ? json_string(text) : json_null());
	json_object_set_new(view, "volume_type", json_string(r->disk.type));
	json_object_set_new(view, "metadata", osf_metadata(c, KIND_DISK, r->id));
	json_object_set_new(view, "links", links(c, r->id));
	json_object_set_new(view, "attachments", attachments(r, at));
	if (r->disk.size_gb >= 0)
		json_object_set_new(view, "size", json_integer(r->disk.size_gb));
	if (c->minor >= 13)
		json_object_set_new(view, "group_id", json_null());
	if (whole)
		json_object_set_new(view, "os-vol-tenant-attr:tenant_id", json_string(c->q->tenant));
	return view;
}

/* ---- lists ---- */

static bool passes(struct osf_call *c, const struct resource *r)
{
	const char *name = face_query(c->q, "name"), *status = face_query(c->q, "status");
	const char *own = osf_volume_status(r);

	return (!name || !strcmp(name, r->name)) && (!status || (own && !strcmp(status, own)));
}

static void filters_note(struct osf_call *c)
{
	static const char *const keys[] = { "name", "status" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		const char *value = face_query(c->q, keys[i]);

		if (!value)
			continue;
		str_addf(&c->filters, "&%s=", keys[i]);
		str_add_url(&c->filters, value);
	}
}

static void volumes(struct osf_call *c, bool detail)
{
	struct resource_list all = { 0 };
	json_t *items;

	if (!osf_list(c, KIND_DISK, NULL, &all))
		return;
	items = json_array();
	/* The newest first, as Cinder. */
	for (size_t i = all.count; i-- > 0;)
		if (passes(c, &all.at[i]))
			json_array_append_new(items, detail ?
				volume_view(c, &all.at[i], true) :
				json_pack("{s:s, s:s, s:o}", "id", all.at[i].id, "name",
					  all.at[i].name, "links", links(c, all.at[i].id)));
	resource_list_cleanup(&all);
	filters_note(c);
	osf_compute_list(c, "volumes", "id", items);
}

static void volume_list(struct osf_call *c) { volumes(c, false); }
static void volume_details(struct osf_call *c) { volumes(c, true); }

static bool volume_read(struct osf_call *c, struct resource *ret)
{
	struct error err;

	if (ref_get(c->rc, c->q->tenant, KIND_DISK, c->arg[1], ret, &err) == ERR_OK)
		return true;
	osf_fail_model(c, KIND_DISK, c->arg[1], &err);
	return false;
}

static void volume_get(struct osf_call *c)
{
	struct resource r;

	if (volume_read(c, &r))
		osf_answer_one(c, 200, "volume", volume_view(c, &r, true));
}

/* ---- create, change, delete ---- */

/* 3, "3"; false: answered. */
static bool size_read(struct osf_call *c, const json_t *v, const char *key, int64_t *ret)
{
	*ret = json_is_string(v) ? str_to_int(json_string_value(v), INT32_MAX) : -1;
	if (json_is_integer(v))
		*ret = json_integer_value(v);
	if (!json_is_integer(v) && *ret < 0)
		osf_fail(c, 400, "", "Invalid input for field/attribute %s. It is not of type "
			 "'integer', 'string'", key);
	return json_is_integer(v) || *ret >= 0;
}

static bool type_read(struct osf_call *c, const char *type, struct resource *want)
{
	for (size_t i = 0; type && i < TYPES; i++)
		if (!strcmp(types[i], type))
			return str_copy(want->disk.type, sizeof(want->disk.type), type);
	if (type)
		osf_fail(c, 404, "", "Volume type with name %.100s could not be found.", type);
	return !type;
}

static bool source_read(struct osf_call *c, const json_t *body)
{
	if (!json_text(body, "snapshot_id") && !json_text(body, "source_volid") &&
	    !json_text(body, "imageRef") && !json_text(body, "backup_id"))
		return true;
	osf_fail(c, 400, "", "Invalid input received: the reference cloud makes empty volumes only.");
	return false;
}

static bool create_read(struct osf_call *c, const json_t *body, struct resource *want)
{
	const char *name = json_text(body, "name"), *zone = json_text(body, "availability_zone");

	resource_init(want, KIND_DISK);
	if (!json_object_get(body, "size")) {
		osf_fail(c, 400, "", "The server could not comply with the request since it is "
			 "either malformed or otherwise incorrect.");
		return false;
	}
	if (!str_copy(want->name, sizeof(want->name), name)) {
		osf_fail(c, 400, "", "Invalid input received: name has %zu characters, more than "
			 "%d.", strlen(name), NAME_LEN - 1);
		return false;
	}
	/* "nova" is the zone of whoever has not named any. */
	if (zone && strcmp(zone, "nova"))
		str_copy(want->disk.zone, sizeof(want->disk.zone), zone);
	return size_read(c, json_object_get(body, "size"), "size", &want->disk.size_gb) &&
	       type_read(c, json_text(body, "volume_type"), want) && source_read(c, body) &&
	       osf_metadata_fits(c, json_object_get(body, "metadata"));
}

static const char *const keeps[] = { "description", NULL };

static void volume_create(struct osf_call *c)
{
	static const char *const attrs[] = {
		"S name", "S description", "* size", "S volume_type", "S availability_zone",
		"O metadata", "S snapshot_id", "S source_volid", "S imageRef", "S backup_id",
		"S consistencygroup_id", "* multiattach", NULL,
	};
	const json_t *body = osf_body(c, "volume", attrs);
	struct resource want, got;
	struct error err;

	if (!body || !create_read(c, body, &want))
		return;
	if (ref_create(c->rc, c->q->tenant, &want, 0, &got, &err) < 0) {
		if (!strcmp(err.provider_code, "field:size_gb"))
			osf_fail(c, 400, "", "Invalid input for field/attribute size. %s", err.text);
		else if (err.code == ERR_QUOTA)
			osf_fail(c, 413, "", "VolumeLimitExceeded: %s", err.text);
		else
			osf_fail_model(c, KIND_DISK, "", &err);
		return;
	}
	osf_extra_take(c, got.id, body, keeps);
	if (osf_metadata_set(c, KIND_DISK, got.id, json_object_get(body, "metadata")))
		osf_answer_one(c, 202, "volume", volume_view(c, &got, false));
}

static void volume_update(struct osf_call *c)
{
	static const char *const attrs[] = { "S name", "S description", "O metadata", NULL };
	const json_t *body = osf_body(c, "volume", attrs);
	struct resource r;

	if (!body || !volume_read(c, &r) || osf_renamed(c, body, r.name))
		return;
	osf_extra_take(c, r.id, body, keeps);
	osf_answer_one(c, 200, "volume", volume_view(c, &r, true));
}

static void volume_destroy(struct osf_call *c)
{
	struct resource r;
	struct error err;
	bool going = ref_get(c->rc, c->q->tenant, KIND_DISK, c->arg[1], &r, &err) == ERR_OK &&
		     r.state == STATE_DELETING;

	if (!going && ref_destroy(c->rc, c->q->tenant, KIND_DISK, c->arg[1], &err) == ERR_OK) {
		osf_extra_drop(c, c->arg[1]);
		osf_answer(c, 202, NULL);
	} else if (going || err.code == ERR_CONFLICT) {
		osf_invalid_volume(c, "Volume status must be available or error or error_restoring "
				   "or error_extending or error_managing and must not be "
				   "migrating, attached, belong to a group, have snapshots, "
				   "awaiting a transfer, or be disassociated from snapshots after "
				   "volume transfer.");
	} else {
		osf_fail_model(c, KIND_DISK, c->arg[1], &err);
	}
}

static void extend(struct osf_call *c, const json_t *body)
{
	struct resource want, r;
	struct error err;

	resource_init(&want, KIND_DISK);
	osf_op(c, "disk.act.resize");
	if (!size_read(c, json_object_get(body, "new_size"), "new_size", &want.disk.size_gb))
		return;
	if (ref_act(c->rc, c->q->tenant, KIND_DISK, c->arg[1], ACT_RESIZE, &want, &err) == ERR_OK) {
		osf_answer(c, 202, NULL);
		return;
	}
	if (!strcmp(err.provider_code, "state") && volume_read(c, &r))
		osf_invalid_volume(c, "Volume %s status must be '{'status': 'available'}' to extend, "
				   "currently %s.", r.id, osf_volume_status(&r));
	else if (!strcmp(err.provider_code, "field:size_gb"))
		osf_fail(c, 400, "", "Invalid input received: New size for extend must be greater "
			 "than current size: %s.", err.text);
	else if (strcmp(err.provider_code, "state"))
		osf_fail_model(c, KIND_DISK, c->arg[1], &err);
}

static void volume_action(struct osf_call *c)
{
	const char *name = json_object_iter_key(json_object_iter((json_t *)c->q->json));

	if (name && !strcmp(name, "os-extend"))
		extend(c, json_object_get(c->q->json, name));
	else if (name)
		osf_fail(c, 400, "", "There is no such action: %.60s", name);
	else
		osf_fail(c, 400, "", "Malformed request body");
}

/* ---- types, zones, limits ---- */

static json_t *type_view(size_t i)
{
	char id[OSF_UUID];

	osf_uuid(id, "volume type", types[i], "");
	return json_pack("{s:s, s:s, s:b, s:n, s:{}, s:b}", "id", id, "name", types[i], "is_public",
			 1, "description", "extra_specs", "os-volume-type-access:is_public", 1);
}

static void type_list(struct osf_call *c)
{
	json_t *items = json_array();

	for (size_t i = 0; i < TYPES; i++)
		json_array_append_new(items, type_view(i));
	osf_answer_one(c, 200, "volume_types", items);
}

static void type_default(struct osf_call *c)
{
	osf_answer_one(c, 200, "volume_type", type_view(0));
}

static void zones(struct osf_call *c) { osf_zone_list(c, json_object()); }

static int64_t gigabytes(struct osf_call *c)
{
	struct resource_list all = { 0 };
	struct error err;
	int64_t sum = 0;

	if (ref_list(c->rc, c->q->tenant, KIND_DISK, NULL, &all, &err) == ERR_OK)
		for (size_t i = 0; i < all.count; i++)
			sum += all.at[i].disk.size_gb;
	resource_list_cleanup(&all);
	return sum;
}

static void limits(struct osf_call *c)
{
	int used, limit;

	ref_usage(c->rc, c->q->tenant, KIND_DISK, &used, &limit);
	osf_answer(c, 200, json_pack(
		"{s:{s:[], s:{s:i, s:i, s:i, s:i, s:i, s:i, s:I, s:i, s:i, s:i}}}", "limits", "rate",
		"absolute", "maxTotalVolumes", limit, "maxTotalSnapshots", 0,
		"maxTotalVolumeGigabytes", -1, "maxTotalBackups", 0, "maxTotalBackupGigabytes", 0,
		"totalVolumesUsed", used, "totalGigabytesUsed", (json_int_t)gigabytes(c),
		"totalSnapshotsUsed", 0, "totalBackupsUsed", 0, "totalBackupGigabytesUsed", 0));
}

static json_t *quota_value(bool usage, int64_t limit, int64_t used)
{
	return usage ? json_pack("{s:I, s:I, s:i}", "limit", (json_int_t)limit, "in_use",
				 (json_int_t)used, "reserved", 0) : json_integer(limit);
}

static void quota_set(struct osf_call *c)
{
	const char *asked = face_query(c->q, "usage");
	bool usage = asked && osf_true(asked);
	int used, limit;

	if (strcmp(c->arg[1], c->q->tenant)) {
		osf_fail(c, 403, "", "Policy doesn't allow volume_extension:quotas:show to be "
			 "performed.");
		return;
	}
	ref_usage(c->rc, c->q->tenant, KIND_DISK, &used, &limit);
	osf_answer_one(c, 200, "quota_set", json_pack(
		"{s:s, s:o, s:o, s:o}", "id", c->arg[1], "volumes", quota_value(usage, limit, used),
		"gigabytes", quota_value(usage, -1, gigabytes(c)),
		"per_volume_gigabytes", quota_value(usage, -1, 0)));
}

/* ---- versions ---- */

static json_t *version_view(struct osf_call *c)
{
	return json_pack("[{s:s, s:s, s:o, s:s, s:s, s:[{s:s, s:o}], s:[{s:s, s:s}]}]",
			 "id", "v3.0", "status", "CURRENT", "version",
			 json_sprintf("3.%d", OSF_VOLUME_MAX), "min_version", "3.0",
			 "updated", "2022-08-31T00:00:00Z", "links", "rel", "self",
			 "href", json_sprintf("%s/volume/v3/", c->base),
			 "media-types", "base", "application/json",
			 "type", "application/vnd.openstack.volume+json;version=3");
}

static void versions(struct osf_call *c)
{
	osf_answer_one(c, strstr(c->q->path, "/v3") ? 200 : 300, "versions", version_view(c));
}

const struct osf_route osf_volume_routes[] = {
	{ "GET", "", "version.list", versions, OSF_OPEN },
	{ "GET", "/v3", "version.get", versions, OSF_OPEN },
	{ "GET", "/v3/?/volumes", "disk.list", volume_list, 0 },
	{ "POST", "/v3/?/volumes", "disk.create", volume_create, 0 },
	{ "GET", "/v3/?/volumes/detail", "disk.list", volume_details, 0 },
	{ "GET", "/v3/?/volumes/?", "disk.get", volume_get, 0 },
	{ "PUT", "/v3/?/volumes/?", "disk.update", volume_update, 0 },
	{ "DELETE", "/v3/?/volumes/?", "disk.destroy", volume_destroy, 0 },
	{ "POST", "/v3/?/volumes/?/action", "disk.act", volume_action, 0 },
	{ "GET", "/v3/?/types", "volume-type.list", type_list, 0 },
	{ "GET", "/v3/?/types/default", "volume-type.get", type_default, 0 },
	{ "GET", "/v3/?/os-availability-zone", "zone.list", zones, 0 },
	{ "GET", "/v3/?/limits", "quota.get", limits, 0 },
	{ "GET", "/v3/?/os-quota-sets/?", "quota.get", quota_set, 0 },
	{ 0 },
};
