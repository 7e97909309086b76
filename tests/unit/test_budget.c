/* A case never holds more than it declared: the planner packs by that. */
#include <check.h>

#include "scripted.h"
#include "tc/site.h"

static const struct testcase plain = { .id = "a.b.c", .impact = IMPACT_CREATE,
				       .budget = { .vpcs = 1 } },
	groups = { .id = "a.b.d", .impact = IMPACT_CREATE, .budget = { .vpcs = 1, .sgs = 2 } },
	share = { .id = "a.b.e", .impact = IMPACT_CREATE, .any_site = true,
		  .budget = { .vms = 1, .vpcs = 1, .sgs = 2, .keypairs = 2 } },
	without = { .id = "a.b.f", .impact = IMPACT_CREATE, .unbounded = true };

START_TEST(budgets_say_what_a_case_holds)
{
	ck_assert_uint_eq(budget_of(&plain, KIND_SG), 1);
	ck_assert_uint_eq(budget_of(&plain, KIND_SUBNET), 1);
	ck_assert_uint_eq(budget_of(&plain, KIND_KEYPAIR), 1);
	ck_assert_uint_eq(budget_of(&plain, KIND_VM), 0);
	ck_assert_uint_eq(budget_of(&groups, KIND_SG), 2);
	ck_assert_uint_eq(budget_own(&groups, KIND_SG), 2);
	/* One group, one key pair and the network are the run's. */
	ck_assert_uint_eq(budget_own(&share, KIND_SG), 1);
	ck_assert_uint_eq(budget_own(&share, KIND_KEYPAIR), 1);
	ck_assert_uint_eq(budget_own(&share, KIND_VPC), 0);
	ck_assert_uint_eq(budget_own(&share, KIND_VM), 1);
}
END_TEST

static int make(enum kind kind)
{
	struct resource want = wanted(kind, ""), made;

	return tc_create(&world.t, &want, &made);
}

static void one_too_many(void)
{
	struct resource want = wanted(KIND_VPC, ""), made, none;

	world.t.test = &plain;
	ck_assert_int_eq(tc_create(&world.t, &want, &made), ERR_OK);
	want = wanted(KIND_VPC, "");
	ck_assert_int_eq(tc_create(&world.t, &want, &none), ERR_HARNESS);
	ck_assert_ptr_nonnull(strstr(world.t.err.text, "a.b.c lets it hold 1 of kind vpc"));
	/* It was never sent, and nothing is left to look for. */
	ck_assert_uint_eq(held_of(KIND_VPC), 1);
	ck_assert(!*none.id && world.p.ledger.newest && !world.p.ledger.newest->older);
	/* What is gone counts no longer. */
	ck_assert_int_eq(tc_destroy(&world.t, &made), ERR_OK);
	ck_assert_int_eq(make(KIND_VPC), ERR_OK);
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_CLEAN);
}
START_TEST(one_more_than_declared_is_an_error_of_ours) { inside(one_too_many); }
END_TEST

static void not_counted(void)
{
	world.t.test = &groups;
	ck_assert_int_eq(make(KIND_SG), ERR_OK);
	/* A refusal holds nothing. */
	sut.turned_down = KIND_SG;
	ck_assert_int_eq(make(KIND_SG), ERR_QUOTA);
	ck_assert_int_eq(make(KIND_SG), ERR_OK);
	ck_assert_int_eq(make(KIND_SG), ERR_HARNESS);
	world.t.test = &without;
	ck_assert_int_eq(make(KIND_SG), ERR_OK);
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_CLEAN);
}
START_TEST(refusals_and_unbounded_cases_are_not_counted) { inside(not_counted); }
END_TEST

static void shared(void)
{
	static struct site site;
	static struct tc_site got;

	site_init(&site, "t");
	world.t.test = &share;
	world.p.site = &site;
	world.p.pool_slot = 1;
	ck_assert_int_eq(tc_site(&world.t, &got), ERR_OK);
	ck_assert_int_eq(make(KIND_SG), ERR_OK);
	ck_assert_int_eq(make(KIND_SG), ERR_HARNESS);
	ck_assert_int_eq(make(KIND_VPC), ERR_HARNESS);
	(void)ledger_clean(world.cloud, &world.p.ledger);
	ck_assert(site_remove(world.cloud, &site));
	site_forget(&site);
	ck_assert_uint_eq(sut.held.count, 0);
}
START_TEST(what_is_shared_is_not_a_cases_own) { inside(shared); }
END_TEST

Suite *budget_suite(void);
Suite *budget_suite(void)
{
	Suite *s = suite_create("tc/budget");
	TCase *tc = tcase_create("budget");

	tcase_add_test(tc, budgets_say_what_a_case_holds);
	tcase_add_test(tc, one_more_than_declared_is_an_error_of_ours);
	tcase_add_test(tc, refusals_and_unbounded_cases_are_not_counted);
	tcase_add_test(tc, what_is_shared_is_not_a_cases_own);
	suite_add_tcase(s, tc);
	return s;
}
