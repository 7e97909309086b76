#ifndef FAULTS_SITE_H
#define FAULTS_SITE_H

/* What the tests of faults share: a reference cloud, one of them armed, and what is asked
 * of the model.  Each test file that includes this has one of its own. */
#include "refcloud/priv.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"

#define UNUSED __attribute__((unused))

static struct loop *loop;
static struct refcloud *rc;
static struct error err;
static const char *const me = "t";

UNUSED static void setup(void)
{
	loop = loop_new();
	rc = refcloud_new(loop, &(struct refcloud_config){ .seed = 3, .latency_ms = 4 });
}

UNUSED static void teardown(void)
{
	refcloud_free(rc);
	loop_free(loop);
}

UNUSED static void fault(const char *name)
{
	ck_assert_msg(refcloud_fault(rc, name, &err) == 0, "%s", err.text);
}

/* Large, and so not on the stack; enough of them for one test. */
UNUSED static struct resource *fresh(void)
{
	static struct resource pool[64];
	static size_t next;

	ck_assert_uint_lt(next, 64);
	return &pool[next++];
}

UNUSED static struct resource *make(enum kind k, const char *name, const char *parent)
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

UNUSED static const struct resource *get(const struct resource *r)
{
	struct resource *now = fresh();

	ck_assert_msg(ref_get(rc, me, r->kind, r->id, now, &err) == 0, "%s", err.text);
	return now;
}

UNUSED static bool answers(const struct resource *r)
{
	struct resource now;

	return ref_get(rc, me, r->kind, r->id, &now, &err) == 0;
}

UNUSED static size_t listed(enum kind k, const char *id)
{
	struct resource_list l = { 0 };

	ck_assert_int_eq(ref_list(rc, me, k, NULL, &l, &err), 0);
	size_t n = resource_list_count_id(&l, id);

	resource_list_cleanup(&l);
	return n;
}

UNUSED static int destroy(const struct resource *r)
{
	return ref_destroy(rc, me, r->kind, r->id, &err);
}

UNUSED static int act(const struct resource *r, enum action a)
{
	return ref_act(rc, me, r->kind, r->id, a, NULL, &err);
}

UNUSED static void wait_ms(int ms)
{
	int64_t end;

	loop_turn(loop, 0);	/* so that it knows the time */
	end = loop_now_ms(loop) + ms;
	while (loop_now_ms(loop) < end)
		loop_turn(loop, 2);
}

static struct resource *net, *sub, *group, *key;

UNUSED static struct resource *vm(void)
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

/* The faults of a file that says this. */
UNUSED static int from_file(const char *text)
{
	char path[] = "/tmp/plugfest-faults-XXXXXX";
	int fd = mkstemp(path), r;

	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	r = refcloud_fault_file(rc, path, &err);
	unlink(path);
	return r;
}

#endif
