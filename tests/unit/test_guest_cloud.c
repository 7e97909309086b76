/* The guests of the reference cloud: who reaches them from outside. */
#include "guest_site.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>

Suite *guest_cloud_suite(void);

/* ---- who is there ---- */

START_TEST(test_who)
{
	site(open_rule());
	ck_assert(cidr_holds("127.64.0.0/10", vm.vm.public_ip));
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), 200);
	ck_assert_str_eq(word("id"), vm.id);
	ck_assert_str_eq(word("name"), "one");
	ck_assert_str_eq(word("nonce"), "n1");
	ck_assert_uint_gt(strlen(word("boot")), 8);
	ck_assert_int_eq(ask(HERE, vm.vm.public_ip, PORT, "GET", "/who", ""), 400);
	ck_assert_ptr_nonnull(json_text(said, "error"));
	ck_assert_int_eq(ask(HERE, vm.vm.public_ip, PORT, "GET", "/who?nonce=%22", ""), 400);
	ck_assert_int_eq(ask(HERE, vm.vm.public_ip, PORT, "GET", "/elsewhere", ""), 404);
	ck_assert_int_eq(ask(HERE, vm.vm.public_ip, PORT, "PUT", "/who?nonce=n1", "x"), 405);
}
END_TEST

START_TEST(test_two_vms)
{
	struct resource two;

	site(open_rule());
	make_vm(&two, "two", &net, &sg, REF_PUBLIC_IP);
	ck_assert_str_ne(two.vm.public_ip, vm.vm.public_ip);
	ck_assert_int_eq(who(HERE, two.vm.public_ip, PORT), 200);
	ck_assert_str_eq(word("id"), two.id);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), 200);
	ck_assert_str_eq(word("id"), vm.id);
}
END_TEST

/* Neither another image nor a VM without a public address listens anywhere. */
START_TEST(test_others_have_none)
{
	struct resource other;

	site(open_rule());
	resource_init(&other, KIND_VM);
	str_copy(other.vm.image, ID_MAX, "mock-vmimage-01");
	str_copy(other.vm.spec, ID_MAX, "mock-vmspec-01");
	str_copy(other.vm.vpc, ID_MAX, net.id);
	str_copy(other.vm.sgs[0], ID_MAX, sg.id);
	make(&other, REF_PUBLIC_IP);
	turn(30);
	ck_assert_int_eq(who(HERE, other.vm.public_ip, PORT), REFUSED);
}
END_TEST

START_TEST(test_other_port)
{
	struct refcloud_config cfg = { .seed = 7, .latency_ms = 10, .guest_port = PORT + 100 };

	refcloud_free(rc);
	rc = refcloud_new(loop, &cfg);
	site(rule("inbound", "tcp", -1, -1, "0.0.0.0/0"));
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), REFUSED);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT + 100), 200);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT + 101), 200);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT + 102), REFUSED);
}
END_TEST

/* One that never ends his question keeps nobody waiting; a body may come in pieces. */
START_TEST(test_talkers)
{
	static const char pieces[][64] = { "PUT /disk/root HTTP/1.1\r\nHost: g\r\nConte",
					   "nt-Length: 6\r\n\r\nabc", "def" };
	int never, fd;

	site(open_rule());
	never = dial(HERE, vm.vm.public_ip, PORT);
	ck_assert_int_gt(send(never, "GET /who", 8, 0), 0);
	turn(10);
	fd = dial(HERE, vm.vm.public_ip, PORT);
	for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
		ck_assert_int_gt(send(fd, pieces[i], strlen(pieces[i]), 0), 0);
		turn(10);
	}
	ck_assert_int_eq(hear(fd, 200), 200);
	ck_assert_str_eq(word("text"), "abcdef");
	close(fd);
	close(never);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), 200);
}
END_TEST

/* What is no HTTP, or a head without end, gets no answer of a guest and harms nobody. */
START_TEST(test_noise)
{
	static char flood[16384];
	int fd;

	memset(flood, 'x', sizeof(flood));
	site(open_rule());
	fd = dial(HERE, vm.vm.public_ip, PORT);
	ck_assert_int_gt(send(fd, "\0\xff\n\n\r\n\r\n", 8, MSG_NOSIGNAL), 0);
	ck_assert_int_ne(hear(fd, 60), 200);
	close(fd);
	fd = dial(HERE, vm.vm.public_ip, PORT);
	ck_assert_int_gt(send(fd, flood, sizeof(flood), MSG_NOSIGNAL), 0);
	ck_assert_int_ne(hear(fd, 60), 200);
	close(fd);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), 200);
}
END_TEST

/* ---- rules ---- */

START_TEST(test_rules)
{
	static const struct {
		const char *direction, *protocol;
		int from, to;
		const char *cidr;
		int here, there, above;	/* from HERE, from THERE, HERE on the second port */
	} t[] = {
		{ "inbound", "tcp", PORT, PORT, "0.0.0.0/0", 200, 200, REFUSED },
		{ "inbound", "tcp", PORT + 1, PORT + 1, "0.0.0.0/0", REFUSED, REFUSED, 200 },
		{ "inbound", "tcp", 7000, 8000, "0.0.0.0/0", 200, 200, 200 },
		{ "inbound", "tcp", -1, -1, "0.0.0.0/0", 200, 200, 200 },
		{ "inbound", "all", -1, -1, "0.0.0.0/0", 200, 200, 200 },
		{ "inbound", "tcp", PORT, PORT, HERE "/32", 200, CUT, REFUSED },
		{ "inbound", "tcp", PORT, PORT, THERE "/32", CUT, 200, REFUSED },
		{ "inbound", "tcp", PORT, PORT, "203.0.113.0/24", CUT, CUT, REFUSED },
		{ "inbound", "udp", PORT, PORT, "0.0.0.0/0", REFUSED, REFUSED, REFUSED },
		{ "inbound", "icmp", -1, -1, "0.0.0.0/0", REFUSED, REFUSED, REFUSED },
		{ "outbound", "tcp", PORT, PORT, "0.0.0.0/0", REFUSED, REFUSED, REFUSED },
		{ "inbound", "tcp", 22, 22, "0.0.0.0/0", REFUSED, REFUSED, REFUSED },
	};

	site(rule(t[_i].direction, t[_i].protocol, t[_i].from, t[_i].to, t[_i].cidr));
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), t[_i].here);
	ck_assert_int_eq(who(THERE, vm.vm.public_ip, PORT), t[_i].there);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT + 1), t[_i].above);
}
END_TEST

START_TEST(test_no_group)
{
	make_net(&net, &sub, "net");
	make_vm(&vm, "one", &net, NULL, REF_PUBLIC_IP);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), REFUSED);
}
END_TEST

START_TEST(test_second_group)
{
	struct resource first = rule("inbound", "tcp", 22, 22, "0.0.0.0/0");

	site(first);
	resource_init(&vm, KIND_VM);
	str_copy(vm.vm.sgs[1], ID_MAX, "");
	first = open_rule();
	str_copy(first.name, NAME_LEN, "second");
	make(&first, 0);
	str_copy(vm.vm.image, ID_MAX, "guest-ledger");
	str_copy(vm.vm.spec, ID_MAX, "mock-vmspec-01");
	str_copy(vm.vm.vpc, ID_MAX, net.id);
	str_copy(vm.vm.sgs[0], ID_MAX, sg.id);
	str_copy(vm.vm.sgs[1], ID_MAX, first.id);
	make(&vm, REF_PUBLIC_IP);
	turn(30);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), 200);
}
END_TEST

/* A rule that comes or goes takes effect at once, on established connections too. */
START_TEST(test_changed_rules)
{
	struct resource second = rule("inbound", "tcp", PORT + 1, PORT + 1, "0.0.0.0/0");
	int kept;

	site(open_rule());
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT + 1), REFUSED);
	act_rule(ACT_ADD_RULE, second);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT + 1), 200);
	kept = dial(HERE, vm.vm.public_ip, PORT + 1);
	ck_assert(send_on(kept, "GET", "/who?nonce=k", ""));
	ck_assert_int_eq(hear(kept, 200), 200);
	act_rule(ACT_REMOVE_RULE, second);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT + 1), REFUSED);
	ck_assert_int_eq(hear(kept, 200), CUT);
	close(kept);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), 200);
}
END_TEST

/* The sources that are left keep their connections. */
START_TEST(test_narrowed)
{
	int here, there;

	site(open_rule());
	act_rule(ACT_ADD_RULE, rule("inbound", "tcp", PORT, PORT, HERE "/32"));
	here = dial(HERE, vm.vm.public_ip, PORT);
	there = dial(THERE, vm.vm.public_ip, PORT);
	turn(20);
	act_rule(ACT_REMOVE_RULE, open_rule());
	ck_assert(send_on(here, "GET", "/who?nonce=k", ""));
	ck_assert_int_eq(hear(here, 200), 200);
	ck_assert_int_eq(hear(there, 200), CUT);
	close(here);
	close(there);
}
END_TEST

/* ---- states ---- */

static void cut_by(enum action a, int then)
{
	int kept = dial(HERE, vm.vm.public_ip, PORT);

	turn(20);
	act(a);
	ck_assert_int_eq(hear(kept, 200), CUT);
	close(kept);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), then);
}

START_TEST(test_stop_start)
{
	char boot[80];

	site(open_rule());
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), 200);
	str_copy(boot, sizeof(boot), word("boot"));
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), 200);
	ck_assert_str_eq(boot, word("boot"));
	cut_by(ACT_STOP, REFUSED);
	act(ACT_START);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), 200);
	ck_assert_str_ne(boot, word("boot"));
	ck_assert_str_eq(vm.id, word("id"));
	str_copy(boot, sizeof(boot), word("boot"));
	cut_by(ACT_REBOOT, 200);
	ck_assert_str_ne(boot, word("boot"));
}
END_TEST

/* Nothing answers on the way, either. */
START_TEST(test_reboot_is_a_gap)
{
	site(open_rule());
	ck_assert_int_eq(ref_act(rc, me, KIND_VM, vm.id, ACT_REBOOT, NULL, &err), 0);
	ck_assert_int_eq(dial(HERE, vm.vm.public_ip, PORT), REFUSED);
	turn(30);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), 200);
}
END_TEST

/* What was asked while it slept is answered when it wakes. */
START_TEST(test_suspend)
{
	char boot[80];
	int kept, fresh;

	site(open_rule());
	kept = dial(HERE, vm.vm.public_ip, PORT);
	ck_assert(send_on(kept, "GET", "/who?nonce=k", ""));
	ck_assert_int_eq(hear(kept, 200), 200);
	str_copy(boot, sizeof(boot), word("boot"));
	act(ACT_SUSPEND);
	ck_assert(send_on(kept, "GET", "/who?nonce=k", ""));
	ck_assert_int_eq(hear(kept, 60), SILENT);
	fresh = dial(HERE, vm.vm.public_ip, PORT);
	ck_assert_int_ge(fresh, 0);
	ck_assert(send_on(fresh, "GET", "/who?nonce=f", ""));
	ck_assert_int_eq(hear(fresh, 60), SILENT);
	act(ACT_RESUME);
	ck_assert_int_eq(hear(kept, 200), 200);
	ck_assert_str_eq(boot, word("boot"));
	ck_assert_int_eq(hear(fresh, 200), 200);
	ck_assert_str_eq(boot, word("boot"));
	close(kept);
	close(fresh);
}
END_TEST

/* A sleeper whose request waits can be removed. */
START_TEST(test_terminate_asleep)
{
	int kept;

	site(open_rule());
	kept = dial(HERE, vm.vm.public_ip, PORT);
	turn(20);
	act(ACT_SUSPEND);
	ck_assert(send_on(kept, "GET", "/who?nonce=k", ""));
	ck_assert_int_eq(hear(kept, 40), SILENT);
	ck_assert_int_eq(ref_destroy(rc, me, KIND_VM, vm.id, &err), 0);
	ck_assert_int_eq(hear(kept, 200), CUT);
	close(kept);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), REFUSED);
}
END_TEST

START_TEST(test_end_asleep)
{
	int kept;

	site(open_rule());
	kept = dial(HERE, vm.vm.public_ip, PORT);
	turn(20);
	act(ACT_SUSPEND);
	ck_assert(send_on(kept, "GET", "/who?nonce=k", ""));
	turn(20);
	close(kept);
	/* The cloud ends with it, in teardown(). */
}
END_TEST

START_TEST(test_terminate)
{
	int kept;

	site(open_rule());
	kept = dial(HERE, vm.vm.public_ip, PORT);
	turn(20);
	ck_assert_int_eq(ref_destroy(rc, me, KIND_VM, vm.id, &err), 0);
	ck_assert_int_eq(hear(kept, 200), CUT);
	close(kept);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), REFUSED);
	turn(30);
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), REFUSED);
}
END_TEST

/* ---- addresses ---- */

START_TEST(test_bind)
{
	struct resource address;
	int kept;

	make_net(&net, &sub, "net");
	sg = open_rule();
	make(&sg, 0);
	make_vm(&vm, "one", &net, &sg, 0);
	ck_assert_str_eq(vm.vm.public_ip, "");
	resource_init(&address, KIND_ADDRESS);
	make(&address, 0);
	ck_assert(cidr_holds("127.64.0.0/10", address.address.ip));
	ck_assert_int_eq(who(HERE, address.address.ip, PORT), REFUSED);
	ck_assert_int_eq(ref_act(rc, me, KIND_ADDRESS, address.id, ACT_BIND, &vm, &err), 0);
	ck_assert_int_eq(who(HERE, address.address.ip, PORT), 200);
	ck_assert_str_eq(word("id"), vm.id);
	kept = dial(HERE, address.address.ip, PORT);
	turn(20);
	ck_assert_int_eq(ref_act(rc, me, KIND_ADDRESS, address.id, ACT_UNBIND, NULL, &err), 0);
	ck_assert_int_eq(hear(kept, 200), CUT);
	close(kept);
	ck_assert_int_eq(who(HERE, address.address.ip, PORT), REFUSED);
}
END_TEST

/* An address where a stranger listens is not given. */
START_TEST(test_taken)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(PORT + 1) };
	struct resource a;
	struct in_addr next;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	resource_init(&a, KIND_ADDRESS);
	make(&a, 0);
	inet_pton(AF_INET, a.address.ip, &next);
	next.s_addr = htonl(ntohl(next.s_addr) + ((ntohl(next.s_addr) & 255) == 254 ? 3 : 1));
	at.sin_addr = next;
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	ck_assert_int_eq(listen(fd, 1), 0);
	resource_init(&a, KIND_ADDRESS);
	make(&a, 0);
	ck_assert_str_ne(a.address.ip, inet_ntoa(next));
	close(fd);
}
END_TEST

/* ---- what they cost ---- */

/* Without a descriptor a call waits, and is taken when there is one. */
START_TEST(test_no_descriptor)
{
	struct rlimit few, before;
	int kept;

	site(open_rule());
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), 200);
	kept = dial(HERE, vm.vm.public_ip, PORT);
	ck_assert(send_on(kept, "GET", "/who?nonce=w", ""));
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = before;
	few.rlim_cur = (rlim_t)kept + 1;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
	ck_assert_int_eq(hear(kept, 250), SILENT);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
	ck_assert_int_eq(hear(kept, 400), 200);
	close(kept);
}
END_TEST

static int descriptors(void)
{
	int n = 0;

	for (int fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* VMs of another image, in a network with room for them. */
static void make_many(int n)
{
	static struct resource wide, room, other;

	resource_init(&wide, KIND_VPC);
	make(&wide, 0);
	resource_init(&room, KIND_SUBNET);
	str_copy(room.parent, ID_MAX, wide.id);
	str_copy(room.subnet.cidr, ADDR_LEN, "10.0.0.0/16");
	make(&room, 0);
	resource_init(&other, KIND_VM);
	str_copy(other.vm.image, ID_MAX, "mock-vmimage-01");
	str_copy(other.vm.spec, ID_MAX, "mock-vmspec-01");
	str_copy(other.vm.vpc, ID_MAX, wide.id);
	str_copy(other.vm.sgs[0], ID_MAX, sg.id);
	for (int i = 0; i < n; i++) {
		struct resource one = other;

		make(&one, REF_PUBLIC_IP);
	}
}

START_TEST(test_descriptors)
{
	struct resource other;
	int before, during;

	site(open_rule());
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), 200);
	turn(20);
	before = descriptors();
	make_many(10000);
	turn(30);
	ck_assert_int_eq(descriptors(), before);
	make_vm(&other, "deaf", &net, NULL, REF_PUBLIC_IP);	/* no rule opens it */
	ck_assert_int_eq(descriptors(), before);
	make_vm(&other, "two", &net, &sg, REF_PUBLIC_IP);
	during = descriptors();
	ck_assert_int_eq(during, before + 1);
	for (int i = 0; i < 20; i++)
		ck_assert_int_eq(who(i % 2 ? HERE : THERE, other.vm.public_ip, PORT), 200);
	turn(20);
	ck_assert_int_eq(descriptors(), during);
	ck_assert_int_eq(ref_destroy(rc, me, KIND_VM, other.id, &err), 0);
	turn(30);
	ck_assert_int_eq(descriptors(), before);
}
END_TEST

Suite *guest_cloud_suite(void)
{
	Suite *s = suite_create("guests of the reference cloud");
	TCase *t = tcase_create("guests");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 30);
	tcase_add_test(t, test_who);
	tcase_add_test(t, test_two_vms);
	tcase_add_test(t, test_others_have_none);
	tcase_add_test(t, test_other_port);
	tcase_add_test(t, test_talkers);
	tcase_add_test(t, test_noise);
	tcase_add_loop_test(t, test_rules, 0, 12);
	tcase_add_test(t, test_no_group);
	tcase_add_test(t, test_second_group);
	tcase_add_test(t, test_changed_rules);
	tcase_add_test(t, test_narrowed);
	tcase_add_test(t, test_stop_start);
	tcase_add_test(t, test_reboot_is_a_gap);
	tcase_add_test(t, test_suspend);
	tcase_add_test(t, test_terminate_asleep);
	tcase_add_test(t, test_end_asleep);
	tcase_add_test(t, test_terminate);
	tcase_add_test(t, test_bind);
	tcase_add_test(t, test_taken);
	tcase_add_test(t, test_descriptors);
	suite_add_tcase(s, t);
	t = tcase_create("a limit of descriptors");
	tcase_set_tags(t, "descriptor-limit");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 30);
	tcase_add_test(t, test_no_descriptor);
	suite_add_tcase(s, t);
	return s;
}
