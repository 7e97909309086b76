/* R6: what an answer, or a journal, says that we made is deleted only when it is ours. */
#include <check.h>
#include <string.h>

#include "scripted.h"
#include "tc/own.h"

static struct resource_list stood[KIND_COUNT];

static struct resource vpc_of_this_run(void)
{
	struct resource want;

	resource_init(&want, KIND_VPC);
	ledger_name(KIND_VPC, want.name);
	return want;
}

/* production is there, and the inventory before the run has seen it. */
static void production(void)
{
	somebody_elses(KIND_VPC, "production-vpc", "vpc-9");
	*resource_list_add(&stood[KIND_VPC]) = sut.held.at[0];
	own_before(&world.cfg, stood);
}

static void not_taken(struct resource *want)
{
	struct resource made;

	ck_assert_int_eq(tc_create(&world.t, want, &made), ERR_PROTOCOL);
	ck_assert_str_eq(made.id, "");
	ck_assert_int_eq(world.p.ledger.newest->state, LEDGER_UNKNOWN);
	ck_assert_int_eq(ledger_settle(world.cloud, &world.p.ledger, true), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.deletes, 1);
	ck_assert_str_eq(sut.deleted[0], "vpc-1");
	ck_assert_ptr_nonnull(resource_list_find(&sut.held, "vpc-9"));
	own_before(&world.cfg, NULL);
	resource_list_cleanup(&stood[KIND_VPC]);
}

static void neighbour(void)
{
	struct resource want = vpc_of_this_run();

	production();
	sut.answers_id = "vpc-9";
	sut.answers_name = "production-vpc";
	not_taken(&want);
	ck_assert_ptr_nonnull(strstr(world.t.err.text, "was there before the run"));
}
START_TEST(an_answer_that_names_what_stood_before_is_not_believed) { inside(neighbour); }
END_TEST

/* However many targets a run has. */
static void last_of_many(void)
{
	static struct cloud_config others[40];
	static struct resource_list nothing[KIND_COUNT];
	struct resource want = vpc_of_this_run();

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		own_before(&others[i], nothing);
	production();
	sut.answers_id = "vpc-9";
	sut.answers_name = "production-vpc";
	not_taken(&want);
}
START_TEST(no_target_is_one_too_many) { inside(last_of_many); }
END_TEST

static void nameless_neighbour(void)
{
	struct resource want = vpc_of_this_run();

	production();
	sut.answers_id = "vpc-9";
	sut.answers_name = "";
	not_taken(&want);
}
START_TEST(an_answer_with_the_id_alone_is_not_either) { inside(nameless_neighbour); }
END_TEST

/* Made by somebody since: no inventory has it, its name tells. */
static void newcomer(void)
{
	struct resource want = vpc_of_this_run();

	somebody_elses(KIND_VPC, "production-vpc", "vpc-9");
	sut.answers_id = "vpc-9";
	sut.answers_name = "production-vpc";
	not_taken(&want);
	ck_assert_ptr_nonnull(strstr(world.t.err.text, "production-vpc"));
	ck_assert_ptr_nonnull(strstr(world.t.err.text, want.name));
}
START_TEST(an_answer_that_names_another_is_not_believed) { inside(newcomer); }
END_TEST

/* A finding of the cases about names; what begins as only ours does is ours to remove. */
static void altered(void)
{
	struct resource want = vpc_of_this_run(), made;
	char cut[NAME_LEN];

	str_copy(cut, sizeof(cut), want.name);
	cut[11] = '\0';
	sut.answers_name = cut;
	ck_assert_int_eq(tc_create(&world.t, &want, &made), ERR_OK);
	ck_assert_str_eq(made.id, "vpc-1");
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.deletes, 1);
}
START_TEST(a_name_that_was_cut_is_still_ours) { inside(altered); }
END_TEST

/* The name is taken, to the letter: what stood there before is not what was asked for. */
static void taken(bool resent)
{
	struct resource want = vpc_of_this_run(), made;

	somebody_elses(KIND_VPC, want.name, "vpc-9");
	*resource_list_add(&stood[KIND_VPC]) = sut.held.at[0];
	own_before(&world.cfg, stood);
	sut.create_answers = ERR_CONFLICT;
	sut.create_happens = false;
	sut.resent = resent;
	ck_assert_int_eq(tc_create(&world.t, &want, &made), ERR_CONFLICT);
	ck_assert_str_eq(made.id, "");
	ck_assert_int_eq(ledger_settle(world.cloud, &world.p.ledger, true), CLEANUP_CLEAN);
	ck_assert_str_eq(world.p.ledger.newest->id, "");
	ck_assert_uint_eq(sut.deletes, 0);
	ck_assert_ptr_nonnull(resource_list_find(&sut.held, "vpc-9"));
	own_before(&world.cfg, NULL);
	resource_list_cleanup(&stood[KIND_VPC]);
}
static void taken_once(void) { taken(false); }
static void taken_again(void) { taken(true); }
START_TEST(what_a_conflict_was_with_is_not_adopted) { inside(taken_once); }
END_TEST
START_TEST(nor_after_another_attempt) { inside(taken_again); }
END_TEST

/* An entry of a journal that somebody wrote another id into. */
static struct ledger_entry *recalled(struct resource *want, const char *id)
{
	struct resource made;
	struct ledger_entry *e;

	ck_assert_int_eq(tc_create(&world.t, want, &made), ERR_OK);
	e = world.p.ledger.newest;
	e->recalled = true;
	str_copy(e->id, sizeof(e->id), id);
	return e;
}

static void forged(void)
{
	struct resource want = vpc_of_this_run();

	somebody_elses(KIND_VPC, "production-vpc", "vpc-9");
	recalled(&want, "vpc-9");
	ck_assert_int_eq(ledger_settle(world.cloud, &world.p.ledger, true), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.deletes, 1);
	ck_assert_str_eq(sut.deleted[0], "vpc-1");
}
START_TEST(a_journals_id_of_anothers_is_not_deleted_and_ours_is_found) { inside(forged); }
END_TEST

/* Even where it bears the very name: the inventory that the journal names has it. */
static void forged_from_before(void)
{
	struct resource want = vpc_of_this_run();

	recalled(&want, "vpc-9");
	somebody_elses(KIND_VPC, want.name, "vpc-9");
	*resource_list_add(&stood[KIND_VPC]) = *resource_list_find(&sut.held, "vpc-9");
	own_before(&world.cfg, stood);
	ck_assert_int_eq(ledger_settle(world.cloud, &world.p.ledger, true), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.deletes, 1);
	ck_assert_str_eq(sut.deleted[0], "vpc-1");
	own_before(&world.cfg, NULL);
	resource_list_cleanup(&stood[KIND_VPC]);
}
START_TEST(a_journals_id_of_what_stood_before_is_not_deleted) { inside(forged_from_before); }
END_TEST

static void forged_alone(void)
{
	struct resource want = vpc_of_this_run();

	somebody_elses(KIND_VPC, "production-vpc", "vpc-9");
	recalled(&want, "vpc-9");
	sut.held.at[1].name[0] = 'x';	/* ours is called otherwise now */
	ck_assert_int_eq(ledger_settle(world.cloud, &world.p.ledger, true), CLEANUP_LEFTOVER);
	ck_assert_uint_eq(sut.deletes, 0);
}
START_TEST(what_is_called_otherwise_is_left_and_counted) { inside(forged_alone); }
END_TEST

/* What was asked for without a name cannot be what somebody gave one. */
static void forged_unnamed(void)
{
	struct resource want = vpc_of_this_run();

	somebody_elses(KIND_VPC, "production-vpc", "vpc-9");
	*recalled(&want, "vpc-9")->name = '\0';
	ck_assert_int_eq(ledger_settle(world.cloud, &world.p.ledger, true), CLEANUP_LEFTOVER);
	ck_assert_uint_eq(sut.deletes, 0);
}
START_TEST(a_journals_id_without_a_name_is_not_what_has_one) { inside(forged_unnamed); }
END_TEST

static void recalled_unnamed(void)
{
	struct resource want = vpc_of_this_run();

	*recalled(&want, "vpc-1")->name = '\0';
	sut.held.at[0].name[0] = '\0';
	ck_assert_int_eq(ledger_settle(world.cloud, &world.p.ledger, true), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.deletes, 1);
}
START_TEST(a_journals_id_without_a_name_is_what_has_none) { inside(recalled_unnamed); }
END_TEST

static void gone_already(void)
{
	struct resource want = vpc_of_this_run();

	recalled(&want, "vpc-7");
	ck_assert_int_eq(ledger_settle(world.cloud, &world.p.ledger, true), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.deletes, 0);
}
START_TEST(what_a_journal_has_and_the_cloud_has_not_is_gone) { inside(gone_already); }
END_TEST

/* The first attempt was passed on by whoever refused it, and its fruit shows late. */
static void refused_again(void)
{
	struct resource want = vpc_of_this_run(), made;

	sut.create_answers = ERR_CONFLICT;
	sut.resent = true;
	sut.lists_before_shown = 2;
	ck_assert_int_eq(tc_create(&world.t, &want, &made), ERR_CONFLICT);
	ck_assert_int_eq(ledger_settle(world.cloud, &world.p.ledger, true), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.deletes, 1);
	ck_assert_uint_eq(held_of(KIND_VPC), 0);
}
START_TEST(a_refusal_after_another_attempt_settles) { inside(refused_again); }
END_TEST

static const char *const bad_ids[] = { ".", "..", "a\nb", "../vpc-9", "a/b" };
static const char *bad_id;

static void unusable(void)
{
	struct resource want = vpc_of_this_run(), made;

	sut.answers_id = bad_id;
	ck_assert_int_eq(tc_create(&world.t, &want, &made), ERR_PROTOCOL);
	ck_assert_str_eq(made.id, "");
	ck_assert_int_eq(ledger_settle(world.cloud, &world.p.ledger, true), CLEANUP_CLEAN);
	ck_assert_str_eq(sut.deleted[0], "vpc-1");
}
START_TEST(an_id_that_leads_elsewhere_is_none)
{
	bad_id = bad_ids[_i];
	inside(unusable);
}
END_TEST

static void up_the_path(void)
{
	struct ref ref = { .kind = KIND_VPC, .id = ".." };
	struct error err;

	somebody_elses(KIND_VPC, "x", "..");
	ck_assert_int_eq(cloud_destroy(world.cloud, &ref, &err), ERR_PROTOCOL);
	ck_assert_uint_eq(sut.deletes, 0);
}
START_TEST(nothing_is_deleted_by_such_an_id) { inside(up_the_path); }
END_TEST

START_TEST(an_id_is_whole_or_none)
{
	char id[ID_MAX + 20];
	struct resource r;

	resource_init(&r, KIND_VPC);
	memset(id, 'x', sizeof(id));
	id[ID_MAX - 1] = '\0';
	ck_assert(resource_set_id(&r, id));
	ck_assert_str_eq(r.id, id);
	id[ID_MAX - 1] = 'x';
	id[ID_MAX] = '\0';
	ck_assert(!resource_set_id(&r, id));
	ck_assert_str_eq(r.id, "");
}
END_TEST

Suite *own_suite(void);
Suite *own_suite(void)
{
	Suite *s = suite_create("own");
	TCase *tc = tcase_create("all");

	tcase_add_test(tc, an_answer_that_names_what_stood_before_is_not_believed);
	tcase_add_test(tc, no_target_is_one_too_many);
	tcase_add_test(tc, an_answer_with_the_id_alone_is_not_either);
	tcase_add_test(tc, an_answer_that_names_another_is_not_believed);
	tcase_add_test(tc, a_name_that_was_cut_is_still_ours);
	tcase_add_test(tc, what_a_conflict_was_with_is_not_adopted);
	tcase_add_test(tc, nor_after_another_attempt);
	tcase_add_test(tc, a_journals_id_of_anothers_is_not_deleted_and_ours_is_found);
	tcase_add_test(tc, a_journals_id_of_what_stood_before_is_not_deleted);
	tcase_add_test(tc, what_is_called_otherwise_is_left_and_counted);
	tcase_add_test(tc, a_journals_id_without_a_name_is_not_what_has_one);
	tcase_add_test(tc, a_journals_id_without_a_name_is_what_has_none);
	tcase_add_test(tc, what_a_journal_has_and_the_cloud_has_not_is_gone);
	tcase_add_test(tc, a_refusal_after_another_attempt_settles);
	tcase_add_loop_test(tc, an_id_that_leads_elsewhere_is_none, 0,
			    sizeof(bad_ids) / sizeof(*bad_ids));
	tcase_add_test(tc, nothing_is_deleted_by_such_an_id);
	tcase_add_test(tc, an_id_is_whole_or_none);
	suite_add_tcase(s, tc);
	return s;
}
