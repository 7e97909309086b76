/* Disks, tags, prices and imported keys of the reference cloud. */
#include "refcloud/refcloud.h"

#include <check.h>
#include <string.h>

Suite *refcloud_kinds_suite(void);

#define KEY "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPnMjS7xIJM+wp4E+WpilucigVmOOo7akZgn1dcOFfzt"

static struct loop *loop;
static struct refcloud *rc;
static struct error err;
static const char *const me = "tenant-a";
static struct resource vm;

static void setup(void)
{
	struct refcloud_config cfg = { .seed = 7, .latency_ms = 10 };

	loop = loop_new();
	rc = refcloud_new(loop, &cfg);
}

static void teardown(void)
{
	refcloud_free(rc);
	loop_free(loop);
}

static void turn(int64_t ms)
{
	int64_t end = loop_now_ms(loop) + ms;

	while (loop_now_ms(loop) < end)
		loop_turn(loop, 5);
}

static int make(struct resource *r, unsigned flags)
{
	struct resource want = *r;

	return ref_create(rc, me, &want, flags, r, &err);
}

static void make_vm(void)
{
	struct resource net, sub;

	resource_init(&net, KIND_VPC);
	str_copy(net.name, NAME_LEN, "net");
	ck_assert_int_eq(make(&net, 0), 0);
	resource_init(&sub, KIND_SUBNET);
	str_copy(sub.parent, ID_MAX, net.id);
	str_copy(sub.subnet.cidr, ADDR_LEN, "10.0.1.0/24");
	ck_assert_int_eq(make(&sub, 0), 0);
	resource_init(&vm, KIND_VM);
	str_copy(vm.vm.image, ID_MAX, "mock-vmimage-01");
	str_copy(vm.vm.spec, ID_MAX, "mock-vmspec-01");
	str_copy(vm.vm.vpc, ID_MAX, net.id);
	ck_assert_int_eq(make(&vm, 0), 0);
}

static struct resource disk(int64_t size_gb)
{
	struct resource r;

	resource_init(&r, KIND_DISK);
	str_copy(r.name, NAME_LEN, "data");
	r.disk.size_gb = size_gb;
	return r;
}

static struct resource ready_disk(void)
{
	struct resource d = disk(10);

	ck_assert_int_eq(make(&d, 0), 0);
	ck_assert_int_eq(d.state, STATE_CREATING);
	turn(40);
	return d;
}

static struct resource seen(const struct resource *r)
{
	struct resource now;

	if (ref_get(rc, me, r->kind, r->id, &now, &err) < 0) {
		resource_init(&now, r->kind);
		now.state = STATE_GONE;
	}
	return now;
}

static int act(const struct resource *r, enum action a, const struct resource *object)
{
	return ref_act(rc, me, r->kind, r->id, a, object, &err);
}

START_TEST(disk_has_a_life)
{
	struct resource d = ready_disk(), now = seen(&d);

	ck_assert_int_eq(now.state, STATE_AVAILABLE);
	ck_assert_int_eq(now.disk.size_gb, 10);
	ck_assert_str_eq(now.disk.vm, "");
	ck_assert_int_eq(ref_destroy(rc, me, KIND_DISK, d.id, &err), 0);
	turn(40);
	ck_assert_int_eq(seen(&d).state, STATE_GONE);
}
END_TEST

START_TEST(disk_sizes_are_checked)
{
	static const int64_t bad[] = { -1, 0, 16385 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct resource d = disk(bad[i]);

		ck_assert_int_eq(make(&d, 0), ERR_INVALID);
		ck_assert_str_eq(err.provider_code, "field:size_gb");
	}
}
END_TEST

START_TEST(disk_is_attached_and_detached)
{
	struct resource d = ready_disk(), nobody;

	make_vm();
	resource_init(&nobody, KIND_VM);
	str_copy(nobody.id, ID_MAX, "nobody");
	ck_assert_int_eq(act(&d, ACT_ATTACH, &nobody), ERR_INVALID);
	ck_assert_str_eq(err.provider_code, "unknown:vm");
	ck_assert_int_eq(act(&d, ACT_DETACH, &vm), ERR_CONFLICT);
	ck_assert_str_eq(err.provider_code, "state");
	ck_assert_int_eq(act(&d, ACT_ATTACH, &vm), 0);
	ck_assert_int_eq(seen(&d).state, STATE_BOUND);
	ck_assert_str_eq(seen(&d).disk.vm, vm.id);
	ck_assert_int_eq(act(&d, ACT_ATTACH, &vm), ERR_CONFLICT);
	ck_assert_int_eq(ref_destroy(rc, me, KIND_DISK, d.id, &err), ERR_CONFLICT);
	ck_assert_str_eq(err.provider_code, "in-use");
	ck_assert_int_eq(act(&d, ACT_DETACH, &nobody), ERR_INVALID);
	ck_assert_int_eq(act(&d, ACT_DETACH, NULL), 0);
	ck_assert_int_eq(seen(&d).state, STATE_AVAILABLE);
	ck_assert_str_eq(seen(&d).disk.vm, "");
}
END_TEST

START_TEST(disk_outlives_its_vm)
{
	struct resource d = ready_disk();

	make_vm();
	ck_assert_int_eq(act(&d, ACT_ATTACH, &vm), 0);
	ck_assert_int_eq(ref_destroy(rc, me, KIND_VM, vm.id, &err), 0);
	turn(40);
	ck_assert_int_eq(seen(&d).state, STATE_AVAILABLE);
	ck_assert_str_eq(seen(&d).disk.vm, "");
}
END_TEST

START_TEST(disk_only_grows)
{
	struct resource d = ready_disk(), more = disk(20), less = disk(5);

	ck_assert_int_eq(act(&d, ACT_RESIZE, &less), ERR_INVALID);
	ck_assert_int_eq(act(&d, ACT_RESIZE, NULL), ERR_INVALID);
	ck_assert_int_eq(act(&d, ACT_RESIZE, &more), 0);
	ck_assert_int_eq(seen(&d).disk.size_gb, 20);
	ck_assert_int_eq(act(&d, ACT_RESIZE, &more), ERR_INVALID);
}
END_TEST

/* ---- tags ---- */

static struct resource tag(const struct resource *on, const char *key, const char *value)
{
	struct resource r;

	resource_init(&r, KIND_TAG);
	ck_assert(tag_parent(on->kind, on->id, r.parent));
	str_copy(r.name, NAME_LEN, key);
	str_copy(r.tag.value, TAG_VALUE_MAX, value);
	return r;
}

static size_t tags_on(const struct resource *on)
{
	struct resource_list l = { 0 };
	char parent[ID_MAX];
	size_t n = 99;

	tag_parent(on->kind, on->id, parent);
	if (ref_list(rc, me, KIND_TAG, parent, &l, &err) == 0)
		n = l.count;
	resource_list_cleanup(&l);
	return n;
}

START_TEST(tag_is_refused_or_overwrites)
{
	struct resource net, one, two;

	resource_init(&net, KIND_VPC);
	ck_assert_int_eq(make(&net, 0), 0);
	one = tag(&net, "k", "1");
	ck_assert_int_eq(make(&one, REF_UNIQUE_NAMES), 0);
	two = tag(&net, "k", "2");
	ck_assert_int_eq(make(&two, REF_UNIQUE_NAMES), ERR_CONFLICT);
	ck_assert_str_eq(err.provider_code, "duplicate");
	ck_assert_int_eq(make(&two, 0), 0);
	ck_assert_str_eq(two.id, one.id);
	ck_assert_str_eq(seen(&one).tag.value, "2");
	ck_assert_uint_eq(tags_on(&net), 1);
	ck_assert_int_eq(ref_destroy(rc, me, KIND_TAG, one.id, &err), 0);
	ck_assert_uint_eq(tags_on(&net), 0);
}
END_TEST

START_TEST(tag_goes_with_its_resource)
{
	struct resource net, one;

	resource_init(&net, KIND_VPC);
	ck_assert_int_eq(make(&net, 0), 0);
	one = tag(&net, "k", "1");
	ck_assert_int_eq(make(&one, 0), 0);
	ck_assert_int_eq(ref_destroy(rc, me, KIND_VPC, net.id, &err), 0);
	ck_assert_int_eq(seen(&one).state, STATE_GONE);
	ck_assert_uint_eq(tags_on(&net), 99);
	ck_assert_int_eq(err.code, ERR_NOT_FOUND);
	ck_assert_str_eq(err.provider_code, "unknown:vpc");
	one = tag(&net, "k", "1");
	ck_assert_int_eq(make(&one, 0), ERR_INVALID);
	ck_assert_str_eq(err.provider_code, "unknown:vpc");
	str_copy(one.parent, ID_MAX, "nothing");
	ck_assert_int_eq(make(&one, 0), ERR_INVALID);
	ck_assert_str_eq(err.provider_code, "field:parent");
}
END_TEST

/* ---- prices, keys ---- */

START_TEST(prices_have_a_region)
{
	struct resource_list l = { 0 };

	ck_assert_int_eq(ref_list(rc, me, KIND_PRICE, "venus", &l, &err), 0);
	ck_assert_uint_eq(l.count, 4);
	ck_assert_str_eq(l.at[0].parent, "venus");
	ck_assert_str_eq(l.at[0].price.spec, "mock-vmspec-01");
	ck_assert_str_eq(l.at[0].price.currency, "USD");
	ck_assert_str_eq(l.at[0].price.amount, "0.248");
	resource_list_cleanup(&l);
}
END_TEST

START_TEST(key_is_imported)
{
	static const char *const bad[] = {
		"garbage", "ssh-ed25519", "ssh-ed25519 ", "ssh-ed25519 AAAA", "ssh-rsa !!!!",
		"ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIPnMjS7xIJM+wp4E+WpilucigVmOOo7akZgn1dcOFfzt",
	};
	struct resource key;

	resource_init(&key, KIND_KEYPAIR);
	str_copy(key.keypair.public_key, sizeof(key.keypair.public_key), KEY " plugfest");
	ck_assert_int_eq(make(&key, 0), 0);
	ck_assert(!key.keypair.private_key_shown);
	ck_assert_str_eq(ref_private_key(rc, key.id), "");
	ck_assert_str_eq(seen(&key).keypair.fingerprint,
			 "SHA256:69v3Lcx8Uve6Zn58QlYBJhLFW+UPetLHnh2jVTthWlc");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		str_copy(key.keypair.public_key, sizeof(key.keypair.public_key), bad[i]);
		ck_assert_int_eq(make(&key, 0), ERR_INVALID);
		ck_assert_str_eq(err.provider_code, "field:public_key");
	}
}
END_TEST

Suite *refcloud_kinds_suite(void)
{
	Suite *s = suite_create("refcloud kinds");
	TCase *tc = tcase_create("kinds");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, disk_has_a_life);
	tcase_add_test(tc, disk_sizes_are_checked);
	tcase_add_test(tc, disk_is_attached_and_detached);
	tcase_add_test(tc, disk_outlives_its_vm);
	tcase_add_test(tc, disk_only_grows);
	tcase_add_test(tc, tag_is_refused_or_overwrites);
	tcase_add_test(tc, tag_goes_with_its_resource);
	tcase_add_test(tc, prices_have_a_region);
	tcase_add_test(tc, key_is_imported);
	suite_add_tcase(s, tc);
	return s;
}
