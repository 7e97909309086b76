#include "adapters/openstack/face.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/cleanup.h"
#include "base/json.h"

/* Key pairs, flavors, zones, limits, quotas and versions of Nova. */

void osf_compute_list(struct osf_call *c, const char *key, const char *marker_key, json_t *items)
{
	const char *next, *limit = face_query(c->q, "limit");
	char links_key[40];
	json_t *doc;

	if (!osf_page(c, &items, marker_key, 1000, &next)) {
		json_decref(items);
		return;
	}
	doc = json_object();
	if (next) {
		struct str marker = { 0 };

		str_add_url(&marker, next);
		snprintf(links_key, sizeof(links_key), "%s_links", key);
		json_object_set_new(doc, links_key,
				    json_pack("[{s:s, s:o}]", "rel", "next", "href",
					      json_sprintf("%s%s?limit=%s&marker=%s%s", c->base,
							   c->q->path, limit ? limit : "1000",
							   str_text(&marker),
							   str_text(&c->filters))));
		str_release(&marker);
	}
	json_object_set_new(doc, key, items);
	osf_answer(c, 200, doc);
}

/* ---- key pairs ---- */

/* The bytes of a public key "TYPE BASE64 [comment]"; their number, or -1. */
static int key_bytes(const char *key, unsigned char *to)
{
	const char *body = strchr(key, ' ');
	size_t coded = body ? strcspn(++body, " \n") : 0, pad = 0;
	int n;

	if (!coded)
		return -1;
	AUTO(str) char *text = xasprintf("%.*s", (int)coded, body);

	while (pad < coded && pad < 2 && text[coded - 1 - pad] == '=')
		pad++;
	n = EVP_DecodeBlock(to, (unsigned char *)text, (int)coded);
	return n < (int)pad ? -1 : n - (int)pad;
}

/*
 * Nova's fingerprint is the MD5 of the key, in pairs of hex digits; the model's
 * its SHA-256.  One that is not the key's is shown as it is.
 */
static void fingerprint(const struct resource *r, char to[128])
{
	unsigned char blob[sizeof(r->keypair.public_key)], digest[EVP_MAX_MD_SIZE];
	char own[128] = "SHA256:";
	int len = key_bytes(r->keypair.public_key, blob);
	unsigned n = 0;

	str_copy(to, 128, r->keypair.fingerprint);
	if (len < 0 || !EVP_Digest(blob, (size_t)len, digest, &n, EVP_sha256(), NULL))
		return;
	EVP_EncodeBlock((unsigned char *)own + 7, digest, (int)n);
	own[strcspn(own, "=")] = '\0';
	if (strcmp(own, to) || !EVP_Digest(blob, (size_t)len, digest, &n, EVP_md5(), NULL))
		return;
	for (unsigned k = 0; k < n; k++)
		snprintf(to + 3 * k, 4, k + 1 < n ? "%02x:" : "%02x", digest[k]);
}

static json_t *keypair_view(struct osf_call *c, const struct resource *r)
{
	char print[128];
	json_t *view;

	fingerprint(r, print);
	view = json_pack("{s:s, s:s, s:s}", "name", r->name, "public_key", r->keypair.public_key,
			 "fingerprint", print);
	if (c->minor >= 2)
		json_object_set_new(view, "type", json_string("ssh"));
	if (r->keypair.private_key_shown)
		json_object_set_new(view, "private_key",
				    json_string(ref_private_key(c->rc, r->id)));
	return view;
}

static void keypair_list(struct osf_call *c)
{
	struct resource_list all = { 0 };
	json_t *items;

	if (!osf_list(c, KIND_KEYPAIR, NULL, &all))
		return;
	items = json_array();
	for (size_t i = 0; i < all.count; i++)
		json_array_append_new(items,
				      json_pack("{s:o}", "keypair", keypair_view(c, &all.at[i])));
	resource_list_cleanup(&all);
	if (c->minor < 35) {
		osf_answer_one(c, 200, "keypairs", items);
		return;
	}
	/* The marker is a name inside the wrapper: page over bare ones. */
	json_t *bare = json_array(), *one;
	size_t i;

	json_array_foreach(items, i, one)
		json_array_append(bare, json_object_get(one, "keypair"));
	json_decref(items);
	osf_compute_list(c, "keypairs", "name", bare);
	json_array_foreach(json_object_get(c->rep->json, "keypairs"), i, one)
		json_array_set_new(json_object_get(c->rep->json, "keypairs"), i,
				   json_pack("{s:O}", "keypair", one));
}

static void keypair_get(struct osf_call *c)
{
	char at[OSF_STAMP];
	struct resource r;
	struct error err;
	json_t *view;

	if (ref_find(c->rc, c->q->tenant, KIND_KEYPAIR, c->arg[0], NULL, &r, &err) < 0) {
		osf_fail_model(c, KIND_KEYPAIR, c->arg[0], &err);
		return;
	}
	osf_created(c, KIND_KEYPAIR, r.id, at);
	view = keypair_view(c, &r);
	json_object_set_new(view, "id", json_integer(1));
	json_object_set_new(view, "user_id", json_string(c->token.user->user_id));
	json_object_set_new(view, "created_at", json_sprintf("%.19s.000000", at));
	json_object_set_new(view, "updated_at", json_null());
	json_object_set_new(view, "deleted_at", json_null());
	json_object_set_new(view, "deleted", json_false());
	osf_answer_one(c, 200, "keypair", view);
}

static bool key_name_fits(struct osf_call *c, const char *name)
{
	size_t len = strlen(name);
	bool any = ref_takes(c->rc, KIND_KEYPAIR, "name");

	/* Nova: letters, digits, spaces, _ and -; from 2.92 on also @ and '.'. */
	if (any || (len && len <= OSF_NAME_MAX &&
		    strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			   "0123456789 _-") == len))
		return true;
	osf_fail(c, 400, "",
		 "Invalid input for field/attribute name. Value: %.140s. Keypair name contains "
		 "unsafe characters or is of a wrong length",
		 name);
	return false;
}

static void keypair_fail(struct osf_call *c, const char *name, const struct error *err)
{
	if (err->code == ERR_CONFLICT)
		osf_fail(c, 409, "", "Key pair '%s' already exists.", name);
	else if (!strcmp(err->provider_code, "field:public_key"))
		osf_fail(c, 400, "", "Keypair data is invalid: failed to generate fingerprint");
	else
		osf_fail_model(c, KIND_KEYPAIR, name, err);
}

static void keypair_create(struct osf_call *c)
{
	static const char *const attrs[] = { "s!name", "S public_key", "s type", "s user_id",
					     NULL };
	const json_t *body = osf_body(c, "keypair", attrs);
	const char *name = json_text(body, "name"), *key = json_text(body, "public_key");
	const char *type = json_text(body, "type");
	struct resource want, got;
	struct error err;
	json_t *view;

	if (!body || !key_name_fits(c, name))
		return;
	if (type && (c->minor < 2 || strcmp(type, "ssh"))) {
		osf_fail(c, 400, "",
			 c->minor < 2 ?
				 "Additional properties are not allowed ('type' was unexpected)" :
				 "Invalid input for field/attribute type. Value: %.40s. It is not "
				 "one of ['ssh']",
			 type);
		return;
	}
	resource_init(&want, KIND_KEYPAIR);
	str_copy(want.name, sizeof(want.name), name);
	if (key && (!*key || !str_copy(want.keypair.public_key,
				       sizeof(want.keypair.public_key), key))) {
		osf_fail(c, 400, "", "Keypair data is invalid: failed to generate fingerprint");
		return;
	}
	if (ref_create(c->rc, c->q->tenant, &want, REF_UNIQUE_NAMES, &got, &err) < 0) {
		keypair_fail(c, name, &err);
		return;
	}
	view = keypair_view(c, &got);
	json_object_set_new(view, "user_id", json_string(c->token.user->user_id));
	osf_answer_one(c, c->minor >= 2 ? 201 : 200, "keypair", view);
}

static void keypair_destroy(struct osf_call *c)
{
	char id[ID_MAX];
	struct error err;

	ref_resolve(c->rc, c->q->tenant, KIND_KEYPAIR, c->arg[0], NULL, id);
	if (ref_destroy(c->rc, c->q->tenant, KIND_KEYPAIR, *id ? id : c->arg[0], &err) < 0) {
		osf_fail_model(c, KIND_KEYPAIR, c->arg[0], &err);
		return;
	}
	osf_extra_drop(c, id);
	osf_answer(c, c->minor >= 2 ? 204 : 202, NULL);
}

/* ---- flavors ---- */

static json_t *flavor_view(struct osf_call *c, const struct resource *r, bool detail)
{
	json_t *view = json_pack("{s:s, s:s, s:[{s:s, s:o}]}", "id", r->id, "name", r->name,
				 "links", "rel", "self", "href",
				 json_sprintf("%s/compute/v2.1/flavors/%s", c->base, r->id));

	if (c->minor >= 55)
		json_object_set_new(view, "description", json_null());
	if (!detail)
		return view;
	if (r->spec.mem_mib >= 0)
		json_object_set_new(view, "ram", json_integer(r->spec.mem_mib));
	if (r->spec.vcpu >= 0)
		json_object_set_new(view, "vcpus", json_integer(r->spec.vcpu));
	json_object_set_new(view, "disk", json_integer(r->spec.disk_gb < 0 ? 0 : r->spec.disk_gb));
	json_object_set_new(view, "swap", c->minor >= 75 ? json_integer(0) : json_string(""));
	json_object_set_new(view, "OS-FLV-EXT-DATA:ephemeral", json_integer(0));
	json_object_set_new(view, "OS-FLV-DISABLED:disabled", json_false());
	json_object_set_new(view, "os-flavor-access:is_public", json_true());
	json_object_set_new(view, "rxtx_factor", json_real(1.0));
	if (c->minor >= 61)
		json_object_set_new(view, "extra_specs", json_object());
	return view;
}

static void flavors(struct osf_call *c, bool detail)
{
	struct resource_list all = { 0 };
	json_t *items;

	if (!osf_list(c, KIND_SPEC, NULL, &all))
		return;
	items = json_array();
	for (size_t i = 0; i < all.count; i++)
		json_array_append_new(items, flavor_view(c, &all.at[i], detail));
	resource_list_cleanup(&all);
	osf_compute_list(c, "flavors", "id", items);
}

static void flavor_list(struct osf_call *c) { flavors(c, false); }
static void flavor_details(struct osf_call *c) { flavors(c, true); }

static void flavor_get(struct osf_call *c)
{
	struct resource r;
	struct error err;

	if (ref_get(c->rc, c->q->tenant, KIND_SPEC, c->arg[0], &r, &err) < 0)
		osf_fail_model(c, KIND_SPEC, c->arg[0], &err);
	else
		osf_answer_one(c, 200, "flavor", flavor_view(c, &r, true));
}

static void flavor_specs(struct osf_call *c)
{
	struct resource r;
	struct error err;

	if (ref_get(c->rc, c->q->tenant, KIND_SPEC, c->arg[0], &r, &err) < 0)
		osf_fail_model(c, KIND_SPEC, c->arg[0], &err);
	else
		osf_answer_one(c, 200, "extra_specs", json_object());
}

/* ---- zones, limits, quotas ---- */

void osf_zone_list(struct osf_call *c, json_t *more)
{
	struct resource_list all = { 0 };
	json_t *items;

	if (osf_list(c, KIND_ZONE, "default", &all)) {
		items = json_array();
		for (size_t i = 0; i < all.count; i++) {
			json_t *zone = json_pack("{s:s, s:{s:b}}", "zoneName", all.at[i].name,
						 "zoneState", "available",
						 strcasecmp(all.at[i].zone.status, "Unavailable") != 0);

			json_object_update(zone, more);
			json_array_append_new(items, zone);
		}
		resource_list_cleanup(&all);
		osf_answer_one(c, 200, "availabilityZoneInfo", items);
	}
	json_decref(more);
}

static void zone_list(struct osf_call *c) { osf_zone_list(c, json_pack("{s:n}", "hosts")); }

static void zone_details(struct osf_call *c)
{
	osf_fail(
		c, 403, "",
		"Policy doesn't allow os_compute_api:os-availability-zone:detail to be performed.");
}

/* Processors and memory are what the servers' flavors come to. */
static void compute_used(struct osf_call *c, int64_t *cores, int64_t *ram)
{
	struct resource_list vms = { 0 };
	struct resource spec;
	struct error err;

	*cores = *ram = 0;
	if (ref_list(c->rc, c->q->tenant, KIND_VM, NULL, &vms, &err) == ERR_OK)
		for (size_t i = 0; i < vms.count; i++)
			if (ref_get(c->rc, c->q->tenant, KIND_SPEC, vms.at[i].vm.spec, &spec,
				    &err) == ERR_OK) {
				*cores += spec.spec.vcpu;
				*ram += spec.spec.mem_mib;
			}
	resource_list_cleanup(&vms);
}

static void usage(struct osf_call *c, enum kind kind, json_t *to, const char *limit_key,
		  const char *used_key)
{
	int used, limit;

	ref_usage(c->rc, c->q->tenant, kind, &used, &limit);
	json_object_set_new(to, limit_key, json_integer(limit));
	if (used_key)
		json_object_set_new(to, used_key, json_integer(used));
}

static void limits_get(struct osf_call *c)
{
	int64_t cores, ram;
	json_t *all;

	compute_used(c, &cores, &ram);
	all = json_pack("{s:i, s:I, s:i, s:I, s:i, s:i, s:i, s:i}", "maxTotalCores", -1,
			"totalCoresUsed", (json_int_t)cores, "maxTotalRAMSize", -1, "totalRAMUsed",
			(json_int_t)ram, "maxServerMeta", 128, "maxServerGroups", 10,
			"maxServerGroupMembers", 10, "totalServerGroupsUsed", 0);
	usage(c, KIND_VM, all, "maxTotalInstances", "totalInstancesUsed");
	usage(c, KIND_KEYPAIR, all, "maxTotalKeypairs", NULL);
	if (c->minor < 36) {
		usage(c, KIND_ADDRESS, all, "maxTotalFloatingIps", "totalFloatingIpsUsed");
		usage(c, KIND_SG, all, "maxSecurityGroups", "totalSecurityGroupsUsed");
		json_object_set_new(all, "maxSecurityGroupRules", json_integer(RULES_MAX));
	}
	if (c->minor < 39)
		json_object_set_new(all, "maxImageMeta", json_integer(128));
	if (c->minor < 57) {
		json_object_set_new(all, "maxPersonality", json_integer(5));
		json_object_set_new(all, "maxPersonalitySize", json_integer(10240));
	}
	osf_answer(c, 200, json_pack("{s:{s:[], s:o}}", "limits", "rate", "absolute", all));
}

static json_t *quota_value(bool detail, int64_t limit, int64_t used)
{
	return detail ? json_pack("{s:I, s:I, s:i}", "limit", (json_int_t)limit, "in_use",
				  (json_int_t)used, "reserved", 0) :
			json_integer(limit);
}

static void quota_get(struct osf_call *c)
{
	static const struct { const char *name; int kind; int64_t limit;
	} rows[] = {
		{ "instances", KIND_VM, 0 },
		{ "key_pairs", KIND_KEYPAIR, 0 },
		{ "cores", -1, -1 },
		{ "ram", -1, -1 },
		{ "metadata_items", -1, 128 },
		{ "server_groups", -1, 10 },
		{ "server_group_members", -1, 10 },
		{ "fixed_ips", -1, -1 },
		{ "floating_ips", KIND_ADDRESS, 0 },
		{ "security_groups", KIND_SG, 0 },
		{ "security_group_rules", -1, RULES_MAX },
		{ "injected_files", -1, 5 },
		{ "injected_file_content_bytes", -1, 10240 },
		{ "injected_file_path_bytes", -1, 255 },
	};
	bool detail = strstr(c->q->path, "/detail") != NULL;
	json_t *set;
	int64_t cores, ram;

	if (strcmp(c->arg[0], c->q->tenant)) {
		osf_fail(c, 403, "",
			 "Policy doesn't allow os_compute_api:os-quota-sets:show to be performed.");
		return;
	}
	compute_used(c, &cores, &ram);
	set = json_pack("{s:s}", "id", c->arg[0]);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		int used = 0, limit = (int)rows[i].limit;

		if (i >= 7 && c->minor >= (i >= 11 ? 57 : 36))
			continue;
		if (rows[i].kind >= 0)
			ref_usage(c->rc, c->q->tenant, (enum kind)rows[i].kind, &used, &limit);
		json_object_set_new(set, rows[i].name, quota_value(
			detail, limit, i == 2 ? cores : i == 3 ? ram : used));
	}
	osf_answer_one(c, 200, "quota_set", set);
}

static void extension_list(struct osf_call *c)
{
	static const char *const names[] = {
		"os-availability-zone", "os-keypairs", "os-quota-sets", "os-flavor-access",
		"OS-EXT-STS", "OS-EXT-IPS", "os-server-groups", "security-groups",
	};
	json_t *items = json_array();

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		json_array_append_new(items,
				      json_pack("{s:s, s:s, s:s, s:s, s:s, s:[]}", "alias",
						names[i], "name", names[i], "description", "",
						"namespace",
						"http://docs.openstack.org/compute/ext/fake_xml",
						"updated", "2014-12-03T00:00:00Z", "links"));
	osf_answer_one(c, 200, "extensions", items);
}

/* ---- versions ---- */

static json_t *version_view(struct osf_call *c)
{
	return json_pack("{s:s, s:s, s:o, s:s, s:s, s:[{s:s, s:o}, {s:s, s:s, s:s}]}", "id", "v2.1", "status",
			 "CURRENT", "version", json_sprintf("2.%d", OSF_COMPUTE_MAX), "min_version",
			 "2.1", "updated", "2013-07-23T11:33:21Z", "links", "rel", "self", "href",
			 json_sprintf("%s/compute/v2.1/", c->base), "rel", "describedby", "type",
			 "text/html", "href", "http://docs.openstack.org/");
}

static void versions(struct osf_call *c)
{
	osf_answer(c, 200, json_pack("{s:[o]}", "versions", version_view(c)));
}

static void version_get(struct osf_call *c)
{
	json_t *view = version_view(c);

	json_object_set_new(view, "media-types", json_pack(
		"[{s:s, s:s}]", "base", "application/json",
		"type", "application/vnd.openstack.compute+json;version=2.1"));
	osf_answer_one(c, 200, "version", view);
}

const struct osf_route osf_nova_routes[] = {
	{ "GET", "", "version.list", versions, OSF_OPEN },
	{ "GET", "/v2.1", "version.get", version_get, OSF_OPEN },
	{ "GET", "/v2.1/os-keypairs", "keypair.list", keypair_list, 0 },
	{ "POST", "/v2.1/os-keypairs", "keypair.create", keypair_create, 0 },
	{ "GET", "/v2.1/os-keypairs/?", "keypair.get", keypair_get, 0 },
	{ "DELETE", "/v2.1/os-keypairs/?", "keypair.destroy", keypair_destroy, 0 },
	{ "GET", "/v2.1/flavors", "spec.list", flavor_list, 0 },
	{ "GET", "/v2.1/flavors/detail", "spec.list", flavor_details, 0 },
	{ "GET", "/v2.1/flavors/?", "spec.get", flavor_get, 0 },
	{ "GET", "/v2.1/flavors/?/os-extra_specs", "spec.get", flavor_specs, 0 },
	{ "GET", "/v2.1/os-availability-zone", "zone.list", zone_list, 0 },
	{ "GET", "/v2.1/os-availability-zone/detail", "zone.list", zone_details, 0 },
	{ "GET", "/v2.1/limits", "quota.get", limits_get, 0 },
	{ "GET", "/v2.1/os-quota-sets/?", "quota.get", quota_get, 0 },
	{ "GET", "/v2.1/os-quota-sets/?/defaults", "quota.get", quota_get, 0 },
	{ "GET", "/v2.1/os-quota-sets/?/detail", "quota.get", quota_get, 0 },
	{ "GET", "/v2.1/extensions", "extension.list", extension_list, 0 },
	{ 0 },
};
