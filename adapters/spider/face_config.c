/* Drivers, credentials, regions, connections: plain rows (section 3). */
#include "face.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

static const struct table {
	const char *name, *key;
	const char *texts[5];
	bool values;			/* has a KeyValueInfoList */
} tables[] = {
	{ "driver", "DriverName", { "DriverName", "ProviderName", "DriverLibFileName" }, false },
	{ "credential", "CredentialName", { "CredentialName", "ProviderName" }, true },
	{ "region", "RegionName", { "RegionName", "ProviderName" }, true },
	{ "connectionconfig", "ConfigName",
	  { "ConfigName", "ProviderName", "DriverName", "CredentialName", "RegionName" }, false },
};

/* table -> name -> row, with two connections, tenants of their own, to begin with. */
json_t *spider_configs(struct refcloud *rc)
{
	json_t *all = refcloud_face_data(rc, "spider");

	if (json_object_size(all))
		return all;
	json_object_set_new(all, "driver", json_pack("{s:{s:s, s:s, s:s}}", "refcloud-driver01",
		"DriverName", "refcloud-driver01", "ProviderName", "REFCLOUD",
		"DriverLibFileName", "refcloud-driver-v1.0.so"));
	json_object_set_new(all, "credential", json_pack("{s:{s:s, s:s, s:[{s:s, s:s}]}}",
		"refcloud-cred01", "CredentialName", "refcloud-cred01", "ProviderName", "REFCLOUD",
		"KeyValueInfoList", "Key", "MockName", "Value", ""));
	json_object_set_new(all, "region", json_pack("{s:{s:s, s:s, s:[{s:s, s:s}, {s:s, s:s}], s:[]}}",
		"refcloud-region01", "RegionName", "refcloud-region01", "ProviderName", "REFCLOUD",
		"KeyValueInfoList", "Key", "Region", "Value", "default", "Key", "Zone", "Value",
		"default-z1", "AvailableZoneList"));
	json_object_set_new(all, "connectionconfig", json_object());
	for (size_t i = 0; i < 2; i++) {
		const char *name = i ? "refcloud-2" : "refcloud";

		json_object_set_new(json_object_get(all, "connectionconfig"), name,
			json_pack("{s:s, s:s, s:s, s:s, s:s}", "ConfigName", name,
				  "ProviderName", "REFCLOUD", "DriverName", "refcloud-driver01",
				  "CredentialName", "refcloud-cred01",
				  "RegionName", "refcloud-region01"));
	}
	return all;
}

const json_t *spider_config(struct refcloud *rc, const char *table, const char *name)
{
	return name ? json_object_get(json_object_get(spider_configs(rc), table), name) : NULL;
}

const char *spider_config_value(const json_t *row, const char *key)
{
	size_t i;
	json_t *one;

	json_array_foreach(json_object_get(row, "KeyValueInfoList"), i, one) {
		const char *k = json_string_value(json_object_get(one, "Key"));
		const char *v = json_string_value(json_object_get(one, "Value"));

		if (k && v && !strcmp(k, key))
			return v;
	}
	return "";
}

/* The op is "TABLE.create" and so on. */
static const struct table *table_of(const struct call *c)
{
	size_t n = strcspn(c->rep->op, ".");

	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		if (strlen(tables[i].name) == n && !strncmp(tables[i].name, c->rep->op, n))
			return &tables[i];
	return NULL;
}

/* What the original shows in its answer to POST: an encrypted value. */
static json_t *sealed(const char *value)
{
	unsigned char noise[48];
	char text[80];
	size_t n = strlen(value) + 16;

	n = n < sizeof(noise) ? n : sizeof(noise);
	RAND_bytes(noise, (int)n);
	EVP_EncodeBlock((unsigned char *)text, noise, (int)n);
	return json_string(text);
}

/* The values of a credential are of no use to us and so not kept. */
static bool read_values(struct call *c, bool secret, json_t **ret)
{
	size_t i;
	json_t *one, *list = spider_member(c->body, "KeyValueInfoList");
	char key[128], value[2048];

	*ret = json_array();
	json_array_foreach(list, i, one) {
		if (!spider_text(c, one, "Key", key, sizeof(key)) ||
		    !spider_text(c, one, "Value", value, sizeof(value)))
			return false;
		json_array_append_new(*ret, json_pack("{s:s, s:o}", "Key", key, "Value",
						      secret ? sealed(value) : json_string(value)));
	}
	return true;
}

void spider_config_put(struct call *c)
{
	const struct table *t = table_of(c);
	json_t *row = json_object(), *values, *zones;
	char text[256];

	for (int i = 0; i < 5 && t->texts[i]; i++) {
		if (!spider_text(c, c->body, t->texts[i], text, sizeof(text))) {
			json_decref(row);
			return;
		}
		for (char *p = text; !strcmp(t->texts[i], "ProviderName") && *p; p++)
			*p = (char)toupper((unsigned char)*p);
		json_object_set_new(row, t->texts[i], json_string(text));
	}
	if (t->values) {
		bool ok = read_values(c, !strcmp(t->name, "credential"), &values);

		json_object_set_new(row, "KeyValueInfoList", values);
		if (!ok) {
			json_decref(row);
			return;
		}
	}
	if (!strcmp(t->name, "region")) {
		zones = spider_member(c->body, "AvailableZoneList");
		json_object_set_new(row, "AvailableZoneList",
				    json_is_array(zones) ? json_deep_copy(zones) : json_array());
	}
	const char *name = json_string_value(json_object_get(row, t->key));

	if (!*name) {
		spider_fail(c, 500, "%s is empty!", t->key);
		json_decref(row);
		return;
	}
	json_object_set_new(json_object_get(spider_configs(c->rc), t->name), name,
			    json_deep_copy(row));
	spider_answer(c, row);
}

static json_t *shown(const struct table *t, const json_t *row)
{
	json_t *copy = json_deep_copy(row), *one;
	size_t i;

	if (!strcmp(t->name, "credential"))
		json_array_foreach(json_object_get(copy, "KeyValueInfoList"), i, one)
			json_object_set_new(one, "Value", json_string("Hidden for security."));
	return copy;
}

void spider_config_all(struct call *c)
{
	const struct table *t = table_of(c);
	const char *key, *only = face_query(c->q, "provider"), *provider;
	json_t *row, *list = json_array();

	json_object_foreach(json_object_get(spider_configs(c->rc), t->name), key, row) {
		provider = json_string_value(json_object_get(row, "ProviderName"));
		if (!only || !*only || !strcmp(t->name, "connectionconfig") || !strcmp(only, provider))
			json_array_append_new(list, shown(t, row));
	}
	spider_answer(c, json_pack("{s:o}", t->name, list));
}

void spider_config_one(struct call *c)
{
	const struct table *t = table_of(c);
	const json_t *row = spider_config(c->rc, t->name, c->arg[0]);

	if (row)
		spider_answer(c, shown(t, row));
	else
		spider_fail(c, 500, "%s: does not exist!", c->arg[0]);
}

/* Of what is not there, too: true. */
void spider_config_delete(struct call *c)
{
	json_object_del(json_object_get(spider_configs(c->rc), table_of(c)->name), c->arg[0]);
	spider_result(c, true);
}

void spider_count_configs(struct call *c)
{
	const char *key;
	json_t *row;
	int n = 0;

	json_object_foreach(json_object_get(spider_configs(c->rc), "connectionconfig"), key, row)
		n += !c->arg[0] ||
		     !strcmp(c->arg[0], json_string_value(json_object_get(row, "ProviderName")));
	spider_answer(c, json_pack("{s:i}", "count", n));
}

void spider_cloudos(struct call *c)
{
	static const char *const all[] = {
		"AWS", "AZURE", "GCP", "ALIBABA", "TENCENT", "IBM", "ORACLE", "OPENSTACK", "NCP",
		"NHN", "KT", "KTCLASSIC", "MOCK",
	};
	json_t *list = json_array();

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		json_array_append_new(list, json_string(all[i]));
	spider_answer(c, json_pack("{s:o}", "cloudos", list));
}

/* All null for a provider that is not known, which REFCLOUD is not either. */
void spider_metainfo(struct call *c)
{
	static const char *const names[] = {
		"Region", "Credential", "CredentialCSP", "RootDiskType", "RootDiskSize", "DiskType",
		"DiskSize", "IdMaxLength", "DefaultRegionToQuery",
	};
	json_t *doc = json_object();

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		json_object_set_new(doc, names[i], json_null());
	spider_answer(c, doc);
}

void spider_capability(struct call *c)
{
	static const struct { const char *name; bool can; } all[] = {
		{ "ZoneBasedControl", true }, { "RegionZoneHandler", true },
		{ "PriceInfoHandler", true }, { "ImageHandler", true }, { "VMSpecHandler", true },
		{ "VPCHandler", true }, { "SecurityHandler", true }, { "KeyPairHandler", true },
		{ "VMHandler", true }, { "DiskHandler", true }, { "MyImageHandler", false },
		{ "NLBHandler", false }, { "ClusterHandler", false }, { "FileSystemHandler", false },
		{ "QuotaInfoHandler", false }, { "RDBMSHandler", false }, { "DBSpecHandler", false },
		{ "RDBMSMySQLHandler", false }, { "RDBMSMariaDBHandler", false },
		{ "RDBMSPostgreSQLHandler", false }, { "PublicIPHandler", true },
		{ "NICHandler", false }, { "TagHandler", true },
	};
	json_t *doc = json_object();

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		json_object_set_new(doc, all[i].name, json_boolean(all[i].can));
	json_object_set_new(doc, "TagSupportResourceType", spider_tag_types());
	json_object_set_new(doc, "VPC_CIDR", json_true());
	json_object_set_new(doc, "EMULATED_VPC", json_false());
	json_object_set_new(doc, "SINGLE_VPC", json_false());
	spider_answer(c, doc);
}
