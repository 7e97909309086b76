/* Faults on the wire and around it: replies, names, neighbours, and when one strikes. */
#include "faults_site.h"

Suite *faults_wire_suite(void);

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

Suite *faults_wire_suite(void)
{
	Suite *s = suite_create("faults on the wire");
	TCase *t = tcase_create("faults");

	tcase_add_checked_fixture(t, setup, teardown);
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
