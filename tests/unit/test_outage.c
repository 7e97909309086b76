/* A target that goes dark while it is being tested: nothing is forgotten, nobody waits twice. */
#include <check.h>

#include "run/outage.h"
#include "scripted.h"

static struct outage outage;

/* A case that makes two things, and ends when nobody answers any longer. */
static struct ledger *one_case(bool silent)
{
	static struct ledger l;
	struct resource vpc = wanted(KIND_VPC, ""), key = wanted(KIND_KEYPAIR, ""), made;

	l = (struct ledger){ .target = "t", .row = 1, .dark = &outage.dark };
	sut.silent = false;
	world.p.into = &l;
	ck_assert_int_eq(tc_create(&world.t, &vpc, &made), ERR_OK);
	ck_assert_int_eq(tc_create(&world.t, &key, &made), ERR_OK);
	world.p.into = NULL;
	sut.silent = silent;
	return &l;
}

static void settle(unsigned left[KIND_COUNT])
{
	outage_settle(&outage, co_loop(), world.cloud, "dir", left);
}

static void goes_dark(void)
{
	unsigned left[KIND_COUNT];
	struct ledger *l;

	outage_init(&outage, "t");
	l = one_case(true);
	ck_assert_int_eq(ledger_clean(world.cloud, l), CLEANUP_UNKNOWN);
	outage_note(&outage, world.cloud, l, true);
	ck_assert(!outage.dark && !l->newest);
	ck_assert_uint_eq(ledger_holds(&outage.late, KIND_VPC), 1);

	l = one_case(true);
	ck_assert_int_eq(ledger_clean(world.cloud, l), CLEANUP_UNKNOWN);
	outage_note(&outage, world.cloud, l, true);
	ck_assert(outage.dark);

	/* From here on no clean-up asks anybody. */
	l = one_case(true);
	sut.asked = 0;
	ck_assert_int_eq(ledger_clean(world.cloud, l), CLEANUP_UNKNOWN);
	outage_note(&outage, world.cloud, l, true);
	ck_assert_uint_eq(sut.asked, 0);
	ck_assert_uint_eq(ledger_holds(&outage.late, KIND_KEYPAIR), 3);
	ck_assert(!outage_over(&outage, world.cloud));

	sut.silent = false;
	ck_assert(outage_over(&outage, world.cloud));
	settle(left);
	ck_assert_uint_eq(sut.held.count, 0);
	ck_assert_uint_eq(left[KIND_VPC] + left[KIND_KEYPAIR], 0);
	ck_assert_ptr_null(outage.late.newest);
	outage_free(&outage);
}
START_TEST(a_dark_target_is_cleaned_when_it_is_back) { inside(goes_dark); }
END_TEST

/* Something is wrong with the cases' own calls, and the target answers all the same. */
static void answers_elsewhere(void)
{
	struct ledger *l;

	outage_init(&outage, "t");
	for (int i = 0; i < 4; i++) {
		l = one_case(false);
		ck_assert_int_eq(ledger_clean(world.cloud, l), CLEANUP_CLEAN);
		outage_note(&outage, world.cloud, l, true);
		ck_assert(!outage.dark);
		ledger_free(l);
	}
	ck_assert_uint_eq(outage.silent, 4);
	l = one_case(false);
	(void)ledger_clean(world.cloud, l);
	outage_note(&outage, world.cloud, l, false);
	ck_assert_uint_eq(outage.silent, 0);
	ledger_free(l);
	outage_free(&outage);
}
START_TEST(a_target_that_answers_is_not_dark) { inside(answers_elsewhere); }
END_TEST

/* Dark to the end: what is put off is counted, and the journal alone has it then. */
static void never_back(void)
{
	unsigned left[KIND_COUNT];
	struct ledger *l;

	outage_init(&outage, "t");
	l = one_case(true);
	(void)ledger_clean(world.cloud, l);
	outage_note(&outage, world.cloud, l, true);
	ck_assert(!outage_over(&outage, world.cloud));
	ck_assert(outage.dark);
	sut.asked = 0;
	settle(left);
	ck_assert_uint_eq(sut.asked, 0);
	ck_assert_uint_eq(left[KIND_VPC], 1);
	ck_assert_uint_eq(left[KIND_KEYPAIR], 1);
	ck_assert_uint_eq(sut.held.count, 2);
	outage_free(&outage);
}
START_TEST(what_is_never_answered_is_counted) { inside(never_back); }
END_TEST

Suite *outage_suite(void);
Suite *outage_suite(void)
{
	Suite *s = suite_create("run/outage");
	TCase *tc = tcase_create("outage");

	tcase_add_test(tc, a_dark_target_is_cleaned_when_it_is_back);
	tcase_add_test(tc, a_target_that_answers_is_not_dark);
	tcase_add_test(tc, what_is_never_answered_is_counted);
	suite_add_tcase(s, tc);
	return s;
}
