#include "refcloud/refcloud.h"

#include <check.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"

Suite *face_spider_suite(void);

static struct loop *loop;
static struct refcloud *rc;
static struct error err;
static int port;

static void start(int64_t latency_ms)
{
	rc = refcloud_new(loop, &(struct refcloud_config){ .seed = 7, .latency_ms = latency_ms });
	port = 0;
	ck_assert_msg(refcloud_serve(rc, "spider", &port, &err) == 0, "%s", err.text);
	ck_assert_int_gt(port, 0);
}

static void setup(void)
{
	loop = loop_new();
	start(10);
}

static void teardown(void)
{
	refcloud_free(rc);
	loop_free(loop);
}

static void slower(int64_t latency_ms)
{
	refcloud_free(rc);
	start(latency_ms);
}

/* ---- one thread: the client and the server take turns ---- */

struct answer {
	long status;
	struct str body;
	json_t *json;
};

static size_t on_body(char *data, size_t size, size_t n, void *arg)
{
	str_addn(arg, data, size * n);
	return size * n;
}

/* One request that is under way while the loop turns. */
static CURL *request(const char *method, const char *path, const char *body, struct answer *a)
{
	static struct curl_slist *json;
	char url[300], pair[128];
	CURL *c = curl_easy_init();

	if (!json)
		json = curl_slist_append(NULL, "Content-Type: application/json");
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/spider%s", port, path);
	snprintf(pair, sizeof(pair), "%s:%s", refcloud_user(), refcloud_password());
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, method);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, json);
	curl_easy_setopt(c, CURLOPT_USERPWD, pair);
	curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, &a->body);
	if (body)
		curl_easy_setopt(c, CURLOPT_COPYPOSTFIELDS, body);
	return c;
}

static void turn_until_done(CURLM *m)
{
	int left = 1;

	for (int i = 0; i < 2000 && left; i++) {
		curl_multi_perform(m, &left);
		loop_turn(loop, 1);
	}
	ck_assert_int_eq(left, 0);
}

static void finish(CURLM *m, CURL *c, struct answer *a)
{
	struct error why;

	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &a->status);
	if (a->body.len)
		json_read(a->body.text, a->body.len, NULL, &a->json, &why);
	curl_multi_remove_handle(m, c);
	curl_easy_cleanup(c);
}

static json_t *call(const char *method, const char *path, const char *body, long status)
{
	struct answer a = { 0 };
	CURLM *m = curl_multi_init();
	CURL *c = request(method, path, body, &a);

	curl_multi_add_handle(m, c);
	turn_until_done(m);
	finish(m, c, &a);
	curl_multi_cleanup(m);
	ck_assert_msg(a.status == status, "%s %s: %ld %s", method, path, a.status, str_text(&a.body));
	str_release(&a.body);
	return a.json;
}

#define ON "\"ConnectionName\":\"refcloud\""
#define VM_BODY "{" ON ",\"ReqInfo\":{\"Name\":\"vm1\",\"ImageName\":\"mock-vmimage-01\"," \
	"\"VMSpecName\":\"mock-vmspec-01\",\"VPCName\":\"v1\",\"SubnetName\":\"s1\"," \
	"\"SecurityGroupNames\":[],\"KeyPairName\":\"k1\"}}"

static void message(const char *method, const char *path, const char *body, const char *want)
{
	json_auto_t *doc = call(method, path, body, 500);

	ck_assert_str_eq(json_text(doc, "message"), want);
}

static void spider_base(void)
{
	json_decref(call("POST", "/vpc", "{" ON ",\"ReqInfo\":{\"Name\":\"v1\",\"IPv4_CIDR\":"
			 "\"10.0.0.0/16\",\"SubnetInfoList\":[{\"Name\":\"s1\","
			 "\"IPv4_CIDR\":\"10.0.1.0/24\"}]}}", 200));
	json_decref(call("POST", "/keypair", "{" ON ",\"ReqInfo\":{\"Name\":\"k1\"}}", 200));
}

START_TEST(spider_words_its_errors)
{
	spider_base();
	message("GET", "/vpc?ConnectionName=c9", NULL, "c9: does not exist!");
	message("GET", "/vpc", NULL, "ConnectionName is empty!");
	message("GET", "/vpc/x?ConnectionName=refcloud", NULL,
		"VPC 'x' does not exist in connection 'refcloud'");
	message("DELETE", "/keypair/x", "{" ON "}",
		"VM KeyPair 'x' does not exist in connection 'refcloud'");
	message("POST", "/keypair", "{" ON ",\"ReqInfo\":{\"Name\":\"k1\"}}",
		"VM KeyPair 'k1' already exists in connection 'refcloud'");
	message("POST", "/vpc", "{" ON ",\"ReqInfo\":{\"Name\":\"\"}}",
		"resources.IID:NameId's input value is empty!");
	message("DELETE", "/vpc/v1?ConnectionName=refcloud", NULL, "ConnectionName is empty!");
	json_decref(call("GET", "/nothing", NULL, 404));
	json_decref(call("PUT", "/vpc", NULL, 405));
}

START_TEST(spider_shows_a_private_key_once)
{
	json_auto_t *made = call("POST", "/keypair", "{" ON ",\"ReqInfo\":{\"Name\":\"k\"}}", 200);
	json_auto_t *read = call("GET", "/keypair/k?ConnectionName=refcloud", NULL, 200);

	ck_assert_ptr_nonnull(strstr(json_text(made, "PrivateKey"), "BEGIN PRIVATE KEY"));
	ck_assert_str_eq(json_text(read, "PrivateKey"), "Hidden for security.");
	ck_assert_str_eq(json_text(read, "PublicKey"), "Hidden for security.");
}

START_TEST(spider_create_blocks_and_hides)
{
	struct answer a = { 0 };
	CURLM *m = curl_multi_init();
	int left = 1;

	slower(200);
	spider_base();
	CURL *c = request("POST", "/vm", VM_BODY, &a);

	curl_multi_add_handle(m, c);
	for (int i = 0; i < 20; i++) {
		curl_multi_perform(m, &left);
		loop_turn(loop, 1);
	}
	ck_assert_int_eq(left, 1);
	message("GET", "/vm/vm1?ConnectionName=refcloud", NULL,
		"VM 'vm1' does not exist in connection 'refcloud'");
	message("POST", "/vm", VM_BODY, "VM 'vm1' already exists in connection 'refcloud'");
	turn_until_done(m);
	finish(m, c, &a);
	ck_assert_int_eq(a.status, 200);
	curl_multi_cleanup(m);
	json_auto_t *status = call("GET", "/vmstatus/vm1?ConnectionName=refcloud", NULL, 200);

	ck_assert_str_eq(json_text(status, "Status"), "Running");
	json_auto_t *gone = call("DELETE", "/vm/vm1", "{" ON "}", 200);

	ck_assert_str_eq(json_text(gone, "Status"), "Terminated");
	message("DELETE", "/vm/vm1", "{" ON "}", "VM 'vm1' does not exist in connection 'refcloud'");
	json_decref(a.json);
	str_release(&a.body);
}

START_TEST(spider_create_outlives_its_client)
{
	struct answer a = { 0 };
	CURLM *m = curl_multi_init();
	int left;

	slower(60);
	spider_base();
	CURL *c = request("POST", "/vm", VM_BODY, &a);

	curl_multi_add_handle(m, c);
	for (int i = 0; i < 10; i++) {
		curl_multi_perform(m, &left);
		loop_turn(loop, 1);
	}
	curl_multi_remove_handle(m, c);
	curl_easy_cleanup(c);
	curl_multi_cleanup(m);
	str_release(&a.body);
	for (int i = 0; i < 150; i++)
		loop_turn(loop, 1);
	json_decref(call("GET", "/vm/vm1?ConnectionName=refcloud", NULL, 200));
}

START_TEST(spider_wants_a_password)
{
	struct answer a = { 0 };
	CURLM *m = curl_multi_init();
	CURL *c;

	c = request("GET", "/vpc?ConnectionName=refcloud", NULL, &a);
	curl_easy_setopt(c, CURLOPT_USERPWD, "admin:wrong");
	curl_multi_add_handle(m, c);
	turn_until_done(m);
	finish(m, c, &a);
	curl_multi_cleanup(m);
	ck_assert_int_eq(a.status, 401);
	ck_assert_str_eq(str_text(&a.body), "{\"message\":\"Unauthorized\"}\n");
	json_decref(a.json);
	str_release(&a.body);
}

START_TEST(spider_configs_are_upserted)
{
	message("GET", "/driver/d", NULL, "d: does not exist!");
	json_decref(call("POST", "/driver", "{\"DriverName\":\"d\",\"ProviderName\":\"mock\"}", 200));
	json_auto_t *twice = call("POST", "/driver",
				  "{\"DriverName\":\"d\",\"ProviderName\":\"mock\"}", 200);

	ck_assert_str_eq(json_text(twice, "ProviderName"), "MOCK");
	json_auto_t *gone = call("DELETE", "/driver/never-was", NULL, 200);

	ck_assert_str_eq(json_text(gone, "Result"), "true");
}

START_TEST(large_bodies_are_refused)
{
	AUTO(str) char *body = xcalloc(1, (1 << 20) + 100);

	memset(body, ' ', (1 << 20) + 99);
	json_decref(call("POST", "/vpc", body, 413));
	json_decref(call("GET", "/version", NULL, 200));
}

START_TEST(a_held_request_survives_the_end)
{
	struct answer a = { 0 };
	CURLM *m = curl_multi_init();
	int left;

	slower(5000);
	spider_base();
	CURL *c = request("POST", "/vm", VM_BODY, &a);

	curl_multi_add_handle(m, c);
	for (int i = 0; i < 10; i++) {
		curl_multi_perform(m, &left);
		loop_turn(loop, 1);
	}
	/* teardown: the server stops while the request is held */
	curl_multi_remove_handle(m, c);
	curl_easy_cleanup(c);
	curl_multi_cleanup(m);
	str_release(&a.body);
}

static void message_is_broken(const char *fault, const char *method, const char *path,
			      const char *body, long status)
{
	ck_assert_int_eq(refcloud_fault(rc, fault, &err), 0);
	ck_assert_ptr_null(call(method, path, body, status));
}

START_TEST(faults_reach_the_wire)
{
	json_t *doc;

	spider_base();
	message_is_broken("vpc-get-html", "GET", "/vpc/v1?ConnectionName=refcloud", NULL, 200);
	message_is_broken("keypair-create-not-json", "POST", "/keypair",
			  "{" ON ",\"ReqInfo\":{\"Name\":\"k2\"}}", 200);
	ck_assert_int_eq(refcloud_fault(rc, "vm-delete-teapot", &err), 0);
	json_decref(call("DELETE", "/vm/none", "{" ON "}", 418));
	ck_assert_int_eq(refcloud_fault(rc, "vpc-dependency-accepted", &err), 0);
	json_decref(call("DELETE", "/vpc/v1", "{" ON "}", 200));
	ck_assert_int_eq(refcloud_fault(rc, "vpc-delete-unknown-accepted", &err), 0);
	doc = call("DELETE", "/vpc/v1", "{" ON "}", 200);
	ck_assert_str_eq(json_text(doc, "Result"), "true");
	json_decref(doc);
}

#define DISK(name, size) "{" ON ",\"ReqInfo\":{\"Name\":\"" name "\",\"DiskType\":\"default\"," \
	"\"DiskSize\":\"" size "\"}}"
#define OF_VM "{" ON ",\"ReqInfo\":{\"VMName\":\"vm1\"}}"

/* The name of its only data disk; "" when the answer names none at all. */
static const char *data_disk(char to[NAME_LEN])
{
	json_auto_t *vm = call("GET", "/vm/vm1?ConnectionName=refcloud", NULL, 200);
	const json_t *all = json_object_get(vm, "DataDiskIIDs");
	const char *name = json_text(json_array_get(all, 0), "NameId");

	ck_assert_uint_le(json_array_size(all), 1);
	ck_assert_int_eq(all != NULL, name != NULL);
	ck_assert_str_eq(json_string_value(json_array_get(json_object_get(vm, "PrivateIPs"), 0)),
			 json_text(vm, "PrivateIP"));
	str_copy(to, NAME_LEN, name);
	return to;
}

START_TEST(spider_disks_are_attached_and_grow)
{
	char disk[NAME_LEN];

	spider_base();
	json_decref(call("POST", "/vm", VM_BODY, 200));
	ck_assert_str_eq(data_disk(disk), "");
	json_auto_t *made = call("POST", "/disk", DISK("d1", "20"), 200);

	/* It blocks until the disk is usable. */
	ck_assert_str_eq(json_text(made, "Status"), "Available");
	ck_assert_str_eq(json_text(made, "DiskSize"), "20");
	ck_assert_str_eq(json_text(json_object_get(made, "OwnerVM"), "NameId"), "");
	message("POST", "/disk", DISK("d1", "20"), "Disk 'd1' already exists in connection 'refcloud'");
	message("POST", "/disk", DISK("d2", "0"),
		"InvalidParameterValue: invalid argument: size 0 GB is not one of 1 to 16384");
	message("POST", "/disk", DISK("d2", "many"),
		"InvalidParameterValue: invalid argument: DiskSize many");
	json_auto_t *attached = call("PUT", "/disk/d1/attach", OF_VM, 200);

	ck_assert_str_eq(json_text(attached, "Status"), "Attached");
	ck_assert_str_eq(json_text(json_object_get(attached, "OwnerVM"), "NameId"), "vm1");
	ck_assert_str_eq(data_disk(disk), "d1");
	message("DELETE", "/disk/d1", "{" ON "}", "DependencyViolation: disk 'd1' is in use by a VM");
	message("PUT", "/disk/d1/attach", "{" ON ",\"ReqInfo\":{\"VMName\":\"x\"}}",
		"VM 'x' does not exist in connection 'refcloud'");
	json_auto_t *free = call("PUT", "/disk/d1/detach", OF_VM, 200);

	ck_assert_str_eq(json_text(free, "Result"), "true");
	ck_assert_str_eq(data_disk(disk), "");
	message("PUT", "/disk/d1/size", "{" ON ",\"ReqInfo\":{\"Size\":\"10\"}}",
		"InvalidParameterValue: invalid argument: a disk only grows: 10 GB is not more than 20 GB");
	json_decref(call("PUT", "/disk/d1/size", "{" ON ",\"ReqInfo\":{\"Size\":\"40\"}}", 200));
	json_auto_t *seen = call("GET", "/disk/d1?ConnectionName=refcloud", NULL, 200);

	ck_assert_str_eq(json_text(seen, "DiskSize"), "40");
	json_decref(call("DELETE", "/disk/d1", "{" ON "}", 200));
	message("DELETE", "/disk/d1", "{" ON "}", "Disk 'd1' does not exist in connection 'refcloud'");
	json_auto_t *usual = call("POST", "/disk", DISK("d3", "default"), 200);

	ck_assert_str_eq(json_text(usual, "DiskSize"), "512");
}

#define TAG(of, key, value) "{" ON ",\"ReqInfo\":{\"ResourceType\":\"vpc\",\"ResourceName\":\"" of "\"," \
	"\"Tag\":{\"Key\":\"" key "\",\"Value\":\"" value "\"}}}"
#define ON_V1 "ConnectionName=refcloud&ResourceType=vpc&ResourceName=v1"

START_TEST(spider_tags_are_on_something)
{
	spider_base();
	json_auto_t *made = call("POST", "/tag", TAG("v1", "k", "v"), 200);

	ck_assert_str_eq(json_text(made, "Key"), "k");
	ck_assert_str_eq(json_text(made, "Value"), "v");
	message("POST", "/tag", TAG("v1", "k", "w"), "tag key 'k' already exists for the resource 'v1'");
	message("POST", "/tag", TAG("v9", "k", "w"), "VPC 'v9' does not exist in connection 'refcloud'");
	json_decref(call("POST", "/tag", TAG("v1", "e", ""), 200));
	json_auto_t *all = call("GET", "/tag?" ON_V1, NULL, 200);

	ck_assert_str_eq(json_text(all, "resourceType"), "VPC");
	ck_assert_uint_eq(json_array_size(json_object_get(all, "tag")), 2);
	/* omitempty */
	ck_assert_ptr_null(json_object_get(json_array_get(json_object_get(all, "tag"), 1), "Value"));
	json_decref(call("GET", "/tag?ConnectionName=refcloud&ResourceType=vpc", NULL, 400));
	message("GET", "/tag/x?" ON_V1, NULL, "tag key 'x' does not exist for the resource 'v1'");
	message("GET", "/tag?ConnectionName=refcloud&ResourceType=nlb&ResourceName=n", NULL,
		"refcloud does not support Tag of nlb");
	json_auto_t *gone = call("DELETE", "/tag/k", TAG("v1", "", ""), 200);

	ck_assert_str_eq(json_text(gone, "Result"), "true");
	message("DELETE", "/tag/k", TAG("v1", "", ""), "tag key 'k' does not exist for the resource 'v1'");
}

START_TEST(spider_prices_are_texts)
{
	json_auto_t *doc = call("GET", "/priceinfo/vm/mars?ConnectionName=refcloud&simple=true", NULL, 200);
	json_t *first = json_array_get(json_object_get(doc, "PriceList"), 0);
	json_t *price = json_object_get(json_object_get(first, "PriceInfo"), "OnDemand");

	ck_assert_str_eq(json_text(doc, "RegionName"), "mars");
	ck_assert_str_eq(json_text(json_object_get(first, "ProductInfo"), "VMSpecName"), "mock-vmspec-01");
	ck_assert_str_eq(json_text(price, "Price"), "0.252");
	ck_assert_str_eq(json_text(price, "Currency"), "USD");
	json_auto_t *full = call("GET", "/priceinfo/vm/mars?ConnectionName=refcloud", NULL, 200);

	first = json_array_get(json_object_get(full, "PriceList"), 0);
	ck_assert_ptr_nonnull(json_object_get(json_object_get(first, "ProductInfo"), "VMSpecInfo"));
	json_decref(call("GET", "/priceinfo/vm/nowhere?ConnectionName=refcloud", NULL, 500));
}

Suite *face_spider_suite(void)
{
	Suite *s = suite_create("face_spider");
	TCase *t = tcase_create("face_spider");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, spider_words_its_errors);
	tcase_add_test(t, spider_shows_a_private_key_once);
	tcase_add_test(t, spider_create_blocks_and_hides);
	tcase_add_test(t, spider_create_outlives_its_client);
	tcase_add_test(t, spider_wants_a_password);
	tcase_add_test(t, spider_configs_are_upserted);
	tcase_add_test(t, spider_disks_are_attached_and_grow);
	tcase_add_test(t, spider_tags_are_on_something);
	tcase_add_test(t, spider_prices_are_texts);
	tcase_add_test(t, large_bodies_are_refused);
	tcase_add_test(t, a_held_request_survives_the_end);
	tcase_add_test(t, faults_reach_the_wire);
	suite_add_tcase(s, t);
	return s;
}
