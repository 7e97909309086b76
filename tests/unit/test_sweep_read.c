/* What a sweep takes from a journal: how old an open intent is, whatever was done to the clocks
 * meanwhile, and whose names it goes by. */
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

/* ---- whose names the ledger's lines bear ---- */

static void ledger_line(int seq, const char *op, const char *name, const char *id, int intent)
{
	AUTO(str) char *text = xasprintf("\"type\":\"ledger\",\"row\":1,\"op\":\"%s\",\"target\":\"t\","
					 "\"kind\":\"vm\",\"name\":\"%s\",\"id\":\"%s\",\"parent\":\"\","
					 "\"intent\":%d", op, name, id, intent);

	line(seq, clock_wall_us(), seq * S, text);
}

static struct open_run read_back(void)
{
	AUTO(str) char *remove = xasprintf("rm -rf %s", dir);
	struct open_run run;
	struct error err;

	fclose(journal);
	ck_assert_int_eq(open_run_read(dir, &run, &err), ERR_OK);
	ck_assert_int_eq(system(remove), 0);
	return run;
}

static const struct { const char *name; bool taken; } named[] = {
	{ "pabcde000-vm", true },
	{ "pabcdezz9-vm-MiXedCaSe", true },
	{ "pabcde00a-keypair", true },
	{ "", true },		/* asked for without one: held against what bears the id */
	{ "production", false },
	{ "pabcde", false },
	{ "pabcdeab", false },
	{ "pabcdeabcd-vm", false },
	{ "pabcde0A0-vm", false },
	{ "pabcdf000-vm", false },
	{ "xpabcde000-vm", false },
	{ "***", false },
};

START_TEST(a_name_without_the_mark_of_the_run_is_refused)
{
	struct open_run run;

	begin();
	line(1, clock_wall_us(), S, "\"type\":\"run\",\"run\":\"abcdefghijkl\"");
	line(2, clock_wall_us(), S, "\"type\":\"target\",\"target\":\"t\",\"config\":\"\"");
	ledger_line(3, "created", named[_i].name, "7", 1);
	run = read_back();
	ck_assert_uint_eq(run.refused_count, !named[_i].taken);
	ck_assert_int_eq(run.targets->ledger.newest != NULL, named[_i].taken);
	if (!named[_i].taken) {
		ck_assert_ptr_nonnull(strstr(run.refused.text, "journal.jsonl:3: found the name \""));
		ck_assert_ptr_nonnull(strstr(run.refused.text, named[_i].name));
		ck_assert_ptr_nonnull(strstr(run.refused.text, "as pabcde000-vpc"));
		ck_assert_int_eq(run.last_intent, 0);
	}
	open_run_free(&run);
}
END_TEST

START_TEST(a_second_run_line_changes_no_mark)
{
	struct open_run run;

	begin();
	line(1, clock_wall_us(), S, "\"type\":\"run\",\"run\":\"abcdefghijkl\"");
	line(2, clock_wall_us(), S, "\"type\":\"run\",\"run\":\"roducabcdefg\"");
	ledger_line(3, "created", "production-vm", "7", 1);
	run = read_back();
	ck_assert_str_eq(run.run, "abcdefghijkl");
	ck_assert_uint_eq(run.refused_count, 1);
	open_run_free(&run);
}
END_TEST

START_TEST(an_intent_keeps_its_name)
{
	struct open_run run;

	begin();
	line(1, clock_wall_us(), S, "\"type\":\"run\",\"run\":\"abcdefghijkl\"");
	ledger_line(2, "intent", "pabcde000-vm", "", 1);
	ledger_line(3, "created", "pabcde001-vm", "7", 1);
	run = read_back();
	ck_assert_uint_eq(run.refused_count, 1);
	ck_assert_ptr_nonnull(strstr(run.refused.text, "journal.jsonl:3: found the name \"pabcde001-vm\""));
	ck_assert_ptr_nonnull(strstr(run.refused.text, "wanted \"pabcde000-vm\", as its intent says"));
	ck_assert_str_eq(run.targets->ledger.newest->id, "");
	open_run_free(&run);
}
END_TEST

START_TEST(of_many_the_first_are_said_and_all_counted)
{
	struct open_run run;
	unsigned lines = 0;

	begin();
	line(1, clock_wall_us(), S, "\"type\":\"run\",\"run\":\"abcdefghijkl\"");
	for (int i = 0; i < 50; i++)
		ledger_line(2 + i, "created", "evil\\nname", "7", i);
	run = read_back();
	for (const char *p = run.refused.text; *p; p++)
		lines += *p == '\n';
	ck_assert_uint_eq(run.refused_count, 50);
	ck_assert_uint_eq(lines, 20);
	open_run_free(&run);
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
	tc = tcase_create("names");
	tcase_add_loop_test(tc, a_name_without_the_mark_of_the_run_is_refused, 0,
			    (int)(sizeof(named) / sizeof(*named)));
	tcase_add_test(tc, a_second_run_line_changes_no_mark);
	tcase_add_test(tc, an_intent_keeps_its_name);
	tcase_add_test(tc, of_many_the_first_are_said_and_all_counted);
	suite_add_tcase(s, tc);
	return s;
}
