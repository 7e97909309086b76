#include <check.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/secret.h"
#include "base/str.h"
#include "plan/target.h"

Suite *target_suite(void);

#define COUNT(a) ((int)(sizeof(a) / sizeof(*a)))

static const struct setting_info spider_settings[] = {
	{ "endpoint", true, false, "base URL of the server", "http://127.0.0.1:1024/spider" },
	{ "username", true, false, "user", "admin" },
	{ "password", true, true, "password", "{env: SPIDER_PASSWORD}" },
	{ "connection_name", false, false, "a connection", "aws-seoul" },
	{ 0 },
};
static const struct setting_info stack_settings[] = {
	{ "endpoint", true, false, "Keystone", "https://cloud.example:5000/v3" },
	{ "project_name", false, false, "project", "demo" },
	{ "compute_endpoint_override", false, false, "instead of the catalogue's", "https://n.example" },
	{ 0 },
};
static const struct driver_schema drivers[] = {
	{ "openstack", stack_settings, UINT64_MAX },
	{ "spider", spider_settings, ~(CAN(QUOTA) | CAN(VM_SUSPEND) | CAN(PAGING)) },
	{ 0 },
};
static const struct target_options plain = { .drivers = drivers };

/* Lines 1 to 5, and the connection of lines 6 to 9. */
#define HEAD "plugfest: target/1\nname: t\ndriver: spider\n" \
	     "layer: {product: P, version: \"1\"}\nbackend: {provider: MOCK}\n"
#define OPEN "connection:\n  username: admin\n  password: {env: T_PASSWORD}\n"
#define LINK OPEN "  endpoint: http://h:1024/spider\n"
#define GOOD HEAD LINK
#define GUEST "guest:\n  access: image\n  source: 192.0.2.1\n"
#define AGENT "guest:\n  access: agent-url\n  source: 192.0.2.1\n  url: "

static char folder[] = "/tmp/plugfest-target-XXXXXX", path[80];

static void set_up(void)
{
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/one", folder);
	setenv("T_PASSWORD", "correct horse", 1);
	setenv("T_EMPTY", "", 1);
	setenv("T_LINES", "one\ntwo", 1);
	setenv("SPIDER_PASSWORD", "battery staple", 1);
	setenv("SPIDER_USER", "somebody", 1);
	unsetenv("T_UNSET");
}

static void tear_down(void)
{
	unlink(path);
	rmdir(folder);
	secret_forget_all();
}

static void write_file(const char *text, size_t n, mode_t mode)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text, 1, n, f), n);
	fclose(f);
	ck_assert_int_eq(chmod(path, mode), 0);
}

static struct cloud_config *read_ok(const char *text, const struct target_options *opt)
{
	struct cloud_config *cfg;
	struct error err;

	if (target_read_text("t.yaml", text, strlen(text), opt, &cfg, &err) < 0)
		ck_abort_msg("line %d: %s\n%s", err.line, err.text, text);
	return cfg;
}

static const struct { const char *text; int line; const char *words;
} mistakes[] = {
	/* the file as a whole */
	{ "", 0, "the file is empty" },
	{ "name: t\n", 1, "lacks the line \"plugfest: target/1\"" },
	{ "[1]\n", 1, "not a target file" },
	{ "plugfest: target/2\n", 1, "found \"target/2\"; a target file says" },
	{ "plugfest: profile/1\n", 1, "found \"profile/1\"" },
	{ GOOD "name: u\n", 10, "duplicate key \"name\" (first on line 2)" },
	{ GOOD "limit: {vm: 1}\n", 10, "unknown key \"limit\"; did you mean \"limits\"?" },
	{ GOOD "ixit: &a {}\n", 10, "anchors" },
	{ GOOD "---\n", 10, "second document" },
	{ HEAD, 1, "lacks \"connection\"" },
	{ "plugfest: target/1\nname: t\n" LINK, 1, "lacks \"driver\"" },
	/* names */
	{ "plugfest: target/1\nname: My Cloud\ndriver: spider\nlayer: {product: P, version: \"1\"}\n"
	  "backend: {provider: X}\n" LINK,
	  2, "found \"My Cloud\"; a name is 1 to 40" },
	{ "plugfest: target/1\nname: t\ndriver: spidr\nlayer: {product: P, version: \"1\"}\n"
	  "backend: {provider: X}\n" LINK,
	  3, "unknown driver \"spidr\"; did you mean \"spider\"?" },
	{ "plugfest: target/1\nname: t\ndriver: spider\nlayer: {product: P}\n"
	  "backend: {provider: X}\n" LINK,
	  4, "layer lacks \"version\"" },
	{ "plugfest: target/1\nname: t\ndriver: spider\nlayer: CB-Spider\n"
	  "backend: {provider: X}\n" LINK,
	  4, "layer: expected a map, found a single value" },
	{ "plugfest: target/1\nname: t\ndriver: spider\nlayer: {product: P, version: \"\"}\n"
	  "backend: {provider: X}\n" LINK,
	  4, "version: is empty" },
	{ "plugfest: target/1\nname: t\ndriver: spider\nlayer: {product: P, version: \"1\"}\n"
	  "backend: {provder: X}\n" LINK,
	  5, "in backend; did you mean \"provider\"?" },
	/* connection */
	{ HEAD OPEN, 6, "connection lacks \"endpoint\" (base URL of the server)" },
	{ HEAD LINK "  enpoint: x\n", 10,
	  "unknown key \"enpoint\" in connection; did you mean \"endpoint\"?" },
	{ HEAD LINK "  project_name: x\n", 10,
	  "the driver spider has no key \"project_name\"; it belongs to: openstack" },
	{ HEAD LINK "  cacert: [a]\n", 10, "cacert: expected a text, found a list" },
	{ HEAD LINK "  cacert: \"\"\n", 10, "cacert: is empty" },
	{ HEAD LINK "  cacert: {env: T_UNSET}\n", 10,
	  "the environment variable T_UNSET is not set" },
	{ HEAD LINK "  cacert: {env: T_EMPTY}\n", 10, "the environment variable T_EMPTY is empty" },
	{ HEAD LINK "  cacert: {env: T_LINES}\n", 10, "line break" },
	{ HEAD LINK "  cacert: {env: \"a b\"}\n", 10, "the name of an environment variable" },
	{ HEAD LINK "  cacert: {file: /nonexistent/x}\n", 10,
	  "cannot read /nonexistent/x: No such file" },
	{ HEAD LINK "  cacert: {file: /}\n", 10, "/ is not a file" },
	{ HEAD LINK "  cacert: {enw: X}\n", 10, "either {env: NAME} or {file: path}" },
	{ HEAD LINK "  cacert: {env: T_PASSWORD, file: x}\n", 10,
	  "either {env: NAME} or {file: path}" },
	{ HEAD LINK "  timeout_s: 0\n", 10, "timeout_s: expected whole seconds, 1 to 86400" },
	{ HEAD LINK "  connect_timeout_s: 1h\n", 10, "whole seconds, 1 to 600" },
	{ HEAD LINK "  calls_per_s: 0\n", 10, "calls_per_s: found \"0\"; wanted a number from 0.01" },
	{ HEAD LINK "  calls_per_s: 5/s\n", 10, "found \"5/s\"; wanted a number" },
	{ HEAD LINK "  calls_per_s: 1e3\n", 10, "found \"1e3\"; wanted a number" },
	{ HEAD LINK "  calls_per_s: 5\nlimits: {calls_per_s: 6}\n", 11,
	  "found in limits and in connection; wanted one of them" },
	{ HEAD LINK "  http_version: \"3\"\n", 10, "http_version: found \"3\"; wanted 1.1 or 2" },
	{ HEAD LINK "  catalogue_origins: compute.example\n", 10, "wanted origins such as https://" },
	{ HEAD LINK "  catalogue_origins: https://\n", 10, "wanted origins" },
	{ HEAD LINK "  catalogue_origins: https://c.example/v2\n", 10, "and no path" },
	{ HEAD LINK "  catalogue_origins: https://u@c.example\n", 10, "wanted origins" },
	{ HEAD "connection:\n  password: hunter2hunter2\n", 7,
	  "a secret is given as {env: NAME} or {file: path}" },
	{ HEAD "connection:\n  password: {hunter2hunter2}\n", 7,
	  "either {env: NAME} or {file: path}" },
	/* second_tenant */
	{ GOOD "second_tenant: {}\n", 10, "second_tenant: found nothing; wanted the settings" },
	{ GOOD "second_tenant: admin\n", 10, "second_tenant: expected a map" },
	{ GOOD "second_tenant:\n  usrname: x\n", 11,
	  "unknown key \"usrname\" in second_tenant; did you mean \"username\"?" },
	{ GOOD "second_tenant:\n  project_name: x\n", 11, "second_tenant: the driver spider has no key" },
	{ GOOD "second_tenant:\n  password: hunter2hunter2\n", 11, "a secret is given as" },
	{ GOOD "second_tenant:\n  endpoint: ftp://h\n", 11, "expected an http:// or https:// address" },
	/* endpoint */
	{ HEAD OPEN "  endpoint: h:1024\n", 9, "expected an http:// or https:// address" },
	{ HEAD OPEN "  endpoint: ftp://h/\n", 9, "expected an http:// or https:// address" },
	{ HEAD OPEN "  endpoint: http://\n", 9, "names no host" },
	{ HEAD OPEN "  endpoint: http://:80/\n", 9, "names no host" },
	{ HEAD OPEN "  endpoint: http://u:p@h/\n", 9, "user and password do not belong" },
	{ HEAD OPEN "  endpoint: http://h:0/\n", 9, "the port of the address is not 1 to 65535" },
	{ HEAD OPEN "  endpoint: http://h:65536\n", 9, "the port of the address" },
	{ HEAD OPEN "  endpoint: http://h:80a/\n", 9, "the port of the address" },
	{ HEAD OPEN "  endpoint: \"http://h:\"\n", 9, "the port of the address" },
	{ HEAD OPEN "  endpoint: \"http://h:000000000000000000080/\"\n", 9,
	  "the port of the address" },
	{ HEAD OPEN "  endpoint: http://h/?x=1\n", 9, "query (?) or fragment (#)" },
	{ HEAD OPEN "  endpoint: http://h/#x\n", 9, "query (?) or fragment (#)" },
	{ HEAD OPEN "  endpoint: http://a b/\n", 9, "a character that no host has" },
	{ HEAD OPEN "  endpoint: http://[::1/\n", 9, "names no host" },
	{ HEAD OPEN "  endpoint: http://h/a b\n", 9, "space or backslash" },
	{ HEAD LINK "  proxy: http://u:p@proxy:3128\n", 10, "proxy: user and password" },
	/* ics */
	{ GOOD "ics: {keypiar: supported}\n", 10,
	  "unknown key \"keypiar\" in ics; did you mean \"keypair\"?" },
	{ GOOD "ics:\n  keypair: yes\n", 11,
	  "found \"yes\"; an ICS item is supported, unsupported or unknown" },
	{ GOOD "ics:\n  keypair: [supported]\n", 11, "keypair: expected a text, found a list" },
	{ GOOD "ics:\n  vm: supported\n  quota: supported\n", 12,
	  "quota is claimed, but the driver spider cannot offer it" },
	{ GOOD "ics:\n  vm: unsupported\n  vm.stop: supported\n", 12,
	  "vm.stop cannot be supported while vm is not" },
	{ GOOD "ics: all\n", 10, "ics: expected a map" },
	/* ixit */
	{ GOOD "ixit: {imgae: x}\n", 10, "unknown key \"imgae\" in ixit; did you mean \"image\"?" },
	{ GOOD "ixit:\n  image:\n", 11, "image: expected a single value, found nothing" },
	{ GOOD "ixit:\n  cidr_pool: 10.0.0.0\n", 11, "expected an IPv4 range" },
	{ GOOD "ixit:\n  cidr_pool: 10.0.0.0/24\n", 11, "at least a /20" },
	{ GOOD "ixit:\n  cidr_pool: 10.0.1.0/16\n", 11, "bits set behind the prefix" },
	{ GOOD "ixit:\n  cidr_pool: 8.8.0.0/16\n", 11, "private address space" },
	{ GOOD "ixit:\n  cidr_pool: 0.0.0.0/0\n", 11, "bits set behind the prefix" },
	{ GOOD "ixit:\n  deadline: {vmm: 3}\n", 11,
	  "unknown key \"vmm\" in deadline; did you mean \"vm\"?" },
	{ GOOD "ixit:\n  deadline: {image: 3}\n", 11, "unknown key \"image\" in deadline" },
	{ GOOD "ixit:\n  deadline: {vm: 0}\n", 11, "vm: 0 is out of range (1 to 86400)" },
	{ GOOD "ixit:\n  settle: {vm: soon}\n", 11, "vm: expected a whole number, found soon" },
	{ GOOD "ixit:\n  settle: 5\n", 11, "settle: expected a map" },
	{ GOOD "ixit:\n  delete_deadline_s: \"600\"\n", 11, "leave out the quotes" },
	{ GOOD "ixit:\n  consistency_s: -1\n", 11, "out of range (0 to 3600)" },
	{ GOOD "ixit:\n  address_lag_s: 3601\n", 11, "out of range (0 to 3600)" },
	{ GOOD "ixit:\n  page_size: 5\n", 11, "the lists of the driver spider come in one piece" },
	{ GOOD "ixit:\n  disk_gb: 0\n", 11, "disk_gb: 0 is out of range (1 to 16384)" },
	/* the rest */
	{ GOOD "limits: {vms: 1}\n", 10, "unknown key \"vms\" in limits; did you mean \"vm\"?" },
	{ GOOD "limits: {paralel: 1}\n", 10, "did you mean \"parallel\"?" },
	{ GOOD "limits: {vm: -1}\n", 10, "vm: -1 is out of range" },
	{ GOOD "limits: {parallel: 0}\n", 10, "parallel: 0 is out of range" },
	{ GOOD "limits: {calls_per_s: many}\n", 10, "calls_per_s: expected a number, found many" },
	{ GOOD "existing: {vcp: x}\n", 10, "in existing; did you mean \"vpc\"?" },
	{ GOOD "existing: {vpc: {}}\n", 10, "vpc: expected a text, found a map" },
	{ GOOD "guest: {access: telnet}\n", 10, "found \"telnet\"; expected none, image" },
	{ GOOD "guest: {}\n", 10, "guest lacks \"access\"" },
	{ GOOD "guest: none\n", 10, "guest: expected a map" },
	{ GOOD "guest: {access: user-data}\n", 10, "not offered yet" },
	{ GOOD "guest: {access: none, image: i}\n", 10, "found image beside access: none" },
	{ GOOD "guest: {access: image}\n", 10, "access: image lacks \"source\"" },
	{ GOOD GUEST "  imge: i\n", 13, "unknown key \"imge\" in guest; did you mean \"image\"?" },
	{ GOOD GUEST "  image: ''\n", 13, "image: is empty" },
	{ GOOD GUEST "  url: http://{address}:{port}\n", 13, "found url beside access: image" },
	{ GOOD GUEST "  port: 0\n", 13, "port: 0 is out of range (10 to 65525)" },
	{ GOOD GUEST "  address: floating\n", 13, "expected public or private" },
	{ GOOD GUEST "  boot_s: 0\n", 13, "boot_s: 0 is out of range (1 to 3600)" },
	{ GOOD GUEST "  rule_lag_s: soon\n", 13, "rule_lag_s: expected a whole number" },
	{ GOOD GUEST "  egress: denied\n", 13, "found \"denied\"; expected allowed-by-default or denied-by-default" },
	{ GOOD "guest: {access: none, egress: denied-by-default}\n", 10, "found egress beside access: none" },
	{ GOOD GUEST "  disks: perhaps\n", 13, "disks: expected true or false" },
	{ GOOD "guest: {access: image, source: 2001:db8::1}\n", 10, "expected an IPv4 address or range" },
	{ GOOD "guest: {access: image, source: 0.0.0.0/0}\n", 10, "wider than /8" },
	{ GOOD "guest: {access: image, source: 192.0.2.1/24}\n", 10, "bits set behind the prefix" },
	{ GOOD "guest: {access: agent-url, source: 192.0.2.1}\n", 10, "lacks \"url\"; wanted such as" },
	{ GOOD "guest: {access: ssh, source: 192.0.2.1}\n", 10, "lacks \"user\"; wanted the user" },
	{ GOOD GUEST "  user: u\n", 13, "found user beside access: image" },
	{ GOOD "guest: {access: ssh, user: u, source: 192.0.2.1, ssh_port: 7008}\n", 10,
	  "found ssh_port 7008 among the ports" },
	{ GOOD AGENT "'https://{address}:{port}'\n", 13, "expected http://{address}:{port}" },
	{ GOOD AGENT "'http://{address}:{port}9'\n", 13, "expected http://{address}:{port}" },
	{ GOOD AGENT "'http://{address}:{port}/a?b'\n", 13, "may hold no space, '?'" },
	{ GOOD AGENT "'http://{address}:{port}/{vm}'\n", 13, "may hold no space, '?'" },
	{ GOOD "time_scale: 0.1\n", 10, "only the embedded reference cloud" },
	{ GOOD "hooks: {fail: [./fail.sh]}\n", 10, "hooks are reserved" },
};

START_TEST(mistake_is_one_clear_line)
{
	struct cloud_config *cfg;
	struct error err;

	ck_assert_int_eq(target_read_text("t.yaml", mistakes[_i].text, strlen(mistakes[_i].text),
					  &plain, &cfg, &err), ERR_INVALID);
	ck_assert_ptr_null(cfg);
	ck_assert_msg(strstr(err.text, mistakes[_i].words) != NULL, "%s", err.text);
	ck_assert_str_eq(err.file, "t.yaml");
	ck_assert_msg(err.line == mistakes[_i].line, "line %d: %s", err.line, err.text);
	ck_assert_ptr_null(strstr(err.text, "hunter2"));
}
END_TEST

static const char *const endpoints[] = {
	"http://h", "https://cloud.example:5000/v3", "HTTP://127.0.0.1:1/", "http://[::1]:80/x",
	"http://[::1]", "http://h:65535",
};

START_TEST(endpoint_is_accepted)
{
	AUTO(str) char *text = xasprintf(HEAD OPEN "  endpoint: \"%s\"\n", endpoints[_i]);
	AUTO(target) struct cloud_config *cfg = read_ok(text, &plain);

	ck_assert_str_eq(config_setting(cfg, "endpoint"), endpoints[_i]);
}
END_TEST

START_TEST(defaults_are_set)
{
	AUTO(target) struct cloud_config *cfg = read_ok(GOOD, &plain);

	ck_assert_str_eq(cfg->file, "t.yaml");
	ck_assert_str_eq(cfg->name, "t");
	ck_assert_str_eq(cfg->driver, "spider");
	ck_assert_str_eq(cfg->backend_region, "");
	ck_assert_str_eq(cfg->scope_note, "");
	ck_assert_str_eq(cfg->image, "");
	ck_assert_str_eq(cfg->cidr_pool, "10.222.0.0/16");
	ck_assert_int_eq(cfg->guest.access, GUEST_NONE);
	ck_assert_str_eq(cfg->guest.image, "");
	ck_assert_int_eq(cfg->delete_deadline_s, 600);
	ck_assert_int_eq(cfg->consistency_s, 0);
	ck_assert_int_eq(cfg->address_lag_s, -1);
	ck_assert_int_eq(cfg->disk_gb, 10);
	ck_assert_int_eq(cfg->settle_s[KIND_VM], 900);
	ck_assert_int_eq(cfg->limit[KIND_VM], -1);
	ck_assert_int_eq(cfg->parallel, 8);
	ck_assert_int_eq(cfg->connections, 64);
	ck_assert_double_eq(cfg->calls_per_s, 0);
	ck_assert_ptr_null(config_setting(cfg, "http_version"));
	ck_assert_double_eq(cfg->time_scale, 1);
	ck_assert_str_eq(cfg->existing[KIND_VPC], "");
	ck_assert(!cfg->ics_full && !cfg->embedded);
	ck_assert_int_eq(cfg->ics[CAP_BIT_VM], CLAIM_UNKNOWN);
	ck_assert_int_eq(cfg->connection_line, 6);
	ck_assert_str_eq(config_setting(cfg, "password"), "correct horse");
	ck_assert_ptr_null(config_setting(cfg, "proxy"));
	ck_assert_int_eq(config_setting_line(cfg, "endpoint"), 9);
	ck_assert_int_eq(config_setting_line(cfg, "proxy"), 6);
	ck_assert(secret_found("correct horse", 13));
}
END_TEST

START_TEST(values_are_taken)
{
	AUTO(target) struct cloud_config *cfg = read_ok(
		GOOD "scope_note: simulated\nics: {vm: supported, vm.stop: unsupported}\n"
		"ixit:\n  image: i\n  spec: s\n  zone: z\n  external_network: n\n"
		"  cidr_pool: 172.16.0.0/12\n  deadline: {vm: 5}\n  settle: {vpc: 7}\n"
		"limits: {vm: 0, calls_per_s: 0.5, connections: 3}\nexisting: {vpc: v-1}\n"
		"guest: {access: image, source: 192.0.2.1}\n", &plain);

	ck_assert_str_eq(cfg->scope_note, "simulated");
	ck_assert_int_eq(cfg->ics[CAP_BIT_VM], CLAIM_SUPPORTED);
	ck_assert_int_eq(cfg->ics[CAP_BIT_VM_STOP], CLAIM_UNSUPPORTED);
	ck_assert_str_eq(cfg->image, "i");
	ck_assert_int_eq(cfg->image_line, 13);
	ck_assert_int_eq(cfg->spec_line, 14);
	ck_assert_int_eq(cfg->zone_line, 15);
	ck_assert_str_eq(cfg->external_network, "n");
	ck_assert_str_eq(cfg->cidr_pool, "172.16.0.0/12");
	ck_assert_int_eq(cfg->cidr_line, 17);
	ck_assert_int_eq(cfg->deadline_s[KIND_VM], 5);
	ck_assert_int_eq(cfg->settle_s[KIND_VPC], 7);
	ck_assert_int_eq(cfg->settle_s[KIND_VM], 900);
	ck_assert_int_eq(cfg->limit[KIND_VM], 0);
	ck_assert_double_eq(cfg->calls_per_s, 0.5);
	ck_assert_int_eq(cfg->connections, 3);
	ck_assert_str_eq(cfg->existing[KIND_VPC], "v-1");
	ck_assert_int_eq(cfg->guest.access, GUEST_IMAGE);
	ck_assert_str_eq(cfg->guest.image, "i");
	ck_assert_int_eq(cfg->guest.image_line, 13);
	ck_assert_str_eq(cfg->guest.source, "192.0.2.1/32");
	ck_assert_int_eq(cfg->guest.port, 7007);
	ck_assert_int_eq(cfg->guest.boot_s, 300);
	ck_assert_int_eq(cfg->guest.rule_lag_s, 30);
	ck_assert(cfg->guest.disks && !cfg->guest.private_address);
}
END_TEST

START_TEST(second_tenant_differs_in_what_it_says)
{
	AUTO(target) struct cloud_config *cfg = read_ok(
		GOOD "second_tenant: {password: {env: SPIDER_PASSWORD}, connection_name: other}\n"
		"ixit: {image: i}\n", &plain);

	ck_assert_ptr_nonnull(cfg->second);
	ck_assert_str_eq(config_setting(cfg->second, "password"), "battery staple");
	ck_assert_str_eq(config_setting(cfg->second, "connection_name"), "other");
	ck_assert_str_eq(config_setting(cfg->second, "username"), "admin");
	ck_assert_str_eq(cfg->second->image, "i");
	ck_assert_ptr_null(cfg->second->second);
	ck_assert_int_eq(cfg->second->connection_line, 10);
	ck_assert_str_eq(config_setting(cfg, "password"), "correct horse");
	ck_assert_ptr_null(config_setting(cfg, "connection_name"));
	ck_assert(secret_found("battery staple", 14));
}
END_TEST

/* Two secrets of one name: each leaves under its own. */
START_TEST(second_inline_secret_is_written_apart)
{
	struct target_options opt = { .drivers = drivers, .allow_inline_secrets = true };
	AUTO(str_buf) struct str json = { 0 };
	AUTO(target) struct cloud_config *cfg =
		read_ok(GOOD "second_tenant: {password: hunter2hunter2}\n", &opt);

	target_write(cfg, &json);
	ck_assert(!secret_found(json.text, json.len));
	ck_assert_ptr_nonnull(strstr(json.text, "\"password\":{\"env\":\"PLUGFEST_SECOND_PASSWORD\"}"));
}
END_TEST

START_TEST(ics_is_full_without_an_unknown)
{
	AUTO(str_buf) struct str s = { 0 };
	AUTO(target) struct cloud_config *cfg = NULL;

	str_add(&s, GOOD "ics:\n");
	for (int i = 0; i < CAP_COUNT; i++)
		str_addf(&s, "  %s: unsupported\n", cap_name((enum cap)i));
	cfg = read_ok(s.text, &plain);
	ck_assert(cfg->ics_full);
}
END_TEST

START_TEST(embedded_target_may_be_fast)
{
	struct target_options embedded = { .drivers = drivers, .embedded = true };
	AUTO(target) struct cloud_config *cfg = read_ok(GOOD "time_scale: 0.02\n", &embedded);

	ck_assert(cfg->embedded);
	ck_assert_double_eq(cfg->time_scale, 0.02);
}
END_TEST

static const struct {
	const char *content;
	size_t n;
	mode_t mode;
	const char *value, *words;
} files[] = {
	{ "file secret\n", 12, 0600, "file secret", NULL },
	{ "file secret", 11, 0400, "file secret", NULL },
	{ "file secret\n\n", 13, 0600, NULL, "line break" },
	{ "file secret\n", 12, 0640, NULL, "others may read" },
	{ "file secret\n", 12, 0604, NULL, "chmod 600" },
	{ "\n", 1, 0600, NULL, "is empty" },
	{ "", 0, 0600, NULL, "is empty" },
	{ "a\0b", 3, 0600, NULL, "NUL byte" },
};

START_TEST(secret_comes_from_a_private_file)
{
	AUTO(str) char *text = xasprintf(HEAD "connection:\n  username: admin\n  endpoint: http://h\n"
					 "  password: {file: %s}\n", path);
	AUTO(target) struct cloud_config *cfg = NULL;
	struct error err;
	int r;

	write_file(files[_i].content, files[_i].n, files[_i].mode);
	r = target_read_text("t.yaml", text, strlen(text), &plain, &cfg, &err);
	ck_assert_int_eq(r, files[_i].value ? ERR_OK : ERR_INVALID);
	if (files[_i].value) {
		ck_assert_str_eq(config_setting(cfg, "password"), files[_i].value);
		return;
	}
	ck_assert_int_eq(err.line, 9);
	ck_assert_msg(strstr(err.text, files[_i].words) != NULL, "%s", err.text);
}
END_TEST

/* A key that is no secret does not make what a file holds public. */
START_TEST(what_a_file_holds_is_kept_out_of_texts)
{
	AUTO(str) char *text = xasprintf(HEAD "connection:\n  username: {file: %s}\n"
					 "  endpoint: http://h\n  password: {env: T_PASSWORD}\n", path);
	AUTO(target) struct cloud_config *cfg = NULL;
	AUTO(str_buf) struct str s = { 0 };

	write_file("content-of-a-private-file\n", 26, 0600);
	cfg = read_ok(text, &plain);
	ck_assert_str_eq(config_setting(cfg, "username"), "content-of-a-private-file");
	str_add(&s, "user content-of-a-private-file");
	secret_redact(&s);
	ck_assert_str_eq(s.text, "user ***");
}
END_TEST

static const struct { bool allow; mode_t mode; const char *words; } inlines[] = {
	{ true, 0600, NULL }, { true, 0400, NULL },
	{ true, 0644, "must be yours with mode 0600" }, { false, 0600, "--inline-secrets" },
};

START_TEST(inline_secret_needs_leave_and_a_private_file)
{
	static const char text[] = HEAD "connection:\n  username: admin\n  endpoint: http://h\n"
				   "  password: hunter2hunter2\n";
	struct target_options opt = { .drivers = drivers,
				      .allow_inline_secrets = inlines[_i].allow };
	AUTO(target) struct cloud_config *cfg = NULL;
	AUTO(str_buf) struct str json = { 0 };
	struct error err;

	write_file(text, strlen(text), inlines[_i].mode);
	ck_assert_int_eq(target_read(path, &opt, &cfg, &err),
			 inlines[_i].words ? ERR_INVALID : ERR_OK);
	if (inlines[_i].words) {
		ck_assert_int_eq(err.line, 9);
		ck_assert_str_eq(err.file, path);
		ck_assert_msg(strstr(err.text, inlines[_i].words) != NULL, "%s", err.text);
		ck_assert_ptr_null(strstr(err.text, "hunter2"));
		return;
	}
	ck_assert_str_eq(config_setting(cfg, "password"), "hunter2hunter2");
	target_write(cfg, &json);
	ck_assert(!secret_found(json.text, json.len));
	ck_assert_ptr_nonnull(strstr(json.text, "\"password\":{\"env\":\"PLUGFEST_PASSWORD\"}"));
}
END_TEST

START_TEST(missing_file_is_no_mistake_in_it)
{
	struct cloud_config *cfg;
	struct error err;

	ck_assert_int_eq(target_read("/nonexistent/t.yaml", &plain, &cfg, &err), ERR_HARNESS);
	ck_assert_str_eq(err.file, "/nonexistent/t.yaml");
}
END_TEST

START_TEST(written_target_reads_the_same)
{
	AUTO(target) struct cloud_config *a = read_ok(
		GOOD "  connection_name: {env: SPIDER_USER}\nscope_note: \"a \\\"b\\\" \xed\x95\x9c\\n\\tc: 010\"\n"
		"limits: {vm: 2, calls_per_s: 0.25}\nixit: {image: 010, zone: \"1\", spec: .5, deadline: {}}\n"
		"existing: {}\nics: {vm: supported}\n", &plain);
	AUTO(target) struct cloud_config *b = NULL;
	AUTO(str_buf) struct str once = { 0 };
	AUTO(str_buf) struct str twice = { 0 };

	target_write(a, &once);
	ck_assert(!secret_found(once.text, once.len));
	ck_assert_ptr_null(strchr(once.text, '\n'));
	ck_assert_ptr_nonnull(strstr(once.text, "\"password\":{\"env\":\"T_PASSWORD\"}"));
	ck_assert_ptr_nonnull(strstr(once.text, "\"connection_name\":{\"env\":\"SPIDER_USER\"}"));
	b = read_ok(once.text, &plain);
	target_write(b, &twice);
	ck_assert_str_eq(once.text, twice.text);
	ck_assert_str_eq(a->scope_note, b->scope_note);
	ck_assert_str_eq(b->image, "010");
	ck_assert_str_eq(b->spec, ".5");
	ck_assert_str_eq(b->zone, "1");
	ck_assert_double_eq(b->calls_per_s, 0.25);
	ck_assert_int_eq(b->limit[KIND_VM], 2);
	ck_assert_str_eq(config_setting(b, "connection_name"), "somebody");
}
END_TEST

/* What init writes is a target, whatever a cloud calls its images. */
START_TEST(template_is_a_target)
{
	for (const struct driver_schema *d = drivers; d->name; d++) {
		AUTO(str_buf) struct str s = { 0 };
		AUTO(target) struct cloud_config *cfg = NULL;

		target_template(d, "i-1  # Ubuntu\nlimits: {vm: 99}\r  hooks: {a: b}\xc2\x85x: y\xe2\x80\xa8z: w\n",
				"s-1  # small", NULL, &s);
		cfg = read_ok(s.text, &plain);
		ck_assert_str_eq(cfg->driver, d->name);
		ck_assert_int_eq(cfg->limit[KIND_VM], 2);
		ck_assert_ptr_nonnull(strstr(s.text, "i-1  # Ubuntu\n"));
		for (int i = 0; i < CAP_COUNT; i++)
			ck_assert_int_eq(cfg->ics[i],
					 d->caps >> i & 1 ? CLAIM_UNKNOWN : CLAIM_UNSUPPORTED);
	}
}
END_TEST

/* Every block of the page that users copy from. */
START_TEST(documented_examples_are_valid)
{
	AUTO(str) char *page = xcalloc(1, 65536);
	FILE *f = fopen("docs/target-file.md", "r");
	int blocks = 0;

	ck_assert_msg(f != NULL, "run from the top of the source tree");
	ck_assert_uint_gt(fread(page, 1, 65535, f), 0);
	fclose(f);
	for (char *at = strstr(page, "\n```"), *end; at; at = strstr(end + 4, "\n```")) {
		AUTO(target) struct cloud_config *cfg = NULL;

		at = strchr(at + 1, '\n');
		end = strstr(at, "\n```");
		ck_assert_ptr_nonnull(end);
		*end = '\0';
		cfg = read_ok(at + 1, &plain);
		ck_assert_str_eq(cfg->driver, "spider");
		blocks++;
	}
	ck_assert_int_ge(blocks, 3);
}
END_TEST

Suite *target_suite(void)
{
	Suite *s = suite_create("plan/target");
	TCase *tc = tcase_create("target");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, mistake_is_one_clear_line, 0, COUNT(mistakes));
	tcase_add_loop_test(tc, endpoint_is_accepted, 0, COUNT(endpoints));
	tcase_add_test(tc, defaults_are_set);
	tcase_add_test(tc, what_a_file_holds_is_kept_out_of_texts);
	tcase_add_test(tc, values_are_taken);
	tcase_add_test(tc, second_tenant_differs_in_what_it_says);
	tcase_add_test(tc, second_inline_secret_is_written_apart);
	tcase_add_test(tc, ics_is_full_without_an_unknown);
	tcase_add_test(tc, embedded_target_may_be_fast);
	tcase_add_loop_test(tc, secret_comes_from_a_private_file, 0, COUNT(files));
	tcase_add_loop_test(tc, inline_secret_needs_leave_and_a_private_file, 0, COUNT(inlines));
	tcase_add_test(tc, missing_file_is_no_mistake_in_it);
	tcase_add_test(tc, written_target_reads_the_same);
	tcase_add_test(tc, template_is_a_target);
	tcase_add_test(tc, documented_examples_are_valid);
	suite_add_tcase(s, tc);
	return s;
}
