/* Faults about who and what else there is, at the model. */
#include "refcloud/priv.h"

#include <check.h>
#include <string.h>

Suite *neighbours_suite(void);

static struct loop *loop;
static struct refcloud *rc;
static struct error err;

static void setup(void)
{
	loop = loop_new();
	rc = refcloud_new(loop, &(struct refcloud_config){ .seed = 3, .latency_ms = 4 });
}

static void teardown(void)
{
	refcloud_free(rc);
	loop_free(loop);
}

static void fault(const char *on, const char *does, const char *field, const char *from,
		  const char *to, int count)
{
	struct ref_fault f = { .count = count };

	str_copy(f.field, sizeof(f.field), field);
	str_copy(f.from, sizeof(f.from), from);
	str_copy(f.to, sizeof(f.to), to);
	ck_assert_msg(fault_parse(&f, on, does, &err) == 0, "%s", err.text);
	fault_add(rc, &f);
}

static int create(const char *tenant, enum kind k, const char *name, const char *parent,
		  const char *cidr, struct resource *made)
{
	struct resource want;

	resource_init(&want, k);
	str_copy(want.name, sizeof(want.name), name);
	str_copy(want.parent, sizeof(want.parent), parent);
	if (k == KIND_VPC)
		str_copy(want.vpc.cidr, ADDR_LEN, cidr);
	else if (k == KIND_SUBNET)
		str_copy(want.subnet.cidr, ADDR_LEN, cidr);
	else if (k == KIND_SG) {
		want.sg.rule_count = 3;
		want.sg.rules[0] = (struct rule){ "inbound", "tcp", 22, 22, "0.0.0.0/0" };
		want.sg.rules[1] = (struct rule){ "inbound", "icmp", -1, -1, "0.0.0.0/0" };
		want.sg.rules[2] = (struct rule){ "outbound", "udp", 1, 65535, "0.0.0.0/0" };
	}
	return ref_create(rc, tenant, &want, REF_UNIQUE_NAMES, made, &err);
}

static size_t count(const char *tenant, enum kind k)
{
	struct resource_list all = { 0 };
	size_t n;

	ck_assert_int_eq(ref_list(rc, tenant, k, NULL, &all, &err), 0);
	n = all.count;
	resource_list_cleanup(&all);
	return n;
}

START_TEST(values_become_others)
{
	struct resource sg, seen;

	ck_assert_int_eq(create("t", KIND_SG, "sg", "", "", &sg), 0);
	fault("sg.get", "map-value", "rule.protocol", "icmp", "all", 0);
	fault("sg.get", "map-value", "rule.to", "65535", "65534", 0);
	fault("sg.get", "map-value", "name", "sg", "gs", 0);
	ck_assert_int_eq(ref_get(rc, "t", KIND_SG, sg.id, &seen, &err), 0);
	ck_assert_str_eq(seen.name, "gs");
	ck_assert_str_eq(seen.sg.rules[0].protocol, "tcp");
	ck_assert_str_eq(seen.sg.rules[1].protocol, "all");
	ck_assert_int_eq(seen.sg.rules[2].to, 65534);
	fault("sg.get", "cut-field", "rules", "", "", 1);
	ck_assert_int_eq(ref_get(rc, "t", KIND_SG, sg.id, &seen, &err), 0);
	ck_assert_int_eq(seen.sg.rule_count, 1);
}
END_TEST

START_TEST(one_value_only_once)
{
	struct resource one, other;

	ck_assert_int_eq(create("t", KIND_VPC, "one", "", "10.0.0.0/16", &one), 0);
	fault("vpc.create", "collide", "cidr", "", "", 0);
	ck_assert_int_eq(create("t", KIND_VPC, "other", "", "10.0.0.0/16", &other), ERR_CONFLICT);
	ck_assert_int_eq(create("t", KIND_VPC, "other", "", "10.1.0.0/16", &other), 0);
	ck_assert_int_eq(create("u", KIND_VPC, "other", "", "10.0.0.0/16", &other), 0);
}
END_TEST

START_TEST(what_is_there_is_adopted)
{
	struct resource one, other;

	fault("vpc.create", "adopt", "", "", "", 0);
	ck_assert_int_eq(create("t", KIND_VPC, "one", "", "10.0.0.0/16", &one), 0);
	ck_assert_int_eq(create("t", KIND_VPC, "one", "", "10.1.0.0/16", &other), 0);
	ck_assert_str_eq(one.id, other.id);
	ck_assert_int_eq(create("t", KIND_VPC, "two", "", "10.1.0.0/16", &other), 0);
	ck_assert_str_eq(other.name, "two");
}
END_TEST

START_TEST(a_neighbour_is_answered_with)
{
	struct ref_fault f = { .value = "neighbour" };
	struct resource one, other;
	size_t before = count("t", KIND_VPC);

	ck_assert_int_eq(fault_parse(&f, "vpc.create", "adopt", &err), 0);
	fault_add(rc, &f);
	ck_assert_int_eq(create("t", KIND_VPC, "one", "", "10.0.0.0/16", &one), 0);
	ck_assert_str_eq(one.name, "one");
	ck_assert_int_eq(create("t", KIND_VPC, "other", "", "10.1.0.0/16", &other), 0);
	ck_assert_str_eq(other.id, one.id);
	ck_assert_uint_eq(count("t", KIND_VPC), before + 1);
}
END_TEST

START_TEST(refused_and_there)
{
	struct resource made;
	size_t before = count("t", KIND_VPC);

	ck_assert_int_eq(create("t", KIND_VPC, "one", "", "10.0.0.1/16", &made), ERR_INVALID);
	ck_assert_uint_eq(count("t", KIND_VPC), before);
	fault("vpc.create", "half-made", "", "", "", 0);
	ck_assert_int_eq(create("t", KIND_VPC, "one", "", "10.0.0.1/16", &made), ERR_INVALID);
	ck_assert_uint_eq(count("t", KIND_VPC), before + 1);
}
END_TEST

START_TEST(more_than_was_asked)
{
	struct resource vpc, one, other, third, sg, rule;

	ck_assert_int_eq(create("t", KIND_VPC, "net", "", "10.0.0.0/16", &vpc), 0);
	ck_assert_int_eq(create("t", KIND_SUBNET, "a", vpc.id, "10.0.1.0/24", &one), 0);
	ck_assert_int_eq(create("t", KIND_SUBNET, "b", vpc.id, "10.0.2.0/24", &other), 0);
	ck_assert_int_eq(create("t", KIND_SUBNET, "c", vpc.id, "10.0.3.0/24", &third), 0);
	fault("subnet.destroy", "too-much", "", "", "", 0);
	ck_assert_int_eq(ref_destroy(rc, "t", KIND_SUBNET, one.id, &err), 0);
	ck_assert_uint_eq(count("t", KIND_SUBNET), 1);

	ck_assert_int_eq(create("t", KIND_SG, "sg", "", "", &sg), 0);
	resource_init(&rule, KIND_SG);
	rule.sg.rule_count = 1;
	rule.sg.rules[0] = sg.sg.rules[0];
	fault("sg.act.remove-rule", "too-much", "", "", "", 0);
	ck_assert_int_eq(ref_act(rc, "t", KIND_SG, sg.id, ACT_REMOVE_RULE, &rule, &err), 0);
	ck_assert_int_eq(ref_get(rc, "t", KIND_SG, sg.id, &sg, &err), 0);
	ck_assert_int_eq(sg.sg.rule_count, 0);
}
END_TEST

START_TEST(tenants_are_apart_until_bridged)
{
	struct resource mine, seen;
	char id[ID_MAX];

	ck_assert_int_eq(create("t", KIND_VPC, "net", "", "10.0.0.0/16", &mine), 0);
	ck_assert_int_eq(ref_get(rc, "u", KIND_VPC, mine.id, &seen, &err), ERR_NOT_FOUND);
	ref_resolve(rc, "u", KIND_VPC, "net", NULL, id);
	ck_assert_str_eq(id, "");
	fault("vpc.get", "bridge", "", "", "", 0);
	ck_assert_int_eq(ref_get(rc, "u", KIND_VPC, mine.id, &seen, &err), 0);
	ck_assert_int_eq(ref_destroy(rc, "u", KIND_VPC, mine.id, &err), ERR_NOT_FOUND);
	ref_resolve(rc, "u", KIND_VPC, "net", NULL, id);
	ck_assert_str_eq(id, mine.id);
	fault("vpc.destroy", "bridge", "", "", "", 0);
	ck_assert_int_eq(ref_destroy(rc, "u", KIND_VPC, mine.id, &err), 0);
}
END_TEST

START_TEST(a_use_that_is_wrong)
{
	struct resource mine;
	int used, limit;

	ck_assert_int_eq(create("t", KIND_VPC, "net", "", "10.0.0.0/16", &mine), 0);
	ref_usage(rc, "t", KIND_VPC, &used, &limit);
	ck_assert_int_eq(used, 1);
	fault("vpc.list", "miscount", "", "", "", 0);
	ref_usage(rc, "t", KIND_VPC, &used, &limit);
	ck_assert_int_eq(used, 0);
	ck_assert_int_eq(limit, 200);
}
END_TEST

static void reply(struct face_reply *rep, int status)
{
	*rep = (struct face_reply){ .status = status };
	str_copy(rep->op, sizeof(rep->op), "vpc.get");
	rep->json = json_pack("{s:{s:s}}", "NeutronError", "message", "no");
}

START_TEST(spoiled_on_the_wire)
{
	struct face_reply rep;

	fault("vpc.get", "tell", "", "", "", 0);
	reply(&rep, 200);
	wire_faults(rc, &rep);
	ck_assert_ptr_null(json_object_get(json_object_get(rep.json, "NeutronError"), "debug"));
	json_decref(rep.json);
	reply(&rep, 404);
	wire_faults(rc, &rep);
	ck_assert_ptr_nonnull(strstr(json_string_value(json_object_get(
		json_object_get(rep.json, "NeutronError"), "debug")), refcloud_password()));
	json_decref(rep.json);

	struct ref_fault plain = { 0 }, status = { 0 };

	str_copy(plain.value, sizeof(plain.value), "text/plain");
	ck_assert_int_eq(fault_parse(&plain, "vpc.get", "content-type", &err), 0);
	fault_add(rc, &plain);
	str_copy(status.value, sizeof(status.value), "503");
	str_copy(status.from, sizeof(status.from), "404");
	ck_assert_int_eq(fault_parse(&status, "vpc.get", "status", &err), 0);
	fault_add(rc, &status);
	reply(&rep, 404);
	wire_faults(rc, &rep);
	ck_assert_int_eq(rep.status, 503);
	ck_assert_str_eq(rep.content_type, "text/plain");
	ck_assert_ptr_null(rep.json);
	free(rep.text);
	reply(&rep, 200);
	wire_faults(rc, &rep);
	ck_assert_int_eq(rep.status, 200);
	free(rep.text);
}
END_TEST

Suite *neighbours_suite(void)
{
	Suite *s = suite_create("refcloud/neighbours");
	TCase *tc = tcase_create("faults");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, values_become_others);
	tcase_add_test(tc, one_value_only_once);
	tcase_add_test(tc, what_is_there_is_adopted);
	tcase_add_test(tc, a_neighbour_is_answered_with);
	tcase_add_test(tc, refused_and_there);
	tcase_add_test(tc, more_than_was_asked);
	tcase_add_test(tc, tenants_are_apart_until_bridged);
	tcase_add_test(tc, a_use_that_is_wrong);
	tcase_add_test(tc, spoiled_on_the_wire);
	suite_add_tcase(s, tc);
	return s;
}
