/* What the cloud offers: regions, zones, images, flavors. */
#include "openstack.h"

#include <string.h>

static int64_t number(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	return json_is_integer(v) ? json_integer_value(v) : -1;
}

static int read_region(const json_t *one, struct resource *ret, struct error *err)
{
	int r = openstack_read_id(one, ret, err);

	if (r < 0)
		return r;
	str_copy(ret->name, sizeof(ret->name), ret->id);
	str_copy(ret->region.title, sizeof(ret->region.title), json_text(one, "description"));
	return ERR_OK;
}

static CO_FN int region_list(struct cloud *c, const char *parent, struct resource_list *ret,
			     struct error *err)
{
	(void)parent;
	return openstack_list(c, SERVICE_IDENTITY, "region.list", "/regions", "regions", KIND_REGION,
			      read_region, ret, err);
}

static CO_FN int region_get(struct cloud *c, const struct ref *ref, struct resource *ret,
			    struct error *err)
{
	AUTO(str) char *path = openstack_path("/regions/", ref->id, NULL);

	return openstack_get(c, SERVICE_IDENTITY, "region.get", path, "region", read_region, ret, err);
}

static int read_zone(const json_t *one, struct resource *ret, struct error *err)
{
	const char *name = json_text(one, "zoneName");
	const json_t *up = json_object_get(json_object_get(one, "zoneState"), "available");

	if (!name || !*name)
		return err_set(err, ERR_PROTOCOL, "a zone without zoneName");
	str_copy(ret->id, sizeof(ret->id), name);
	str_copy(ret->name, sizeof(ret->name), name);
	str_copy(ret->zone.status, sizeof(ret->zone.status),
		 json_is_true(up) ? "Available" : json_is_false(up) ? "Unavailable" : "");
	return ERR_OK;
}

static CO_FN int zone_list(struct cloud *c, const char *parent, struct resource_list *ret,
			   struct error *err)
{
	size_t before = ret->count;
	int r = openstack_list(c, SERVICE_COMPUTE, "zone.list", "/os-availability-zone",
			       "availabilityZoneInfo", KIND_ZONE, read_zone, ret, err);

	for (size_t i = before; parent && i < ret->count; i++)
		str_copy(ret->at[i].parent, sizeof(ret->at[i].parent), parent);
	return r;
}

static int read_image(const json_t *one, struct resource *ret, struct error *err)
{
	int r = openstack_read_id(one, ret, err);

	if (r < 0)
		return r;
	str_copy(ret->image.os, sizeof(ret->image.os), json_text(one, "os_distro"));
	str_copy(ret->image.arch, sizeof(ret->image.arch), json_text(one, "architecture"));
	str_copy(ret->image.status, sizeof(ret->image.status), json_text(one, "status"));
	ret->image.min_disk_gb = number(one, "min_disk");
	return ERR_OK;
}

static CO_FN int image_list(struct cloud *c, const char *parent, struct resource_list *ret,
			    struct error *err)
{
	(void)parent;
	return openstack_list(c, SERVICE_IMAGE, "image.list", "/images?limit=100", "images", KIND_IMAGE,
			      read_image, ret, err);
}

static CO_FN int image_get(struct cloud *c, const struct ref *ref, struct resource *ret,
			   struct error *err)
{
	AUTO(str) char *path = openstack_path("/images/", ref->id, NULL);

	/* Glance shows an image without an envelope. */
	return openstack_get(c, SERVICE_IMAGE, "image.get", path, NULL, read_image, ret, err);
}

static int read_flavor(const json_t *one, struct resource *ret, struct error *err)
{
	int r = openstack_read_id(one, ret, err);

	if (r < 0)
		return r;
	ret->spec.vcpu = number(one, "vcpus");
	ret->spec.mem_mib = number(one, "ram");
	ret->spec.disk_gb = number(one, "disk");
	return ERR_OK;
}

static CO_FN int spec_list(struct cloud *c, const char *parent, struct resource_list *ret,
			   struct error *err)
{
	(void)parent;
	return openstack_list(c, SERVICE_COMPUTE, "spec.list", "/flavors/detail?limit=100", "flavors",
			      KIND_SPEC, read_flavor, ret, err);
}

static CO_FN int spec_get(struct cloud *c, const struct ref *ref, struct resource *ret,
			  struct error *err)
{
	AUTO(str) char *path = openstack_path("/flavors/", ref->id, NULL);

	return openstack_get(c, SERVICE_COMPUTE, "spec.get", path, "flavor", read_flavor, ret, err);
}

const struct kind_ops openstack_region_ops = { .get = region_get, .list = region_list };
const struct kind_ops openstack_zone_ops = { .list = zone_list };
const struct kind_ops openstack_image_ops = { .get = image_get, .list = image_list };
const struct kind_ops openstack_spec_ops = { .get = spec_get, .list = spec_list };
