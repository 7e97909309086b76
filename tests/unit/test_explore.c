/* The oracle, the generator and the scripts of an exploration; no cloud is asked. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cloud/driver.h"
#include "explore/generate.h"
#include "explore/judge.h"
#include "explore/rules.h"
#include "explore/script.h"
#include "plan/plan.h"

Suite *explore_suite(void);

static struct cloud_config cfg;
static struct terrain land;
static struct world w;
static struct divergence d;

static void stand_on(const char *driver)
{
	world_free(&w);
	cfg = (struct cloud_config){ .name = "t", .driver = driver, .image = "i", .spec = "s", .zone = "",
				     .external_network = "out", .cidr_pool = "10.1.0.0/16" };
	for (int k = 0; k < KIND_COUNT; k++)
		cfg.limit[k] = -1;
	for (int c = 0; c < CAP_COUNT; c++)
		cfg.ics[c] = CLAIM_SUPPORTED;
	terrain_init(&land, driver_by_name(driver), &cfg);
	w.land = &land;
}

static void setup(void) { stand_on("spider"); }
static void teardown(void) { world_free(&w); }

/* What a cloud that does as the model says would answer. */
static void answer(const struct world *at, const struct operation *op, struct outcome *o)
{
	struct expectation x;

	*o = (struct outcome){ 0 };
	world_expect(at, op, &x);
	ck_assert(x.possible);
	o->r = x.want == WANT_REFUSED ? (int)x.one : ERR_OK;
	o->err.code = (enum err)o->r;
	if (o->r < 0 || op->verb != OP_CREATE)
		return;
	world_want(at, op, &o->got);
	snprintf(o->got.id, sizeof(o->got.id), "id-%d", op->item);
	str_copy(o->got.name, sizeof(o->got.name), world_item(at, op->item)->r.name);
	if (op->kind == KIND_VM)
		str_copy(o->got.vm.private_ip, ADDR_LEN, "10.1.16.9");
	o->got.state = kind_info(op->kind)->ready;
}

static struct item *step(const struct operation *op)
{
	struct outcome o;
	char name[NAME_LEN];

	if (op->verb == OP_CREATE) {
		bool twice = op->twist == TWIST_TWICE && world_item(&w, op->object);

		snprintf(name, sizeof(name), "name-%d", twice ? op->object : op->item);
		world_ask(&w, op, name);
	}
	answer(&w, op, &o);
	if (op->verb == OP_LIST || op->verb == OP_READ)
		return world_item(&w, op->item);
	ck_assert_msg(judge(&w, op, &o, false, &d), "%s: %s", d.what, d.observed);
	return world_item(&w, op->item);
}

static struct item *make(enum kind k, int number, int parent)
{
	struct operation op = { .verb = OP_CREATE, .kind = k, .item = number, .parent = parent,
				.value = (unsigned)number };

	return step(&op);
}

/* vpc 1, subnet 2, sg 3, keypair 4, vm 5 */
static void make_site(void)
{
	struct operation vm = { .verb = OP_CREATE, .kind = KIND_VM, .item = 5 };

	make(KIND_VPC, 1, 0);
	make(KIND_SUBNET, 2, 1);
	make(KIND_SG, 3, land.dialect->sg_in_vpc ? 1 : 0);
	make(KIND_KEYPAIR, 4, 0);
	vm.refs[field_index(KIND_VM, "vpc")] = 1;
	vm.refs[field_index(KIND_VM, "subnet")] = 2;
	vm.refs[field_index(KIND_VM, "sgs")] = 3;
	vm.refs[field_index(KIND_VM, "keypair")] = 4;
	step(&vm);
}

static struct item *drop(enum kind k, int number)
{
	return step(&(struct operation){ .verb = OP_DELETE, .kind = k, .item = number });
}

static struct item *act(enum kind k, int number, enum action action, int object)
{
	struct operation op = { .verb = OP_ACT, .kind = k, .item = number, .action = action,
				.object = object };

	return step(&op);
}

static struct expectation expect(enum verb verb, enum kind k, int item)
{
	struct operation op = { .verb = verb, .kind = k, .item = item };
	struct expectation x;

	world_expect(&w, &op, &x);
	return x;
}

static struct expectation expect_act(enum kind k, int item, enum action a, int object)
{
	struct operation op = { .verb = OP_ACT, .kind = k, .item = item, .action = a,
				.object = object };
	struct expectation x;

	world_expect(&w, &op, &x);
	return x;
}

START_TEST(what_is_in_use_may_not_be_deleted)
{
	make_site();
	ck_assert_int_eq(expect(OP_DELETE, KIND_VPC, 1).want, WANT_REFUSED);
	ck_assert_str_eq(expect(OP_DELETE, KIND_VPC, 1).requirement, "MCI-NET-05");
	ck_assert_int_eq(expect(OP_DELETE, KIND_SUBNET, 2).want, WANT_REFUSED);
	ck_assert_int_eq(expect(OP_DELETE, KIND_SG, 3).one, ERR_CONFLICT);
	ck_assert_int_eq(expect(OP_DELETE, KIND_KEYPAIR, 4).want, WANT_OK);
	drop(KIND_VM, 5);
	ck_assert_int_eq(expect(OP_DELETE, KIND_SUBNET, 2).want, WANT_OK);
	ck_assert_int_eq(expect(OP_DELETE, KIND_VM, 5).one, ERR_NOT_FOUND);
	ck_assert_int_eq(expect(OP_READ, KIND_VM, 5).one, ERR_NOT_FOUND);
	ck_assert_int_eq(expect_act(KIND_VM, 5, ACT_STOP, 0).one, ERR_NOT_FOUND);
	ck_assert(!expect(OP_READ, KIND_VM, 99).possible);
}
END_TEST

START_TEST(a_network_takes_its_subnets_along_where_the_api_says_so)
{
	stand_on("openstack");
	make(KIND_VPC, 1, 0);
	make(KIND_SUBNET, 2, 1);
	drop(KIND_VPC, 1);
	ck_assert_int_eq(world_item(&w, 2)->life, ITEM_GONE);
	stand_on("spider");
	make(KIND_VPC, 1, 0);
	make(KIND_SUBNET, 2, 1);
	ck_assert_int_eq(expect(OP_DELETE, KIND_VPC, 1).want, WANT_REFUSED);
}
END_TEST

START_TEST(names_ranges_and_references_are_held_against_the_world)
{
	struct operation op = { .verb = OP_CREATE, .kind = KIND_SUBNET, .item = 3, .parent = 1,
				.value = 2 };
	struct expectation x;

	make(KIND_VPC, 1, 0);
	make(KIND_SUBNET, 2, 1);
	world_expect(&w, &op, &x);
	ck_assert_str_eq(x.requirement, "MCI-ERR-04");	/* overlaps subnet 2 */
	ck_assert_int_eq(x.want, WANT_REFUSED);
	op.value = 3;
	world_expect(&w, &op, &x);
	ck_assert_int_eq(x.want, WANT_OK);
	op.twist = TWIST_OUTSIDE;
	world_expect(&w, &op, &x);
	ck_assert_str_eq(x.requirement, "MCI-NET-02");
	op = (struct operation){ .verb = OP_CREATE, .kind = KIND_VPC, .item = 4,
				 .twist = TWIST_TWICE, .object = 1 };
	world_ask(&w, &op, "name-1");
	world_expect(&w, &op, &x);
	ck_assert_str_eq(x.requirement, "MCI-ERR-03");
	ck_assert_int_eq(x.one, ERR_CONFLICT);
	drop(KIND_SUBNET, 2);
	drop(KIND_VPC, 1);
	world_expect(&w, &op, &x);
	ck_assert_int_eq(x.want, WANT_OK);
	op = (struct operation){ .verb = OP_CREATE, .kind = KIND_SUBNET, .item = 9, .parent = 1 };
	world_expect(&w, &op, &x);
	ck_assert_str_eq(x.requirement, "MCI-ERR-04");
	op.parent = 77;
	world_expect(&w, &op, &x);
	ck_assert(!x.possible);
}
END_TEST

START_TEST(states_follow_the_table)
{
	make_site();
	ck_assert_int_eq(expect_act(KIND_VM, 5, ACT_START, 0).want, WANT_EITHER);
	ck_assert(!expect_act(KIND_VM, 5, ACT_SUSPEND, 0).possible);	/* not offered */
	act(KIND_VM, 5, ACT_STOP, 0);
	ck_assert_int_eq(world_item(&w, 5)->r.state, STATE_STOPPED);
	ck_assert_int_eq(expect_act(KIND_VM, 5, ACT_START, 0).want, WANT_OK);
	stand_on("openstack");
	make_site();
	ck_assert_int_eq(expect_act(KIND_VM, 5, ACT_START, 0).want, WANT_REFUSED);
	ck_assert_str_eq(expect_act(KIND_VM, 5, ACT_RESUME, 0).requirement, "MCI-STM-04");
}
END_TEST

START_TEST(an_address_needs_its_way_and_is_let_go)
{
	stand_on("openstack");
	make_site();
	make(KIND_ADDRESS, 6, 0);
	make(KIND_ROUTER, 7, 0);
	ck_assert(!expect_act(KIND_ADDRESS, 6, ACT_BIND, 5).possible);
	act(KIND_ROUTER, 7, ACT_JOIN, 2);
	ck_assert_int_eq(expect(OP_DELETE, KIND_ROUTER, 7).want, WANT_REFUSED);
	ck_assert_int_eq(expect_act(KIND_ADDRESS, 6, ACT_BIND, 5).want, WANT_OK);
	act(KIND_ADDRESS, 6, ACT_BIND, 5);
	ck_assert_int_eq(world_item(&w, 6)->r.state, STATE_BOUND);
	ck_assert_int_eq(expect(OP_DELETE, KIND_ADDRESS, 6).want, WANT_EITHER);
	ck_assert(!expect_act(KIND_ROUTER, 7, ACT_PART, 2).possible);
	drop(KIND_VM, 5);
	ck_assert_int_eq(world_item(&w, 6)->r.state, STATE_AVAILABLE);
	ck_assert_str_eq(world_item(&w, 6)->r.address.vm, "");
	ck_assert_int_eq(expect_act(KIND_ROUTER, 7, ACT_PART, 2).want, WANT_OK);
}
END_TEST

/* ---- judging ---- */

static bool read_shows(int number, const char *field, const char *value)
{
	const struct item *item = world_item(&w, number);
	struct operation op = { .verb = OP_READ, .kind = item->kind, .item = number };
	struct outcome o = { .got = item->r };
	struct error err;

	if (field)
		ck_assert_int_eq(resource_set_text(&o.got, field, value, &err), ERR_OK);
	if (item->kind == KIND_VM && !*o.got.vm.private_ip)
		str_copy(o.got.vm.private_ip, ADDR_LEN, "10.1.18.9");
	return judge(&w, &op, &o, false, &d);
}

START_TEST(a_read_that_differs_is_a_divergence)
{
	make_site();
	ck_assert_msg(read_shows(1, NULL, NULL), "%s", d.what);
	ck_assert(!read_shows(1, "cidr", "10.9.0.0/20"));
	ck_assert_str_eq(d.requirement, "MCI-NET-01");
	ck_assert_str_eq(d.observed, "10.9.0.0/20");
	ck_assert(!read_shows(2, "name", "other"));
	ck_assert(!read_shows(5, "spec", "larger"));
	ck_assert_str_eq(d.requirement, "MCI-VM-02");
	ck_assert(!read_shows(5, "state", "stopped"));
	ck_assert(!read_shows(5, "private_ip", "192.168.0.1"));
	world_item(&w, 3)->r.sg.rule_count = 0;
	ck_assert(read_shows(3, NULL, NULL));
	world_item(&w, 3)->r.sg.rule_count = 1;
	world_rule(5, &world_item(&w, 3)->r.sg.rules[0]);
	struct operation op = { .verb = OP_READ, .kind = KIND_SG, .item = 3 };
	struct outcome o = { .got = world_item(&w, 3)->r };
	world_rule(6, &o.got.sg.rules[0]);
	ck_assert(!judge(&w, &op, &o, false, &d));
	ck_assert_str_eq(d.requirement, "MCI-SG-05");
}
END_TEST

START_TEST(what_may_never_change_is_learnt_and_held)
{
	struct item *vm;

	make_site();
	vm = world_item(&w, 5);
	str_copy(vm->r.vm.private_ip, ADDR_LEN, "");
	world_range(&w, 1, 2, world_item(&w, 2)->r.subnet.cidr);
	ck_assert_msg(!read_shows(5, "private_ip", "10.99.0.1"), "outside its subnet");
	str_copy(world_item(&w, 2)->r.subnet.cidr, ADDR_LEN, "10.1.18.0/24");
	ck_assert_msg(read_shows(5, "private_ip", "10.1.18.9"), "%s %s", d.expected, d.observed);
	ck_assert_str_eq(vm->r.vm.private_ip, "10.1.18.9");
	ck_assert(!read_shows(5, "private_ip", "10.1.18.10"));
}
END_TEST

static bool list_holds(enum kind k, size_t n, const struct resource *at)
{
	struct operation op = { .verb = OP_LIST, .kind = k };
	struct outcome o = { 0 };
	bool ok;

	for (size_t i = 0; i < n; i++)
		*resource_list_add(&o.list) = at[i];
	ok = judge(&w, &op, &o, false, &d);
	resource_list_cleanup(&o.list);
	return ok;
}

START_TEST(lists_hold_each_once_and_nobody_gone)
{
	struct resource two[2], foreign;

	make(KIND_KEYPAIR, 1, 0);
	two[0] = two[1] = world_item(&w, 1)->r;
	resource_init(&foreign, KIND_KEYPAIR);
	str_copy(foreign.id, sizeof(foreign.id), "somebody-else");
	ck_assert(list_holds(KIND_KEYPAIR, 1, two));
	ck_assert(!list_holds(KIND_KEYPAIR, 0, two));
	ck_assert(!list_holds(KIND_KEYPAIR, 2, two));
	ck_assert_str_eq(d.observed, "2");
	two[1] = foreign;
	ck_assert(list_holds(KIND_KEYPAIR, 2, two));
	drop(KIND_KEYPAIR, 1);
	ck_assert(!list_holds(KIND_KEYPAIR, 2, two));
	ck_assert_str_eq(d.requirement, "MCI-IDM-06");
	ck_assert(!list_holds(KIND_REGION, 0, two));
	ck_assert(list_holds(KIND_REGION, 1, two));
}
END_TEST

static bool deletes(int number, int r, bool contended)
{
	struct operation op = { .verb = OP_DELETE, .kind = world_item(&w, number)->kind,
				.item = number };
	struct outcome o = { .r = r, .err.code = (enum err)r };
	struct world copy = { 0 };
	bool ok;

	world_copy(&copy, &w);
	ok = judge(&copy, &op, &o, contended, &d);
	world_free(&copy);
	return ok;
}

START_TEST(answers_of_another_class_are_divergences)
{
	make(KIND_VPC, 1, 0);
	make(KIND_SUBNET, 2, 1);
	ck_assert(deletes(1, ERR_CONFLICT, false));
	ck_assert(!deletes(1, ERR_OK, false));
	ck_assert(!d.silent);
	ck_assert_str_eq(d.observed, "accepted");
	ck_assert(!deletes(1, ERR_UNAVAILABLE, false));
	ck_assert(!d.silent);
	ck_assert(!deletes(1, ERR_NETWORK, false));
	ck_assert(d.silent);
	ck_assert(!deletes(2, ERR_QUOTA, false));
	ck_assert(d.silent);
	ck_assert(!deletes(2, ERR_CONFLICT, false));
	ck_assert(!d.silent);
	ck_assert(deletes(2, ERR_CONFLICT, true));	/* others were at it */
}
END_TEST

/* ---- the generator ---- */

/* A walk with the oracle itself for a cloud. */
static void walk(uint64_t seed, unsigned steps, struct sequence *to)
{
	uint64_t random = seed;
	int number = 1;

	world_free(&w);
	w.land = &land;
	for (unsigned i = 0; i < steps; i++) {
		struct operation op;

		ck_assert(generate(&w, &random, number, &op));
		number += op.verb == OP_CREATE;
		sequence_add(to, &op);
		step(&op);
		for (int k = 0; k < KIND_COUNT; k++)
			ck_assert_uint_le(world_count(&w, (enum kind)k), land.most[k]);
	}
}

START_TEST(one_seed_is_one_walk)
{
	struct sequence a = { 0 }, b = { 0 }, c = { 0 };

	walk(7, 200, &a);
	walk(7, 200, &b);
	walk(8, 200, &c);
	ck_assert(!memcmp(a.at, b.at, 200 * sizeof(*a.at)));
	ck_assert(memcmp(a.at, c.at, 200 * sizeof(*a.at)));
	sequence_free(&a);
	sequence_free(&b);
	sequence_free(&c);
}
END_TEST

START_TEST(walks_try_everything)
{
	static const char *const drivers[] = { "spider", "openstack" };
	unsigned verbs[OP_VERBS] = { 0 }, tricks[TWISTS] = { 0 }, acts[ACT_COUNT] = { 0 };
	uint32_t made = 0;

	for (size_t n = 0; n < 2; n++) {
		stand_on(drivers[n]);
		for (uint64_t seed = 1; seed <= 40; seed++) {
			struct sequence s = { 0 };

			walk(seed, 80, &s);
			for (size_t i = 0; i < s.count; i++) {
				verbs[s.at[i].verb]++;
				tricks[s.at[i].twist]++;
				acts[s.at[i].action] += s.at[i].verb == OP_ACT;
				made |= s.at[i].verb == OP_CREATE ? KIND_BIT(s.at[i].kind) : 0;
			}
			sequence_free(&s);
		}
		ck_assert_uint_eq(made & land.makes, land.makes);
	}
	for (int i = 0; i < OP_VERBS; i++)
		ck_assert_uint_gt(verbs[i], 400);
	for (int i = 0; i < TWISTS; i++)
		ck_assert_msg(tricks[i] > 5, "%s", twist_name((enum twist)i));
	for (size_t i = 0; act_rule_at(i); i++)
		ck_assert_msg(acts[act_rule_at(i)->action] > 5, "%s", action_name(act_rule_at(i)->action));
}
END_TEST

START_TEST(limits_and_claims_bound_the_walk)
{
	struct sequence s = { 0 };

	cfg.limit[KIND_VM] = 0;
	cfg.limit[KIND_VPC] = 1;
	cfg.ics[CAP_BIT_ADDRESS] = CLAIM_UNSUPPORTED;
	terrain_init(&land, driver_by_name("spider"), &cfg);
	walk(3, 300, &s);
	for (size_t i = 0; i < s.count; i++) {
		ck_assert(s.at[i].verb == OP_LIST || s.at[i].kind != KIND_VM);
		ck_assert(s.at[i].kind != KIND_ADDRESS);
	}
	sequence_free(&s);
	cfg.limit[KIND_VM] = -1;
	cfg.image = "";
	terrain_init(&land, driver_by_name("spider"), &cfg);
	ck_assert(!(land.makes & KIND_BIT(KIND_VM)));
}
END_TEST

/* ---- scripts ---- */

START_TEST(a_script_reads_back)
{
	struct script_head head = { .seed = 5, .target = "t", .requirement = "MCI-VM-01", .what = "a\nb",
				    .expected = "x", .observed = "y" };
	struct sequence s = { 0 }, back;
	struct str text = { 0 };
	struct error err;
	uint64_t seed;

	stand_on("openstack");
	walk(5, 400, &s);
	s.at[3].round = 9;
	script_write(&head, &s, &text);
	ck_assert_msg(script_read_text("f", text.text, text.len, &back, &seed, &err) == ERR_OK, "%s:%d %s",
		      err.file, err.line, err.text);
	ck_assert_uint_eq(seed, 5);
	ck_assert_uint_eq(back.count, s.count);
	for (size_t i = 0; i < s.count; i++) {
		struct str a = { 0 }, b = { 0 };

		operation_text(&s.at[i], &a);
		operation_text(&back.at[i], &b);
		ck_assert_str_eq(a.text, b.text);
		ck_assert_uint_eq(s.at[i].round, back.at[i].round);
		if (s.at[i].verb == OP_CREATE || s.at[i].verb == OP_ACT)
			ck_assert_uint_eq(s.at[i].value, back.at[i].value);
		str_release(&a);
		str_release(&b);
	}
	str_release(&text);
	sequence_free(&s);
	sequence_free(&back);
}
END_TEST

static const struct { const char *text; int line; const char *says; } mistakes[] = {
	{ "plugfest: target/1\nsteps: []\n", 1, "exploration/1" },
	{ "plugfest: exploration/1\nsteps: []\n", 2, "found 0" },
	{ "plugfest: exploration/1\nsteps:\n- {do: crate, kind: vpc, item: 1}\n", 3, "create, read" },
	{ "plugfest: exploration/1\nsteps:\n- {do: read, kind: vcp, item: 1}\n", 3, "kind" },
	{ "plugfest: exploration/1\nsteps:\n- {do: create, kind: vpc}\n", 3, "item" },
	{ "plugfest: exploration/1\nsteps:\n- {do: create, kind: image, item: 1}\n", 3, "created" },
	{ "plugfest: exploration/1\nsteps:\n- {do: act, kind: vm, item: 1}\n", 3, "action" },
	{ "plugfest: exploration/1\nsteps:\n- {do: act, kind: vpc, item: 1, action: stop}\n", 3, "knows" },
	{ "plugfest: exploration/1\nsteps:\n- {do: create, kind: vm, item: 1, refs: {cidr: 2}}\n", 3, "refs" },
	{ "plugfest: exploration/1\nsteps:\n- {do: create, kind: vm, item: 1, twist: nobody}\n", 3, "field" },
	{ "plugfest: exploration/1\nsteps:\n- {do: create, kind: vm, item: 1, twist: missing, field: x}\n", 3,
	  "field" },
	{ "plugfest: exploration/1\nsteps:\n- {do: create, kind: vm, item: 1, twist: bad-rule}\n", 3, "fits" },
	{ "plugfest: exploration/1\nsteps:\n- {do: list, kind: keypair, object: 4}\n", 3, "parent of kind keypair" },
	{ "plugfest: exploration/1\nsteps:\n- {do: create, kind: vpc, item: 1, parent: 4}\n", 3, "parent of kind vpc" },
	{ "plugfest: exploration/1\nsteps:\n- {do: read, kind: vpc, itme: 1}\n", 3, "item" },
	{ "plugfest: exploration/1\nsteps:\n- read\n", 3, "map" },
	{ "plugfest: exploration/1\nseed: x\nsteps:\n- {do: list, kind: vm}\n", 2, "seed" },
};

START_TEST(a_script_with_a_mistake_names_its_line)
{
	const char *text = mistakes[_i].text;
	struct sequence s;
	struct error err;
	uint64_t seed;

	ck_assert_int_eq(script_read_text("f.yaml", text, strlen(text), &s, &seed, &err), ERR_INVALID);
	ck_assert_int_eq(err.line, mistakes[_i].line);
	ck_assert_str_eq(err.file, "f.yaml");
	ck_assert_msg(strstr(err.text, mistakes[_i].says), "%s", err.text);
	ck_assert_ptr_null(s.at);
}
END_TEST

/* ---- its place in plans ---- */

static size_t planned(const char *profile, const char *id, size_t *rows)
{
	struct cloud_config *targets[] = { &cfg };
	struct plan_options opt = { 0 };
	struct profile *p;
	struct plan plan;
	struct error err;
	size_t n = 0;

	ck_assert_msg(profile_read(profile, "profiles", &p, &err) == ERR_OK, "%s", err.text);
	ck_assert_msg(plan_make(p, targets, 1, &opt, &plan, &err) == ERR_OK, "%s", err.text);
	for (size_t i = 0; i < plan.row_count; i++)
		n += !strcmp(plan.rows[i].test->id, id);
	*rows = plan.row_count;
	plan_free(&plan);
	profile_free(p);
	return n;
}

START_TEST(only_its_own_profile_explores)
{
	size_t rows;

	ck_assert_uint_eq(planned("exploration", "explore.sequence.agrees", &rows), 1);
	ck_assert_uint_eq(rows, 2);	/* and the inventory */
	ck_assert_uint_eq(planned("iaas-core", "explore.sequence.agrees", &rows), 0);
	ck_assert_uint_gt(rows, 20);
}
END_TEST

Suite *explore_suite(void)
{
	Suite *s = suite_create("explore");
	TCase *t = tcase_create("explore");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, what_is_in_use_may_not_be_deleted);
	tcase_add_test(t, a_network_takes_its_subnets_along_where_the_api_says_so);
	tcase_add_test(t, names_ranges_and_references_are_held_against_the_world);
	tcase_add_test(t, states_follow_the_table);
	tcase_add_test(t, an_address_needs_its_way_and_is_let_go);
	tcase_add_test(t, a_read_that_differs_is_a_divergence);
	tcase_add_test(t, what_may_never_change_is_learnt_and_held);
	tcase_add_test(t, lists_hold_each_once_and_nobody_gone);
	tcase_add_test(t, answers_of_another_class_are_divergences);
	tcase_add_test(t, one_seed_is_one_walk);
	tcase_add_test(t, walks_try_everything);
	tcase_add_test(t, limits_and_claims_bound_the_walk);
	tcase_add_test(t, a_script_reads_back);
	tcase_add_loop_test(t, a_script_with_a_mistake_names_its_line, 0,
			    sizeof(mistakes) / sizeof(*mistakes));
	tcase_add_test(t, only_its_own_profile_explores);
	suite_add_tcase(s, t);
	return s;
}
