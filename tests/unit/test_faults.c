/* Faults on the model: their table and files, and what each operator does. */
#include "faults_site.h"

Suite *faults_suite(void);

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
	suite_add_tcase(s, t);
	return s;
}
