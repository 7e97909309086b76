/*
 * R6: nothing that a run made is left behind, and nothing that it did not make is
 * touched.
 */
#include <check.h>
#include <string.h>

#include "base/str.h"
#include "scripted.h"

static void create_then_clean(void)
{
	struct resource want = wanted(KIND_KEYPAIR, ""), made;

	ck_assert_int_eq(tc_create(&world.t, &want, &made), ERR_OK);
	ck_assert_uint_ge(sut.durable_at_create, 1);
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.held.count, 0);
}
START_TEST(the_intent_is_durable_before_the_create) { inside(create_then_clean); }
END_TEST

static void lost_answer(void)
{
	struct resource want = wanted(KIND_KEYPAIR, "pabc00001-keypair"), made;

	somebody_elses(KIND_KEYPAIR, "pabc00001-keypai", "near-1");
	somebody_elses(KIND_KEYPAIR, "pabc00001-keypair2", "near-2");
	somebody_elses(KIND_KEYPAIR, "Pabc00001-keypair", "near-3");
	somebody_elses(KIND_VPC, "pabc00001-keypair", "near-4");
	sut.create_answers = ERR_TIMEOUT;
	ck_assert_int_eq(tc_create(&world.t, &want, &made), ERR_TIMEOUT);
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.deletes, 1);
	ck_assert_uint_eq(sut.held.count, 4);
	ck_assert_str_eq(sut.deleted[0], "keypair-1");
}
START_TEST(a_lost_answer_is_found_by_its_exact_name_and_nothing_else_is_touched)
{
	inside(lost_answer);
}
END_TEST

static void late_appearance(void)
{
	struct resource want = wanted(KIND_KEYPAIR, ""), made;

	sut.create_answers = ERR_NETWORK;
	sut.lists_before_shown = 3;
	ck_assert_int_eq(tc_create(&world.t, &want, &made), ERR_NETWORK);
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_UNKNOWN);
	ck_assert_uint_eq(sut.held.count, 1);
	ck_assert_int_eq(ledger_settle(world.cloud, &world.p.ledger, false), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.held.count, 0);
}
START_TEST(what_comes_to_light_late_is_removed) { inside(late_appearance); }
END_TEST

static void under_way_behind(void)
{
	struct resource want = wanted(KIND_VPC, ""), made;

	somebody_elses(KIND_VPC, "pabc00001-vpc2", "near");
	sut.create_answers = ERR_TIMEOUT;
	sut.behind = true;
	(void)tc_create(&world.t, &want, &made);
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_UNKNOWN);
	ck_assert_uint_eq(sut.deletes, 0);
	ck_assert_int_eq(ledger_settle(world.cloud, &world.p.ledger, false), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.deletes, 1);
	ck_assert_str_eq(sut.held.at[0].id, "near");
}
START_TEST(what_is_behind_the_lists_is_removed_when_it_has_settled) { inside(under_way_behind); }
END_TEST

/* It is there, so it is not gone; and nothing is deleted that has no id. */
static void behind_without_id(void)
{
	struct resource want = wanted(KIND_VPC, ""), made;

	sut.create_answers = ERR_TIMEOUT;
	sut.behind = sut.behind_without_id = true;
	(void)tc_create(&world.t, &want, &made);
	ck_assert_int_eq(ledger_settle(world.cloud, &world.p.ledger, false), CLEANUP_UNKNOWN);
	ck_assert_uint_eq(sut.deletes, 0);
	ck_assert_int_eq(world.p.ledger.newest->state, LEDGER_UNKNOWN);
	sut.behind_without_id = false;
	ck_assert_int_eq(ledger_settle(world.cloud, &world.p.ledger, false), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.deletes, 1);
}
START_TEST(what_is_behind_without_an_id_stays_unknown) { inside(behind_without_id); }
END_TEST

static void refused_behind(void)
{
	struct resource want = wanted(KIND_VPC, ""), made;

	sut.create_answers = ERR_QUOTA;
	sut.behind = true;
	(void)tc_create(&world.t, &want, &made);
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.deletes, 1);
}
START_TEST(what_a_refusal_left_behind_the_lists_is_removed) { inside(refused_behind); }
END_TEST

static void never_made(void)
{
	struct resource want = wanted(KIND_KEYPAIR, ""), made;

	sut.create_answers = ERR_TIMEOUT;
	sut.create_happens = false;
	(void)tc_create(&world.t, &want, &made);
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_UNKNOWN);
	ck_assert_int_eq(ledger_settle(world.cloud, &world.p.ledger, false), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.deletes, 0);
}
START_TEST(absence_counts_only_after_the_settle_time) { inside(never_made); }
END_TEST

static void refused_duplicate(void)
{
	struct resource want = wanted(KIND_KEYPAIR, ""), made, again, second;

	ck_assert_int_eq(tc_create(&world.t, &want, &made), ERR_OK);
	again = wanted(KIND_KEYPAIR, want.name);
	sut.create_answers = ERR_CONFLICT;
	sut.create_happens = false;
	ck_assert_int_eq(tc_create(&world.t, &again, &second), ERR_CONFLICT);
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.deletes, 1);
	ck_assert_str_eq(sut.deleted[0], made.id);
}
START_TEST(a_refused_duplicate_is_not_the_first_one) { inside(refused_duplicate); }
END_TEST

static void refused_but_made(void)
{
	struct resource want = wanted(KIND_KEYPAIR, ""), made;

	/* The cloud says no and does it all the same. */
	sut.create_answers = ERR_INVALID;
	(void)tc_create(&world.t, &want, &made);
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.held.count, 0);
}
START_TEST(a_refused_create_is_looked_for) { inside(refused_but_made); }
END_TEST

static void in_the_way(void)
{
	struct resource vpc = wanted(KIND_VPC, ""), kp = wanted(KIND_KEYPAIR, ""), made;

	ck_assert_int_eq(tc_create(&world.t, &vpc, &made), ERR_OK);
	ck_assert_int_eq(tc_create(&world.t, &kp, &made), ERR_OK);
	sut.refused = KIND_VPC;
	sut.refusals = 2;
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.deletes, 2);
	/* Newest first. */
	ck_assert_str_eq(sut.deleted[0], made.id);
}
START_TEST(a_refused_delete_is_tried_again) { inside(in_the_way); }
END_TEST

/* What is forbidden keeps another one in use: no reason to ask until the deadline. */
static void forbidden_child(void)
{
	struct resource vpc = wanted(KIND_VPC, ""), kp = wanted(KIND_KEYPAIR, ""), made;

	ck_assert_int_eq(tc_create(&world.t, &vpc, &made), ERR_OK);
	ck_assert_int_eq(tc_create(&world.t, &kp, &made), ERR_OK);
	sut.forbids = true;
	sut.refused = KIND_VPC;
	sut.refusals = 1000000;
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_LEFTOVER);
	ck_assert_int_eq(1000000 - sut.refusals, 3);
	/* And it is no leftover any more once it may go. */
	sut.forbids = false;
	sut.refusals = 5;
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_CLEAN);
}
START_TEST(what_is_held_by_something_forbidden_is_not_waited_for) { inside(forbidden_child); }
END_TEST

static void cannot_be_removed(void)
{
	struct resource want = wanted(KIND_VPC, ""), made;

	ck_assert_int_eq(tc_create(&world.t, &want, &made), ERR_OK);
	sut.refused = KIND_VPC;
	sut.refusals = 1000000;
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_LEFTOVER);
	ck_assert_uint_eq(sut.held.count, 1);
}
START_TEST(what_cannot_be_removed_is_a_leftover) { inside(cannot_be_removed); }
END_TEST

/* The case has a second of its own; the IXIT grants 300 s, at the scale of this world. */
static void slow_create(void)
{
	struct resource want = wanted(KIND_KEYPAIR, ""), made;
	struct co_deadline of_case;

	sut.create_takes_ms = 1300;
	co_deadline_push(&of_case, 1000);
	ck_assert_int_eq(tc_create(&world.t, &want, &made), ERR_OK);
	ck_assert_int_gt(co_deadline_left(), 0);
	co_deadline_pop(&of_case);
}
START_TEST(a_granted_create_does_not_eat_the_time_of_the_case) { inside(slow_create); }
END_TEST

static void endless_create(void)
{
	struct resource want = wanted(KIND_KEYPAIR, ""), made;

	sut.create_takes_ms = 3600 * 1000;
	ck_assert_int_eq(tc_create(&world.t, &want, &made), ERR_TIMEOUT);
}
START_TEST(a_create_ends_with_what_was_granted) { inside(endless_create); }
END_TEST

static const struct testcase loaded = { .id = "t", .verifies = REQS("MCI-X") };

static void under_load(void)
{
	const char *cause;

	world.t.test = &loaded;
	world.p.bulk = true;
	for (int i = 0; i < 1000; i++)
		CHECK_INT(&world.t, "MCI-X", "as expected", 1, 1);
	ck_assert_uint_eq(world.p.step_count, 0);
	CHECK_INT(&world.t, "MCI-X", "not as expected", 1, 2);
	ck_assert_uint_eq(world.p.step_count, 1);
	tc_held(&world.t);
	ck_assert_uint_eq(world.p.step_count, 2);
	ck_assert_int_eq(verdict_of_steps(world.p.steps, 2, &cause), VERDICT_FAIL);
	ck_assert_int_eq(verdict_of_steps(world.p.steps + 1, 1, &cause), VERDICT_PASS);
}
START_TEST(under_load_what_holds_is_counted) { inside(under_load); }
END_TEST

/* Ctrl-C: a case that went on after a call that was cancelled. */
static void while_stopping(void)
{
	bool stopping = false;
	const char *cause;

	world.p.stopping = &stopping;
	CHECK_INT(&world.t, "MCI-X", "before", 1, 1);
	stopping = true;
	CHECK_INT(&world.t, "MCI-X", "as expected all the same", 1, 1);
	CHECK_INT(&world.t, "MCI-X", "what a cancelled call did not bring", 1, -1);
	ck_assert_int_eq(verdict_of_steps(world.p.steps, 2, &cause), VERDICT_PASS);
	ck_assert_int_eq(verdict_of_steps(world.p.steps, 3, &cause), VERDICT_INCOMPLETE);
	ck_assert_str_eq(cause, "interrupted");
}
START_TEST(what_fails_while_the_run_stops_is_no_finding) { inside(while_stopping); }
END_TEST

static void bound_disk(void)
{
	struct resource want = wanted(KIND_DISK, ""), made;
	struct resource *r;

	ck_assert_int_eq(tc_create(&world.t, &want, &made), ERR_OK);
	somebody_elses(KIND_DISK, "other", "d-2");
	for (size_t i = 0; i < sut.held.count; i++) {
		r = &sut.held.at[i];
		r->state = STATE_BOUND;
		str_copy(r->disk.vm, sizeof(r->disk.vm), "vm-1");
	}
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.detaches, 1);
	ck_assert_uint_eq(sut.deletes, 1);
	ck_assert_uint_eq(sut.held.count, 1);
	ck_assert_int_eq(resource_list_find(&sut.held, "d-2")->state, STATE_BOUND);
}
START_TEST(a_bound_disk_is_detached_first_and_others_are_not) { inside(bound_disk); }
END_TEST

static void lost_tag(void)
{
	struct resource want = wanted(KIND_TAG, ""), made;

	str_copy(want.parent, sizeof(want.parent), "vpc/v-1");
	sut.create_answers = ERR_TIMEOUT;
	ck_assert_int_eq(tc_create(&world.t, &want, &made), ERR_TIMEOUT);
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.deletes, 1);
}
START_TEST(a_lost_tag_is_looked_for_on_its_resource) { inside(lost_tag); }
END_TEST

/* What the second tenant made is removed as it, and is nobody else's of that name. */
static void second_tenant(void)
{
	struct resource want = wanted(KIND_KEYPAIR, "pabc00009-keypair"), made, theirs;
	struct ledger *l = &world.p.ledger;
	struct cloud *second;
	struct error err;

	ck_assert_int_eq(cloud_open(co_loop(), &world.cfg, NULL, &second, &err), ERR_OK);
	l->second = second;
	ck_assert_int_eq(tc_create(&world.t, &want, &made), ERR_OK);
	ck_assert_int_eq(tc_create_as(&world.t, second, &want, &theirs), ERR_OK);
	ck_assert(l->newest->second && !l->newest->older->second);
	ck_assert_ptr_null(ledger_find(l, KIND_KEYPAIR, theirs.id));
	l->second = NULL;
	ck_assert_int_eq(ledger_clean(world.cloud, l), CLEANUP_LEFTOVER);
	ck_assert_uint_eq(sut.held.count, 1);
	l->second = second;
	ck_assert_int_eq(ledger_clean(world.cloud, l), CLEANUP_CLEAN);
	ck_assert_uint_eq(sut.held.count, 0);
	cloud_close(second);
}
START_TEST(the_second_tenants_is_removed_as_it) { inside(second_tenant); }
END_TEST

static int settling(void *arg)
{
	(void)ledger_settle(world.cloud, &world.p.ledger, arg != NULL);
	return ERR_OK;
}

/* SIGTERM while a delete is under way: the cancel is told once, to that call. */
static void stopped_in_a_call(void)
{
	struct resource vpc = wanted(KIND_VPC, ""), key = wanted(KIND_KEYPAIR, ""), made;
	struct co *sweep;

	ck_assert_int_eq(tc_create(&world.t, &vpc, &made), ERR_OK);
	ck_assert_int_eq(tc_create(&world.t, &key, &made), ERR_OK);
	sut.destroy_takes_ms = 60;
	sweep = co_spawn(co_loop(), "sweep", settling, &vpc);
	co_sleep(20);
	co_cancel(sweep);
	co_join(sweep);
	ck_assert_uint_eq(sut.deletes, 0);
	ck_assert_uint_eq(sut.held.count, 2);
	/* The clean-up of a run goes on all the same. */
	sweep = co_spawn(co_loop(), "clean-up", settling, NULL);
	co_sleep(20);
	co_cancel(sweep);
	co_join(sweep);
	ck_assert_uint_eq(sut.held.count, 0);
}
START_TEST(a_sweep_that_is_stopped_in_a_call_ends) { inside(stopped_in_a_call); }
END_TEST

START_TEST(names_are_unique_in_nine_characters)
{
	char a[NAME_LEN], b[NAME_LEN], sample[NAME_LEN], mark[8];

	ledger_mark("0a1b2c3d4e5f", mark);
	ck_assert_str_eq(mark, "p0a1b2");
	ledger_set_mark(mark);
	for (int i = 0; i < 2000; i++) {
		ledger_name(KIND_VM, a);
		ledger_name(KIND_VM, b);
		ck_assert_int_ne(strncmp(a, b, 9), 0);
		ck_assert_uint_eq(strspn(a, "abcdefghijklmnopqrstuvwxyz0123456789"), 9);
	}
	ledger_sample(KIND_VM, sample);
	ck_assert_str_eq(sample, "p0a1b2000-vm");
}
END_TEST

/* The next one would bear the first one's, and a sweep could not tell them apart. */
static void out_of_names(void)
{
	struct resource want = wanted(KIND_KEYPAIR, ""), made;

	ledger_start_at(36 * 36 * 36 - 1);
	ck_assert_int_eq(tc_create(&world.t, &want, &made), ERR_OK);
	want = wanted(KIND_KEYPAIR, "");
	ck_assert_int_eq(tc_create(&world.t, &want, &made), ERR_HARNESS);
	ck_assert_uint_eq(sut.made[KIND_KEYPAIR], 1);
	ck_assert_int_eq(ledger_clean(world.cloud, &world.p.ledger), CLEANUP_CLEAN);
	ledger_start_at(0);
}
START_TEST(no_name_is_given_twice) { inside(out_of_names); }
END_TEST

Suite *ledger_suite(void);
Suite *ledger_suite(void)
{
	Suite *s = suite_create("tc/ledger");
	TCase *tc = tcase_create("clean-up");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, the_intent_is_durable_before_the_create);
	tcase_add_test(tc, a_lost_answer_is_found_by_its_exact_name_and_nothing_else_is_touched);
	tcase_add_test(tc, what_comes_to_light_late_is_removed);
	tcase_add_test(tc, what_is_behind_the_lists_is_removed_when_it_has_settled);
	tcase_add_test(tc, what_is_behind_without_an_id_stays_unknown);
	tcase_add_test(tc, what_a_refusal_left_behind_the_lists_is_removed);
	tcase_add_test(tc, absence_counts_only_after_the_settle_time);
	tcase_add_test(tc, a_refused_duplicate_is_not_the_first_one);
	tcase_add_test(tc, a_refused_create_is_looked_for);
	tcase_add_test(tc, a_refused_delete_is_tried_again);
	tcase_add_test(tc, what_is_held_by_something_forbidden_is_not_waited_for);
	tcase_add_test(tc, what_cannot_be_removed_is_a_leftover);
	tcase_add_test(tc, a_granted_create_does_not_eat_the_time_of_the_case);
	tcase_add_test(tc, a_create_ends_with_what_was_granted);
	tcase_add_test(tc, under_load_what_holds_is_counted);
	tcase_add_test(tc, what_fails_while_the_run_stops_is_no_finding);
	tcase_add_test(tc, a_bound_disk_is_detached_first_and_others_are_not);
	tcase_add_test(tc, a_lost_tag_is_looked_for_on_its_resource);
	tcase_add_test(tc, the_second_tenants_is_removed_as_it);
	tcase_add_test(tc, a_sweep_that_is_stopped_in_a_call_ends);
	tcase_add_test(tc, names_are_unique_in_nine_characters);
	tcase_add_test(tc, no_name_is_given_twice);
	suite_add_tcase(s, tc);
	return s;
}
