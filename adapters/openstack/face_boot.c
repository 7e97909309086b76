#include "adapters/openstack/face.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"

/* POST /servers. */

static bool sg_resolve(struct osf_call *c, const char *name, char to[ID_MAX])
{
	struct resource_list all = { 0 };
	unsigned named = 0;

	*to = '\0';
	if (!osf_list(c, KIND_SG, NULL, &all))
		return false;
	for (size_t i = 0; i < all.count; i++) {
		bool by_id = !strcmp(all.at[i].id, name);

		if (!by_id && strcmp(all.at[i].name, name))
			continue;
		named = by_id ? 1 : named + 1;
		str_copy(to, ID_MAX, all.at[i].id);
		if (by_id)
			break;
	}
	resource_list_cleanup(&all);
	if (named == 1)
		return true;
	if (!named && ref_takes(c->rc, KIND_VM, "sgs"))
		return str_copy(to, ID_MAX, name);
	if (named)
		osf_fail(
			c, 409, "",
			"Multiple security_group matches found for name '%s', use an ID to be more "
			"specific.",
			name);
	else
		osf_fail(c, 400, "", "Security group %s not found.", name);
	return false;
}

static bool sgs_read(struct osf_call *c, const json_t *list, struct resource *want, bool *fallback)
{
	const char *name;
	json_t *one;
	size_t i;
	int n = 0;

	*fallback = false;
	json_array_foreach(list, i, one) {
		name = json_text(one, "name");
		if (!name) {
			osf_fail(c, 400, "",
				 "Invalid input for field/attribute security_groups: 'name' is a "
				 "required property");
			return false;
		}
		if (!strcmp(name, "default") || osf_is_default_sg(c, name)) {
			*fallback = true;
			continue;
		}
		if (n == VM_SGS_MAX) {
			osf_fail(c, 403, "", "Maximum number of security groups of a server is %d.",
				 VM_SGS_MAX);
			return false;
		}
		if (!sg_resolve(c, name, want->vm.sgs[n++]))
			return false;
	}
	return true;
}

/* The first subnet: Nova asks Neutron for a port, Neutron for an address. */
static bool subnet_choose(struct osf_call *c, const char *asked, struct resource *want)
{
	struct resource_list all = { 0 };
	bool any;

	if (!ref_born_us(c->rc, KIND_VPC, want->vm.vpc))
		return true;			/* the model names what is not there */
	if (!osf_list(c, KIND_SUBNET, want->vm.vpc, &all))
		return false;
	any = all.count;
	if (any)
		str_copy(want->vm.subnet, ID_MAX, all.at[0].id);
	resource_list_cleanup(&all);
	if (!any)
		osf_fail(c, 400, "", "Network %s requires a subnet in order to boot instances on.",
			 asked);
	return any;
}

/* "networks" absent: the one network that the project has. */
static bool network_only(struct osf_call *c, struct resource *want)
{
	struct resource_list all = { 0 };
	unsigned own = 0;

	if (!osf_list(c, KIND_VPC, NULL, &all))
		return false;
	for (size_t i = 0; i < all.count; i++)
		if (!ref_external(c->rc, all.at[i].id)) {
			str_copy(want->vm.vpc, ID_MAX, all.at[i].id);
			own++;
		}
	resource_list_cleanup(&all);
	if (own > 1)
		osf_fail(c, 409, "",
			 "Multiple possible networks found, use a Network ID to be more specific.");
	else if (!own)
		osf_fail(c, 400, "", "The reference cloud needs a network for a server.");
	return own == 1 && subnet_choose(c, want->vm.vpc, want);
}

static bool network_read(struct osf_call *c, const json_t *networks, struct resource *want)
{
	const json_t *first = json_array_get(networks, 0);
	const char *id = json_text(first, "uuid");

	if (!networks && c->minor >= 37) {
		osf_fail(c, 400, "",
			 "Invalid input for field/attribute server. 'networks' is a required "
			 "property");
		return false;
	}
	if (!networks || (json_is_string(networks) && !strcmp(json_string_value(networks), "auto")))
		return network_only(c, want);
	if (!json_is_array(networks) || json_array_size(networks) != 1 || !id) {
		osf_fail(
			c, 400, "",
			"Invalid input for field/attribute networks: the reference cloud takes one "
			"network by its uuid.");
		return false;
	}
	osf_network_in(c, id, want->vm.vpc);
	return subnet_choose(c, id, want);
}

static bool image_read(struct osf_call *c, const json_t *body, struct resource *want)
{
	const char *id = json_text(body, "imageRef");
	const json_t *disk = json_array_get(json_object_get(body, "block_device_mapping_v2"), 0);

	if ((!id || !*id) && json_text(disk, "source_type") &&
	    !strcmp(json_text(disk, "source_type"), "image"))
		id = json_text(disk, "uuid");
	if (id && *id)
		return str_copy(want->vm.image, ID_MAX, id);
	if (ref_takes(c->rc, KIND_VM, "image"))
		return true;
	osf_fail(c, 400, "", "Invalid imageRef provided.");
	return false;
}

static bool keypair_read(struct osf_call *c, const char *name, struct resource *want)
{
	if (!name)
		return true;
	ref_resolve(c->rc, c->q->tenant, KIND_KEYPAIR, name, NULL, want->vm.keypair);
	if (!*want->vm.keypair)
		str_copy(want->vm.keypair, ID_MAX, name);
	return true;
}

static bool count_read(struct osf_call *c, const json_t *body, const char *key, int64_t otherwise,
		       int64_t *ret)
{
	const json_t *v = json_object_get(body, key);

	*ret = otherwise;
	if (v)
		*ret = json_is_string(v) ? str_to_int(json_string_value(v), 10000) :
					   json_integer_value(v);
	if (*ret >= 1)
		return true;
	osf_fail(c, 400, "",
		 "Invalid input for field/attribute %s. %lld is less than the minimum of 1", key,
		 (long long)*ret);
	return false;
}

static const char *const server_attrs[] = {
	"s!name",
	"*!flavorRef",
	"s imageRef",
	"* networks",
	"s key_name",
	"a security_groups",
	"s availability_zone",
	"o metadata",
	"S user_data",
	"* config_drive",
	"* min_count",
	"* max_count",
	"* return_reservation_id",
	"a block_device_mapping_v2",
	"a personality",
	"s adminPass",
	"S description",
	"a tags",
	"s OS-DCF:diskConfig",
	"s accessIPv4",
	"s accessIPv6",
	"a block_device_mapping",
	NULL,
};
static const char *const server_keeps[] = { "metadata", "key_name", "description", "tags", NULL };

static bool name_fits(struct osf_call *c, const char *name)
{
	size_t len = osf_characters(name);

	if (ref_takes(c->rc, KIND_VM, "name") ||
	    (len && len <= OSF_NAME_MAX && strspn(name, " \t") < strlen(name)))
		return true;
	osf_fail(c, 400, "",
		 "Invalid input for field/attribute name. Value: %.140s. '%.140s' is too %s", name,
		 name, len <= OSF_NAME_MAX ? "short" : "long");
	return false;
}

static bool server_read(struct osf_call *c, const json_t *body, struct resource *want,
			bool *fallback)
{
	const json_t *flavor = json_object_get(body, "flavorRef");
	const char *zone = json_text(body, "availability_zone");

	resource_init(want, KIND_VM);
	if (!name_fits(c, json_text(body, "name")) || !image_read(c, body, want))
		return false;
	if (json_is_integer(flavor))
		snprintf(want->vm.spec, ID_MAX, "%lld", (long long)json_integer_value(flavor));
	else if (!json_is_string(flavor) ||
		 !str_copy(want->vm.spec, ID_MAX, json_string_value(flavor))) {
		osf_fail(c, 400, "", "Invalid input for field/attribute flavorRef.");
		return false;
	}
	str_copy(want->name, sizeof(want->name), json_text(body, "name"));
	/* "nova" is the zone of whoever has not named any. */
	if (zone && strcmp(zone, "nova"))
		str_copy(want->vm.zone, sizeof(want->vm.zone), zone);
	return keypair_read(c, json_text(body, "key_name"), want) &&
	       sgs_read(c, json_object_get(body, "security_groups"), want, fallback) &&
	       network_read(c, json_object_get(body, "networks"), want);
}

static void server_made(struct osf_call *c, const json_t *body, const struct resource *r,
			bool fallback)
{
	char password[13];

	osf_extra_take(c, r->id, body, server_keeps);
	if (fallback)
		json_object_set_new(osf_extra_make(c, r->id), "default_sg", json_true());
	osf_hex(password, 12, "password", r->id);
	if (c->rep->json)
		return;
	osf_header(c, "Location", "%s/compute/v2.1/servers/%s", c->base, r->id);
	osf_answer_one(c, 202, "server",
		       json_pack("{s:s, s:o, s:s, s:o, s:s}", "id", r->id, "links",
				 osf_links(c, "servers", r->id), "OS-DCF:diskConfig", "MANUAL",
				 "security_groups", osf_sgs_of(c, r), "adminPass", password));
}

void osf_server_create(struct osf_call *c)
{
	const json_t *body = osf_body(c, "server", server_attrs);
	struct resource want, got;
	struct error err;
	int64_t least, most;
	bool fallback;
	char name[NAME_LEN];

	if (!body || !count_read(c, body, "min_count", 1, &least) ||
	    !count_read(c, body, "max_count", least, &most) ||
	    !server_read(c, body, &want, &fallback))
		return;
	str_copy(name, sizeof(name), want.name);
	for (int64_t i = 0; i < most; i++) {
		if (most > 1)
			snprintf(want.name, sizeof(want.name), "%.100s-%lld", name,
				 (long long)i + 1);
		if (ref_create(c->rc, c->q->tenant, &want, 0, &got, &err) < 0) {
			if (i < least) {
				json_decref(c->rep->json);
				c->rep->json = NULL;
				osf_fail_model(c, KIND_VM, "", &err);
			}
			return;
		}
		server_made(c, body, &got, fallback);
	}
}
