#include "spider.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

/* A VM create or delete answers when it is over; CB-Spider's own bounds add up
 * to some 13 minutes and its users wait 1 800 s. */
enum { BLOCKING_MS = 1800 * 1000 };

/* A provider's whole list of images or specs: 64 MiB, and as many values as take
 * half of what a hostile one may make us hold (an empty object takes 224 bytes). */
enum { LARGE_REPLY = 64 << 20, LARGE_VALUES = 500000 };

char *spider_path(const char *head, const char *name, const char *tail)
{
	struct str s = { 0 };

	str_add(&s, head);
	str_add_url(&s, name);
	str_add(&s, tail ? tail : "");
	return s.text;
}

const char *spider_name_id(const json_t *object, const char *key)
{
	const char *name = json_text(json_object_get(object, key), "NameId");

	return name ? name : "";
}

int spider_list_of(const json_t *object, const char *key, const json_t **ret, struct error *err)
{
	*ret = json_object_get(object, key);
	return json_is_array(*ret) || json_is_null(*ret) ? ERR_OK :
	       err_set(err, ERR_PROTOCOL, "found %s \"%s\"; wanted a list", *ret ? "another type at" :
		       "no", key);
}

int64_t spider_number(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	if (json_is_integer(v))
		return json_integer_value(v);
	return json_is_string(v) ? str_to_int(json_string_value(v), INT64_MAX) : -1;
}

int spider_read_iid(const json_t *object, const char *key, struct resource *ret, struct error *err)
{
	const json_t *iid = json_object_get(object, key);
	const char *name = json_text(iid, "NameId"), *native = json_text(iid, "SystemId");

	if (!name || !*name)
		return err_set(err, ERR_PROTOCOL, "a %s without %s.NameId in the answer",
			       kind_info(ret->kind)->title, key);
	if (!resource_set_id(ret, name) ||
	    !str_copy(ret->name, sizeof(ret->name), name) ||
	    !str_copy(ret->native, sizeof(ret->native), native))
		return err_set(err, ERR_PROTOCOL, "%s of a %s is longer than %d bytes", key,
			       kind_info(ret->kind)->title, ID_MAX - 1);
	return ERR_OK;
}

/* What reads a reply does not wait: with a frame of its own it takes nothing from those that do. */
#define APART __attribute__((noinline))

/* Any status but 200 is a failure; its text says which. */
APART int spider_failure(const struct http_call *call, struct error *err)
{
	struct error why;
	json_auto_t *doc = NULL;
	const char *message = "";
	bool guessed;
	enum err code;
	char note[96];

	http_ask_note(call, note, sizeof(note));
	/* Neither success nor failure: followed, a redirect could take the password along. */
	if (call->status < 400) {
		err_set(err, ERR_PROTOCOL, "%s %s: HTTP %ld; the API says 200%s", call->method, call->path,
			call->status, call->status / 100 == 3 ? " (redirects are not followed)" : "");
		err->http_status = (int)call->status;
		err->sent = true;
		return ERR_PROTOCOL;
	}
	if (json_read(call->reply, call->reply_len, NULL, &doc, &why) == ERR_OK)
		message = json_text(doc, "message");
	if (!message)
		message = "";
	code = spider_classify((int)call->status, message, &guessed);
	err_set(err, code, "%s %s: HTTP %ld: %s%s", call->method, call->path, call->status,
		*message ? message : "no message", note);
	err->http_status = (int)call->status;
	err->guessed = guessed;
	err->says_when = call->retry_after_s >= 0;
	err->again_s = call->retry_after_s;
	err->sent = true;
	err->resent = call->sends > 1;
	return code;
}

static char *request_body(const struct spider *s, json_t *req_info)
{
	json_auto_t *body = json_pack("{s:s}", "ConnectionName", s->connection);

	if (req_info)
		json_object_set_new(body, "ReqInfo", req_info);
	return json_dumps(body, JSON_COMPACT);
}

static APART int read_reply(const struct http_call *call, const char *path, json_t **ret,
			    struct error *err)
{
	struct json_limits limits = { .values = call->max_reply ? LARGE_VALUES : 0 };
	struct error why;
	int r = json_read(call->reply, call->reply_len, &limits, ret, &why);

	if (r < 0) {
		err_set(err, ERR_PROTOCOL, "%s %s: HTTP 200 but %s", call->method, path, why.text);
		err->http_status = 200;
		err->sent = true;
	}
	return r;
}

CO_FN int spider_call(struct cloud *c, const char *op, const char *method, const char *path,
		      json_t *req_info, unsigned flags, json_t **ret, struct error *err)
{
	struct spider *s = cloud_private(c);
	bool get = !strcmp(method, "GET");
	AUTO(str) char *body = get && !(flags & SPIDER_GET_BODY) ? NULL : request_body(s, req_info);
	struct http_header headers[] = {
		{ "Authorization", s->basic },
		{ body ? "Content-Type" : NULL, "application/json" },
		{ 0 },
	};
	AUTO(str) char *url = NULL;
	AUTO(http_call) struct http_call call = {
		.method = method, .headers = headers, .body = body, .op = op,
		.timeout_ms = flags & SPIDER_BLOCKS ? BLOCKING_MS : 0,
		.max_reply = !strcmp(path, "/vmimage") || !strcmp(path, "/vmspec") ||
			     !strncmp(path, "/priceinfo/", 11) ? LARGE_REPLY : 0,
	};
	struct str query = { 0 };
	int r;

	str_add(&query, path);
	if (get) {
		str_add(&query, strchr(path, '?') ? "&ConnectionName=" : "?ConnectionName=");
		str_add_url(&query, s->connection);
	}
	call.path = url = query.text;

	r = http_ask(s->http, &call, err);
	if (r < 0)
		return r;
	if (call.status != 200)
		return spider_failure(&call, err);
	return read_reply(&call, path, ret, err);
}

CO_FN int spider_delete(struct cloud *c, const char *op, const char *path, struct error *err)
{
	json_auto_t *reply = NULL;
	const char *result;
	int r = spider_call(c, op, "DELETE", path, NULL, SPIDER_BLOCKS, &reply, err);

	if (r < 0)
		return r;
	result = json_text(reply, "Result");
	if (result && !strcmp(result, "true"))
		return ERR_OK;
	/* The row was there, the provider's resource was not (API reference, 20). */
	if (result && !strcmp(result, "false"))
		return err_set(err, ERR_NOT_FOUND, "DELETE %s: HTTP 200 with Result \"false\"", path);
	return err_set(err, ERR_PROTOCOL, "DELETE %s: HTTP 200 without Result", path);
}

static char *basic_auth(const char *user, const char *password)
{
	AUTO(str) char *pair = xasprintf("%s:%s", user, password);
	size_t n = strlen(pair);
	AUTO(str) char *coded = xcalloc(1, n / 3 * 4 + 8);

	EVP_EncodeBlock((unsigned char *)coded, (const unsigned char *)pair, (int)n);
	return xasprintf("Basic %s", coded);
}

/* An invented user: the tested system must not count failures against a real one. */
static char *damaged_auth(void)
{
	unsigned char noise[12];
	char text[25];

	random_bytes(noise, sizeof(noise));
	hex(noise, sizeof(noise), text);
	AUTO(str) char *user = xasprintf("plugfest-nobody-%.8s", text);

	return basic_auth(user, text + 8);
}

/* A connection that is not named is made from its three parts.  The name is
 * theirs alone, so that the next run finds the same one (POST is an upsert). */
static CO_FN int make_connection(struct cloud *c, struct spider *s, struct error *err)
{
	const struct cloud_config *cfg = cloud_config(c);
	const char *driver = config_setting(cfg, "driver_name");
	const char *credential = config_setting(cfg, "credential_name");
	const char *region = config_setting(cfg, "region_config");
	json_auto_t *body = NULL;
	AUTO(str) char *seed = NULL, *text = NULL;
	char digest[65];
	int r;

	if (!driver || !credential || !region)
		return err_at(err, ERR_INVALID, cfg->file, cfg->connection_line,
			      "connection: found neither connection_name nor all of driver_name, "
			      "credential_name and region_config; wanted one or the other");
	seed = xasprintf("%s|%s|%s", driver, credential, region);
	sha256_hex(seed, strlen(seed), digest);
	snprintf(s->connection, sizeof(s->connection), "plugfest-%.8s", digest);
	body = json_pack("{s:s, s:s, s:s, s:s, s:s}", "ConfigName", s->connection,
			 "ProviderName", cfg->backend_provider, "DriverName", driver,
			 "CredentialName", credential, "RegionName", region);
	text = json_dumps(body, JSON_COMPACT);
	struct http_header headers[] = { { "Authorization", s->basic },
					 { "Content-Type", "application/json" }, { 0 } };
	AUTO(http_call) struct http_call call = { .method = "POST", .path = "/connectionconfig",
						  .headers = headers, .body = text,
						  .op = "connection.create" };

	r = http_ask(s->http, &call, err);
	if (r < 0)
		return r;
	return call.status == 200 ? ERR_OK : spider_failure(&call, err);
}

static CO_FN int spider_open(struct cloud *c, struct error *err)
{
	const struct cloud_config *cfg = cloud_config(c);
	const char *name = config_setting(cfg, "connection_name");
	struct spider *s = xcalloc(1, sizeof(*s));
	const char *password = config_setting(cfg, "password");
	struct http_config h;
	int r;

	cloud_http_config(c, &h);
	h.base_url = config_setting(cfg, "endpoint");
	cloud_set_private(c, s);
	r = http_open(cloud_loop(c), &h, &s->http, err);
	if (r < 0)
		return r;
	cloud_observe_http(c, s->http);
	s->basic = cloud_damaged(c) ? damaged_auth() :
		   basic_auth(config_setting(cfg, "username"), password ? password : "");
	/* The coded pair is as good as the password. */
	secret_add(s->basic + strlen("Basic "), strlen(s->basic) - strlen("Basic "));
	if (!name)
		return make_connection(c, s, err);
	if (!str_copy(s->connection, sizeof(s->connection), name))
		return err_set(err, ERR_INVALID, "connection_name is over %d bytes", NAME_LEN - 1);
	return ERR_OK;
}

static void spider_close(struct cloud *c)
{
	struct spider *s = cloud_private(c);

	if (!s)
		return;
	http_close(s->http);
	free(s->basic);
	free(s);
}

static CO_FN int spider_identify(struct cloud *c, struct identity *ret, struct error *err)
{
	struct spider *s = cloud_private(c);
	json_auto_t *version = NULL, *config = NULL;
	AUTO(str) char *path = spider_path("/connectionconfig/", s->connection, NULL);
	const char *provider, *credential, *region, *tag;
	int r;

	r = spider_call(c, "version.get", "GET", "/version", NULL, 0, &version, err);
	if (r < 0)
		return r;
	str_copy(ret->product, sizeof(ret->product), "CB-Spider");
	/* {"Version":"CB-Spider <tag>"} */
	tag = json_text(version, "Version");
	if (tag && !strncmp(tag, "CB-Spider ", 10))
		tag += 10;
	str_copy(ret->version, sizeof(ret->version), tag);
	r = spider_call(c, "connection.get", "GET", path, NULL, 0, &config, err);
	if (r < 0)
		return r;
	provider = json_text(config, "ProviderName");
	credential = json_text(config, "CredentialName");
	region = json_text(config, "RegionName");
	snprintf(ret->account, sizeof(ret->account), "%.40s/%.60s", provider ? provider : "",
		 credential ? credential : "");
	str_copy(ret->region, sizeof(ret->region), region);
	return ERR_OK;
}

static const struct setting_info settings[] = {
	{ "endpoint", true, false, "base URL of the server", "http://127.0.0.1:1024/spider" },
	{ "username", true, false, "SPIDER_USERNAME of the server", "admin" },
	{ "password", true, true, "SPIDER_PASSWORD of the server", "{env: SPIDER_PASSWORD}" },
	{ "connection_name", false, false, "a connection that the server knows", "aws-seoul" },
	{ "driver_name", false, false, "or: made from this driver,", "aws-driver" },
	{ "credential_name", false, false, "... this credential", "aws-credential" },
	{ "region_config", false, false, "... and this region object", "aws-ap-northeast-2" },
	{ 0 },
};

static const struct dialect dialect = {
	.source = "CB-Spider REST API and common runtime, 6459f464 (2026-08-19)",
	.names_unique = KIND_BIT(KIND_KEYPAIR) | KIND_BIT(KIND_VPC) | KIND_BIT(KIND_SUBNET) |
			KIND_BIT(KIND_SG) | KIND_BIT(KIND_VM) | KIND_BIT(KIND_ADDRESS) |
			KIND_BIT(KIND_DISK) | KIND_BIT(KIND_TAG),
	.name_is_id = KIND_BIT(KIND_KEYPAIR) | KIND_BIT(KIND_VPC) | KIND_BIT(KIND_SUBNET) |
		      KIND_BIT(KIND_SG) | KIND_BIT(KIND_VM) | KIND_BIT(KIND_ADDRESS) |
		      KIND_BIT(KIND_DISK) | KIND_BIT(KIND_TAG),
	.taggable = KIND_BIT(KIND_KEYPAIR) | KIND_BIT(KIND_VPC) | KIND_BIT(KIND_SUBNET) |
		    KIND_BIT(KIND_SG) | KIND_BIT(KIND_VM) | KIND_BIT(KIND_ADDRESS) |
		    KIND_BIT(KIND_DISK),
	/* No check of length or characters (API reference, 2): the user's name is kept beside
	 * the one that is made of it for the provider. */
	.names_unicode = KIND_BIT(KIND_KEYPAIR) | KIND_BIT(KIND_VPC) | KIND_BIT(KIND_SUBNET) |
			 KIND_BIT(KIND_SG) | KIND_BIT(KIND_VM) | KIND_BIT(KIND_ADDRESS),
	.delete_missing = EXPECT_REFUSED,
	/* The common layer checks no state: it is each driver's own affair. */
	.illegal_action = EXPECT_EITHER,
	/* Nor whether a network has subnets; the providers behind it refuse. */
	.delete_vpc_with_subnets = EXPECT_REFUSED,
	/* The providers differ in what an address that is bound, or free, may be told. */
	.rebind = EXPECT_EITHER,
	.unbind_free = EXPECT_EITHER,
	.release_bound = EXPECT_EITHER,
	.blocking_create = true,
	.errors_have_class = false,
	.sg_in_vpc = true,
	.public_ip_on_create = true,
	.became = spider_became,
};

DRIVER(spider) {
	.name = "spider",
	.abi = DRIVER_ABI,
	.title = "CB-Spider REST API",
	.scope = "unified-api",
	.caps = CAN(REGION) | CAN(ZONE) | CAN(IMAGE) | CAN(SPEC) | CAN(KEYPAIR) | CAN(VPC) |
		CAN(VPC_CIDR) | CAN(SUBNET) | CAN(ADDRESS) | CAN(ADDRESS_BIND) | CAN(SG) |
		CAN(SG_CHANGE) | CAN(VM) | CAN(VM_STOP) | CAN(VM_REBOOT) |
		CAN(DISK) | CAN(DISK_ATTACH) | CAN(DISK_RESIZE) | CAN(TAG) | CAN(PRICE) |
		CAN(TENANTS),
	.settings = settings,
	.dialect = &dialect,
	.open = spider_open,
	.close = spider_close,
	.identify = spider_identify,
	.probe = spider_probe,
	.ops = {
		[KIND_REGION] = &spider_region_ops,
		[KIND_ZONE] = &spider_zone_ops,
		[KIND_IMAGE] = &spider_image_ops,
		[KIND_SPEC] = &spider_spec_ops,
		[KIND_KEYPAIR] = &spider_keypair_ops,
		[KIND_VPC] = &spider_vpc_ops,
		[KIND_SUBNET] = &spider_subnet_ops,
		[KIND_SG] = &spider_sg_ops,
		[KIND_ADDRESS] = &spider_address_ops,
		[KIND_VM] = &spider_vm_ops,
		[KIND_DISK] = &spider_disk_ops,
		[KIND_TAG] = &spider_tag_ops,
		[KIND_PRICE] = &spider_price_ops,
	},
};
