/* What there is: regions, images, specs (section 4); all... and count... (19). */
#include "face.h"

#include <string.h>

void spider_version(struct call *c)
{
	spider_answer(c, json_pack("{s:s}", "Version", "CB-Spider refcloud-1"));
}

void spider_ready(struct call *c)
{
	spider_answer(c, json_pack("{s:s}", "message", "CB-Spider is ready"));
}

void spider_endpoint(struct call *c)
{
	c->rep->text = xasprintf("\n  <CB-Spider> Multi-Cloud Infrastructure Federation Framework\n"
				 "     - REST API: %s\n", face_url(c->q));
	c->rep->status = 200;
}

const char *spider_region_name(struct call *c)
{
	const json_t *conn = spider_config(c->rc, "connectionconfig", c->conn);
	const char *region = json_string_value(json_object_get(conn, "RegionName"));
	const char *value = spider_config_value(spider_config(c->rc, "region", region), "Region");

	return *value ? value : "default";
}

static json_t *show_zone(struct call *c, const struct resource *r)
{
	(void)c;
	return json_pack("{s:s, s:s, s:s, s:s}", "Name", r->name, "DisplayName", r->name,
			 "CSPDisplayName", r->name, "Status", r->zone.status);
}

static json_t *show_region(struct call *c, const struct resource *r)
{
	struct error err;
	json_t *zones = spider_list(c, KIND_ZONE, r->id, show_zone, &err);
	json_t *doc = json_pack("{s:s, s:s, s:s}", "Name", r->name, "DisplayName", r->region.title,
				"CSPDisplayName", r->region.title);

	if (json_array_size(zones))
		json_object_set(doc, "ZoneList", zones);
	json_decref(zones);
	return doc;
}

static json_t *show_image(struct call *c, const struct resource *r)
{
	bool windows = !strncmp(r->image.os, "Windows", 7);

	(void)c;
	return json_pack("{s:o, s:s, s:s, s:s, s:s, s:s, s:o, s:s}",
			 "IId", spider_iid(r->name, r->id), "Name", r->name,
			 "OSArchitecture", r->image.arch,
			 "OSPlatform", windows ? "Windows" : "Linux/UNIX",
			 "OSDistribution", r->image.os, "OSDiskType", "gp3",
			 "OSDiskSizeGB", json_sprintf("%lld", (long long)r->image.min_disk_gb),
			 "ImageStatus", r->image.status);
}

static json_t *show_spec(struct call *c, const struct resource *r)
{
	return json_pack("{s:s, s:s, s:{s:o, s:s}, s:o, s:o}", "Region", spider_region_name(c),
			 "Name", r->name,
			 "VCpu", "Count", json_sprintf("%lld", (long long)r->spec.vcpu),
			 "ClockGHz", "2.7",
			 "MemSizeMiB", json_sprintf("%lld", (long long)r->spec.mem_mib),
			 "DiskSizeGB", json_sprintf("%lld", (long long)r->spec.disk_gb));
}

void spider_regions(struct call *c) { spider_get_all(c, KIND_REGION, "regionzone", show_region); }
void spider_region(struct call *c) { spider_get_one(c, KIND_REGION, show_region); }
void spider_images(struct call *c) { spider_get_all(c, KIND_IMAGE, "image", show_image); }
void spider_image(struct call *c) { spider_get_one(c, KIND_IMAGE, show_image); }
void spider_specs(struct call *c) { spider_get_all(c, KIND_SPEC, "vmspec", show_spec); }
void spider_spec(struct call *c) { spider_get_one(c, KIND_SPEC, show_spec); }

static json_t *show_price(struct call *c, const struct resource *r)
{
	json_t *product = json_pack("{s:s}", "ProductId", r->id), *spec;
	struct resource of;
	struct error err;

	if (face_query(c->q, "simple"))
		json_object_set_new(product, "VMSpecName", json_string(r->price.spec));
	else if (ref_get(c->rc, c->conn, KIND_SPEC, r->price.spec, &of, &err) == ERR_OK &&
		 (spec = show_spec(c, &of)))
		json_object_set_new(product, "VMSpecInfo", spec);
	json_object_set_new(product, "CSPProductInfo", json_null());
	return json_pack("{s:o, s:{s:{s:s, s:s, s:s, s:s}, s:n}}", "ProductInfo", product,
			 "PriceInfo", "OnDemand", "PricingId", r->id, "Unit", r->price.unit,
			 "Currency", r->price.currency, "Price", r->price.amount, "CSPPriceInfo");
}

void spider_prices(struct call *c)
{
	struct resource region;
	struct error err = { 0 };
	json_t *list = NULL;

	if (ref_get(c->rc, c->conn, KIND_REGION, c->arg[0], &region, &err) == ERR_OK)
		list = spider_list(c, KIND_PRICE, region.id, show_price, &err);
	if (!list) {
		spider_error(c, KIND_REGION, c->arg[0], &err);
		return;
	}
	spider_answer(c, json_pack("{s:{s:s, s:s}, s:s, s:s, s:o}", "Meta", "Version", "0.5",
				   "Description", "Multi-Cloud Price Info", "CloudName", "REFCLOUD",
				   "RegionName", region.id, "PriceList", list));
}

void spider_quota(struct call *c)
{
	spider_fail(c, 500, "%s does not support Quota", c->conn);
}

/* ---- all..., count... ---- */

static json_t *show_iid(struct call *c, const struct resource *r)
{
	(void)c;
	return spider_iid(r->name, r->id);
}

static enum kind kind_of_op(const struct call *c)
{
	char name[32];
	int kind;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(c->rep->op, "."), c->rep->op);
	kind = kind_by_name(name);
	return kind < 0 ? KIND_VPC : (enum kind)kind;
}

/* Machines whose create has not returned are the provider's alone. */
void spider_all(struct call *c)
{
	enum kind kind = kind_of_op(c);
	struct resource_list hidden = { 0 };
	struct error err = { 0 };
	json_t *mapped = spider_list(c, kind, NULL, show_iid, &err), *only = json_array();

	if (!mapped) {
		json_decref(only);
		spider_error(c, kind, "", &err);
		return;
	}
	ref_list_hidden(c->rc, c->conn, kind, &hidden);
	for (size_t i = 0; i < hidden.count; i++)
		json_array_append_new(only, spider_iid(hidden.at[i].name, hidden.at[i].id));
	resource_list_cleanup(&hidden);
	if (!json_array_size(mapped)) {
		json_decref(mapped);
		mapped = json_null();
	}
	spider_answer(c, json_pack("{s:{s:o, s:n, s:o}}", "AllList", "MappedList", mapped,
				   "OnlySpiderList", "OnlyCSPList", only));
}

/* A name is none here.  What was in nobody's books is deleted like all else. */
void spider_csp_delete(struct call *c)
{
	enum kind kind = kind_of_op(c);
	struct resource_list hidden = { 0 };
	struct resource r;
	struct error err = { 0 };
	bool there;

	ref_list_hidden(c->rc, c->conn, kind, &hidden);
	there = resource_list_find(&hidden, c->arg[0]);
	resource_list_cleanup(&hidden);
	if (there)
		ref_reveal(c->rc, kind, c->arg[0]);
	else if (ref_get(c->rc, c->conn, kind, c->arg[0], &r, &err) < 0) {
		spider_error(c, kind, c->arg[0], &err);
		return;
	}
	if (kind == KIND_VM)
		spider_vm_delete(c);
	else if (kind == KIND_DISK)
		spider_disk_delete(c);
	else
		spider_delete_one(c, kind);
}

static int count_of(struct call *c, enum kind kind, const char *conn)
{
	struct error err;
	int n;

	c->conn = conn;
	json_t *list = spider_list(c, kind, NULL, show_iid, &err);

	n = (int)json_array_size(list);
	json_decref(list);
	return n;
}

void spider_count(struct call *c)
{
	enum kind kind = kind_of_op(c);
	const char *conn;
	json_t *row;
	int n = 0;

	json_object_foreach(json_object_get(spider_configs(c->rc), "connectionconfig"), conn, row)
		if (!c->arg[0] || !strcmp(c->arg[0], conn))
			n += count_of(c, kind, conn);
	spider_answer(c, json_pack("{s:i}", "count", n));
}
