/*
 * What the cases of a run share: made once, whoever asks first and however many do, tried
 * again after a failure, deleted by no case, and removed whole.
 */
#include <check.h>
#include <string.h>

#include "scripted.h"
#include "tc/site.h"

/* ---- a run of several cases ---- */

enum { CASES = 5 };

static const struct testcase takes_it = { .id = "a.vm.x", .any_site = true },
	has_its_own = { .id = "a.vm.y", .impact = IMPACT_CREATE, .budget = { .vpcs = 1 } };
static struct site site;
static struct tc t[CASES];
static struct tc_private p[CASES];
static struct tc_site got[CASES];
static int answer[CASES];

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

static void (*told)(void);

static void begin(void)
{
	site_init(&site, "t");
	for (int i = 0; i < CASES; i++) {
		p[i] = (struct tc_private){ .row = i + 1, .attempt = 1, .target = "t", .site = &site,
					    .pool_slot = (unsigned)i + 1,
					    .ledger = { .target = "t", .row = i + 1 } };
		tc_init(&t[i], &p[i], world.cloud, &takes_it);
	}
	sut.create_takes_ms = 20;
	world.cfg.settle_s[KIND_VPC] = 20;	/* 400 ms */
	told();
	for (int i = 0; i < CASES; i++)
		tc_release(&t[i]);
}

static void several(void (*fn)(void))
{
	told = fn;
	inside(begin);
}

/* As the runner does it. */
static void removed(void)
{
	ck_assert(site_remove(world.cloud, &site));
	site_forget(&site);
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
	removed();
	ck_assert_uint_eq(sut.deletes, 4);
	ck_assert_uint_eq(sut.held.count, 0);
	ck_assert_int_eq(tc_site(&t[0], &got[0]), ERR_OK);
	ck_assert_str_eq(got[0].vpc.id, "vpc-2");
	removed();
}

START_TEST(many_cases_share_one) { several(once); }
END_TEST

static void again_after_failure(void)
{
	unsigned failed = 0;

	sut.turned_down = KIND_SG;
	all_ask();
	for (int i = 0; i < CASES; i++) {
		failed += answer[i] == ERR_QUOTA;
		ck_assert(answer[i] == ERR_OK || answer[i] == ERR_QUOTA);
	}
	ck_assert_uint_eq(failed, 1);
	ck_assert_uint_eq(sut.made[KIND_VPC], 1);
	ck_assert_uint_eq(sut.made[KIND_SG], 1);
	removed();
	ck_assert_uint_eq(sut.deletes, 4);
}

START_TEST(what_failed_is_tried_again) { several(again_after_failure); }
END_TEST

/* Whoever asks first for the network alone: whoever needs the rest puts it in there. */
static void network_first(void)
{
	ck_assert_int_eq(tc_some_vpc(&t[3], &got[3].vpc), ERR_OK);
	ck_assert_int_eq(tc_site(&t[0], &got[0]), ERR_OK);
	ck_assert_str_eq(got[0].subnet.subnet.cidr, "10.0.65.0/24");
	ck_assert_uint_eq(p[0].pool_slot, 1);
	removed();
	ck_assert_int_eq(tc_site(&t[0], &got[0]), ERR_OK);
	ck_assert_str_eq(got[0].subnet.subnet.cidr, "10.0.17.0/24");
	removed();
}

START_TEST(the_subnet_lies_in_the_network_whoever_made_it) { several(network_first); }
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
	removed();
	ck_assert_uint_eq(sut.deletes, 4);
}

START_TEST(no_second_is_made_beside_one_that_may_be_there) { several(lost_answer); }
END_TEST

static void not_deleted(void)
{
	ck_assert_int_eq(tc_site(&t[0], &got[0]), ERR_OK);
	ck_assert_int_eq(tc_destroy(&t[0], &got[0].keypair), ERR_HARNESS);
	ck_assert_int_eq(tc_send_destroy(&t[1], &got[0].vpc), ERR_HARNESS);
	ck_assert_uint_eq(sut.deletes, 0);
	removed();
}

START_TEST(no_case_deletes_it) { several(not_deleted); }
END_TEST

static void own(void)
{
	t[1].test = &has_its_own;
	ck_assert_int_eq(tc_site(&t[0], &got[0]), ERR_OK);
	ck_assert_int_eq(tc_site(&t[1], &got[1]), ERR_OK);
	ck_assert_str_eq(got[1].vpc.id, "vpc-2");
	ck_assert_int_eq(tc_destroy(&t[1], &got[1].keypair), ERR_OK);
	ck_assert_int_eq(ledger_clean(world.cloud, &p[1].ledger), CLEANUP_CLEAN);
	ck_assert_uint_eq(held_of(KIND_VPC), 1);
	removed();
	ck_assert_uint_eq(held_of(KIND_VPC), 0);
}

START_TEST(who_wants_its_own_gets_it) { several(own); }
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
	removed();
	ck_assert_uint_eq(held_of(KIND_VPC), 0);
}

START_TEST(who_is_stopped_while_waiting_takes_nothing) { several(stopped_while_waiting); }
END_TEST

/* Something holds the network in use: it is still counted when the rest is gone. */
static void stays(void)
{
	ck_assert_int_eq(tc_site(&t[0], &got[0]), ERR_OK);
	sut.refused = KIND_VPC;
	sut.refusals = 1000000;
	ck_assert(site_remove(world.cloud, &site));
	ck_assert_uint_eq(ledger_holds(&site.ledger, KIND_VPC), 1);
	ck_assert_uint_eq(ledger_holds(&site.ledger, KIND_SG), 0);
	site_forget(&site);
	ck_assert_uint_eq(held_of(KIND_VPC), 1);
}

START_TEST(what_it_leaves_behind_can_be_counted) { several(stays); }
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
	tcase_add_test(tc, what_it_leaves_behind_can_be_counted);
	suite_add_tcase(s, tc);
	return s;
}
