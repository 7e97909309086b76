/* A target as a run keeps it, and the first file that init writes. */
#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "plan/target_priv.h"

enum { NESTED_MAX = 32 };

/* JSON knows fewer numbers than people write: 010 and .5 go out as texts. */
static bool is_json_number(const char *s)
{
	s += *s == '-';
	if (*s == '0' && isdigit((unsigned char)s[1]))
		return false;
	if (!isdigit((unsigned char)*s))
		return false;
	s += strspn(s, "0123456789");
	if (*s == '.' && isdigit((unsigned char)s[1]))
		s += 1 + strspn(s + 1, "0123456789");
	return !*s;
}

/* A secret that stood in the file itself leaves as a variable to be set. */
static bool is_inline_secret(const struct cloud_config *cfg, const struct conf *parent,
			     const struct conf *c)
{
	if (!parent || !parent->key || c->type != CONF_TEXT)
		return false;
	if (!strcmp(parent->key, "second_tenant") && cfg->second)
		cfg = cfg->second;
	else if (strcmp(parent->key, "connection"))
		return false;
	for (size_t i = 0; i < cfg->setting_count; i++)
		if (!strcmp(cfg->settings[i].name, c->key))
			return secret_present(cfg->settings[i].secret);
	return false;
}

static void write_variable(struct str *to, bool second, const char *key)
{
	str_addf(to, "{\"env\":\"PLUGFEST_%s", second ? "SECOND_" : "");
	for (; *key; key++)
		str_addc(to, (char)toupper((unsigned char)*key));
	str_add(to, "\"}");
}

static void write_leaf(const struct cloud_config *cfg, const struct conf *parent,
		       const struct conf *c, struct str *to)
{
	if (is_inline_secret(cfg, parent, c))
		write_variable(to, !strcmp(parent->key, "second_tenant"), c->key);
	else if (c->type == CONF_NULL)
		str_add(to, "null");
	else if (!c->quoted && (is_json_number(c->text) || !strcmp(c->text, "true") ||
				!strcmp(c->text, "false")))
		str_add(to, c->text);
	else
		str_add_json(to, c->text);
}

void target_write(const struct cloud_config *cfg, struct str *json)
{
	const struct conf *open[NESTED_MAX], *c = ((const struct target *)cfg)->doc;
	int depth = 0;

	for (;;) {
		bool map = c->type == CONF_MAP, list = c->type == CONF_LIST;

		if (c->key) {
			str_add_json(json, c->key);
			str_addc(json, ':');
		}
		if (map || list)
			str_addc(json, map ? '{' : '[');
		else
			write_leaf(cfg, depth ? open[depth - 1] : NULL, c, json);
		if ((map || list) && c->first) {
			open[depth++] = c;
			c = c->first;
			continue;
		}
		if (map || list)
			str_addc(json, map ? '}' : ']');
		while (depth && !c->next) {
			c = open[--depth];
			str_addc(json, c->type == CONF_MAP ? '}' : ']');
		}
		if (!depth)
			return;
		str_addc(json, ',');
		c = c->next;
	}
}

static void template_setting(const struct setting_info *s, bool active, struct str *yaml)
{
	str_addf(yaml, "  %s%s: %s  # %s\n", active ? "" : "# ", s->name, s->example, s->text);
}

/* Titles are a cloud's own words: none of them may end the comment. */
static void add_comment(const char *text, size_t n, struct str *yaml)
{
	for (size_t i = 0; i < n; i++) {
		const unsigned char *p = (const unsigned char *)text + i;
		bool nel = n - i > 1 && p[0] == 0xc2 && p[1] == 0x85;
		bool break3 = n - i > 2 && p[0] == 0xe2 && p[1] == 0x80 && (p[2] | 1) == 0xa9;

		if (*p >= ' ' && *p != 0x7f && !nel && !break3) {
			str_addc(yaml, text[i]);
			continue;
		}
		str_addc(yaml, '?');
		i += nel ? 1 : break3 ? 2 : 0;
	}
}

static void template_candidates(const char *key, const char *lines, struct str *yaml)
{
	str_addf(yaml, "  # %s:%s\n", key, lines && *lines ? " one of" : "");
	while (lines && *lines) {
		size_t n = strcspn(lines, "\n");

		str_add(yaml, "  #   ");
		add_comment(lines, n, yaml);
		str_addc(yaml, '\n');
		lines += n + (lines[n] == '\n');
	}
}

static void template_ics(const struct driver_schema *driver, struct str *yaml)
{
	str_add(yaml, "\n# What the system under test claims: supported, unsupported or unknown.\n"
		      "# A run with an unknown item can never be certified.\n"
		      "ics:\n");
	for (int i = 0; i < CAP_COUNT; i++) {
		bool can = driver->caps >> i & 1;

		str_addf(yaml, "  %s: %s  # %s%s\n", cap_name((enum cap)i),
			 can ? "unknown" : "unsupported", cap_text((enum cap)i),
			 can ? "" : "; not in this driver's API");
	}
}

void target_template(const struct driver_schema *driver, const char *images, const char *specs,
		     const char *zones, struct str *yaml)
{
	str_addf(yaml,
		 "# A target of plugfest; see docs/target-file.md.\n"
		 "plugfest: target/1\n"
		 "name: my-%s\n"
		 "driver: %s\n"
		 "# Who answers (the layer) and what stands behind it (the backend), as reports say it.\n"
		 "layer: {product: CHANGE-ME, version: \"0\"}\n"
		 "backend: {provider: CHANGE-ME, region: CHANGE-ME}\n"
		 "# scope_note: \"what a reader must know: simulators, stand-ins\"\n\n"
		 "connection:\n", driver->name, driver->name);
	for (const struct setting_info *s = driver->settings; s && s->name; s++)
		template_setting(s, s->required || !strcmp(s->name, "endpoint"), yaml);
	for (const struct setting_info *s = target_common_settings; s->name; s++)
		if (!target_setting_find(driver->settings, s->name))
			template_setting(s, false, yaml);
	str_add(yaml, "\n# Another tenant of the same cloud: what of connection: differs for it.  Cases see\n"
		      "# with it that tenants are isolated (ics: tenants).\n"
		      "# second_tenant: {}\n");
	template_ics(driver, yaml);
	str_add(yaml, "\n# What testing needs to know.\nixit:\n");
	template_candidates("image", images, yaml);
	template_candidates("spec", specs, yaml);
	template_candidates("zone", zones, yaml);
	str_add(yaml, "  cidr_pool: 10.222.0.0/16  # free private addresses, at least a /20\n"
		      "  # deadline: {vm: 300}      # seconds from create to ready\n"
		      "  # delete_deadline_s: 600\n"
		      "  # disk_gb: 10              # the smallest disk that it makes\n\n"
		      "# Never more than this at once.\n"
		      "limits: {vm: 2, vpc: 2, parallel: 4}\n\n"
		      "# How a case gets into a guest.  With none, what the API says of the data plane is\n"
		      "# not checked: such cases are not run, and iaas-core cannot be decided.\n"
		      "guest: {access: none}\n"
		      "# guest:\n"
		      "#   access: image          # VMs of this image answer by themselves: docs/guests.md\n"
		      "#   # access: ssh          # or: log in with the VM's own key pair\n"
		      "#   # user: CHANGE-ME      # as this one\n"
		      "#   image: CHANGE-ME\n"
		      "#   port: 7007             # and the next one\n"
		      "#   source: 203.0.113.7    # where the cloud sees our probes come from\n"
		      "#   # address: private     # VMs are reached there, not at public addresses\n");
}
