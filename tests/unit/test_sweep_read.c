/* How old an open intent is, whatever was done to the clocks meanwhile. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/str.h"
#include "run/sweep.h"

static char dir[40], head[65];
static FILE *journal;

static void begin(void)
{
	str_copy(dir, sizeof(dir), "/tmp/sweep-read-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	AUTO(str) char *path = xasprintf("%s/journal.jsonl", dir);
	journal = fopen(path, "w");
	ck_assert_ptr_nonnull(journal);
	memset(head, '0', 64);
}

/* A line as it would have been written at that wall and monotonic time. */
static void line(int seq, int64_t wall_us, int64_t mono_us, const char *members)
{
	char utc[28];

	clock_utc(wall_us, utc);
	AUTO(str) char *text = xasprintf("{\"seq\":%d,\"prev\":\"%s\",\"utc\":\"%s\",\"mono_us\":%lld,%s}",
					 seq, head, utc, (long long)mono_us, members);
	sha256_hex(text, strlen(text), head);
	fprintf(journal, "%s\n", text);
}

#define INTENT "\"type\":\"ledger\",\"row\":1,\"op\":\"intent\",\"target\":\"t\",\"kind\":\"vpc\"," \
	       "\"name\":\"pabcde000-vpc\",\"id\":\"\",\"parent\":\"\",\"intent\":1"

/* Seconds between the intent and now, as the sweep takes it. */
static int64_t age_s(void)
{
	AUTO(str) char *remove = xasprintf("rm -rf %s", dir);
	struct open_run run;
	struct error err;
	int64_t age;

	fclose(journal);
	ck_assert_int_eq(open_run_read(dir, &run, &err), ERR_OK);
	ck_assert_ptr_nonnull(run.targets);
	ck_assert_ptr_nonnull(run.targets->ledger.newest);
	age = clock_mono_us() - run.targets->ledger.newest->since_us;
	open_run_free(&run);
	ck_assert_int_eq(system(remove), 0);
	return age / 1000000;
}

enum { S = 1000000 };

START_TEST(what_passed_since_counts)
{
	int64_t now = clock_wall_us();

	begin();
	line(1, now - 110 * (int64_t)S, 1 * S, "\"type\":\"run\",\"run\":\"abcdefghijkl\"");
	line(2, now - 105 * (int64_t)S, 6 * S, INTENT);
	line(3, now - 100 * (int64_t)S, 11 * S, "\"type\":\"interrupted\",\"how\":\"twice\"");
	ck_assert_int_ge(age_s(), 104);
}
END_TEST

START_TEST(a_clock_set_forward_during_the_run_ages_nothing)
{
	int64_t now = clock_wall_us();

	begin();
	line(1, now - 7200 * (int64_t)S, 1 * S, "\"type\":\"run\",\"run\":\"abcdefghijkl\"");
	line(2, now - 7199 * (int64_t)S, 2 * S, INTENT);
	line(3, now, 3 * S, "\"type\":\"interrupted\",\"how\":\"twice\"");
	ck_assert_int_le(age_s(), 10);
}
END_TEST

/* Else the intent would settle in an hour at the earliest. */
START_TEST(a_clock_set_back_after_the_run_is_no_future)
{
	int64_t now = clock_wall_us();

	begin();
	line(1, now + 3600 * (int64_t)S, 1 * S, "\"type\":\"run\",\"run\":\"abcdefghijkl\"");
	line(2, now + 3601 * (int64_t)S, 2 * S, INTENT);
	ck_assert_int_ge(age_s(), 0);
}
END_TEST

START_TEST(a_resumed_run_begins_to_count_anew)
{
	int64_t now = clock_wall_us();

	begin();
	line(1, now - 40 * (int64_t)S, 1 * S, "\"type\":\"run\",\"run\":\"abcdefghijkl\"");
	line(2, now - 40 * (int64_t)S, 30 * S, INTENT);
	line(3, now - 10 * (int64_t)S, 1 * S, "\"type\":\"resume\",\"segment\":2");
	line(4, now - 5 * (int64_t)S, 6 * S, "\"type\":\"interrupted\",\"how\":\"twice\"");
	ck_assert_int_ge(age_s(), 9);
}
END_TEST

Suite *sweep_read_suite(void);
Suite *sweep_read_suite(void)
{
	Suite *s = suite_create("run/sweep_read");
	TCase *tc = tcase_create("age");

	tcase_add_test(tc, what_passed_since_counts);
	tcase_add_test(tc, a_clock_set_forward_during_the_run_ages_nothing);
	tcase_add_test(tc, a_clock_set_back_after_the_run_is_no_future);
	tcase_add_test(tc, a_resumed_run_begins_to_count_anew);
	suite_add_tcase(s, tc);
	return s;
}
