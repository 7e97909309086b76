/* The faults of the guests: each shows, and shows nothing where it should not. */
#include "guest_site.h"

#include <stdlib.h>

Suite *guest_faults_suite(void);

static void plant(const char *name)
{
	ck_assert_msg(refcloud_fault(rc, name, &err) == 0, "%s", err.text);
}

/* From the lines of a fault file, after its name. */
static int plant_text(const char *lines)
{
	char path[] = "/tmp/plugfest-guest-fault-XXXXXX";
	int fd = mkstemp(path), r;

	ck_assert_int_ge(fd, 0);
	dprintf(fd, "fault: mine\n%s", lines);
	close(fd);
	r = refcloud_fault_file(rc, path, &err);
	unlink(path);
	return r;
}

/* ---- from outside ---- */

START_TEST(test_rules)
{
	static const struct {
		const char *fault;
		const char *direction, *protocol;
		int from;
		const char *cidr;
		int here, there, above;
	} t[] = {
		{ "guest-unreachable", "inbound", "tcp", PORT, "0.0.0.0/0", REFUSED, REFUSED, REFUSED },
		{ "guest-rules-ignored", "inbound", "tcp", 22, HERE "/32", 200, 200, 200 },
		{ "guest-port-ignored", "inbound", "tcp", 22, HERE "/32", 200, CUT, 200 },
		{ "guest-source-ignored", "inbound", "tcp", PORT, HERE "/32", 200, 200, REFUSED },
		{ "guest-protocol-ignored", "inbound", "udp", PORT, HERE "/32", 200, CUT, REFUSED },
		{ "guest-direction-ignored", "outbound", "tcp", PORT, HERE "/32", 200, CUT, REFUSED },
	};

	plant(t[_i].fault);
	site(rule(t[_i].direction, t[_i].protocol, t[_i].from, t[_i].from, t[_i].cidr));
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), t[_i].here);
	ck_assert_int_eq(who(THERE, vm.vm.public_ip, PORT), t[_i].there);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT + 1), t[_i].above);
}
END_TEST

static void two_vms(struct resource *two)
{
	site(open_rule());
	make_vm(two, "two", &net, &sg, REF_PUBLIC_IP);
}

START_TEST(test_neighbours)
{
	struct resource two;

	if (_i)
		plant("guest-address-of-neighbour");
	else
		plant("guest-id-of-neighbour");
	two_vms(&two);
	/* Where the addresses are crossed, so is the way to write. */
	ck_assert_int_eq(put(_i ? &vm : &two, "root", "of two"), 200);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), 200);
	ck_assert_str_eq(word("id"), two.id);
	ck_assert_str_eq(word("name"), "two");
	ck_assert_int_eq(get(&vm, "root"), 200);
	ck_assert_str_eq(word("text"), _i ? "of two" : "");
}
END_TEST

START_TEST(test_second_group)
{
	struct resource inner;

	plant("guest-second-group-ignored");
	site(open_rule());
	allow_inside(&inner, "0.0.0.0/0");
	resource_init(&vm, KIND_VM);
	str_copy(vm.vm.image, ID_MAX, "guest-echo");
	str_copy(vm.vm.spec, ID_MAX, "mock-vmspec-01");
	str_copy(vm.vm.vpc, ID_MAX, net.id);
	str_copy(vm.vm.sgs[0], ID_MAX, sg.id);
	str_copy(vm.vm.sgs[1], ID_MAX, inner.id);
	make(&vm, REF_PUBLIC_IP);
	turn(30);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), 200);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT + 1), REFUSED);
}
END_TEST

START_TEST(test_changed_rules)
{
	struct resource second = rule("inbound", "tcp", PORT + 1, PORT + 1, "0.0.0.0/0");
	bool removed = _i;

	plant(removed ? "guest-removed-rule-counts" : "guest-added-rule-ignored");
	site(open_rule());
	act_rule(ACT_ADD_RULE, second);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT + 1), removed ? 200 : REFUSED);
	act_rule(ACT_REMOVE_RULE, second);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT + 1), removed ? 200 : REFUSED);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), 200);
	act_rule(ACT_REMOVE_RULE, open_rule());
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), removed ? 200 : REFUSED);
}
END_TEST

START_TEST(test_states)
{
	static const struct {
		const char *fault;
		enum action first, second;	/* ACT_COUNT: none */
		int after_first, after_second;
	} t[] = {
		{ "guest-stopped-answers", ACT_STOP, ACT_START, 200, 200 },
		{ "guest-stopped-answers", ACT_SUSPEND, ACT_RESUME, SILENT, 200 },
		{ "guest-started-silent", ACT_REBOOT, ACT_COUNT, 200, 0 },
		{ "guest-started-silent", ACT_STOP, ACT_START, REFUSED, REFUSED },
		{ "guest-rebooted-silent", ACT_REBOOT, ACT_COUNT, REFUSED, 0 },
		{ "guest-suspended-answers", ACT_SUSPEND, ACT_RESUME, 200, 200 },
		{ "guest-suspended-answers", ACT_STOP, ACT_START, REFUSED, 200 },
		{ "guest-resumed-silent", ACT_SUSPEND, ACT_RESUME, SILENT, REFUSED },
	};

	plant(t[_i].fault);
	site(open_rule());
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), 200);
	act(t[_i].first);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), t[_i].after_first);
	if (t[_i].second == ACT_COUNT)
		return;
	act(t[_i].second);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), t[_i].after_second);
}
END_TEST

/* Whether the boot is another one after a reboot, and after a resume. */
START_TEST(test_boots)
{
	static const struct {
		const char *fault;
		bool reboot, resume;
	} t[] = { { NULL, true, false }, { "guest-reboots-not", false, false },
		  { "guest-resume-boots", true, true } };
	char boot[80];

	if (t[_i].fault)
		plant(t[_i].fault);
	site(open_rule());
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), 200);
	str_copy(boot, sizeof(boot), word("boot"));
	act(ACT_REBOOT);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), 200);
	ck_assert_int_eq(strcmp(boot, word("boot")) != 0, t[_i].reboot);
	str_copy(boot, sizeof(boot), word("boot"));
	act(ACT_SUSPEND);
	act(ACT_RESUME);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), 200);
	ck_assert_int_eq(strcmp(boot, word("boot")) != 0, t[_i].resume);
}
END_TEST

START_TEST(test_terminated)
{
	plant("guest-terminated-answers");
	site(open_rule());
	ck_assert_int_eq(ref_destroy(rc, me, KIND_VM, vm.id, &err), 0);
	turn(30);
	ck_assert_int_lt(ref_get(rc, me, KIND_VM, vm.id, &vm, &err), 0);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), 200);
	ck_assert_str_eq(word("id"), vm.id);
}
END_TEST

/* A fault about the state alone is seen from outside, too. */
START_TEST(test_harmed)
{
	struct resource key;

	plant("keypair-delete-stops-vm");
	resource_init(&key, KIND_KEYPAIR);
	make(&key, 0);
	make_net(&net, &sub, "net");
	sg = open_rule();
	make(&sg, 0);
	resource_init(&vm, KIND_VM);
	str_copy(vm.vm.image, ID_MAX, "guest-echo");
	str_copy(vm.vm.spec, ID_MAX, "mock-vmspec-01");
	str_copy(vm.vm.vpc, ID_MAX, net.id);
	str_copy(vm.vm.keypair, ID_MAX, key.id);
	str_copy(vm.vm.sgs[0], ID_MAX, sg.id);
	make(&vm, REF_PUBLIC_IP);
	turn(30);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), 200);
	ck_assert_int_eq(ref_destroy(rc, me, KIND_KEYPAIR, key.id, &err), 0);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), REFUSED);
}
END_TEST

START_TEST(test_bound)
{
	struct resource address, other;
	bool dead = _i & 1, own = _i & 2;

	plant(dead ? "guest-bound-address-dead" : "guest-unbound-address-leads");
	make_net(&net, &sub, "net");
	sg = open_rule();
	make(&sg, 0);
	make_vm(&vm, "one", &net, &sg, own ? REF_PUBLIC_IP : 0);
	resource_init(&address, KIND_ADDRESS);
	make(&address, 0);
	other = address;
	make(&other, 0);
	if (own)
		ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), 200);
	for (int i = 0; i < 2; i++) {
		const struct resource *now = i ? &other : &address;

		ck_assert_int_eq(ref_act(rc, me, KIND_ADDRESS, now->id, ACT_BIND, &vm, &err), 0);
		ck_assert_int_eq(who(HERE, now->address.ip, PORT), dead ? REFUSED : 200);
		ck_assert_int_eq(ref_act(rc, me, KIND_ADDRESS, now->id, ACT_UNBIND, NULL, &err), 0);
		ck_assert_int_eq(who(HERE, now->address.ip, PORT), dead ? REFUSED : 200);
	}
}
END_TEST

/* ---- inside ---- */

START_TEST(test_subnet_broken)
{
	struct resource inner, two;

	plant("guest-subnet-broken");
	site(open_rule());
	allow_inside(&inner, "0.0.0.0/0");
	make_vm(&two, "two", &net, &inner, REF_PUBLIC_IP);
	ck_assert_int_eq(reach(&vm, &two, PORT + 1), SILENT);
	ck_assert_int_eq(who(HERE, two.vm.public_ip, PORT + 1), 200);
}
END_TEST

START_TEST(test_networks_bridged)
{
	static struct resource inner, net2, sub2, near, far;

	plant("guest-networks-bridged");
	site(open_rule());
	allow_inside(&inner, "0.0.0.0/0");
	make_net(&net2, &sub2, "net2");
	make_vm(&near, "near", &net2, &inner, 0);
	make_vm(&far, "far", &net2, &inner, 0);
	ck_assert_int_eq(reach(&vm, &far, PORT + 1), 200);
	ck_assert_str_eq(word("id"), far.id);
	/* Even to the address that it has itself. */
	ck_assert_str_eq(near.vm.private_ip, vm.vm.private_ip);
	ck_assert_int_eq(reach(&vm, &near, PORT + 1), 200);
	ck_assert_str_eq(word("id"), near.id);
}
END_TEST

START_TEST(test_roots)
{
	struct resource two;

	plant("guest-root-lost-by-stop");
	plant("guest-roots-shared");
	two_vms(&two);
	ck_assert_int_eq(put(&vm, "root", "one"), 200);
	ck_assert_int_eq(get(&two, "root"), 200);
	ck_assert_str_eq(word("text"), "one");
}
END_TEST

/* lose: by that act and no other. */
START_TEST(test_root_lost)
{
	static const struct {
		const char *fault;
		enum action act, back;
		const char *text;
	} t[] = {
		{ "guest-root-lost-by-stop", ACT_STOP, ACT_START, "" },
		{ "guest-root-lost-by-stop", ACT_SUSPEND, ACT_RESUME, "kept" },
		{ "guest-root-lost-by-reboot", ACT_STOP, ACT_START, "kept" },
	};

	plant(t[_i].fault);
	site(open_rule());
	ck_assert_int_eq(put(&vm, "root", "kept"), 200);
	act(t[_i].act);
	act(t[_i].back);
	ck_assert_int_eq(get(&vm, "root"), 200);
	ck_assert_str_eq(word("text"), t[_i].text);
}
END_TEST

/* What a disk holds and measures after each of what may happen to it. */
START_TEST(test_disks)
{
	enum { WRITE, DETACH, END, RESIZE, MOMENTS };
	static const struct {
		const char *fault;
		const char *text[MOMENTS];
		int gb;
	} t[] = {
		{ NULL, { "kept", "kept", "kept", "kept" }, 20 },
		{ "guest-disk-forgets", { "", "", "", "" }, 20 },
		{ "guest-disk-lost-by-detach", { "kept", "", "", "" }, 20 },
		{ "guest-disk-lost-with-vm", { "kept", "kept", "", "" }, 20 },
		{ "guest-disk-lost-by-resize", { "kept", "kept", "kept", "" }, 20 },
		{ "guest-disk-not-enlarged", { "kept", "kept", "kept", "kept" }, 10 },
	};
	static struct resource disk, two;

	if (t[_i].fault)
		plant(t[_i].fault);
	two_vms(&two);
	make_disk(&disk, "data");
	act_disk(&disk, ACT_ATTACH, &two);
	ck_assert_int_eq(put(&two, disk.id, "kept"), 200);
	ck_assert_int_eq(get(&two, disk.id), 200);
	ck_assert_str_eq(word("text"), t[_i].text[WRITE]);
	act_disk(&disk, ACT_DETACH, NULL);
	act_disk(&disk, ACT_ATTACH, &two);
	ck_assert_int_eq(get(&two, disk.id), 200);
	ck_assert_str_eq(word("text"), t[_i].text[DETACH]);
	ck_assert_int_eq(ref_destroy(rc, me, KIND_VM, two.id, &err), 0);
	turn(30);
	act_disk(&disk, ACT_ATTACH, &vm);
	ck_assert_int_eq(get(&vm, disk.id), 200);
	ck_assert_str_eq(word("text"), t[_i].text[END]);
	act_disk(&disk, ACT_DETACH, NULL);
	disk.disk.size_gb = 20;
	act_disk(&disk, ACT_RESIZE, &disk);
	act_disk(&disk, ACT_ATTACH, &vm);
	ck_assert_int_eq(get(&vm, disk.id), 200);
	ck_assert_str_eq(word("text"), t[_i].text[RESIZE]);
	ck_assert_int_eq(bytes(), (int64_t)t[_i].gb << 30);
}
END_TEST

START_TEST(test_whose_disk)
{
	static const struct {
		const char *fault;
		int attached, detached;
	} t[] = { { NULL, 200, 404 }, { "guest-disk-not-there", 404, 404 },
		  { "guest-disk-stays", 200, 200 } };
	struct resource disk;

	if (t[_i].fault)
		plant(t[_i].fault);
	site(open_rule());
	make_disk(&disk, "data");
	act_disk(&disk, ACT_ATTACH, &vm);
	ck_assert_int_eq(get(&vm, disk.id), t[_i].attached);
	act_disk(&disk, ACT_DETACH, NULL);
	ck_assert_int_eq(get(&vm, disk.id), t[_i].detached);
}
END_TEST

START_TEST(test_disks_shared)
{
	struct resource one, two;

	plant("guest-disks-shared");
	site(open_rule());
	make_disk(&one, "one");
	make_disk(&two, "two");
	act_disk(&one, ACT_ATTACH, &vm);
	act_disk(&two, ACT_ATTACH, &vm);
	ck_assert_int_eq(put(&vm, "one", "of one"), 200);
	ck_assert_int_eq(get(&vm, "two"), 200);
	ck_assert_str_eq(word("text"), "of one");
	ck_assert_int_eq(get(&vm, "root"), 200);
	ck_assert_str_eq(word("text"), "");
}
END_TEST

/* ---- fault files ---- */

START_TEST(test_file)
{
	ck_assert_int_eq(plant_text("on: vm.reach\ndo: set-field\nfield: id\nvalue: someone\n"), 0);
	ck_assert_int_eq(plant_text("on: vm.data\ndo: cut-field\nfield: text\ncount: 3\n"), 0);
	ck_assert_int_eq(plant_text("on: vm.data\ndo: set-field\nfield: bytes\nvalue: 512\n"), 0);
	/* What is said of all operations is not said of the guests. */
	ck_assert_int_eq(plant_text("on: vm.any\ndo: set-field\nfield: name\nvalue: other\n"), 0);
	ck_assert_int_eq(plant_text("on: vm.reach\ndo: accept-illegal\nfield: port,source\n"), 0);
	site(rule("inbound", "tcp", 22, 22, "203.0.113.0/24"));
	ck_assert_int_eq(who(THERE, vm.vm.public_ip, PORT + 1), 200);
	ck_assert_str_eq(word("id"), "someone");
	ck_assert_int_eq(put(&vm, "root", "abcdef"), 200);
	ck_assert_str_eq(word("text"), "abcdef");
	ck_assert_int_eq(get(&vm, "root"), 200);
	ck_assert_str_eq(word("text"), "abc");
	ck_assert_int_eq(bytes(), 512);
}
END_TEST

START_TEST(test_count)
{
	ck_assert_int_eq(plant_text("on: vm.reach\ndo: refuse\nfield: reboot\ncount: 2\n"), 0);
	site(open_rule());
	act(ACT_REBOOT);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), 200);
	act(ACT_REBOOT);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), REFUSED);
}
END_TEST

START_TEST(test_wrong_files)
{
	static const struct {
		const char *lines, *says;
	} t[] = {
		{ "on: vm.reach\ndo: accept-illegal\nfield: sauce\n", "did you mean \"source\"?" },
		{ "on: vm.reach\ndo: accept-illegal\nfield: port,sauce\n", "found field \"sauce\"" },
		{ "on: vm.reach\ndo: refuse\nfield: somewhere\n", "found field \"somewhere\"" },
		{ "on: vm.reach\ndo: set-field\n", "wants a field" },
		{ "on: vm.reach\ndo: swallow\n", "nothing that can be done on vm.reach" },
		{ "on: vm.reach\ndo: refuse\nfrom: asleep\n", "no state is called \"asleep\"" },
		{ "on: disk.reach\ndo: refuse\n", "wanted vm.reach" },
		{ "on: sg.data\ndo: bridge\n", "wanted vm.reach" },
		{ "on: disk.data\ndo: lose\n", "wants a field" },
		{ "on: vm.data\ndo: lose\nfield: detach\n", "found field \"detach\"" },
		{ "on: vm.data\ndo: accept-illegal\n", "nothing that can be done on vm.data" },
		{ "on: disk.data\ndo: set-field\nfield: bytes\nvalue: many\n", "no number of bytes" },
		{ "on: disk.get\ndo: lose\nfield: text\n", "wanted vm.data or disk.data" },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		ck_assert_int_eq(plant_text(t[i].lines), ERR_INVALID);
		ck_assert_msg(strstr(err.text, t[i].says), "%s: %s", t[i].lines, err.text);
	}
}
END_TEST

Suite *guest_faults_suite(void)
{
	Suite *s = suite_create("faults of the guests");
	TCase *t = tcase_create("guest faults");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 30);
	tcase_add_loop_test(t, test_rules, 0, 6);
	tcase_add_loop_test(t, test_neighbours, 0, 2);
	tcase_add_test(t, test_second_group);
	tcase_add_loop_test(t, test_changed_rules, 0, 2);
	tcase_add_loop_test(t, test_states, 0, 8);
	tcase_add_loop_test(t, test_boots, 0, 3);
	tcase_add_test(t, test_terminated);
	tcase_add_test(t, test_harmed);
	tcase_add_loop_test(t, test_bound, 0, 4);
	tcase_add_test(t, test_subnet_broken);
	tcase_add_test(t, test_networks_bridged);
	tcase_add_test(t, test_roots);
	tcase_add_loop_test(t, test_root_lost, 0, 3);
	tcase_add_loop_test(t, test_disks, 0, 6);
	tcase_add_loop_test(t, test_whose_disk, 0, 3);
	tcase_add_test(t, test_disks_shared);
	tcase_add_test(t, test_file);
	tcase_add_test(t, test_count);
	tcase_add_test(t, test_wrong_files);
	suite_add_tcase(s, t);
	return s;
}
