/* What the cloud offers: regions, zones, images, specs (API reference, 4). */
#include "spider.h"

#include <string.h>

typedef int read_fn(const json_t *one, struct resource *ret, struct error *err);

static int read_all(const json_t *reply, const char *key, enum kind kind, read_fn *read,
		    struct resource_list *ret, struct error *err)
{
	const json_t *all;
	size_t i;
	json_t *one;
	int r = spider_list_of(reply, key, &all, err);

	if (r < 0)
		return err_context(err, "a list of %s", kind_info(kind)->title);
	json_array_foreach(all, i, one) {
		struct resource *to = resource_list_add(ret);

		resource_init(to, kind);
		r = read(one, to, err);
		if (r < 0)
			return err_context(err, "%s[%zu]", key, i);
	}
	ret->pages = 1;
	return ERR_OK;
}

static int read_region(const json_t *one, struct resource *ret, struct error *err)
{
	const char *name = json_text(one, "Name");

	if (!name || !*name)
		return err_set(err, ERR_PROTOCOL, "a region without Name");
	str_copy(ret->id, sizeof(ret->id), name);
	str_copy(ret->name, sizeof(ret->name), name);
	str_copy(ret->region.title, sizeof(ret->region.title), json_text(one, "DisplayName"));
	return ERR_OK;
}

static int read_zone(const json_t *one, struct resource *ret, struct error *err)
{
	const char *name = json_text(one, "Name");

	if (!name || !*name)
		return err_set(err, ERR_PROTOCOL, "a zone without Name");
	str_copy(ret->id, sizeof(ret->id), name);
	str_copy(ret->name, sizeof(ret->name), name);
	str_copy(ret->zone.status, sizeof(ret->zone.status), json_text(one, "Status"));
	return ERR_OK;
}

static int read_image(const json_t *one, struct resource *ret, struct error *err)
{
	int r = spider_read_iid(one, "IId", ret, err);

	if (r < 0)
		return r;
	str_copy(ret->image.os, sizeof(ret->image.os), json_text(one, "OSDistribution"));
	str_copy(ret->image.arch, sizeof(ret->image.arch), json_text(one, "OSArchitecture"));
	str_copy(ret->image.status, sizeof(ret->image.status), json_text(one, "ImageStatus"));
	ret->image.min_disk_gb = spider_number(one, "OSDiskSizeGB");
	return ERR_OK;
}

static int read_spec(const json_t *one, struct resource *ret, struct error *err)
{
	const char *name = json_text(one, "Name");

	if (!name || !*name)
		return err_set(err, ERR_PROTOCOL, "a spec without Name");
	str_copy(ret->id, sizeof(ret->id), name);
	str_copy(ret->name, sizeof(ret->name), name);
	ret->spec.vcpu = spider_number(json_object_get(one, "VCpu"), "Count");
	ret->spec.mem_mib = spider_number(one, "MemSizeMiB");
	ret->spec.disk_gb = spider_number(one, "DiskSizeGB");
	return ERR_OK;
}

static CO_FN int list(struct cloud *c, const char *op, const char *path, const char *key,
		      enum kind kind, read_fn *read, struct resource_list *ret, struct error *err)
{
	json_auto_t *reply = NULL;
	int r = spider_call(c, op, "GET", path, NULL, 0, &reply, err);

	return r < 0 ? r : read_all(reply, key, kind, read, ret, err);
}

static CO_FN int get(struct cloud *c, const char *op, const char *head, const struct ref *ref,
		     read_fn *read, struct resource *ret, struct error *err)
{
	json_auto_t *reply = NULL;
	AUTO(str) char *path = spider_path(head, ref->id, NULL);
	int r = spider_call(c, op, "GET", path, NULL, 0, &reply, err);

	return r < 0 ? r : read(reply, ret, err);
}

/* OnDemand may be absent, and its texts empty: nothing is made up for them. */
static int read_price(const json_t *one, struct resource *ret, struct error *err)
{
	const json_t *product = json_object_get(one, "ProductInfo");
	const json_t *price = json_object_get(json_object_get(one, "PriceInfo"), "OnDemand");
	const char *id = json_text(product, "ProductId");

	if (!id || !*id)
		return err_set(err, ERR_PROTOCOL, "a price without ProductInfo.ProductId");
	if (!resource_set_id(ret, id) ||
	    !str_copy(ret->price.unit, sizeof(ret->price.unit), json_text(price, "Unit")) ||
	    !str_copy(ret->price.currency, sizeof(ret->price.currency), json_text(price, "Currency")) ||
	    !str_copy(ret->price.amount, sizeof(ret->price.amount), json_text(price, "Price")))
		return err_set(err, ERR_PROTOCOL, "a price with an id, unit, currency or amount that is "
			       "too long");
	str_copy(ret->name, sizeof(ret->name), id);
	str_copy(ret->price.spec, sizeof(ret->price.spec), json_text(product, "VMSpecName"));
	return ERR_OK;
}

static CO_FN int region_list(struct cloud *c, const char *parent, struct resource_list *ret,
			     struct error *err)
{
	(void)parent;
	return list(c, "region.list", "/regionzone", "regionzone", KIND_REGION, read_region, ret, err);
}

static CO_FN int region_get(struct cloud *c, const struct ref *ref, struct resource *ret,
			    struct error *err)
{
	return get(c, "region.get", "/regionzone/", ref, read_region, ret, err);
}

static CO_FN int zone_list(struct cloud *c, const char *parent, struct resource_list *ret,
			   struct error *err)
{
	json_auto_t *reply = NULL;
	AUTO(str) char *path = NULL;
	size_t before = ret->count;
	int r;

	if (!parent)
		return err_set(err, ERR_INVALID, "zones are listed by region");
	path = spider_path("/regionzone/", parent, NULL);
	r = spider_call(c, "zone.list", "GET", path, NULL, 0, &reply, err);
	if (r < 0)
		return r;
	/* omitempty: a region without zones has no ZoneList. */
	if (!json_object_get(reply, "ZoneList"))
		return ERR_OK;
	r = read_all(reply, "ZoneList", KIND_ZONE, read_zone, ret, err);
	for (size_t i = before; i < ret->count; i++)
		str_copy(ret->at[i].parent, sizeof(ret->at[i].parent), parent);
	return r;
}

static CO_FN int image_list(struct cloud *c, const char *parent, struct resource_list *ret,
			    struct error *err)
{
	(void)parent;
	return list(c, "image.list", "/vmimage", "image", KIND_IMAGE, read_image, ret, err);
}

static CO_FN int image_get(struct cloud *c, const struct ref *ref, struct resource *ret,
			   struct error *err)
{
	return get(c, "image.get", "/vmimage/", ref, read_image, ret, err);
}

static CO_FN int spec_list(struct cloud *c, const char *parent, struct resource_list *ret,
			   struct error *err)
{
	(void)parent;
	return list(c, "spec.list", "/vmspec", "vmspec", KIND_SPEC, read_spec, ret, err);
}

static CO_FN int spec_get(struct cloud *c, const struct ref *ref, struct resource *ret,
			  struct error *err)
{
	return get(c, "spec.get", "/vmspec/", ref, read_spec, ret, err);
}

static CO_FN int price_list(struct cloud *c, const char *parent, struct resource_list *ret,
			    struct error *err)
{
	json_auto_t *reply = NULL;
	AUTO(str) char *path = NULL;
	size_t before = ret->count;
	int r;

	if (!parent)
		return err_set(err, ERR_INVALID, "prices are listed by region");
	path = spider_path("/priceinfo/vm/", parent, "?simple=true");
	r = spider_call(c, "price.list", "GET", path, NULL, 0, &reply, err);
	if (r < 0)
		return r;
	r = read_all(reply, "PriceList", KIND_PRICE, read_price, ret, err);
	/* The region that the cloud names, not the one that was asked for. */
	for (size_t i = before; i < ret->count; i++)
		str_copy(ret->at[i].parent, sizeof(ret->at[i].parent), json_text(reply, "RegionName"));
	return r;
}

const struct kind_ops spider_price_ops = { .list = price_list };
const struct kind_ops spider_region_ops = { .get = region_get, .list = region_list };
const struct kind_ops spider_zone_ops = { .list = zone_list };
const struct kind_ops spider_image_ops = { .get = image_get, .list = image_list };
const struct kind_ops spider_spec_ops = { .get = spec_get, .list = spec_list };
