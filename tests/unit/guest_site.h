#ifndef GUEST_SITE_H
#define GUEST_SITE_H

/* What the tests of the reference cloud's guests share: a client that turns the loop
 * of the cloud that it asks, and a site with one guest in it. */
#include "refcloud/refcloud.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/json.h"

enum { PORT = 7007, REFUSED = -1, CUT = -2, SILENT = -3, OTHERWISE = -4 };
#define UNUSED __attribute__((unused))
#define HERE "127.0.0.1"
#define THERE "127.0.0.2"

static struct loop *loop;
static struct refcloud *rc;
static struct error err;
static const char *const me = "tenant-a";
static struct resource net, sub, sg, vm;
static json_t *said;

UNUSED static void turn(int64_t ms)
{
	int64_t end = loop_now_ms(loop) + ms;

	while (loop_now_ms(loop) < end)
		loop_turn(loop, 5);
}

UNUSED static void setup(void)
{
	struct refcloud_config cfg = { .seed = 7, .latency_ms = 10, .quota[KIND_VM] = -1 };

	loop = loop_new();
	rc = refcloud_new(loop, &cfg);
	said = NULL;
}

UNUSED static void teardown(void)
{
	refcloud_free(rc);
	loop_free(loop);
	json_decref(said);
}

/* ---- a client ---- */

UNUSED static int dial(const char *from, const char *ip, int port)
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
UNUSED static int hear(int fd, int64_t ms)
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

UNUSED static int send_on(int fd, const char *method, const char *target, const char *body)
{
	char text[2048];
	int n = snprintf(text, sizeof(text), "%s %s HTTP/1.1\r\nHost: guest\r\nContent-Length: %zu\r\n"
			 "\r\n%s", method, target, strlen(body), body);

	return send(fd, text, (size_t)n, MSG_NOSIGNAL) == n;
}

UNUSED static int ask(const char *from, const char *ip, int port, const char *method,
	       const char *target, const char *body)
{
	int fd = dial(from, ip, port), r;

	if (fd < 0)
		return fd;
	r = send_on(fd, method, target, body) ? hear(fd, 200) : CUT;
	close(fd);
	return r;
}

UNUSED static int who(const char *from, const char *ip, int port)
{
	return ask(from, ip, port, "GET", "/who?nonce=n1", "");
}

UNUSED static const char *word(const char *key)
{
	const char *text = json_text(said, key);

	return text ? text : "";
}

/* ---- a site ---- */

UNUSED static void make(struct resource *r, unsigned flags)
{
	struct resource want = *r;

	ck_assert_msg(ref_create(rc, me, &want, flags, r, &err) == 0, "%s", err.text);
}

UNUSED static void make_net(struct resource *vpc, struct resource *subnet, const char *name)
{
	resource_init(vpc, KIND_VPC);
	str_copy(vpc->name, NAME_LEN, name);
	make(vpc, 0);
	resource_init(subnet, KIND_SUBNET);
	str_copy(subnet->parent, ID_MAX, vpc->id);
	str_copy(subnet->subnet.cidr, ADDR_LEN, "10.0.1.0/24");
	make(subnet, 0);
}

UNUSED static struct resource rule(const char *direction, const char *protocol, int from, int to,
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

UNUSED static void make_vm(struct resource *to, const char *name, const struct resource *vpc,
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
UNUSED static void site(struct resource group)
{
	make_net(&net, &sub, "net");
	sg = group;
	/* The first outbound rule ends what is let out without one: it could not boot. */
	if (!strcmp(sg.sg.rules[0].direction, "outbound"))
		sg.sg.rules[sg.sg.rule_count++] = (struct rule){ "outbound", "tcp", 80, 80,
								 "169.254.169.254/32" };
	make(&sg, 0);
	make_vm(&vm, "one", &net, &sg, REF_PUBLIC_IP);
}

UNUSED static void act(enum action a)
{
	ck_assert_int_eq(ref_act(rc, me, KIND_VM, vm.id, a, NULL, &err), 0);
	turn(30);
}

UNUSED static void act_rule(enum action a, struct resource r)
{
	ck_assert_int_eq(ref_act(rc, me, KIND_SG, sg.id, a, &r, &err), 0);
}

UNUSED static struct resource open_rule(void)
{
	return rule("inbound", "tcp", PORT, PORT, "0.0.0.0/0");
}

/* ---- inside ---- */

/* What one guest, asked from outside, reaches there: 200 with the answer, or SILENT. */
UNUSED static int reach(const struct resource *from, const struct resource *to, int port)
{
	char target[200];

	snprintf(target, sizeof(target), "/reach?address=%s&port=%d&nonce=r", to->vm.private_ip, port);
	ck_assert_int_eq(ask(HERE, from->vm.public_ip, PORT, "GET", target, ""), 200);
	return json_is_true(json_object_get(said, "reached")) ? 200 : SILENT;
}

UNUSED static void allow_inside(struct resource *group, const char *cidr)
{
	*group = rule("inbound", "tcp", PORT + 1, PORT + 1, cidr);
	str_copy(group->name, NAME_LEN, "inside");
	make(group, 0);
}

/* ---- disks ---- */

UNUSED static int put(const struct resource *guest, const char *name, const char *text)
{
	char target[200];

	snprintf(target, sizeof(target), "/disk/%s", name);
	return ask(HERE, guest->vm.public_ip, PORT, "PUT", target, text);
}

UNUSED static int get(const struct resource *guest, const char *name)
{
	char target[200];

	snprintf(target, sizeof(target), "/disk/%s", name);
	return ask(HERE, guest->vm.public_ip, PORT, "GET", target, "");
}

UNUSED static int64_t bytes(void) { return json_integer_value(json_object_get(said, "bytes")); }

UNUSED static void act_disk(const struct resource *disk, enum action a,
			    const struct resource *object)
{
	ck_assert_msg(ref_act(rc, me, KIND_DISK, disk->id, a, object, &err) == 0, "%s", err.text);
}

UNUSED static void make_disk(struct resource *disk, const char *name)
{
	resource_init(disk, KIND_DISK);
	str_copy(disk->name, NAME_LEN, name);
	disk->disk.size_gb = 10;
	make(disk, 0);
	turn(30);
}

#endif
