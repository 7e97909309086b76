#include "run/ixit.h"

#include <string.h>

#include "base/cleanup.h"
#include "journal/emit.h"

/* One thing that the target file names. */
struct named {
	enum kind kind;
	const char *id;
	int line;
	const char *block, *what;
};

/* Zones are listed by region. */
static CO_FN int list_named(struct cloud *c, enum kind kind, const char *parent,
			    struct resource_list *ret)
{
	AUTO(resource_list) struct resource_list regions = { 0 };
	struct error err;

	if (kind != KIND_ZONE)
		return cloud_list(c, kind, parent, ret, &err);
	if (cloud_list(c, KIND_REGION, NULL, &regions, &err) < 0 || !regions.count)
		return ERR_UNSUPPORTED;
	return cloud_list(c, kind, regions.at[0].id, ret, &err);
}

/*
 * Neither read nor listed: a cloud that only lists badly is for the cases to find.
 * What can only be listed is unknown when a list that is not empty lacks it.
 */
static CO_FN bool unknown_to(struct cloud *c, const struct named *n)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	const char *network = cloud_config(c)->existing[KIND_VPC];
	struct ref ref = { .kind = n->kind, .id = n->id,
			   .parent = n->kind == KIND_SUBNET ? network : "" };
	struct resource seen;
	struct error err;
	int r = *n->id ? cloud_get(c, &ref, &seen, &err) : ERR_OK;

	if (r != ERR_NOT_FOUND && r != ERR_UNSUPPORTED)
		return false;
	if (list_named(c, n->kind, n->kind == KIND_SUBNET ? network : NULL, &all) < 0)
		return false;
	for (size_t i = 0; i < all.count; i++)
		if (!strcmp(all.at[i].id, n->id) || !strcmp(all.at[i].name, n->id))
			return false;
	return r == ERR_NOT_FOUND || all.count;
}

static CO_FN bool knows(struct cloud *c, const struct named *n, struct error *err)
{
	const struct cloud_config *cfg = cloud_config(c);

	if (!unknown_to(c, n))
		return true;
	err_at(err, ERR_CONFIG, cfg->file, n->line,
	       "%s:%d: %s: found %s \"%s\", which the cloud neither reads nor lists; `plugfest doctor` "
	       "names the nearest", cfg->file, n->line, n->block, n->what, n->id);
	emit_say("target %s: %s", cfg->name, err->text);
	return false;
}

CO_FN int ixit_check(struct cloud *c, struct error *err)
{
	const struct cloud_config *cfg = cloud_config(c);
	const struct named given[] = {
		{ KIND_IMAGE, cfg->image, cfg->image_line, "ixit", "image" },
		{ KIND_SPEC, cfg->spec, cfg->spec_line, "ixit", "spec" },
		{ KIND_ZONE, cfg->zone, cfg->zone_line, "ixit", "zone" },
		{ KIND_VPC, cfg->external_network, cfg->outside_line, "ixit", "external_network" },
	};

	for (size_t i = 0; i < sizeof(given) / sizeof(*given); i++)
		if (!knows(c, &given[i], err))
			return err->code;
	for (int k = 0; k < KIND_COUNT; k++) {
		const struct named n = { (enum kind)k, cfg->existing[k], cfg->existing_line[k],
					 "existing", kind_info((enum kind)k)->name };

		if (n.id && !knows(c, &n, err))
			return err->code;
	}
	return ERR_OK;
}
