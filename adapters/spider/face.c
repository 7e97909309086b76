/* Routes, passwords and connections (sections 1 and 3). */
#include "face.h"

#include <openssl/evp.h>
#include <string.h>
#include <strings.h>

enum {
	OPEN = 1,		/* no password needed */
	CONN = 2,		/* works on a connection */
	BODY_ONLY = 4,		/* GET: the query is not looked at */
};

static const struct route {
	const char *method, *path, *op;
	spider_route *run;
	unsigned flags;
} routes[] = {
	{ "GET", "/version", "version.get", spider_version, OPEN },
	{ "GET", "/ver", "version.get", spider_version, OPEN },
	{ "GET", "/healthcheck", "health.get", spider_ready, OPEN },
	{ "GET", "/health", "health.get", spider_ready, OPEN },
	{ "GET", "/ping", "health.get", spider_ready, OPEN },
	{ "GET", "/readyz", "health.get", spider_ready, OPEN },
	{ "GET", "/endpointinfo", "health.get", spider_endpoint, OPEN },

	{ "GET", "/cloudos", "cloudos.list", spider_cloudos, 0 },
	{ "GET", "/cloudos/metainfo/:", "cloudos.get", spider_metainfo, 0 },
	{ "GET", "/driver/capability", "capability.get", spider_capability, CONN },
	{ "GET", "/countconnectionconfig", "connectionconfig.count", spider_count_configs, 0 },
	{ "GET", "/countconnectionconfig/:", "connectionconfig.count", spider_count_configs, 0 },
#define CONFIG(table) \
	{ "POST", "/" table, table ".create", spider_config_put, 0 }, \
	{ "GET", "/" table, table ".list", spider_config_all, 0 }, \
	{ "GET", "/" table "/:", table ".get", spider_config_one, 0 }, \
	{ "DELETE", "/" table "/:", table ".destroy", spider_config_delete, 0 }
	CONFIG("driver"), CONFIG("credential"), CONFIG("region"), CONFIG("connectionconfig"),

	{ "GET", "/regionzone", "region.list", spider_regions, CONN },
	{ "GET", "/regionzone/:", "zone.list", spider_region, CONN },
	{ "GET", "/vmimage", "image.list", spider_images, CONN },
	{ "GET", "/vmimage/:", "image.get", spider_image, CONN },
	{ "GET", "/vmspec", "spec.list", spider_specs, CONN },
	{ "GET", "/vmspec/:", "spec.get", spider_spec, CONN },
	{ "GET", "/priceinfo/vm/:", "price.list", spider_prices, CONN },
	{ "POST", "/priceinfo/vm/:", "price.list", spider_prices, CONN },
	{ "GET", "/quotainfo", "quota.get", spider_quota, CONN },
	{ "GET", "/quotaservicetype", "quota.list", spider_quota, CONN },

	{ "POST", "/vpc", "vpc.create", spider_vpc_create, CONN },
	{ "GET", "/vpc", "vpc.list", spider_vpc_all, CONN },
	{ "GET", "/vpc/:", "vpc.get", spider_vpc_one, CONN },
	{ "DELETE", "/vpc/:", "vpc.destroy", spider_vpc_delete, CONN },
	{ "POST", "/vpc/:/subnet", "subnet.create", spider_subnet_create, CONN },
	{ "GET", "/vpc/:/subnet/:", "subnet.get", spider_subnet_one, CONN },
	{ "DELETE", "/vpc/:/subnet/:", "subnet.destroy", spider_subnet_delete, CONN },

	{ "POST", "/securitygroup", "sg.create", spider_sg_create, CONN },
	{ "GET", "/securitygroup", "sg.list", spider_sg_all, CONN },
	{ "GET", "/securitygroup/vpc/:", "sg.list", spider_sg_of_vpc, CONN },
	{ "GET", "/securitygroup/:", "sg.get", spider_sg_one, CONN },
	{ "DELETE", "/securitygroup/:", "sg.destroy", spider_sg_delete, CONN },
	{ "POST", "/securitygroup/:/rules", "sg.act.add-rule", spider_rules_add, CONN },
	{ "DELETE", "/securitygroup/:/rules", "sg.act.remove-rule", spider_rules_remove, CONN },

	{ "POST", "/keypair", "keypair.create", spider_key_create, CONN },
	{ "GET", "/keypair", "keypair.list", spider_key_all, CONN },
	{ "GET", "/keypair/:", "keypair.get", spider_key_one, CONN },
	{ "DELETE", "/keypair/:", "keypair.destroy", spider_key_delete, CONN },

	{ "POST", "/vm", "vm.create", spider_vm_create, CONN },
	{ "GET", "/vm", "vm.list", spider_vm_all, CONN },
	{ "GET", "/vm/:", "vm.get", spider_vm_one, CONN },
	{ "DELETE", "/vm/:", "vm.destroy", spider_vm_delete, CONN },
	{ "GET", "/vmstatus", "vm.list", spider_status_all, CONN },
	{ "GET", "/vmstatus/:", "vm.get", spider_status_one, CONN },
	{ "GET", "/controlvm/:", "vm.act", spider_vm_control, CONN },
	{ "PUT", "/controlvm/:", "vm.act", spider_vm_control, CONN },

	{ "POST", "/publicip", "address.create", spider_ip_create, CONN },
	{ "GET", "/publicip", "address.list", spider_ip_all, CONN | BODY_ONLY },
	{ "GET", "/publicip/:", "address.get", spider_ip_one, CONN | BODY_ONLY },
	{ "DELETE", "/publicip/:", "address.destroy", spider_ip_delete, CONN },
	{ "PUT", "/publicip/:/associate", "address.act.bind", spider_ip_bind, CONN },
	{ "PUT", "/publicip/:/disassociate", "address.act.unbind", spider_ip_unbind, CONN },

	{ "POST", "/disk", "disk.create", spider_disk_create, CONN },
	{ "GET", "/disk", "disk.list", spider_disk_all, CONN },
	{ "GET", "/disk/:", "disk.get", spider_disk_one, CONN },
	{ "DELETE", "/disk/:", "disk.destroy", spider_disk_delete, CONN },
	{ "PUT", "/disk/:/attach", "disk.act.attach", spider_disk_attach, CONN },
	{ "PUT", "/disk/:/detach", "disk.act.detach", spider_disk_detach, CONN },
	{ "PUT", "/disk/:/size", "disk.act.resize", spider_disk_resize, CONN },

	{ "POST", "/tag", "tag.create", spider_tag_create, CONN },
	{ "GET", "/tag", "tag.list", spider_tag_all, CONN },
	{ "GET", "/tag/:", "tag.get", spider_tag_one, CONN },
	{ "DELETE", "/tag/:", "tag.destroy", spider_tag_delete, CONN },

	{ "GET", "/allvpc", "vpc.all", spider_all, CONN },
	{ "GET", "/allsecuritygroup", "sg.all", spider_all, CONN },
	{ "GET", "/allkeypair", "keypair.all", spider_all, CONN },
	{ "GET", "/allvm", "vm.all", spider_all, CONN },
	{ "GET", "/alldisk", "disk.all", spider_all, CONN },
	/* By the provider's own id. */
	{ "DELETE", "/cspvpc/:", "vpc.destroy", spider_csp_delete, CONN },
	{ "DELETE", "/cspsecuritygroup/:", "sg.destroy", spider_csp_delete, CONN },
	{ "DELETE", "/cspkeypair/:", "keypair.destroy", spider_csp_delete, CONN },
	{ "DELETE", "/cspvm/:", "vm.destroy", spider_csp_delete, CONN },
	{ "DELETE", "/cspdisk/:", "disk.destroy", spider_csp_delete, CONN },
#define COUNT(word, op) \
	{ "GET", "/count" word, op ".count", spider_count, 0 }, \
	{ "GET", "/count" word "/:", op ".count", spider_count, 0 }
	COUNT("vpc", "vpc"), COUNT("subnet", "subnet"), COUNT("securitygroup", "sg"),
	COUNT("keypair", "keypair"), COUNT("vm", "vm"), COUNT("disk", "disk"),
};

/* Fills in what stands for each ":"; buf keeps the parts. */
static bool path_matches(const char *pattern, const char *path, char *buf, size_t room,
			 const char *arg[3])
{
	size_t n = 0, used = 0;

	while (*pattern) {
		if (*pattern != ':') {
			if (*pattern++ != *path++)
				return false;
			continue;
		}
		size_t len = strcspn(path, "/");

		if (!len || n == 3 || used + len + 1 > room)
			return false;
		memcpy(buf + used, path, len);
		buf[used + len] = '\0';
		arg[n++] = buf + used;
		used += len + 1;
		path += len;
		pattern++;
	}
	return !*path;
}

static bool authorized(struct call *c)
{
	const char *header = face_header(c->q, "Authorization"), *colon;
	unsigned char plain[600];
	char user[128];
	int n;

	/* Without a header too: a fault plan may take even that. */
	if (!header || strncasecmp(header, "Basic ", 6) || strlen(header) > 700)
		return refcloud_login(c->rc, "", "");
	n = EVP_DecodeBlock(plain, (const unsigned char *)header + 6, (int)strlen(header + 6));
	if (n < 0)
		return refcloud_login(c->rc, "", "");
	plain[n] = '\0';
	colon = strchr((char *)plain, ':');
	if (!colon || (size_t)(colon - (char *)plain) >= sizeof(user))
		return refcloud_login(c->rc, "", "");
	memcpy(user, plain, (size_t)(colon - (char *)plain));
	user[colon - (char *)plain] = '\0';
	return refcloud_login(c->rc, user, colon + 1);
}

/* Echo's binder: what is wrong with a body comes as an error in an error. */
static bool bind_body(struct call *c)
{
	const char *type = face_header(c->q, "Content-Type");

	if (!c->q->body_len)
		return true;
	if (c->q->transport && (!type || strncasecmp(type, "application/json", 16))) {
		if (!strcmp(c->q->method, "GET"))
			return true;
		spider_fail(c, 500, "code=415, message=Unsupported Media Type");
		return false;
	}
	if (!c->q->json) {
		spider_fail(c, 500, "code=400, message=Syntax error: offset=1, error=invalid character "
			    "looking for beginning of value");
		return false;
	}
	if (!json_is_object(c->q->json)) {
		spider_wrong_type(c, "restruct.Req", c->q->json, "");
		return false;
	}
	c->body = c->q->json;
	c->info = spider_member(c->body, "ReqInfo");
	if (c->info && !json_is_object(c->info)) {
		spider_wrong_type(c, "struct", c->info, "ReqInfo");
		return false;
	}
	return true;
}

static bool known(struct call *c, const char *table, const char *name)
{
	if (spider_config(c->rc, table, name))
		return true;
	spider_fail(c, 500, "%s: does not exist!", name);
	return false;
}

/* The connection, its driver, credential and region must all be there (3). */
static bool bind_connection(struct call *c, unsigned flags, char name[NAME_LEN])
{
	const char *query = NULL;
	const json_t *row;

	if (!strcmp(c->q->method, "GET") && !(flags & BODY_ONLY))
		query = face_query(c->q, "ConnectionName");
	if (query && *query)
		str_copy(name, NAME_LEN, query);
	else if (!spider_text(c, c->body, "ConnectionName", name, NAME_LEN))
		return false;
	c->conn = name;
	if (!*name) {
		/* One of the few that know 400. */
		spider_fail(c, strcmp(c->rep->op, "subnet.get") ? 500 : 400, "ConnectionName is empty!");
		return false;
	}
	row = spider_config(c->rc, "connectionconfig", name);
	return known(c, "connectionconfig", name) &&
	       known(c, "driver", json_string_value(json_object_get(row, "DriverName"))) &&
	       known(c, "credential", json_string_value(json_object_get(row, "CredentialName"))) &&
	       known(c, "region", json_string_value(json_object_get(row, "RegionName")));
}

static void redirect(struct call *c)
{
	struct face_reply *rep = c->rep;

	rep->status = 301;
	rep->header_count = 1;
	str_copy(rep->headers[0].name, sizeof(rep->headers[0].name), "Location");
	snprintf(rep->headers[0].value, sizeof(rep->headers[0].value), "/spider%.*s",
		 (int)strlen(c->q->path) - 1, c->q->path);
}

static void spider_handle(struct refcloud *rc, struct face_request *q, struct face_reply *rep)
{
	struct call c = { .rc = rc, .q = q, .rep = rep, .conn = "" };
	const struct route *route = NULL;
	char parts[512], conn[NAME_LEN];
	bool path_known = false;

	if (strlen(q->path) > 1 && q->path[strlen(q->path) - 1] == '/') {
		redirect(&c);
		return;
	}
	for (size_t i = 0; !route && i < sizeof(routes) / sizeof(*routes); i++) {
		if (!path_matches(routes[i].path, q->path, parts, sizeof(parts), c.arg))
			continue;
		path_known = true;
		if (!strcmp(routes[i].method, q->method))
			route = &routes[i];
	}
	if (route)
		str_copy(rep->op, sizeof(rep->op), route->op);
	if ((!route || !(route->flags & OPEN)) && !authorized(&c)) {
		spider_fail(&c, 401, "Unauthorized");
		return;
	}
	if (!route) {
		spider_fail(&c, path_known ? 405 : 404, path_known ? "Method Not Allowed" : "Not Found");
		return;
	}
	if (!bind_body(&c))
		return;
	if (route->flags & CONN && !bind_connection(&c, route->flags, conn))
		return;
	q->tenant = c.conn;
	route->run(&c);
}

static void spider_target(const char *base_url, struct str *yaml)
{
	str_addf(yaml,
		"plugfest: target/1\n"
		"name: refcloud-spider\n"
		"driver: spider\n"
		"layer: {product: \"plugfest reference cloud, CB-Spider face\", version: \"1\"}\n"
		"backend: {provider: REFCLOUD, region: default}\n"
		"connection: {endpoint: \"%s\", username: %s, "
		"password: {env: PLUGFEST_REFCLOUD_PASSWORD}, connection_name: refcloud}\n"
		"second_tenant: {connection_name: refcloud-2}\n",
		base_url, refcloud_user());
	str_add(yaml,
		"ics: {region: supported, zone: supported, image: supported, spec: supported, "
		"keypair: supported, vpc: supported, vpc.cidr: supported, subnet: supported, "
		"router: unsupported, address: supported, address.bind: supported, sg: supported, "
		"sg.change: supported, vm: supported, vm.stop: supported, vm.reboot: supported, "
		"vm.suspend: unsupported, quota: unsupported, "
		"keypair.import: unsupported, disk: supported, disk.attach: supported, "
		"disk.resize: supported, tag: supported, price: supported, "
		"tenants: supported, paging: unsupported}\n"
		"ixit: {image: mock-vmimage-01, spec: mock-vmspec-01, cidr_pool: 10.200.0.0/16}\n"
		"guest: {access: image, image: guest-echo, port: 7007, source: 127.0.0.1/32}\n");
}

FACE(spider) {
	.name = "spider",
	.prefix = "/spider",
	.handle = spider_handle,
	.target = spider_target,
};
