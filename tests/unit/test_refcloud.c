#include "refcloud/refcloud.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

Suite *refcloud_suite(void);

static struct loop *loop;
static struct refcloud *rc;
static struct error err;
static const char *const me = "tenant-a";

static void start(struct refcloud_config cfg)
{
	cfg.seed = 7;
	if (!cfg.latency_ms)
		cfg.latency_ms = 10;
	rc = refcloud_new(loop, &cfg);
}

static void setup(void)
{
	loop = loop_new();
	start((struct refcloud_config){ 0 });
}

static void teardown(void)
{
	refcloud_free(rc);
	loop_free(loop);
}

static void again(struct refcloud_config cfg)
{
	refcloud_free(rc);
	start(cfg);
}

/* ---- what the tests are made of ---- */

/* Large, and so not on the stack; enough of them for one test. */
static struct resource *fresh(void)
{
	static struct resource pool[64];
	static size_t next;

	ck_assert_uint_lt(next, 64);
	return &pool[next++];
}

static struct resource *blank(enum kind k, const char *name, const char *parent)
{
	struct resource *r = fresh();

	resource_init(r, k);
	str_copy(r->name, sizeof(r->name), name);
	str_copy(r->parent, sizeof(r->parent), parent);
	return r;
}

static struct resource *must(const struct resource *want)
{
	struct resource *made = fresh();

	ck_assert_msg(ref_create(rc, me, want, REF_UNIQUE_NAMES, made, &err) == 0, "%s", err.text);
	return made;
}

static struct resource *vpc(const char *name, const char *cidr)
{
	struct resource *r = blank(KIND_VPC, name, "");

	str_copy(r->vpc.cidr, ADDR_LEN, cidr);
	return r;
}

static struct resource *subnet(const char *name, const char *parent, const char *cidr)
{
	struct resource *r = blank(KIND_SUBNET, name, parent);

	str_copy(r->subnet.cidr, ADDR_LEN, cidr);
	return r;
}

static struct resource *sg(const char *name, const char *parent, int from, int to)
{
	struct resource *r = blank(KIND_SG, name, parent);

	r->sg.rule_count = 1;
	r->sg.rules[0] = (struct rule){ .direction = "inbound", .protocol = "tcp", .from = from,
				       .to = to, .cidr = "0.0.0.0/0" };
	return r;
}

/* A VM and all that it stands on. */
static struct set {
	struct resource *vpc, *subnet, *sg, *kp, *vm;
} set;

static struct resource *vm_want(const char *name)
{
	struct resource *r = blank(KIND_VM, name, "");

	str_copy(r->vm.image, ID_MAX, "mock-vmimage-01");
	str_copy(r->vm.spec, ID_MAX, "mock-vmspec-01");
	str_copy(r->vm.vpc, ID_MAX, set.vpc->id);
	str_copy(r->vm.subnet, ID_MAX, set.subnet->id);
	str_copy(r->vm.keypair, ID_MAX, set.kp->id);
	str_copy(r->vm.sgs[0], ID_MAX, set.sg->id);
	return r;
}

static void base(void)
{
	set.vpc = must(vpc("net", "10.0.0.0/16"));
	set.subnet = must(subnet("sub", set.vpc->id, "10.0.1.0/24"));
	set.sg = must(sg("sg", set.vpc->id, 22, 22));
	set.kp = must(blank(KIND_KEYPAIR, "kp", ""));
}

static enum state state_of(const char *id)
{
	struct resource r;

	return ref_get(rc, me, KIND_VM, id, &r, &err) == 0 ? r.state : STATE_GONE;
}

static void until(const char *id, enum state want)
{
	for (int i = 0; i < 1000 && state_of(id) != want; i++)
		loop_turn(loop, 2);
	ck_assert_str_eq(state_name(state_of(id)), state_name(want));
}

static void with_vm(void)
{
	base();
	set.vm = must(vm_want("vm"));
	until(set.vm->id, STATE_RUNNING);
}

static void refused(const struct resource *want, enum err code, const char *why)
{
	ck_assert_int_eq(ref_create(rc, me, want, REF_UNIQUE_NAMES, fresh(), &err), code);
	if (why)
		ck_assert_str_eq(err.provider_code, why);
}

static int destroy(const struct resource *r)
{
	return ref_destroy(rc, me, r->kind, r->id, &err);
}

static size_t listed(enum kind k, const char *parent)
{
	struct resource_list l = { 0 };

	ck_assert_int_eq(ref_list(rc, me, k, parent, &l, &err), 0);
	size_t n = l.count;

	resource_list_cleanup(&l);
	return n;
}

/* ---- create, read ---- */

START_TEST(reads_back_as_asked)
{
	struct resource r;

	base();
	ck_assert_int_eq(ref_get(rc, me, KIND_VPC, set.vpc->id, &r, &err), 0);
	ck_assert_str_eq(r.vpc.cidr, "10.0.0.0/16");
	ck_assert_int_eq(ref_get(rc, me, KIND_SG, set.sg->id, &r, &err), 0);
	ck_assert(rule_eq(&r.sg.rules[0], &set.sg->sg.rules[0]));
	ck_assert_int_eq(ref_find(rc, me, KIND_SUBNET, "sub", set.vpc->id, &r, &err), 0);
	ck_assert_str_eq(r.id, set.subnet->id);
}

START_TEST(public_data_is_everybodys)
{
	struct resource r;

	ck_assert_uint_eq(listed(KIND_REGION, NULL), 8);
	ck_assert_uint_eq(listed(KIND_ZONE, "mars"), 3);
	ck_assert_int_eq(ref_get(rc, me, KIND_SPEC, "mock-vmspec-03", &r, &err), 0);
	ck_assert_int_eq(r.spec.mem_mib, 62464);
	ck_assert_int_eq(ref_find(rc, me, KIND_VPC, "public", NULL, &r, &err), 0);
	ck_assert(ref_external(rc, r.id));
	ck_assert_int_eq(destroy(&r), ERR_DENIED);
}

START_TEST(tenants_do_not_see_each_other)
{
	struct resource r;

	base();
	ck_assert_int_eq(ref_get(rc, "b", KIND_VPC, set.vpc->id, &r, &err), ERR_NOT_FOUND);
	ck_assert_int_eq(ref_destroy(rc, "b", KIND_VPC, set.vpc->id, &err), ERR_NOT_FOUND);
	ck_assert_int_eq(ref_find(rc, "b", KIND_KEYPAIR, "kp", NULL, &r, &err), ERR_NOT_FOUND);
}

START_TEST(same_seed_same_ids)
{
	char first[ID_MAX];

	base();
	str_copy(first, sizeof(first), set.vpc->id);
	again((struct refcloud_config){ 0 });
	base();
	ck_assert_str_eq(first, set.vpc->id);
}

START_TEST(lists_in_order_of_creation)
{
	struct resource_list l = { 0 };

	base();
	must(subnet("a", set.vpc->id, "10.0.9.0/24"));
	ck_assert_int_eq(ref_list(rc, me, KIND_SUBNET, set.vpc->id, &l, &err), 0);
	ck_assert_uint_eq(l.count, 2);
	ck_assert_str_eq(l.at[0].name, "sub");
	ck_assert_str_eq(l.at[1].name, "a");
	resource_list_cleanup(&l);
}

START_TEST(key_is_shown_once)
{
	struct resource r;

	base();
	ck_assert(set.kp->keypair.private_key_shown);
	ck_assert_ptr_nonnull(strstr(ref_private_key(rc, set.kp->id), "BEGIN PRIVATE KEY"));
	ck_assert_int_eq(ref_get(rc, me, KIND_KEYPAIR, set.kp->id, &r, &err), 0);
	ck_assert(!r.keypair.private_key_shown);
	ck_assert_int_eq(strncmp(r.keypair.public_key, "ssh-ed25519 AAAA", 16), 0);
	ck_assert_int_eq(strncmp(r.keypair.fingerprint, "SHA256:", 7), 0);
}

/* ---- refusals ---- */

START_TEST(bad_ranges_are_refused)
{
	base();
	refused(vpc("x", "10.0.0.0/99"), ERR_INVALID, "field:cidr");
	refused(vpc("x", "10.0.0.1/16"), ERR_INVALID, "field:cidr");
	refused(subnet("x", set.vpc->id, "10.1.0.0/24"), ERR_INVALID, "field:cidr");
	refused(subnet("x", set.vpc->id, "10.0.1.128/25"), ERR_INVALID, "field:cidr");
	refused(subnet("x", set.vpc->id, ""), ERR_INVALID, "field:cidr");
	refused(subnet("x", "nowhere", "10.0.2.0/24"), ERR_INVALID, "unknown:vpc");
}

START_TEST(bad_rules_are_refused)
{
	base();
	refused(sg("x", set.vpc->id, 30, 20), ERR_INVALID, "field:rules");
	refused(sg("x", set.vpc->id, 1, 70000), ERR_INVALID, "field:rules");
	ck_assert_uint_eq(listed(KIND_SG, NULL), 1);
}

START_TEST(unknown_references_are_refused)
{
	struct resource *r;

	base();
	r = vm_want("x");
	str_copy(r->vm.image, ID_MAX, "nothing");
	refused(r, ERR_INVALID, "unknown:image");
	ck_assert_str_eq(err.text, "nothing");
	r = vm_want("x");
	str_copy(r->vm.sgs[1], ID_MAX, "nothing");
	refused(r, ERR_INVALID, "unknown:sg");
	r = vm_want("x");
	r->vm.spec[0] = '\0';
	refused(r, ERR_INVALID, "field:spec");
}

START_TEST(duplicate_names_are_refused_on_demand)
{
	struct resource *want = vpc("net", "10.9.0.0/16");

	base();
	refused(want, ERR_CONFLICT, "duplicate");
	ck_assert_int_eq(ref_create(rc, me, want, 0, fresh(), &err), 0);
	ck_assert_int_eq(ref_create(rc, "b", want, REF_UNIQUE_NAMES, fresh(), &err), 0);
}

START_TEST(quota_is_enforced_and_given_back)
{
	struct resource *first;
	int used, limit;

	again((struct refcloud_config){ .quota = { [KIND_VPC] = 2, [KIND_KEYPAIR] = -1 } });
	first = must(vpc("a", ""));
	must(vpc("b", ""));
	refused(vpc("c", ""), ERR_QUOTA, NULL);
	ref_usage(rc, me, KIND_VPC, &used, &limit);
	ck_assert_int_eq(used, 2);
	ck_assert_int_eq(limit, 2);
	ck_assert_int_eq(destroy(first), 0);
	must(vpc("c", ""));
}

START_TEST(what_is_used_is_not_deleted)
{
	with_vm();
	ck_assert_int_eq(destroy(set.vpc), ERR_CONFLICT);
	ck_assert_str_eq(err.provider_code, "in-use");
	ck_assert_int_eq(destroy(set.subnet), ERR_CONFLICT);
	ck_assert_int_eq(destroy(set.sg), ERR_CONFLICT);
	ck_assert_int_eq(destroy(set.kp), 0);
	ck_assert_int_eq(destroy(set.vm), 0);
	until(set.vm->id, STATE_GONE);
	ck_assert_int_eq(destroy(set.vpc), ERR_CONFLICT);
	ck_assert_int_eq(destroy(set.subnet), 0);
	ck_assert_int_eq(destroy(set.sg), 0);
	ck_assert_int_eq(destroy(set.vpc), 0);
	ck_assert_int_eq(destroy(set.vpc), ERR_NOT_FOUND);
}

/* ---- states ---- */

START_TEST(vm_goes_through_its_states)
{
	base();
	set.vm = must(vm_want("vm"));
	ck_assert_int_eq(set.vm->state, STATE_CREATING);
	ck_assert_int_gt(ref_settles_at_ms(rc, KIND_VM, set.vm->id), 0);
	until(set.vm->id, STATE_RUNNING);
	ck_assert_int_eq(ref_settles_at_ms(rc, KIND_VM, set.vm->id), 0);
	ck_assert_int_eq(ref_act(rc, me, KIND_VM, set.vm->id, ACT_STOP, NULL, &err), 0);
	ck_assert_int_eq(state_of(set.vm->id), STATE_STOPPING);
	until(set.vm->id, STATE_STOPPED);
	ck_assert_int_eq(ref_act(rc, me, KIND_VM, set.vm->id, ACT_START, NULL, &err), 0);
	until(set.vm->id, STATE_RUNNING);
	ck_assert_int_eq(destroy(set.vm), 0);
	ck_assert_int_eq(state_of(set.vm->id), STATE_DELETING);
	ck_assert_int_eq(destroy(set.vm), 0);
	until(set.vm->id, STATE_GONE);
	ck_assert_uint_eq(listed(KIND_VM, NULL), 0);
}

START_TEST(illegal_actions_are_refused)
{
	with_vm();
	ck_assert_int_eq(ref_act(rc, me, KIND_VM, set.vm->id, ACT_START, NULL, &err), ERR_CONFLICT);
	ck_assert_str_eq(err.provider_code, "state");
	ck_assert_int_eq(ref_act(rc, me, KIND_VM, set.vm->id, ACT_BIND, NULL, &err),
			 ERR_UNSUPPORTED);
	ck_assert_int_eq(state_of(set.vm->id), STATE_RUNNING);
}

START_TEST(addresses_of_vms_are_their_own)
{
	struct resource *other;

	with_vm();
	other = must(vm_want("other"));
	ck_assert(cidr_holds("10.0.1.0/24", set.vm->vm.private_ip));
	ck_assert_str_ne(set.vm->vm.private_ip, other->vm.private_ip);
}

START_TEST(subnet_runs_out_of_addresses)
{
	base();
	struct resource *small = must(subnet("small", set.vpc->id, "10.0.2.0/29")), *r, *made = NULL;

	for (int i = 0; i < 3; i++) {
		char name[16];

		snprintf(name, sizeof(name), "v%d", i);
		r = vm_want(name);
		str_copy(r->vm.subnet, ID_MAX, small->id);
		made = must(r);
	}
	r = vm_want("one-too-many");
	str_copy(r->vm.subnet, ID_MAX, small->id);
	refused(r, ERR_QUOTA, NULL);
	ck_assert_int_eq(destroy(made), 0);
	until(made->id, STATE_GONE);
	must(r);
}

START_TEST(address_is_bound_and_unbound)
{
	struct resource *ip, r;

	with_vm();
	ip = must(blank(KIND_ADDRESS, "ip", ""));
	ck_assert_int_eq(ref_act(rc, me, KIND_ADDRESS, ip->id, ACT_UNBIND, NULL, &err),
			 ERR_CONFLICT);
	ck_assert_int_eq(ref_act(rc, me, KIND_ADDRESS, ip->id, ACT_BIND, set.vm, &err), 0);
	ck_assert_int_eq(ref_get(rc, me, KIND_VM, set.vm->id, &r, &err), 0);
	ck_assert_str_eq(r.vm.public_ip, ip->address.ip);
	ck_assert_int_eq(destroy(ip), ERR_CONFLICT);
	ck_assert_int_eq(ref_act(rc, me, KIND_ADDRESS, ip->id, ACT_UNBIND, NULL, &err), 0);
	ck_assert_int_eq(ref_get(rc, me, KIND_VM, set.vm->id, &r, &err), 0);
	ck_assert_str_eq(r.vm.public_ip, "");
	ck_assert_int_eq(destroy(ip), 0);
}

START_TEST(router_joins_subnets)
{
	struct resource *router;

	base();
	router = must(blank(KIND_ROUTER, "r", ""));
	ck_assert_int_eq(ref_act(rc, me, KIND_ROUTER, router->id, ACT_JOIN, set.subnet, &err), 0);
	ck_assert_str_eq(ref_joined(rc, router->id, 0), set.subnet->id);
	ck_assert_int_eq(destroy(set.subnet), ERR_CONFLICT);
	ck_assert_int_eq(destroy(router), ERR_CONFLICT);
	ck_assert_int_eq(ref_act(rc, me, KIND_ROUTER, router->id, ACT_PART, set.subnet, &err), 0);
	ck_assert_int_eq(destroy(router), 0);
	ck_assert_int_eq(destroy(set.subnet), 0);
}

START_TEST(rules_are_added_and_removed)
{
	struct resource r, *more;

	base();
	more = sg("", "", 80, 90);
	ck_assert_int_eq(ref_act(rc, me, KIND_SG, set.sg->id, ACT_ADD_RULE, more, &err), 0);
	ck_assert_int_eq(ref_act(rc, me, KIND_SG, set.sg->id, ACT_ADD_RULE, more, &err),
			 ERR_CONFLICT);
	ck_assert_int_eq(ref_get(rc, me, KIND_SG, set.sg->id, &r, &err), 0);
	ck_assert_int_eq(r.sg.rule_count, 2);
	ck_assert_int_eq(ref_act(rc, me, KIND_SG, set.sg->id, ACT_REMOVE_RULE, more, &err), 0);
	ck_assert_int_eq(ref_act(rc, me, KIND_SG, set.sg->id, ACT_REMOVE_RULE, more, &err),
			 ERR_NOT_FOUND);
}

START_TEST(foreign_resources_look_like_ours)
{
	struct resource_list l = { 0 };

	again((struct refcloud_config){ .foreign = true });
	ck_assert_int_eq(ref_list(rc, me, KIND_KEYPAIR, NULL, &l, &err), 0);
	ck_assert_uint_eq(l.count, 1);
	ck_assert_uint_eq(strlen(l.at[0].name), 12);
	ck_assert_int_eq(l.at[0].name[0], 'p');
	ck_assert_str_eq(l.at[0].name + 9, "-kp");
	resource_list_cleanup(&l);
	ck_assert_uint_eq(listed(KIND_VM, NULL), 1);
	ck_assert_uint_eq(listed(KIND_SG, NULL), 1);
}

START_TEST(hidden_ones_count_but_do_not_show)
{
	struct resource *made = fresh(), *want;
	struct resource_list l = { 0 };
	char id[ID_MAX];

	base();
	want = vm_want("vm");
	ck_assert_int_eq(ref_create(rc, me, want, REF_UNIQUE_NAMES | REF_HIDDEN, made, &err), 0);
	refused(want, ERR_CONFLICT, "duplicate");
	ck_assert_uint_eq(listed(KIND_VM, NULL), 0);
	ref_resolve(rc, me, KIND_VM, "vm", NULL, id);
	ck_assert_str_eq(id, "");
	ck_assert_int_eq(destroy(made), ERR_NOT_FOUND);
	ck_assert_int_eq(destroy(set.sg), ERR_CONFLICT);
	ck_assert_int_eq(ref_list_hidden(rc, me, KIND_VM, &l), 1);
	resource_list_cleanup(&l);
	ref_reveal(rc, KIND_VM, made->id);
	ck_assert_uint_eq(listed(KIND_VM, NULL), 1);
}

Suite *refcloud_suite(void)
{
	Suite *s = suite_create("refcloud");
	TCase *model = tcase_create("model");

	tcase_add_checked_fixture(model, setup, teardown);
	tcase_add_test(model, reads_back_as_asked);
	tcase_add_test(model, public_data_is_everybodys);
	tcase_add_test(model, tenants_do_not_see_each_other);
	tcase_add_test(model, same_seed_same_ids);
	tcase_add_test(model, lists_in_order_of_creation);
	tcase_add_test(model, key_is_shown_once);
	tcase_add_test(model, bad_ranges_are_refused);
	tcase_add_test(model, bad_rules_are_refused);
	tcase_add_test(model, unknown_references_are_refused);
	tcase_add_test(model, duplicate_names_are_refused_on_demand);
	tcase_add_test(model, quota_is_enforced_and_given_back);
	tcase_add_test(model, what_is_used_is_not_deleted);
	tcase_add_test(model, vm_goes_through_its_states);
	tcase_add_test(model, illegal_actions_are_refused);
	tcase_add_test(model, addresses_of_vms_are_their_own);
	tcase_add_test(model, subnet_runs_out_of_addresses);
	tcase_add_test(model, address_is_bound_and_unbound);
	tcase_add_test(model, router_joins_subnets);
	tcase_add_test(model, rules_are_added_and_removed);
	tcase_add_test(model, foreign_resources_look_like_ours);
	tcase_add_test(model, hidden_ones_count_but_do_not_show);
	suite_add_tcase(s, model);
	return s;
}
