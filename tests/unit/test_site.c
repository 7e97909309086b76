/*
 * What the cases of a run share: made once, whoever asks first and however many do, tried
 * again after a failure, deleted by no case, and removed whole.
 */
#include <check.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "co/loop.h"
#include "journal/emit.h"
#include "tc/private.h"
#include "tc/site.h"

/* ---- the scripted cloud ---- */

static struct {
	unsigned made[KIND_COUNT], held[KIND_COUNT], deletes;
	enum kind refused;	/* the next create of it is */
	enum kind lost;		/* the answer to the next create of it is */
} sut;

static int fake_create(struct cloud *c, const struct resource *want, struct resource *ret,
		       struct error *err)
{
	(void)c;
	if (co_sleep(20) < 0)
		return err_set(err, ERR_TIMEOUT, "scripted");
	if (want->kind == sut.refused) {
		sut.refused = KIND_COUNT;
		return err_set(err, ERR_QUOTA, "scripted");
	}
	if (want->kind == sut.lost) {
		sut.lost = KIND_COUNT;
		sut.made[want->kind]++;
		err_set(err, ERR_TIMEOUT, "scripted");
		err->sent = true;
		return err->code;
	}
	*ret = *want;
	snprintf(ret->id, sizeof(ret->id), "%s-%u", kind_info(want->kind)->name,
		 ++sut.made[want->kind]);
	sut.held[want->kind]++;
	return ERR_OK;
}

static int fake_get(struct cloud *c, const struct ref *ref, struct resource *ret, struct error *err)
{
	(void)c, (void)ret;
	return err_set(err, ERR_NOT_FOUND, "no %s", ref->id);
}

static int fake_list(struct cloud *c, const char *parent, struct resource_list *ret,
		     struct error *err)
{
	(void)c, (void)parent, (void)ret, (void)err;
	return ERR_OK;
}

static int fake_destroy(struct cloud *c, const struct ref *ref, struct error *err)
{
	(void)c, (void)err;
	sut.held[ref->kind]--;
	sut.deletes++;
	return ERR_OK;
}

static int fake_open(struct cloud *c, struct error *err) { (void)c, (void)err; return ERR_OK; }
static void fake_close(struct cloud *c) { (void)c; }

static const struct kind_ops ops = {
	.create = fake_create, .get = fake_get, .list = fake_list, .destroy = fake_destroy,
};
static const struct dialect dialect = { .source = "this test" };
static const struct setting_info settings[] = { { 0 } };

DRIVER(scripted_site) {
	.name = "scripted-site", .abi = DRIVER_ABI, .title = "scripted", .scope = "native-api",
	.settings = settings, .dialect = &dialect, .open = fake_open, .close = fake_close,
	.ops = { [KIND_KEYPAIR] = &ops, [KIND_VPC] = &ops, [KIND_SUBNET] = &ops, [KIND_SG] = &ops },
};

/* ---- a run of several cases ---- */

enum { CASES = 5 };

static const struct testcase takes_it = { .id = "a.vm.x", .any_site = true },
	has_its_own = { .id = "a.vm.y" };
static struct cloud_config cfg;
static struct cloud *cloud;
static struct site site;
static struct tc t[CASES];
static struct tc_private p[CASES];
static struct tc_site got[CASES];
static int answer[CASES];

static void acknowledge(int fd)
{
	struct { struct frame_head head; uint64_t events; } __attribute__((packed)) ack = {
		.head = { .length = sizeof(uint64_t), .type = FRAME_ACK } };
	struct frame_head head;
	char skip[4096];

	while (recv(fd, &head, sizeof(head), MSG_WAITALL) == sizeof(head)) {
		if (head.length && recv(fd, skip, head.length, MSG_WAITALL) <= 0)
			_exit(1);
		ack.events += head.type != FRAME_SAY && head.type != FRAME_DONE;
		if (send(fd, &ack, sizeof(ack), MSG_NOSIGNAL) < 0)
			_exit(0);
	}
	_exit(0);
}

static int one_case(void *arg)
{
	size_t i = (size_t)((struct tc *)arg - t);

	answer[i] = tc_site(arg, &got[i]);
	return ERR_OK;
}

/* All of them at once. */
static void all_ask(void)
{
	struct co *co[CASES];

	for (size_t i = 0; i < CASES; i++)
		co[i] = co_spawn(co_loop(), "case", one_case, &t[i]);
	for (size_t i = 0; i < CASES; i++)
		co_join(co[i]);
}

static int begin(void *test)
{
	void (*fn)(void);
	struct error err;

	memcpy(&fn, test, sizeof(fn));
	ck_assert_int_eq(cloud_open(co_loop(), &cfg, NULL, &cloud, &err), ERR_OK);
	site_init(&site, "t");
	for (int i = 0; i < CASES; i++) {
		p[i] = (struct tc_private){ .row = i + 1, .attempt = 1, .target = "t", .site = &site,
					    .pool_slot = (unsigned)i + 1,
					    .ledger = { .target = "t", .row = i + 1 } };
		tc_init(&t[i], &p[i], cloud, &takes_it);
	}
	fn();
	for (int i = 0; i < CASES; i++)
		tc_release(&t[i]);
	cloud_close(cloud);
	return ERR_OK;
}

static void inside(void (*fn)(void))
{
	struct loop *loop = loop_new();
	int pair[2], status;
	pid_t child;

	memset(&sut, 0, sizeof(sut));
	sut.refused = sut.lost = KIND_COUNT;
	cfg = (struct cloud_config){ .file = "t", .name = "t", .driver = "scripted-site",
				     .cidr_pool = "10.0.0.0/16", .delete_deadline_s = 5,
				     .time_scale = 0.02 };
	cfg.settle_s[KIND_VPC] = 20;	/* 400 ms */
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	child = fork();
	if (!child) {
		close(pair[0]);
		acknowledge(pair[1]);
	}
	close(pair[1]);
	emit_open(loop, pair[0], NULL, NULL);
	co_detach(co_spawn(loop, "test", begin, &fn));
	loop_run(loop);
	emit_close();
	close(pair[0]);
	waitpid(child, &status, 0);
	loop_free(loop);
}

/* ---- the tests ---- */

static void once(void)
{
	all_ask();
	for (int i = 0; i < CASES; i++) {
		ck_assert_int_eq(answer[i], ERR_OK);
		ck_assert_str_eq(got[i].vpc.id, "vpc-1");
		ck_assert_str_eq(got[i].subnet.id, "subnet-1");
		ck_assert_str_eq(got[i].sg.id, "sg-1");
		ck_assert_str_eq(got[i].keypair.id, "keypair-1");
		ck_assert_ptr_null(p[i].ledger.newest);
	}
	site_remove(cloud, &site);
	ck_assert_uint_eq(sut.deletes, 4);
	for (int k = 0; k < KIND_COUNT; k++)
		ck_assert_uint_eq(sut.held[k], 0);
	ck_assert_int_eq(tc_site(&t[0], &got[0]), ERR_OK);
	ck_assert_str_eq(got[0].vpc.id, "vpc-2");
	site_remove(cloud, &site);
}

START_TEST(many_cases_share_one) { inside(once); }
END_TEST

static void again_after_failure(void)
{
	unsigned failed = 0;

	sut.refused = KIND_SG;
	all_ask();
	for (int i = 0; i < CASES; i++) {
		failed += answer[i] == ERR_QUOTA;
		ck_assert(answer[i] == ERR_OK || answer[i] == ERR_QUOTA);
	}
	ck_assert_uint_eq(failed, 1);
	ck_assert_uint_eq(sut.made[KIND_VPC], 1);
	ck_assert_uint_eq(sut.made[KIND_SG], 1);
	site_remove(cloud, &site);
	ck_assert_uint_eq(sut.deletes, 4);
}

START_TEST(what_failed_is_tried_again) { inside(again_after_failure); }
END_TEST

/* Whoever asks first for the network alone: whoever needs the rest puts it in there. */
static void network_first(void)
{
	ck_assert_int_eq(tc_some_vpc(&t[3], &got[3].vpc), ERR_OK);
	ck_assert_int_eq(tc_site(&t[0], &got[0]), ERR_OK);
	ck_assert_str_eq(got[0].subnet.subnet.cidr, "10.0.65.0/24");
	ck_assert_uint_eq(p[0].pool_slot, 1);
	site_remove(cloud, &site);
	ck_assert_int_eq(tc_site(&t[0], &got[0]), ERR_OK);
	ck_assert_str_eq(got[0].subnet.subnet.cidr, "10.0.17.0/24");
	site_remove(cloud, &site);
}

START_TEST(the_subnet_lies_in_the_network_whoever_made_it) { inside(network_first); }
END_TEST

/* Nobody knows whether a network came of it: none is made beside it until that is sure. */
static void lost_answer(void)
{
	sut.lost = KIND_VPC;
	all_ask();
	for (int i = 0; i < CASES; i++)
		ck_assert_int_eq(answer[i], ERR_TIMEOUT);
	ck_assert_uint_eq(sut.made[KIND_VPC], 1);
	co_sleep(500);
	ck_assert_int_eq(tc_site(&t[0], &got[0]), ERR_OK);
	ck_assert_str_eq(got[0].vpc.id, "vpc-2");
	site_remove(cloud, &site);
	ck_assert_uint_eq(sut.deletes, 4);
}

START_TEST(no_second_is_made_beside_one_that_may_be_there) { inside(lost_answer); }
END_TEST

static void not_deleted(void)
{
	ck_assert_int_eq(tc_site(&t[0], &got[0]), ERR_OK);
	ck_assert_int_eq(tc_destroy(&t[0], &got[0].keypair), ERR_HARNESS);
	ck_assert_int_eq(tc_send_destroy(&t[1], &got[0].vpc), ERR_HARNESS);
	ck_assert_uint_eq(sut.deletes, 0);
	site_remove(cloud, &site);
}

START_TEST(no_case_deletes_it) { inside(not_deleted); }
END_TEST

static void own(void)
{
	t[1].test = &has_its_own;
	ck_assert_int_eq(tc_site(&t[0], &got[0]), ERR_OK);
	ck_assert_int_eq(tc_site(&t[1], &got[1]), ERR_OK);
	ck_assert_str_eq(got[1].vpc.id, "vpc-2");
	ck_assert_int_eq(tc_destroy(&t[1], &got[1].keypair), ERR_OK);
	ck_assert_int_eq(ledger_clean(cloud, &p[1].ledger), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.held[KIND_VPC], 1);
	site_remove(cloud, &site);
	ck_assert_uint_eq(sut.held[KIND_VPC], 0);
}

START_TEST(who_wants_its_own_gets_it) { inside(own); }
END_TEST

static void stopped_while_waiting(void)
{
	struct co *first = co_spawn(co_loop(), "maker", one_case, &t[0]);
	struct co *second = co_spawn(co_loop(), "waiter", one_case, &t[1]);

	co_sleep(30);
	co_cancel(second);
	co_join(second);
	co_join(first);
	ck_assert_int_eq(answer[1], ERR_CANCELLED);
	ck_assert_int_eq(answer[0], ERR_OK);
	ck_assert_int_eq(tc_site(&t[2], &got[2]), ERR_OK);
	ck_assert_str_eq(got[2].vpc.id, "vpc-1");
	site_remove(cloud, &site);
	ck_assert_uint_eq(sut.held[KIND_VPC], 0);
}

START_TEST(who_is_stopped_while_waiting_takes_nothing) { inside(stopped_while_waiting); }
END_TEST

Suite *site_suite(void);
Suite *site_suite(void)
{
	Suite *s = suite_create("site");
	TCase *tc = tcase_create("site");

	tcase_add_test(tc, many_cases_share_one);
	tcase_add_test(tc, what_failed_is_tried_again);
	tcase_add_test(tc, the_subnet_lies_in_the_network_whoever_made_it);
	tcase_add_test(tc, no_second_is_made_beside_one_that_may_be_there);
	tcase_add_test(tc, no_case_deletes_it);
	tcase_add_test(tc, who_wants_its_own_gets_it);
	tcase_add_test(tc, who_is_stopped_while_waiting_takes_nothing);
	suite_add_tcase(s, tc);
	return s;
}
