/* The guests of the reference cloud: whom they reach, and what stands on their disks. */
#include "guest_site.h"

Suite *guest_inside_suite(void);

/* ---- inside ---- */

START_TEST(test_reach)
{
	struct resource inside, two;

	site(open_rule());
	allow_inside(&inside, "10.0.1.0/24");
	make_vm(&two, "two", &net, &inside, 0);
	ck_assert_int_eq(reach(&vm, &two, PORT + 1), 200);
	ck_assert_str_eq(word("id"), two.id);
	ck_assert_str_eq(word("nonce"), "r");
	ck_assert_int_eq(reach(&vm, &two, PORT), SILENT);
	ck_assert_int_eq(reach(&vm, &two, 22), SILENT);
	ck_assert_int_eq(ref_act(rc, me, KIND_VM, two.id, ACT_STOP, NULL, &err), 0);
	turn(30);
	ck_assert_int_eq(reach(&vm, &two, PORT + 1), SILENT);
}
END_TEST

/* The source is the private address of the one that asks. */
START_TEST(test_reach_source)
{
	struct resource inside, two;
	char cidr[ADDR_LEN + 4];

	site(open_rule());
	allow_inside(&inside, "192.0.2.0/24");
	make_vm(&two, "two", &net, &inside, 0);
	ck_assert_int_eq(reach(&vm, &two, PORT + 1), SILENT);
	snprintf(cidr, sizeof(cidr), "%s/32", vm.vm.private_ip);
	sg = inside;
	act_rule(ACT_ADD_RULE, rule("inbound", "tcp", PORT + 1, PORT + 1, cidr));
	ck_assert_int_eq(reach(&vm, &two, PORT + 1), 200);
}
END_TEST

/* Another network with the same range is another network. */
START_TEST(test_reach_isolated)
{
	static struct resource inside, net2, sub2, near, far;

	site(open_rule());
	allow_inside(&inside, "0.0.0.0/0");
	make_net(&net2, &sub2, "net2");
	make_vm(&near, "near", &net2, &inside, 0);
	make_vm(&far, "far", &net2, &inside, 0);
	ck_assert_str_eq(near.vm.private_ip, vm.vm.private_ip);
	ck_assert_int_eq(reach(&vm, &far, PORT + 1), SILENT);
	make_vm(&near, "near", &net, &inside, 0);
	ck_assert_str_eq(near.vm.private_ip, far.vm.private_ip);
	ck_assert_int_eq(reach(&vm, &far, PORT + 1), 200);
	ck_assert_str_eq(word("id"), near.id);
}
END_TEST

/* A way out that is named closes the others. */
START_TEST(test_reach_outbound)
{
	struct resource inside, two;

	site(open_rule());
	allow_inside(&inside, "0.0.0.0/0");
	make_vm(&two, "two", &net, &inside, 0);
	act_rule(ACT_ADD_RULE, rule("outbound", "tcp", 443, 443, "0.0.0.0/0"));
	ck_assert_int_eq(reach(&vm, &two, PORT + 1), SILENT);
	act_rule(ACT_ADD_RULE, rule("outbound", "tcp", PORT + 1, PORT + 1, "10.0.0.0/8"));
	ck_assert_int_eq(reach(&vm, &two, PORT + 1), 200);
}
END_TEST

/* Who cannot ask the cloud who it is answers nobody until it can; then it goes on. */
START_TEST(test_boots_by_its_way_out)
{
	struct resource narrow = open_rule();

	narrow.sg.rules[narrow.sg.rule_count++] = (struct rule){ "outbound", "tcp", 443, 443, "0.0.0.0/0" };
	site(narrow);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), REFUSED);
	act_rule(ACT_ADD_RULE, rule("outbound", "tcp", 80, 80, "169.254.169.254/32"));
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), 200);
	act_rule(ACT_REMOVE_RULE, rule("outbound", "tcp", 80, 80, "169.254.169.254/32"));
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), 200);
	act(ACT_REBOOT);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), REFUSED);
}
END_TEST

/* A group that is shut lets nothing out without a rule. */
START_TEST(test_shut)
{
	struct resource shut = open_rule();

	make_net(&net, &sub, "net");
	sg = shut;
	make(&sg, REF_SHUT);
	make_vm(&vm, "one", &net, &sg, REF_PUBLIC_IP);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), REFUSED);
	act_rule(ACT_ADD_RULE, rule("outbound", "all", -1, -1, "0.0.0.0/0"));
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), 200);
}
END_TEST

START_TEST(test_reach_wrong)
{
	static const char *const wrong[] = {
		"/reach?port=7007&nonce=r", "/reach?address=10.0.1.4&nonce=r",
		"/reach?address=10.0.1.4&port=7007", "/reach?address=ten&port=7007&nonce=r",
		"/reach?address=10.0.1.4&port=0&nonce=r", "/reach?address=10.0.1.4&port=65536&nonce=r",
	};

	site(open_rule());
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		ck_assert_int_eq(ask(HERE, vm.vm.public_ip, PORT, "GET", wrong[i], ""), 400);
		ck_assert_ptr_nonnull(json_text(said, "error"));
	}
}
END_TEST

/* ---- disks ---- */

START_TEST(test_root)
{
	struct resource two;

	site(open_rule());
	make_vm(&two, "two", &net, &sg, REF_PUBLIC_IP);
	ck_assert_int_eq(get(&vm, "root"), 200);
	ck_assert_str_eq(word("text"), "");
	ck_assert_int_eq(bytes(), INT64_C(1) << 30);
	ck_assert_int_eq(put(&vm, "root", "marker ~1"), 200);
	ck_assert_str_eq(word("disk"), "root");
	ck_assert_str_eq(word("text"), "marker ~1");
	ck_assert_int_eq(get(&two, "root"), 200);
	ck_assert_str_eq(word("text"), "");
	act(ACT_REBOOT);
	ck_assert_int_eq(get(&vm, "root"), 200);
	ck_assert_str_eq(word("text"), "marker ~1");
	act(ACT_STOP);
	act(ACT_START);
	ck_assert_int_eq(get(&vm, "root"), 200);
	ck_assert_str_eq(word("text"), "marker ~1");
}
END_TEST

START_TEST(test_disk)
{
	static struct resource disk, other, bigger, two;

	site(open_rule());
	make_vm(&two, "two", &net, &sg, REF_PUBLIC_IP);
	make_disk(&disk, "data");
	make_disk(&other, "other");
	ck_assert_int_eq(get(&vm, disk.id), 404);
	ck_assert_int_eq(put(&vm, disk.id, "x"), 404);
	act_disk(&disk, ACT_ATTACH, &vm);
	act_disk(&other, ACT_ATTACH, &vm);
	ck_assert_int_eq(put(&vm, disk.id, "kept"), 200);
	ck_assert_int_eq(get(&vm, "data"), 200);
	ck_assert_str_eq(word("text"), "kept");
	ck_assert_int_eq(bytes(), INT64_C(10) << 30);
	ck_assert_int_eq(get(&vm, "other"), 200);
	ck_assert_str_eq(word("text"), "");
	ck_assert_int_eq(get(&vm, "root"), 200);
	ck_assert_str_eq(word("text"), "");
	ck_assert_int_eq(get(&two, "data"), 404);
	act_disk(&disk, ACT_DETACH, NULL);
	ck_assert_int_eq(get(&vm, "data"), 404);
	bigger = disk;
	bigger.disk.size_gb = 20;
	act_disk(&disk, ACT_RESIZE, &bigger);
	act_disk(&disk, ACT_ATTACH, &two);
	ck_assert_int_eq(get(&two, "data"), 200);
	ck_assert_str_eq(word("text"), "kept");
	ck_assert_int_eq(bytes(), INT64_C(20) << 30);
	ck_assert_int_eq(ref_destroy(rc, me, KIND_VM, two.id, &err), 0);
	turn(30);
	act_disk(&disk, ACT_ATTACH, &vm);
	ck_assert_int_eq(get(&vm, "data"), 200);
	ck_assert_str_eq(word("text"), "kept");
}
END_TEST

START_TEST(test_disk_wrong)
{
	char text[402];

	site(open_rule());
	memset(text, 'x', 400);
	text[400] = '\0';
	ck_assert_int_eq(put(&vm, "root", text), 200);
	ck_assert_str_eq(word("text"), text);
	memcpy(text + 400, "x", 2);
	ck_assert_int_eq(put(&vm, "root", text), 400);
	ck_assert_ptr_nonnull(json_text(said, "error"));
	ck_assert_int_eq(put(&vm, "root", "two\nlines"), 400);
	ck_assert_int_eq(put(&vm, "root", "\xc3\xa9"), 400);
	ck_assert_int_eq(put(&vm, "root", ""), 400);
	ck_assert_int_eq(get(&vm, ""), 404);
	ck_assert_int_eq(ask(HERE, vm.vm.public_ip, PORT, "DELETE", "/disk/root", ""), 405);
}
END_TEST

Suite *guest_inside_suite(void)
{
	Suite *s = suite_create("inside the guests of the reference cloud");
	TCase *t = tcase_create("inside");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 30);
	tcase_add_test(t, test_reach);
	tcase_add_test(t, test_reach_source);
	tcase_add_test(t, test_reach_isolated);
	tcase_add_test(t, test_reach_outbound);
	tcase_add_test(t, test_boots_by_its_way_out);
	tcase_add_test(t, test_shut);
	tcase_add_test(t, test_reach_wrong);
	tcase_add_test(t, test_root);
	tcase_add_test(t, test_disk);
	tcase_add_test(t, test_disk_wrong);
	suite_add_tcase(s, t);
	return s;
}
