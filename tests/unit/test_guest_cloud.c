/* The guests of the reference cloud: who reaches them, and what they say. */
#include "refcloud/refcloud.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/json.h"

Suite *guest_cloud_suite(void);

enum { PORT = 7007, REFUSED = -1, CUT = -2, SILENT = -3, OTHERWISE = -4 };
#define HERE "127.0.0.1"
#define THERE "127.0.0.2"

static struct loop *loop;
static struct refcloud *rc;
static struct error err;
static const char *const me = "tenant-a";
static struct resource net, sub, sg, vm;
static json_t *said;

static void turn(int64_t ms)
{
	int64_t end = loop_now_ms(loop) + ms;

	while (loop_now_ms(loop) < end)
		loop_turn(loop, 5);
}

static void setup(void)
{
	struct refcloud_config cfg = { .seed = 7, .latency_ms = 10 };

	loop = loop_new();
	rc = refcloud_new(loop, &cfg);
	said = NULL;
}

static void teardown(void)
{
	refcloud_free(rc);
	loop_free(loop);
	json_decref(said);
}

/* ---- a client ---- */

static int dial(const char *from, const char *ip, int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET }, to = at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	inet_pton(AF_INET, from, &at.sin_addr);
	inet_pton(AF_INET, ip, &to.sin_addr);
	to.sin_port = htons((uint16_t)port);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	ck_assert_int_eq(errno, ECONNREFUSED);
	close(fd);
	return REFUSED;
}

/* What comes within the time: the status with its JSON in said, or how it failed. */
static int hear(int fd, int64_t ms)
{
	char text[4096];
	size_t n = 0;
	int64_t end = loop_now_ms(loop) + ms;
	const char *body;

	while (loop_now_ms(loop) < end) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ssize_t got;

		loop_turn(loop, 2);
		if (poll(&p, 1, 0) < 1)
			continue;
		got = recv(fd, text + n, sizeof(text) - 1 - n, MSG_DONTWAIT);
		if (got <= 0)
			return CUT;
		n += (size_t)got;
		text[n] = '\0';
		body = strstr(text, "\r\n\r\n");
		if (!body || strncmp(text, "HTTP/1.1 ", 9) || body[strlen(body) - 1] != '}')
			continue;
		json_decref(said);
		said = NULL;
		ck_assert_int_eq(json_read(body + 4, strlen(body + 4), NULL, &said, &err), 0);
		return (int)str_to_int((text[12] = '\0', text + 9), 999);
	}
	return n ? OTHERWISE : SILENT;
}

static int send_on(int fd, const char *method, const char *target, const char *body)
{
	char text[2048];
	int n = snprintf(text, sizeof(text), "%s %s HTTP/1.1\r\nHost: guest\r\nContent-Length: %zu\r\n"
			 "\r\n%s", method, target, strlen(body), body);

	return send(fd, text, (size_t)n, MSG_NOSIGNAL) == n;
}

static int ask(const char *from, const char *ip, int port, const char *method,
	       const char *target, const char *body)
{
	int fd = dial(from, ip, port), r;

	if (fd < 0)
		return fd;
	r = send_on(fd, method, target, body) ? hear(fd, 200) : CUT;
	close(fd);
	return r;
}

static int who(const char *from, const char *ip, int port)
{
	return ask(from, ip, port, "GET", "/who?nonce=n1", "");
}

static const char *word(const char *key)
{
	const char *text = json_text(said, key);

	return text ? text : "";
}

/* ---- a site ---- */

static void make(struct resource *r, unsigned flags)
{
	struct resource want = *r;

	ck_assert_msg(ref_create(rc, me, &want, flags, r, &err) == 0, "%s", err.text);
}

static void make_net(struct resource *vpc, struct resource *subnet, const char *name)
{
	resource_init(vpc, KIND_VPC);
	str_copy(vpc->name, NAME_LEN, name);
	make(vpc, 0);
	resource_init(subnet, KIND_SUBNET);
	str_copy(subnet->parent, ID_MAX, vpc->id);
	str_copy(subnet->subnet.cidr, ADDR_LEN, "10.0.1.0/24");
	make(subnet, 0);
}

static struct resource rule(const char *direction, const char *protocol, int from, int to,
			    const char *cidr)
{
	struct resource r;

	resource_init(&r, KIND_SG);
	str_copy(r.name, NAME_LEN, "group");
	r.sg.rule_count = 1;
	r.sg.rules[0].from = from;
	r.sg.rules[0].to = to;
	str_copy(r.sg.rules[0].direction, sizeof(r.sg.rules[0].direction), direction);
	str_copy(r.sg.rules[0].protocol, sizeof(r.sg.rules[0].protocol), protocol);
	str_copy(r.sg.rules[0].cidr, ADDR_LEN, cidr);
	return r;
}

static void make_vm(struct resource *to, const char *name, const struct resource *vpc,
		    const struct resource *group, unsigned flags)
{
	resource_init(to, KIND_VM);
	str_copy(to->name, NAME_LEN, name);
	str_copy(to->vm.image, ID_MAX, "guest-echo");
	str_copy(to->vm.spec, ID_MAX, "mock-vmspec-01");
	str_copy(to->vm.vpc, ID_MAX, vpc->id);
	if (group)
		str_copy(to->vm.sgs[0], ID_MAX, group->id);
	make(to, flags);
	turn(30);
	ck_assert_int_eq(ref_get(rc, me, KIND_VM, to->id, to, &err), 0);
	ck_assert_int_eq(to->state, STATE_RUNNING);
}

/* A guest with a public address of its own, and a group of that rule. */
static void site(struct resource group)
{
	make_net(&net, &sub, "net");
	sg = group;
	make(&sg, 0);
	make_vm(&vm, "one", &net, &sg, REF_PUBLIC_IP);
}

static void act(enum action a)
{
	ck_assert_int_eq(ref_act(rc, me, KIND_VM, vm.id, a, NULL, &err), 0);
	turn(30);
}

static void act_rule(enum action a, struct resource r)
{
	ck_assert_int_eq(ref_act(rc, me, KIND_SG, sg.id, a, &r, &err), 0);
}

static struct resource open_rule(void) { return rule("inbound", "tcp", PORT, PORT, "0.0.0.0/0"); }

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

static int descriptors(void)
{
	int n = 0;

	for (int fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

START_TEST(test_descriptors)
{
	struct resource other;
	int before, during;

	site(open_rule());
	ck_assert_int_eq(who(HERE, vm.vm.public_ip, PORT), 200);
	turn(20);
	before = descriptors();
	for (int i = 0; i < 40; i++) {
		resource_init(&other, KIND_VM);
		str_copy(other.vm.image, ID_MAX, "mock-vmimage-01");
		str_copy(other.vm.spec, ID_MAX, "mock-vmspec-01");
		str_copy(other.vm.vpc, ID_MAX, net.id);
		str_copy(other.vm.sgs[0], ID_MAX, sg.id);
		make(&other, REF_PUBLIC_IP);
	}
	turn(30);
	ck_assert_int_eq(descriptors(), before);
	make_vm(&other, "deaf", &net, NULL, REF_PUBLIC_IP);
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
	return s;
}
