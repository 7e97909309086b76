/* The driver: opening and closing, who answers, quotas; its settings and its dialect. */
#include "openstack.h"

#include <stdlib.h>
#include <string.h>

static CO_FN int driver_open(struct cloud *c, struct error *err)
{
	struct openstack *s = xcalloc(1, sizeof(*s));

	cloud_set_private(c, s);
	return openstack_connect(c, s, err);
}

static void driver_close(struct cloud *c)
{
	struct openstack *s = cloud_private(c);

	if (!s)
		return;
	openstack_disconnect(s);
	free(s);
}

static CO_FN int driver_identify(struct cloud *c, struct identity *ret, struct error *err)
{
	struct openstack *s = cloud_private(c);
	struct str origins = { 0 };

	(void)err;
	str_copy(ret->product, sizeof(ret->product), "OpenStack");
	snprintf(ret->version, sizeof(ret->version), "compute API %.20s", s->compute_version);
	str_copy(ret->account, sizeof(ret->account), s->project);
	str_copy(ret->region, sizeof(ret->region), s->region);
	for (int i = SERVICE_COMPUTE; i < SERVICE_COUNT; i++)
		if (s->http[i])
			str_addf(&origins, "%s%s", origins.len ? " " : "", http_base_url(s->http[i]));
	str_copy(ret->catalogue, sizeof(ret->catalogue), str_text(&origins));
	str_release(&origins);
	return ERR_OK;
}

static int64_t number(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	return json_is_integer(v) ? json_integer_value(v) : -1;
}

static CO_FN int volume_quota(struct cloud *c, struct quota *ret, struct error *err)
{
	const struct openstack *s = cloud_private(c);
	json_auto_t *limits = NULL;
	const json_t *absolute;
	int r;

	if (!s->http[SERVICE_VOLUME])
		return ERR_OK;
	r = openstack_call(c, SERVICE_VOLUME, "quota.get", "GET", "/limits", NULL, 200, &limits, err);
	if (r < 0)
		return r;
	absolute = json_object_get(json_object_get(limits, "limits"), "absolute");
	*ret = (struct quota){ number(absolute, "totalVolumesUsed"),
			       number(absolute, "maxTotalVolumes") };
	return ERR_OK;
}

static CO_FN int driver_quotas(struct cloud *c, struct quota ret[KIND_COUNT], struct error *err)
{
	static const struct { enum kind kind; const char *key; } net[] = {
		{ KIND_VPC, "network" }, { KIND_SUBNET, "subnet" }, { KIND_ROUTER, "router" },
		{ KIND_ADDRESS, "floatingip" }, { KIND_SG, "security_group" },
	};
	struct openstack *s = cloud_private(c);
	json_auto_t *limits = NULL, *networks = NULL;
	const json_t *absolute;
	AUTO(str) char *path = openstack_path("/quotas/", s->project, "/details.json");
	int r = openstack_call(c, SERVICE_COMPUTE, "quota.get", "GET", "/limits", NULL, 200, &limits, err);

	if (r < 0)
		return r;
	absolute = json_object_get(json_object_get(limits, "limits"), "absolute");
	ret[KIND_VM] = (struct quota){ number(absolute, "totalInstancesUsed"),
				       number(absolute, "maxTotalInstances") };
	ret[KIND_KEYPAIR] = (struct quota){ -1, number(absolute, "maxTotalKeypairs") };
	r = openstack_call(c, SERVICE_NETWORK, "quota.get", "GET", path, NULL, 200, &networks, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < sizeof(net) / sizeof(*net); i++) {
		const json_t *one = json_object_get(json_object_get(networks, "quota"), net[i].key);

		ret[net[i].kind] = (struct quota){ number(one, "used"), number(one, "limit") };
	}
	return volume_quota(c, &ret[KIND_DISK], err);
}

static const struct setting_info settings[] = {
	{ "endpoint", false, false, "Keystone v3 URL", "https://cloud.example:5000/v3" },
	{ "cloud", false, false, "a cloud of clouds.yaml", "mycloud" },
	{ "clouds_file", false, false, "clouds.yaml, when not in its usual places", "clouds.yaml" },
	{ "os_env", false, false, "true: OS_* variables fill in what is missing", "true" },
	{ "username", false, false, "user", "demo" },
	{ "user_id", false, false, "or its id", "a1b2" },
	{ "password", false, true, "its password", "{env: OS_PASSWORD}" },
	{ "token", false, true, "or a token", "{env: OS_TOKEN}" },
	{ "application_credential_id", false, false, "or an application credential", "a1b2" },
	{ "application_credential_name", false, false, "... by name", "plugfest" },
	{ "application_credential_secret", false, true, "... its secret",
	  "{env: OS_APPLICATION_CREDENTIAL_SECRET}" },
	{ "project_id", false, false, "project to work in", "a1b2" },
	{ "project_name", false, false, "or its name", "demo" },
	{ "project_domain_id", false, false, "domain of the project", "default" },
	{ "project_domain_name", false, false, "or its name", "Default" },
	{ "user_domain_id", false, false, "domain of the user", "default" },
	{ "user_domain_name", false, false, "or its name", "Default" },
	{ "compute_endpoint_override", false, false, "instead of the catalogue's", "https://..." },
	{ "network_endpoint_override", false, false, "instead of the catalogue's", "https://..." },
	{ "image_endpoint_override", false, false, "instead of the catalogue's", "https://..." },
	{ "volume_endpoint_override", false, false, "the same, with version and project",
	  "https://.../v3/a1b2" },
	{ 0 },
};

static const struct dialect dialect = {
	.source = "OpenStack API reference: Compute 2.1, Networking 2.0, Image 2, Identity 3, "
		  "Block Storage 3",
	.names_unique = KIND_BIT(KIND_KEYPAIR),
	.name_is_id = KIND_BIT(KIND_KEYPAIR) | KIND_BIT(KIND_TAG),
	/* Names have 1 to 255 printable characters; that of a key pair, before
	 * microversion 2.92, only ASCII letters, digits, space, "-" and "_". */
	.name_longest = 255,
	.names_unicode = KIND_BIT(KIND_VPC) | KIND_BIT(KIND_SUBNET) | KIND_BIT(KIND_ROUTER) |
			 KIND_BIT(KIND_SG) | KIND_BIT(KIND_VM),
	.delete_missing = EXPECT_REFUSED,
	.illegal_action = EXPECT_REFUSED,
	/* The compute service shows what it has cached of the network, made anew at the latest
	 * every 60 s (heal_instance_info_cache_interval) for one server after the other. */
	.vm_address_lag_s = 120,
	/* Networking API, "Delete network": refused only while ports are in use; the subnets
	 * of a network without ports go with it. */
	.delete_vpc_with_subnets = EXPECT_ACCEPTED,
	/* "Update floating IP": a port_id associates it, whatever it was associated with, and
	 * null disassociates it; "Delete floating IP" disassociates first. */
	.rebind = EXPECT_ACCEPTED,
	.unbind_free = EXPECT_ACCEPTED,
	.release_bound = EXPECT_ACCEPTED,
	.blocking_create = false,
	.errors_have_class = true,
	.needs_router = true,
	.tag_overwrites = true,
	.taggable = KIND_BIT(KIND_VM) | KIND_BIT(KIND_DISK),
	.default_egress = true,
	.takes_children = KIND_BIT(KIND_VPC),
	/* Each service has its own: Nova's say where machines are, Cinder's where volumes are. */
	.disk_zones_apart = true,
	.places_by_network = true,
	.vm_zone = true,
};

DRIVER(openstack) {
	.name = "openstack",
	.abi = DRIVER_ABI,
	.title = "OpenStack API",
	.scope = "native-api",
	.caps = CAN(REGION) | CAN(ZONE) | CAN(IMAGE) | CAN(SPEC) | CAN(KEYPAIR) | CAN(VPC) |
		CAN(SUBNET) | CAN(ROUTER) | CAN(ADDRESS) | CAN(ADDRESS_BIND) | CAN(SG) |
		CAN(SG_CHANGE) | CAN(VM) | CAN(VM_STOP) | CAN(VM_REBOOT) | CAN(VM_SUSPEND) |
		CAN(QUOTA) | CAN(TENANTS) | CAN(PAGING) | CAN(KEYPAIR_IMPORT) | CAN(DISK) |
		CAN(DISK_ATTACH) | CAN(DISK_RESIZE) | CAN(TAG),
	.settings = settings,
	.dialect = &dialect,
	.open = driver_open,
	.close = driver_close,
	.identify = driver_identify,
	.quotas = driver_quotas,
	.probe = openstack_probe,
	.ops = {
		[KIND_REGION] = &openstack_region_ops,
		[KIND_ZONE] = &openstack_zone_ops,
		[KIND_IMAGE] = &openstack_image_ops,
		[KIND_SPEC] = &openstack_spec_ops,
		[KIND_KEYPAIR] = &openstack_keypair_ops,
		[KIND_VPC] = &openstack_vpc_ops,
		[KIND_SUBNET] = &openstack_subnet_ops,
		[KIND_ROUTER] = &openstack_router_ops,
		[KIND_ADDRESS] = &openstack_address_ops,
		[KIND_SG] = &openstack_sg_ops,
		[KIND_VM] = &openstack_vm_ops,
		[KIND_DISK] = &openstack_disk_ops,
		[KIND_TAG] = &openstack_tag_ops,
	},
};
