#include "plan/target.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"
#include "plan/target_priv.h"

enum { DAY_S = 86400, COUNT_MAX = 1000000 };

/* The format line comes before all other complaints: a wrong kind of file
 * would otherwise be reported as an unknown key. */
static int read_format(struct target_reading *rd, const struct conf *doc)
{
	const struct conf *c = conf_get(doc, "plugfest");

	if (doc->type != CONF_MAP || !c)
		return err_at(rd->err, ERR_INVALID, doc->file, doc->line,
			      "not a target file: it lacks the line \"plugfest: target/1\"");
	if (c->type == CONF_TEXT && !strcmp(c->text, "target/1"))
		return ERR_OK;
	return wrong(rd, c, c->type == CONF_TEXT ? c->text : "a map or list",
		   "a target file says \"plugfest: target/1\"");
}

static int read_driver(struct target_reading *rd, const struct conf *doc)
{
	const struct conf *c = conf_get(doc, "driver");
	const char *names[64];
	char near[100];
	size_t n = 0;

	if (read_text(rd, doc, "driver", 64, &rd->t->cfg.driver, NULL) < 0)
		return rd->err->code;
	for (const struct driver_schema *d = rd->opt->drivers; d->name; d++) {
		if (!strcmp(d->name, rd->t->cfg.driver))
			rd->driver = d;
		if (n < 63)
			names[n++] = d->name;
	}
	if (rd->driver)
		return ERR_OK;
	names[n] = NULL;
	conf_suggest(rd->t->cfg.driver, names, near, sizeof(near));
	return err_at(rd->err, ERR_INVALID, c->file, c->line, "unknown driver \"%.60s\"%s%s", c->text,
		      *near ? "; " : "", near);
}

static int read_names(struct target_reading *rd, const struct conf *doc)
{
	static const struct conf_key layer_keys[] = {
		{ "product", CONF_TEXT, true }, { "version", CONF_TEXT, true }, { 0 },
	};
	static const struct conf_key backend_keys[] = {
		{ "provider", CONF_TEXT, true }, { "region", CONF_TEXT, false }, { 0 },
	};
	const struct conf *layer = conf_get(doc, "layer"), *backend = conf_get(doc, "backend");
	struct cloud_config *cfg = &rd->t->cfg;
	size_t n;

	if (read_text(rd, doc, "name", 256, &cfg->name, NULL) < 0 ||
	    read_text(rd, doc, "scope_note", 2000, &cfg->scope_note, NULL) < 0 ||
	    conf_check(layer, "layer", layer_keys, rd->err) < 0 ||
	    conf_check(backend, "backend", backend_keys, rd->err) < 0 ||
	    read_text(rd, layer, "product", 128, &cfg->layer_product, NULL) < 0 ||
	    read_text(rd, layer, "version", 64, &cfg->layer_version, NULL) < 0 ||
	    read_text(rd, backend, "provider", 128, &cfg->backend_provider, NULL) < 0 ||
	    read_text(rd, backend, "region", 64, &cfg->backend_region, NULL) < 0)
		return rd->err->code;
	n = strspn(cfg->name, "abcdefghijklmnopqrstuvwxyz0123456789-");
	if (cfg->name[n] || n > 40)
		return wrong(rd, conf_get(doc, "name"), cfg->name,
			   "a name is 1 to 40 of the characters a-z, 0-9 and -");
	return ERR_OK;
}

static int unknown_item(struct target_reading *rd, const struct conf *c)
{
	const char *names[CAP_COUNT + 1] = { 0 };
	char near[100];

	for (int i = 0; i < CAP_COUNT; i++)
		names[i] = cap_name((enum cap)i);
	conf_suggest(c->key, names, near, sizeof(near));
	return err_at(rd->err, ERR_INVALID, c->file, c->line, "unknown key \"%.60s\" in ics%s%s",
		      c->key, *near ? "; " : "", near);
}

static int read_claim(struct target_reading *rd, const struct conf *c)
{
	static const char *const words[] = { "unknown", "supported", "unsupported" };
	int cap = cap_by_name(c->key);
	const char *word;

	if (cap < 0)
		return unknown_item(rd, c);
	if (conf_text(c, NULL, &word, rd->err) < 0)
		return rd->err->code;
	for (int i = 0; i < 3; i++) {
		if (strcmp(words[i], word))
			continue;
		rd->t->cfg.ics[cap] = (enum claim)i;
		if (i == CLAIM_SUPPORTED && !(rd->driver->caps >> cap & 1))
			return err_at(rd->err, ERR_INVALID, c->file, c->line,
				      "ics: %s is claimed, but the driver %s cannot offer it (%s)",
				      c->key, rd->driver->name, cap_text((enum cap)cap));
		return ERR_OK;
	}
	return wrong(rd, c, word, "an ICS item is supported, unsupported or unknown");
}

/* "vm.stop" supported without "vm" is a slip of the pen. */
static int check_parents(struct target_reading *rd, const struct conf *ics)
{
	for (const struct conf *c = ics->first; c; c = c->next) {
		const char *dot = strchr(c->key, '.');
		char parent[32];
		int cap;

		if (!dot || rd->t->cfg.ics[cap_by_name(c->key)] != CLAIM_SUPPORTED)
			continue;
		snprintf(parent, sizeof(parent), "%.*s", (int)(dot - c->key), c->key);
		cap = cap_by_name(parent);
		if (cap >= 0 && rd->t->cfg.ics[cap] == CLAIM_UNSUPPORTED)
			return err_at(rd->err, ERR_INVALID, c->file, c->line,
				      "ics: %s cannot be supported while %s is not", c->key, parent);
	}
	return ERR_OK;
}

static int read_ics(struct target_reading *rd, const struct conf *ics)
{
	struct cloud_config *cfg = &rd->t->cfg;

	for (const struct conf *c = ics ? ics->first : NULL; c; c = c->next)
		if (read_claim(rd, c) < 0)
			return rd->err->code;
	if (ics && check_parents(rd, ics) < 0)
		return rd->err->code;
	cfg->ics_full = true;
	for (int i = 0; i < CAP_COUNT; i++)
		cfg->ics_full &= cfg->ics[i] != CLAIM_UNKNOWN;
	return ERR_OK;
}

/* The kind that a key of deadline, settle, limits or existing names, or -1 with
 * the error set.  extra: what else the map may hold. */
static int kind_key(struct target_reading *rd, const struct conf *c, const char *where,
		    const char *const *extra)
{
	const char *names[KIND_COUNT + 8];
	char near[100];
	int kind = kind_by_name(c->key);
	size_t n = 0;

	if (kind >= 0 && kind_info((enum kind)kind)->ours)
		return kind;
	for (int k = 0; k < KIND_COUNT; k++)
		if (kind_info((enum kind)k)->ours)
			names[n++] = kind_info((enum kind)k)->name;
	for (; extra && *extra && n < KIND_COUNT + 7; extra++)
		names[n++] = *extra;
	names[n] = NULL;
	conf_suggest(c->key, names, near, sizeof(near));
	err_at(rd->err, ERR_INVALID, c->file, c->line, "unknown key \"%.60s\" in %s%s%s", c->key, where,
	       *near ? "; " : "", near);
	return -1;
}

static int read_seconds(struct target_reading *rd, const struct conf *map, const char *where,
			int64_t to[KIND_COUNT])
{
	for (const struct conf *c = map ? map->first : NULL; c; c = c->next) {
		int kind = kind_key(rd, c, where, NULL);

		if (kind < 0 || conf_int(c, 1, DAY_S, 0, &to[kind], rd->err) < 0)
			return rd->err->code;
	}
	return ERR_OK;
}

static int read_cidr_pool(struct target_reading *rd, const struct conf *ixit)
{
	static const char *const private[] = {
		"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10",
	};
	struct cloud_config *cfg = &rd->t->cfg;
	const struct conf *c = conf_get(ixit, "cidr_pool");
	unsigned bits;
	uint32_t net;

	cfg->cidr_pool = "10.222.0.0/16";
	if (!c)
		return ERR_OK;
	if (read_text(rd, ixit, "cidr_pool", ADDR_LEN, &cfg->cidr_pool, &cfg->cidr_line) < 0)
		return rd->err->code;
	if (!cidr_parse(cfg->cidr_pool, &net, &bits))
		return wrong(rd, c, c->text, "expected an IPv4 range such as 10.222.0.0/16");
	if (bits > 20)
		return wrong(rd, c, c->text, "the range must be at least a /20");
	if (bits < 8 || (net & (UINT32_MAX >> bits)))
		return wrong(rd, c, c->text, "the address has bits set behind the prefix");
	for (size_t i = 0; i < sizeof(private) / sizeof(*private); i++)
		if (cidr_contains(private[i], cfg->cidr_pool))
			return ERR_OK;
	return wrong(rd, c, c->text, "the range must lie in private address space (RFC 1918, RFC 6598)");
}

/* From 2: a page of one entry is a marker and nothing else. */
static int read_page_size(struct target_reading *rd, const struct conf *c)
{
	if (c && !(rd->driver->caps & CAN(PAGING)))
		return err_at(rd->err, ERR_INVALID, c->file, c->line,
			      "page_size: the lists of the driver %s come in one piece",
			      rd->driver->name);
	return conf_int(c, 2, 1000, 0, &rd->t->cfg.page_size, rd->err);
}

/* What stands behind an API decides what may bear tags, and of which letters. */
static int read_tags(struct target_reading *rd, const struct conf *ixit)
{
	const struct conf *on = conf_get(ixit, "tag_on"), *values = conf_get(ixit, "tag_values");
	struct cloud_config *cfg = &rd->t->cfg;
	const char *word;

	if (on && conf_text(on, NULL, &word, rd->err) < 0)
		return rd->err->code;
	if (on) {
		cfg->tag_on = kind_by_name(word);
		if (cfg->tag_on != KIND_VM && cfg->tag_on != KIND_DISK && cfg->tag_on != KIND_VPC &&
		    cfg->tag_on != KIND_SG && cfg->tag_on != KIND_KEYPAIR)
			return wrong(rd, on, word, "tag_on is one of vm, disk, vpc, sg, keypair");
	}
	if (values && conf_text(values, NULL, &word, rd->err) < 0)
		return rd->err->code;
	cfg->tags_plain = values && !strcmp(word, "plain");
	if (values && !cfg->tags_plain && strcmp(word, "any"))
		return wrong(rd, values, word, "tag_values is any or plain");
	return ERR_OK;
}

static int read_ixit(struct target_reading *rd, const struct conf *ixit)
{
	static const struct conf_key keys[] = {
		{ "image", CONF_TEXT, false }, { "spec", CONF_TEXT, false },
		{ "zone", CONF_TEXT, false }, { "external_network", CONF_TEXT, false },
		{ "cidr_pool", CONF_TEXT, false }, { "deadline", CONF_MAP, false },
		{ "settle", CONF_MAP, false }, { "delete_deadline_s", CONF_TEXT, false },
		{ "consistency_s", CONF_TEXT, false }, { "page_size", CONF_TEXT, false },
		{ "disk_gb", CONF_TEXT, false }, { "address_lag_s", CONF_TEXT, false },
		{ "disk_zone", CONF_TEXT, false },
		{ "tag_on", CONF_TEXT, false }, { "tag_values", CONF_TEXT, false }, { 0 },
	};
	struct cloud_config *cfg = &rd->t->cfg;

	for (int k = 0; k < KIND_COUNT; k++)
		cfg->settle_s[k] = kind_info((enum kind)k)->settle_s;
	if ((ixit && conf_check(ixit, "ixit", keys, rd->err) < 0) ||
	    read_text(rd, ixit, "image", ID_MAX, &cfg->image, &cfg->image_line) < 0 ||
	    read_text(rd, ixit, "spec", ID_MAX, &cfg->spec, &cfg->spec_line) < 0 ||
	    read_text(rd, ixit, "zone", 64, &cfg->zone, &cfg->zone_line) < 0 ||
	    read_text(rd, ixit, "disk_zone", 64, &cfg->disk_zone, NULL) < 0 ||
	    read_tags(rd, ixit) < 0 ||
	    read_text(rd, ixit, "external_network", ID_MAX, &cfg->external_network, &cfg->outside_line) < 0 ||
	    read_cidr_pool(rd, ixit) < 0 ||
	    read_seconds(rd, conf_get(ixit, "deadline"), "deadline", cfg->deadline_s) < 0 ||
	    read_seconds(rd, conf_get(ixit, "settle"), "settle", cfg->settle_s) < 0 ||
	    conf_int(conf_get(ixit, "delete_deadline_s"), 1, DAY_S, 600, &cfg->delete_deadline_s,
		     rd->err) < 0 ||
	    conf_int(conf_get(ixit, "consistency_s"), 0, 3600, 0, &cfg->consistency_s, rd->err) < 0 ||
	    conf_int(conf_get(ixit, "address_lag_s"), 0, 3600, -1, &cfg->address_lag_s, rd->err) < 0 ||
	    conf_int(conf_get(ixit, "disk_gb"), 1, 16384, 10, &cfg->disk_gb, rd->err) < 0)
		return rd->err->code;
	return read_page_size(rd, conf_get(ixit, "page_size"));
}

static int read_limits(struct target_reading *rd, const struct conf *limits)
{
	static const char *const others[] = { "parallel", "calls_per_s", "connections", NULL };
	struct cloud_config *cfg = &rd->t->cfg;
	const struct conf *rate = conf_get(limits, "calls_per_s");

	for (int k = 0; k < KIND_COUNT; k++)
		cfg->limit[k] = -1;
	if (rate && cfg->calls_per_s > 0)
		return err_at(rd->err, ERR_INVALID, rate->file, rate->line, "calls_per_s: found in limits and "
			      "in connection; wanted one of them");
	if (conf_int(conf_get(limits, "parallel"), 1, 10000, 8, &cfg->parallel, rd->err) < 0 ||
	    conf_number(rate, 0, COUNT_MAX, cfg->calls_per_s, &cfg->calls_per_s, rd->err) < 0 ||
	    conf_int(conf_get(limits, "connections"), 1, 10000, 64, &cfg->connections, rd->err) < 0)
		return rd->err->code;
	for (const struct conf *c = limits ? limits->first : NULL; c; c = c->next) {
		int kind;

		if (!strcmp(c->key, others[0]) || !strcmp(c->key, others[1]) ||
		    !strcmp(c->key, others[2]))
			continue;
		kind = kind_key(rd, c, "limits", others);
		if (kind < 0 || conf_int(c, 0, COUNT_MAX, -1, &cfg->limit[kind], rd->err) < 0)
			return rd->err->code;
	}
	return ERR_OK;
}

static int read_existing(struct target_reading *rd, const struct conf *existing)
{
	for (int k = 0; k < KIND_COUNT; k++)
		rd->t->cfg.existing[k] = "";
	for (const struct conf *c = existing ? existing->first : NULL; c; c = c->next) {
		int kind = kind_key(rd, c, "existing", NULL);

		if (kind < 0 ||
		    read_text(rd, existing, c->key, ID_MAX, &rd->t->cfg.existing[kind],
			      &rd->t->cfg.existing_line[kind]) < 0)
			return rd->err->code;
	}
	if (*rd->t->cfg.existing[KIND_SUBNET] && !*rd->t->cfg.existing[KIND_VPC])
		return err_at(rd->err, ERR_INVALID, existing->file, existing->line,
			      "existing: found a subnet; wanted the vpc that it lies in beside it");
	return ERR_OK;
}

static int read_scale(struct target_reading *rd, const struct conf *doc)
{
	const struct conf *c = conf_get(doc, "time_scale"), *hooks = conf_get(doc, "hooks");
	struct cloud_config *cfg = &rd->t->cfg;

	if (conf_number(c, 0.0001, 10, 1, &cfg->time_scale, rd->err) < 0)
		return rd->err->code;
	cfg->embedded = rd->opt->embedded;
	if (cfg->time_scale != 1 && !rd->opt->embedded)
		return wrong(rd, c, c->text, "only the embedded reference cloud may run on another scale");
	if (conf_count(hooks))
		return err_at(rd->err, ERR_INVALID, hooks->file, hooks->line,
			      "hooks are reserved for a later version; leave them out");
	return ERR_OK;
}

/* What the file says in the open goes into results, where a secret would be blanked: then
 * neither a reader nor sweep would know the target again. */
static int check_open_texts(struct target_reading *rd, const struct conf *c)
{
	if (c->type == CONF_TEXT && c->text && secret_found(c->text, strlen(c->text)))
		return err_at(rd->err, ERR_INVALID, c->file, c->line, "%s: found a text with a "
			      "secret of this run in it; wanted another secret, or another text",
			      c->key ? c->key : "an item");
	for (const struct conf *in = c->first; in; in = in->next)
		if (check_open_texts(rd, in) < 0)
			return rd->err->code;
	return ERR_OK;
}

static int read_doc(struct target_reading *rd, const struct conf *doc)
{
	static const struct conf_key keys[] = {
		{ "plugfest", CONF_TEXT, true }, { "name", CONF_TEXT, true },
		{ "driver", CONF_TEXT, true }, { "layer", CONF_MAP, true },
		{ "backend", CONF_MAP, true }, { "scope_note", CONF_TEXT, false },
		{ "connection", CONF_MAP, true }, { "second_tenant", CONF_MAP, false },
		{ "ics", CONF_MAP, false },
		{ "ixit", CONF_MAP, false }, { "limits", CONF_MAP, false },
		{ "existing", CONF_MAP, false }, { "guest", CONF_MAP, false },
		{ "time_scale", CONF_TEXT, false }, { "hooks", CONF_MAP, false }, { 0 },
	};

	if (read_format(rd, doc) < 0 || conf_check(doc, "", keys, rd->err) < 0 ||
	    read_names(rd, doc) < 0 || read_driver(rd, doc) < 0 ||
	    target_read_connection(rd, conf_get(doc, "connection")) < 0 ||
	    read_ics(rd, conf_get(doc, "ics")) < 0 || read_ixit(rd, conf_get(doc, "ixit")) < 0 ||
	    read_limits(rd, conf_get(doc, "limits")) < 0 ||
	    read_existing(rd, conf_get(doc, "existing")) < 0 ||
	    target_read_guest(rd, conf_get(doc, "guest")) < 0 || read_scale(rd, doc) < 0 ||
	    target_read_second(rd, conf_get(doc, "second_tenant")) < 0)
		return rd->err->code;
	return rd->may_inline ? ERR_OK : check_open_texts(rd, doc);
}

/* Takes doc over. */
static int read_target(struct conf *doc, const struct target_options *opt, const char *no_inline,
		       struct cloud_config **ret, struct error *err)
{
	struct target *t = xcalloc(1, sizeof(*t));
	struct target_reading rd = {
		.t = t, .opt = opt, .err = err, .no_inline = no_inline,
		.may_inline = opt->allow_inline_secrets && !no_inline,
	};

	t->doc = doc;
	t->cfg.file = doc->file;
	if (read_doc(&rd, doc) < 0)
		target_free(&t->cfg);
	else
		*ret = &t->cfg;
	return *ret ? ERR_OK : err->code;
}

int target_read(const char *path, const struct target_options *opt, struct cloud_config **ret,
		struct error *err)
{
	struct conf *doc;
	struct stat st;
	const char *no_inline = NULL;

	*ret = NULL;
	if (conf_read(path, &doc, err) < 0)
		return err->code;
	if (!opt->allow_inline_secrets)
		no_inline = "or allow it with --inline-secrets";
	else if (stat(path, &st) < 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid() ||
		 st.st_mode & 077)
		no_inline = "a file that holds one must be yours with mode 0600";
	return read_target(doc, opt, no_inline, ret, err);
}

int target_read_text(const char *name, const char *text, size_t n,
		     const struct target_options *opt, struct cloud_config **ret,
		     struct error *err)
{
	struct conf *doc;

	*ret = NULL;
	if (conf_read_text(name, text, n, &doc, err) < 0)
		return err->code;
	return read_target(doc, opt, NULL, ret, err);
}

void target_free(struct cloud_config *cfg)
{
	struct target *t = (struct target *)cfg;

	if (!t)
		return;
	for (size_t i = 0; i < t->owned_count; i++)
		free(t->owned[i]);
	free(t->owned);
	free(t->cfg.settings);
	free(t->second.settings);
	conf_free(t->doc);
	free(t);
}
