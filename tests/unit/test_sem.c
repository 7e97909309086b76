#include <check.h>

#include "base/str.h"
#include "co/co.h"
#include "co/loop.h"

static struct loop *loop;
static struct str trace;
static struct co_sem sem;

static void set_up(void)
{
	loop = loop_new();
}

static void tear_down(void)
{
	loop_free(loop);
	str_release(&trace);
}

struct user {
	const char *name;
	unsigned wants;
	int turns;		/* how long it keeps them */
};

static int uses(void *arg)
{
	struct user *u = arg;
	int r = co_acquire(&sem, u->wants);

	str_addf(&trace, "%s%s ", u->name, r < 0 ? err_name(r) : "");
	if (r < 0)
		return r;
	for (int i = 0; i < u->turns; i++)
		co_yield();
	co_release(&sem, u->wants);
	return 0;
}

static struct user users[] = {
	{ "a", 1, 3 }, { "b", 1, 1 }, { "c", 2, 1 }, { "d", 1, 1 }, { "e", 1, 1 },
};
#define USERS (sizeof(users) / sizeof(*users))

START_TEST(first_come_first_served)
{
	co_sem_init(&sem, 2);
	for (size_t i = 0; i < USERS; i++)
		co_detach(co_spawn(loop, users[i].name, uses, &users[i]));
	loop_turn(loop, 0);
	ck_assert_str_eq(str_text(&trace), "a b ");
	loop_run(loop);
	/* d and e need one permit only, yet wait behind c who needs two */
	ck_assert_str_eq(str_text(&trace), "a b c d e ");
	ck_assert_uint_eq(sem.free, 2);
	ck_assert_ptr_null(sem.first);
}
END_TEST

/* Whichever of the waiters is cancelled, the others are served in order. */
START_TEST(cancel_while_waiting_in_line)
{
	static const char *const want[] = { "", "", "ccancelled d e ", "dcancelled c e ",
					    "ecancelled c d " };
	struct co *co[USERS];

	co_sem_init(&sem, 2);
	for (size_t i = 0; i < USERS; i++)
		co[i] = co_spawn(loop, users[i].name, uses, &users[i]);
	loop_turn(loop, 0);
	str_clear(&trace);
	co_cancel(co[_i]);
	loop_run(loop);
	ck_assert_str_eq(str_text(&trace), want[_i]);
	ck_assert_int_eq(co_join(co[_i]), ERR_CANCELLED);
	ck_assert_uint_eq(sem.free, 2);
}
END_TEST

static int is_cancelled_when_granted(void *arg)
{
	(void)arg;
	ck_assert_int_eq(co_acquire(&sem, 1), ERR_OK);
	ck_assert_int_eq(co_yield(), ERR_CANCELLED);
	co_release(&sem, 1);
	return 0;
}

START_TEST(a_permit_granted_in_the_turn_of_a_cancel_is_kept)
{
	struct co *c;

	co_sem_init(&sem, 0);
	c = co_spawn(loop, "c", is_cancelled_when_granted, NULL);
	loop_turn(loop, 0);
	co_cancel(c);
	co_release(&sem, 1);
	loop_run(loop);
	co_join(c);
	ck_assert_uint_eq(sem.free, 1);
}
END_TEST

static int gives_up(void *arg)
{
	struct co_deadline d;
	int r;

	(void)arg;
	co_deadline_push(&d, 1);
	r = co_acquire(&sem, 1);
	co_deadline_pop(&d);
	return r;
}

START_TEST(a_deadline_ends_the_wait)
{
	struct co *c;

	co_sem_init(&sem, 0);
	c = co_spawn(loop, "c", gives_up, NULL);
	loop_run(loop);
	ck_assert_int_eq(co_join(c), ERR_TIMEOUT);
	ck_assert_ptr_null(sem.first);
	ck_assert_ptr_eq(sem.last, &sem.first);
}
END_TEST

Suite *sem_suite(void);
Suite *sem_suite(void)
{
	Suite *s = suite_create("sem");
	TCase *tc = tcase_create("sem");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, first_come_first_served);
	tcase_add_loop_test(tc, cancel_while_waiting_in_line, 2, USERS);
	tcase_add_test(tc, a_permit_granted_in_the_turn_of_a_cancel_is_kept);
	tcase_add_test(tc, a_deadline_ends_the_wait);
	suite_add_tcase(s, tc);
	return s;
}
