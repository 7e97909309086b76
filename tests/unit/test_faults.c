#include "refcloud/priv.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"

Suite *faults_suite(void);

static struct loop *loop;
static struct refcloud *rc;
static struct error err;
static const char *const me = "t";

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

static void fault(const char *name)
{
	ck_assert_msg(refcloud_fault(rc, name, &err) == 0, "%s", err.text);
}

/* Large, and so not on the stack; enough of them for one test. */
static struct resource *fresh(void)
{
	static struct resource pool[64];
	static size_t next;

	ck_assert_uint_lt(next, 64);
	return &pool[next++];
}

static struct resource *make(enum kind k, const char *name, const char *parent)
{
	struct resource want, *made = fresh();

	resource_init(&want, k);
	str_copy(want.name, sizeof(want.name), name);
	str_copy(want.parent, sizeof(want.parent), parent);
	if (k == KIND_VPC)
		str_copy(want.vpc.cidr, ADDR_LEN, "10.0.0.0/16");
	if (k == KIND_SUBNET)
		str_copy(want.subnet.cidr, ADDR_LEN, "10.0.1.0/24");
	if (k == KIND_SG) {
		want.sg.rule_count = 1;
		want.sg.rules[0] = (struct rule){ .direction = "inbound", .protocol = "tcp",
						  .from = 22, .to = 22, .cidr = "10.0.0.0/8" };
	}
	ck_assert_msg(ref_create(rc, me, &want, REF_UNIQUE_NAMES, made, &err) == 0, "%s", err.text);
	return made;
}

static const struct resource *get(const struct resource *r)
{
	struct resource *now = fresh();

	ck_assert_msg(ref_get(rc, me, r->kind, r->id, now, &err) == 0, "%s", err.text);
	return now;
}

static bool answers(const struct resource *r)
{
	struct resource now;

	return ref_get(rc, me, r->kind, r->id, &now, &err) == 0;
}

static size_t listed(enum kind k, const char *id)
{
	struct resource_list l = { 0 };

	ck_assert_int_eq(ref_list(rc, me, k, NULL, &l, &err), 0);
	size_t n = resource_list_count_id(&l, id);

	resource_list_cleanup(&l);
	return n;
}

static int destroy(const struct resource *r)
{
	return ref_destroy(rc, me, r->kind, r->id, &err);
}

static int act(const struct resource *r, enum action a)
{
	return ref_act(rc, me, r->kind, r->id, a, NULL, &err);
}

static void wait_ms(int ms)
{
	int64_t end;

	loop_turn(loop, 0);	/* so that it knows the time */
	end = loop_now_ms(loop) + ms;
	while (loop_now_ms(loop) < end)
		loop_turn(loop, 2);
}

static struct resource *net, *sub, *group, *key;

static struct resource *vm(void)
{
	struct resource want, *made = fresh();

	net = make(KIND_VPC, "net", "");
	sub = make(KIND_SUBNET, "sub", net->id);
	group = make(KIND_SG, "group", net->id);
	key = make(KIND_KEYPAIR, "key", "");
	resource_init(&want, KIND_VM);
	str_copy(want.name, sizeof(want.name), "vm");
	str_copy(want.vm.image, ID_MAX, "mock-vmimage-01");
	str_copy(want.vm.spec, ID_MAX, "mock-vmspec-01");
	str_copy(want.vm.vpc, ID_MAX, net->id);
	str_copy(want.vm.subnet, ID_MAX, sub->id);
	str_copy(want.vm.keypair, ID_MAX, key->id);
	str_copy(want.vm.sgs[0], ID_MAX, group->id);
	ck_assert_msg(ref_create(rc, me, &want, REF_PUBLIC_IP, made, &err) == 0, "%s", err.text);
	wait_ms(20);
	return made;
}

/* ---- the table and the files ---- */

START_TEST(every_builtin_can_be_armed)
{
	const struct fault_info *all;
	size_t n = refcloud_faults(&all);

	ck_assert_uint_ge(n, 30);
	for (size_t i = 0; i < n; i++) {
		fault(all[i].name);
		ck_assert_int_eq(strncmp(all[i].requirement, "MCI-", 4), 0);
		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(all[k].name, all[i].name);
	}
}

START_TEST(an_unknown_name_gets_a_hint)
{
	ck_assert_int_eq(refcloud_fault(rc, "vpc-delete-swalowed", &err), ERR_NOT_FOUND);
	ck_assert_ptr_nonnull(strstr(err.text, "vpc-delete-swallowed"));
}

static int from_file(const char *text)
{
	char path[] = "/tmp/plugfest-faults-XXXXXX";
	int fd = mkstemp(path), r;

	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	r = refcloud_fault_file(rc, path, &err);
	unlink(path);
	return r;
}

START_TEST(a_file_is_read)
{
	struct resource *r;

	ck_assert_msg(from_file("- fault: a\n"
				"  requirement: MCI-NET-01\n"
				"  on: vpc.get\n"
				"  do: set-field\n"
				"  field: cidr\n"
				"  value: 10.1.0.0/16\n"
				"- {fault: b, on: keypair.list, do: partial-list, count: all}\n") == 0,
		      "%s", err.text);
	r = make(KIND_VPC, "net", "");
	ck_assert_str_eq(get(r)->vpc.cidr, "10.1.0.0/16");
	r = make(KIND_KEYPAIR, "k", "");
	ck_assert_uint_eq(listed(KIND_KEYPAIR, r->id), 0);
}

START_TEST(a_bad_file_names_its_line)
{
	static const char *const bad[] = {
		"- {fault: a, on: vpc.get, do: html}\n- {fault: b, on: vpc.get, do: explode}\n",
		"- {fault: a, on: vpc.get, do: html}\n- {fault: b, on: moon.get, do: html}\n",
		"- {fault: a, on: vpc.get, do: html}\n- {fault: b, on: vpc.get, do: set-field, field: x}\n",
		"- {fault: a, on: vpc.get, do: html}\n- {fault: b, on: vpc.get, do: status, value: '7'}\n",
		"- {fault: a, on: vpc.get, do: html}\n- {fault: b, on: vpc.act.fly, do: html}\n",
		"- {fault: a, on: vpc.get, do: html}\n- {fault: b, on: vpc.get, do: html, x: 1}\n",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		err = (struct error){ 0 };
		ck_assert_int_eq(from_file(bad[i]), ERR_INVALID);
		ck_assert_msg(err.line == 2, "%zu: line %d: %s", i, err.line, err.text);
	}
}

/* ---- operators on the model ---- */

START_TEST(swallow)
{
	struct resource *r = make(KIND_KEYPAIR, "k", "");

	fault("keypair-delete-swallowed");
	ck_assert_int_eq(destroy(r), 0);
	ck_assert(answers(r));
	fault("keypair-create-swallowed");
	r = make(KIND_KEYPAIR, "k2", "");
	ck_assert(!answers(r));
}

START_TEST(swallow_an_action)
{
	struct resource *r = vm(), *more = make(KIND_SG, "more", net->id);

	fault("vm-stop-ignored");
	fault("sg-rule-remove-ignored");
	ck_assert_int_eq(act(r, ACT_STOP), 0);
	ck_assert_int_eq(get(r)->state, STATE_RUNNING);
	ck_assert_int_eq(ref_act(rc, me, KIND_SG, more->id, ACT_REMOVE_RULE, more, &err), 0);
	ck_assert_int_eq(get(more)->sg.rule_count, 1);
}

START_TEST(accept_illegal)
{
	struct resource *r = vm();

	fault("vm-start-illegal-accepted");
	fault("vpc-dependency-accepted");
	ck_assert_int_eq(act(r, ACT_START), 0);
	ck_assert_int_eq(get(r)->state, STATE_STARTING);
	ck_assert_int_eq(destroy(net), 0);
	ck_assert(!answers(net));
	ck_assert(!answers(sub));
}

START_TEST(accept_illegal_field)
{
	struct resource want, made;

	fault("subnet-outside-accepted");
	net = make(KIND_VPC, "net", "");
	resource_init(&want, KIND_SUBNET);
	str_copy(want.parent, ID_MAX, net->id);
	str_copy(want.subnet.cidr, ADDR_LEN, "192.168.0.0/24");
	ck_assert_int_eq(ref_create(rc, me, &want, 0, &made, &err), 0);
	str_copy(want.subnet.cidr, ADDR_LEN, "nonsense");
	ck_assert_int_eq(ref_create(rc, me, &want, 0, &made, &err), ERR_INVALID);
}

START_TEST(accept_duplicate)
{
	fault("keypair-duplicate-accepted");
	struct resource *a = make(KIND_KEYPAIR, "k", ""), *b = make(KIND_KEYPAIR, "k", "");

	ck_assert_str_ne(a->id, b->id);
}

START_TEST(fields)
{
	fault("sg-rule-port-altered");
	fault("keypair-renamed");
	fault("spec-vcpu-missing");
	fault("private-key-shown-again");
	net = make(KIND_VPC, "net", "");
	struct resource *g = make(KIND_SG, "g", net->id), *k = make(KIND_KEYPAIR, "k", ""), spec;

	ck_assert_int_eq(get(g)->sg.rules[0].to, 65000);
	ck_assert_str_eq(get(k)->name, "renamed");
	ck_assert(get(k)->keypair.private_key_shown);
	ck_assert_int_eq(ref_get(rc, me, KIND_SPEC, "mock-vmspec-01", &spec, &err), 0);
	ck_assert_int_eq(spec.spec.vcpu, -1);
	fault("sg-rules-ignored");
	g = make(KIND_SG, "g2", net->id);
	ck_assert_int_eq(get(g)->sg.rule_count, 0);
}

START_TEST(stale_reads)
{
	fault("vpc-get-stale");
	struct resource *r = make(KIND_VPC, "net", "");

	ck_assert(answers(r));
	ck_assert_int_eq(destroy(r), 0);
	ck_assert(answers(r));
	ck_assert_uint_eq(listed(KIND_VPC, r->id), 0);
	/* Its name is free again all the same. */
	make(KIND_VPC, "net", "");
}

START_TEST(stale_until_read_often_enough)
{
	struct resource *r;

	ck_assert_msg(from_file("{fault: late, on: keypair.get, do: stale, count: 2}\n") == 0, "%s",
		      err.text);
	r = make(KIND_KEYPAIR, "k", "");
	ck_assert(!answers(r));
	ck_assert(!answers(r));
	ck_assert(answers(r));
}

START_TEST(lists)
{
	struct resource *r;

	fault("vpc-list-lacks");
	fault("region-list-repeats");
	r = make(KIND_VPC, "net", "");
	ck_assert_uint_eq(listed(KIND_VPC, r->id), 0);
	ck_assert_uint_eq(listed(KIND_REGION, "mars"), 2);
	fault("zone-list-empty");
	ck_assert_uint_eq(listed(KIND_ZONE, "mars-z1"), 0);
}

START_TEST(leftovers)
{
	fault("vm-leftover-listed");
	struct resource *r = vm();

	ck_assert_int_eq(destroy(r), 0);
	wait_ms(20);
	ck_assert(!answers(r));
	ck_assert_uint_eq(listed(KIND_VM, r->id), 1);
	ck_assert_int_eq(destroy(sub), 0);
}

START_TEST(leaks)
{
	fault("vm-port-leaked");
	struct resource *r = vm();

	ck_assert_int_eq(destroy(r), 0);
	wait_ms(20);
	ck_assert(!answers(r));
	ck_assert_int_eq(destroy(sub), ERR_CONFLICT);
}

START_TEST(frozen_states)
{
	fault("vm-stop-frozen");
	struct resource *r = vm();

	ck_assert_int_eq(act(r, ACT_STOP), 0);
	wait_ms(20);
	ck_assert_int_eq(get(r)->state, STATE_STOPPING);
	ck_assert_int_eq(ref_settles_at_ms(rc, KIND_VM, r->id), 0);
}

START_TEST(never_running)
{
	fault("vm-never-runs");
	struct resource *r = vm();

	ck_assert_int_eq(get(r)->state, STATE_CREATING);
}

START_TEST(wrong_final_states)
{
	fault("vm-stop-runs-on");
	struct resource *r = vm();

	ck_assert_int_eq(act(r, ACT_STOP), 0);
	ck_assert_int_eq(get(r)->state, STATE_STOPPING);
	wait_ms(20);
	ck_assert_int_eq(get(r)->state, STATE_RUNNING);
}

START_TEST(skipped_states)
{
	struct resource *r = vm();

	ck_assert_int_eq(from_file("{fault: s, on: vm.act.stop, do: skip-state, from: stopping}\n"), 0);
	ck_assert_int_eq(act(r, ACT_STOP), 0);
	ck_assert_int_eq(get(r)->state, STATE_STOPPED);
}

START_TEST(refusals)
{
	struct resource *r = make(KIND_VPC, "net", ""), nothing;

	ck_assert_int_eq(from_file("{fault: q, on: keypair.any, do: refuse, value: quota}\n"), 0);
	resource_init(&nothing, KIND_KEYPAIR);
	ck_assert_int_eq(ref_create(rc, me, &nothing, 0, r, &err), ERR_QUOTA);
	fault("vpc-unknown-denied");
	resource_init(&nothing, KIND_VPC);
	ck_assert_int_eq(ref_get(rc, me, KIND_VPC, "none", r, &err), ERR_DENIED);
	fault("vm-unknown-empty");
	ck_assert_int_eq(ref_get(rc, me, KIND_VM, "none", r, &err), 0);
	ck_assert_str_eq(r->id, "");
	fault("vpc-delete-unknown-accepted");
	ck_assert_int_eq(ref_destroy(rc, me, KIND_VPC, "none", &err), 0);
}

START_TEST(new_address)
{
	fault("vm-reboot-new-address");
	struct resource *r = vm();

	ck_assert_int_eq(act(r, ACT_REBOOT), 0);
	ck_assert_str_ne(get(r)->vm.private_ip, r->vm.private_ip);
}

START_TEST(any_credential)
{
	ck_assert(!refcloud_login(rc, "nobody", "x"));
	ck_assert(refcloud_login(rc, refcloud_user(), refcloud_password()));
	fault("credential-ignored");
	ck_assert(refcloud_login(rc, "nobody", "x"));
}

/* ---- operators on the wire ---- */

static struct face_reply reply(const char *op)
{
	struct face_reply rep = { .status = 200 };

	str_copy(rep.op, sizeof(rep.op), op);
	rep.json = json_pack("{s:[{s:s, s:{s:i}}]}", "vpc", "Name", "n", "At", "Port", 22);
	return rep;
}

static void check_wire(const char *file, const char *op, const char *want)
{
	struct face_reply rep = reply(op);

	ck_assert_msg(from_file(file) == 0, "%s", err.text);
	wire_faults(rc, &rep);
	char *text = rep.json ? json_dumps(rep.json, JSON_COMPACT) : xstrdup(rep.text);

	ck_assert_str_eq(text, want);
	free(text);
	free(rep.text);
	json_decref(rep.json);
	faults_clear(rc);
}

START_TEST(wire)
{
	check_wire("{fault: w, on: vpc.list, do: drop-key, field: Port}\n", "vpc.list",
		   "{\"vpc\":[{\"Name\":\"n\",\"At\":{}}]}");
	check_wire("{fault: w, on: any.any, do: rename-key, field: Name, to: name}\n", "vpc.list",
		   "{\"vpc\":[{\"At\":{\"Port\":22},\"name\":\"n\"}]}");
	check_wire("{fault: w, on: vpc.any, do: retype-key, field: Port}\n", "vpc.list",
		   "{\"vpc\":[{\"Name\":\"n\",\"At\":{\"Port\":\"22\"}}]}");
	check_wire("{fault: w, on: vpc.get, do: drop-key, field: Port}\n", "vpc.list",
		   "{\"vpc\":[{\"Name\":\"n\",\"At\":{\"Port\":22}}]}");
	check_wire("{fault: w, on: vm.act, do: body, value: oops}\n", "vm.act.stop", "oops");
}

START_TEST(wire_status_and_delay)
{
	struct face_reply rep = reply("vm.destroy");

	fault("vm-delete-teapot");
	wire_faults(rc, &rep);
	ck_assert_int_eq(rep.status, 418);
	json_decref(rep.json);
	ck_assert_int_eq(wire_delay_ms(rc, "vm.get"), 0);
	ck_assert_int_eq(from_file("{fault: s, on: vm.get, do: slow, value: '100'}\n"), 0);
	ck_assert_int_ge(wire_delay_ms(rc, "vm.get"), 50);
	ck_assert_int_eq(wire_delay_ms(rc, "vpc.get"), 0);
}
END_TEST

/* ---- names, neighbours, moments ---- */

START_TEST(spoilt_names)
{
	ck_assert_int_eq(from_file("{fault: c, on: vpc.create, do: cut-field, field: name, count: 5}\n"), 0);
	ck_assert_str_eq(make(KIND_VPC, "ABCDEFGH", "")->name, "ABCDE");
	ck_assert_int_eq(from_file("{fault: l, on: sg.create, do: lower-field, field: name}\n"), 0);
	ck_assert_str_eq(make(KIND_SG, "AbC-9", "")->name, "abc-9");
	ck_assert_int_eq(from_file("{fault: p, on: keypair.create, do: plain-field, field: name}\n"), 0);
	ck_assert_str_eq(make(KIND_KEYPAIR, "a\xc3\xa9z", "")->name, "a??z");
}
END_TEST

START_TEST(a_private_key_cut)
{
	const char *pem;

	fault("keypair-private-key-cut");
	pem = ref_private_key(rc, make(KIND_KEYPAIR, "k", "")->id);
	ck_assert_ptr_nonnull(strstr(pem, "-----BEGIN"));
	ck_assert_ptr_null(strstr(pem, "-----END"));
}
END_TEST

START_TEST(mixed_neighbours)
{
	struct resource want, *first = vm(), *second = fresh();

	fault("vm-address-shared");
	want = *first;
	str_copy(want.name, sizeof(want.name), "other");
	ck_assert_int_eq(ref_create(rc, me, &want, 0, second, &err), 0);
	ck_assert_str_eq(second->vm.private_ip, first->vm.private_ip);
}
END_TEST

START_TEST(harmed_users)
{
	struct resource *one = vm();

	fault("keypair-delete-stops-vm");
	ck_assert_int_eq(destroy(key), 0);
	ck_assert_int_eq(get(one)->state, STATE_STOPPED);
}
END_TEST

START_TEST(only_in_a_state)
{
	struct resource *one = vm();

	fault("vm-start-suspended-accepted");
	fault("vm-delete-stopped-refused");
	ck_assert_int_eq(act(one, ACT_START), ERR_CONFLICT);
	ck_assert_int_eq(act(one, ACT_SUSPEND), 0);
	wait_ms(20);
	ck_assert_int_eq(act(one, ACT_START), 0);
	wait_ms(20);
	ck_assert_int_eq(act(one, ACT_STOP), 0);
	wait_ms(20);
	ck_assert_int_eq(destroy(one), ERR_CONFLICT);
}
END_TEST

START_TEST(only_after_so_many)
{
	struct resource *one = vm();

	ck_assert_int_eq(from_file("{fault: n, on: vm.act.reboot, do: swallow, count: 1}\n"), 0);
	ck_assert_int_eq(act(one, ACT_REBOOT), 0);
	ck_assert_int_eq(get(one)->state, STATE_REBOOTING);
	wait_ms(20);
	ck_assert_int_eq(act(one, ACT_REBOOT), 0);
	ck_assert_int_eq(get(one)->state, STATE_RUNNING);
}
END_TEST

START_TEST(only_while_young)
{
	struct resource want, made;
	struct resource *one = make(KIND_KEYPAIR, "one", "");

	ck_assert_int_eq(from_file("{fault: r, on: keypair.create, do: accept-duplicate, value: '2000'}\n"), 0);
	resource_init(&want, KIND_KEYPAIR);
	str_copy(want.name, sizeof(want.name), one->name);
	ck_assert_int_eq(ref_create(rc, me, &want, REF_UNIQUE_NAMES, &made, &err), 0);
	ck_assert_int_eq(destroy(&made), 0);
	wait_ms(2100);
	ck_assert_int_eq(ref_create(rc, me, &want, REF_UNIQUE_NAMES, &made, &err), ERR_CONFLICT);
}
END_TEST

Suite *faults_suite(void)
{
	Suite *s = suite_create("faults");
	TCase *t = tcase_create("faults");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, every_builtin_can_be_armed);
	tcase_add_test(t, an_unknown_name_gets_a_hint);
	tcase_add_test(t, a_file_is_read);
	tcase_add_test(t, a_bad_file_names_its_line);
	tcase_add_test(t, swallow);
	tcase_add_test(t, swallow_an_action);
	tcase_add_test(t, accept_illegal);
	tcase_add_test(t, accept_illegal_field);
	tcase_add_test(t, accept_duplicate);
	tcase_add_test(t, fields);
	tcase_add_test(t, stale_reads);
	tcase_add_test(t, stale_until_read_often_enough);
	tcase_add_test(t, lists);
	tcase_add_test(t, leftovers);
	tcase_add_test(t, leaks);
	tcase_add_test(t, frozen_states);
	tcase_add_test(t, never_running);
	tcase_add_test(t, wrong_final_states);
	tcase_add_test(t, skipped_states);
	tcase_add_test(t, refusals);
	tcase_add_test(t, new_address);
	tcase_add_test(t, any_credential);
	tcase_add_test(t, wire);
	tcase_add_test(t, wire_status_and_delay);
	tcase_add_test(t, spoilt_names);
	tcase_add_test(t, a_private_key_cut);
	tcase_add_test(t, mixed_neighbours);
	tcase_add_test(t, harmed_users);
	tcase_add_test(t, only_in_a_state);
	tcase_add_test(t, only_after_so_many);
	tcase_add_test(t, only_while_young);
	suite_add_tcase(s, t);
	return s;
}
