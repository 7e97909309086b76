/* An earlier run read again, and a journal in several files. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "journal/reader.h"
#include "run/past.h"
#include "tests/e2e/report/fixture.h"

static char *dir;
static struct draft first, second;

static void row(struct draft *d, int n, const char *decision)
{
	draft_add(d, "row", "\"row\":%d,\"case\":\"key.create\",\"target\":\"alpha\",\"level\":"
		  "\"mandatory\",\"decision\":\"%s\",\"cause\":\"\",\"reason\":\"\"", n, decision);
}

static void finish(struct draft *d, int n, int attempt, const char *verdict, const char *cleanup)
{
	draft_add(d, "start", "\"row\":%d,\"attempt\":%d", n, attempt);
	if (*verdict)
		draft_add(d, "finish", "\"row\":%d,\"attempt\":%d,\"verdict\":\"%s\",\"cause\":\"\","
			  "\"cleanup\":\"%s\",\"ms\":1", n, attempt, verdict, cleanup);
}

/* The second file goes on where the first one ends. */
static void go_on(void)
{
	second = (struct draft){ .seq = first.seq };
	memcpy(second.head, first.head, sizeof(second.head));
}

static void setup(void)
{
	dir = fixture_dir();
	draft_small(&first);
	go_on();
}

static void teardown(void)
{
	fixture_remove(dir);
	draft_release(&first);
	draft_release(&second);
}

static int nothing(void *arg, const struct journal_line *line)
{
	ck_assert_int_eq(line->number, ++*(int *)arg);
	return 0;
}

static struct journal_state read_both(const char *torn)
{
	struct journal_state st;
	struct error err;
	int lines = 0;

	str_add(&first.text, torn);
	fixture_write(dir, "journal.jsonl", first.text.text, first.text.len);
	if (second.text.len)
		fixture_write(dir, "journal-2.jsonl", second.text.text, second.text.len);
	ck_assert_int_eq(journal_read(dir, nothing, &lines, &st, &err), 0);
	return st;
}

static void seal(const char *torn)
{
	char digest[65];

	sha256_hex(torn, strlen(torn), digest);
	draft_add(&second, "torn", "\"bytes\":\"00\",\"length\":%zu,\"sha256\":\"%s\"", strlen(torn),
		  digest);
}

START_TEST(two_files_are_one_chain)
{
	struct journal_state st;

	draft_end(&first, "interrupted");
	go_on();
	draft_add(&second, "resume", "\"segment\":2");
	draft_end(&second, "completed");
	st = read_both("");
	ck_assert_msg(!st.broken_line, "%s", st.broken_why);
	ck_assert(st.whole && !st.torn);
	ck_assert_int_eq(st.lines, second.seq);
	ck_assert_int_eq(st.segments, 2);
	ck_assert_str_eq(st.outcome, "completed");
	ck_assert_str_eq(st.head, second.head);
}
END_TEST

START_TEST(a_second_file_without_an_end_is_not_complete)
{
	struct journal_state st;

	draft_end(&first, "completed");
	go_on();
	draft_add(&second, "resume", "\"segment\":2");
	st = read_both("");
	ck_assert(!st.whole && !st.broken_line);
	ck_assert_str_eq(st.outcome, "");
}
END_TEST

START_TEST(another_predecessor_breaks_the_chain)
{
	struct journal_state st;

	go_on();
	second.head[0] = second.head[0] == 'a' ? 'b' : 'a';
	draft_add(&second, "resume", "\"segment\":2");
	draft_end(&second, "completed");
	st = read_both("");
	ck_assert_int_ne(st.broken_line, 0);
}
END_TEST

START_TEST(a_torn_line_is_sealed)
{
	struct journal_state st;

	seal("{\"seq\":6,");
	draft_end(&second, "completed");
	st = read_both("{\"seq\":6,");
	ck_assert_msg(!st.broken_line, "%s", st.broken_why);
	ck_assert(st.whole);
}
END_TEST

/* Other bytes, none, or no seal. */
START_TEST(a_seal_fits_its_bytes)
{
	static const char *const found[] = { "{\"seq\":7,", "", "{\"seq\":6," };
	struct journal_state st;

	if (_i < 2)
		seal("{\"seq\":6,");
	else
		draft_add(&second, "resume", "\"segment\":2");
	draft_end(&second, "completed");
	st = read_both(found[_i]);
	ck_assert_int_eq(st.broken_line, first.seq + 1);
	ck_assert_ptr_nonnull(strstr(st.broken_why, "journal-2.jsonl"));
}
END_TEST

/* What stands in a past of rows 1 (in the small draft) and on. */
static const struct { const char *verdict, *cleanup; bool failed, done; } outcomes[] = {
	{ "pass", "clean", false, true }, { "pass-with-deviation", "none", false, true },
	{ "pass", "leftover", true, true }, { "fail", "clean", true, true },
	{ "inconclusive", "clean", true, true }, { "error", "none", true, true },
	{ "did-not-complete", "clean", true, false }, { "", "", true, false },
};

START_TEST(what_failed_and_what_is_done)
{
	struct past past;
	struct error err;
	int n = (int)(sizeof(outcomes) / sizeof(*outcomes));

	for (int i = 1; i < n; i++)
		row(&first, i + 1, "run");
	row(&first, n + 1, "not-run");
	row(&first, n + 2, "run");
	for (int i = 0; i < n; i++)
		finish(&first, i + 1, 1, outcomes[i].verdict, outcomes[i].cleanup);
	draft_add(&first, "set-aside", "\"row\":%d,\"decision\":\"not-run\",\"cause\":\"limit\","
		  "\"reason\":\"\"", n + 2);
	fixture_write(dir, "journal.jsonl", first.text.text, first.text.len);
	ck_assert_msg(past_read(dir, &past, &err) == ERR_OK, "%s", err.text);
	ck_assert_uint_eq(past.row_count, (size_t)n + 2);
	for (int i = 0; i < n; i++) {
		ck_assert_msg(past_failed(&past.rows[i]) == outcomes[i].failed, "%d", i);
		ck_assert_msg(past_done(&past.rows[i]) == outcomes[i].done, "%d", i);
		ck_assert_uint_eq(past.rows[i].starts, 1);
	}
	ck_assert(!past_failed(&past.rows[n]) && past_done(&past.rows[n]));
	ck_assert(past_failed(&past.rows[n + 1]) && past_done(&past.rows[n + 1]));
	ck_assert_str_eq(past_text(&past, "run"), "k3v9q2m7x1ab");
	past_free(&past);
}
END_TEST

START_TEST(a_further_attempt_counts)
{
	struct past past;
	struct error err;

	finish(&first, 1, 1, "pass", "clean");
	finish(&first, 1, 2, "", "");
	fixture_write(dir, "journal.jsonl", first.text.text, first.text.len);
	ck_assert_int_eq(past_read(dir, &past, &err), ERR_OK);
	ck_assert(past_failed(&past.rows[0]) && !past_done(&past.rows[0]));
	ck_assert_uint_eq(past.rows[0].starts, 2);
	past_free(&past);
}
END_TEST

START_TEST(what_is_no_run_is_refused)
{
	struct past past;
	struct error err;

	ck_assert_int_eq(past_read(dir, &past, &err), ERR_NOT_FOUND);
	fixture_write(dir, "journal.jsonl", "{}\n", 3);
	ck_assert_int_eq(past_read(dir, &past, &err), ERR_INVALID);
	ck_assert_int_eq(err.line, 1);
}
END_TEST

START_TEST(the_options_are_those_of_the_first)
{
	struct past past;
	struct error err;
	const char **argv;
	int argc;

	fixture_write(dir, "journal.jsonl", first.text.text, first.text.len);
	ck_assert_int_eq(past_read(dir, &past, &err), ERR_OK);
	argv = past_options(&past, &argc);
	ck_assert_int_eq(argc, 4);
	ck_assert_str_eq(argv[3], "iaas-core");
	ck_assert_ptr_null(argv[4]);
	free(argv);
	past_free(&past);
}
END_TEST

Suite *past_suite(void);
Suite *past_suite(void)
{
	Suite *s = suite_create("past");
	TCase *tc = tcase_create("past");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, two_files_are_one_chain);
	tcase_add_test(tc, a_second_file_without_an_end_is_not_complete);
	tcase_add_test(tc, another_predecessor_breaks_the_chain);
	tcase_add_test(tc, a_torn_line_is_sealed);
	tcase_add_loop_test(tc, a_seal_fits_its_bytes, 0, 3);
	tcase_add_test(tc, what_failed_and_what_is_done);
	tcase_add_test(tc, a_further_attempt_counts);
	tcase_add_test(tc, what_is_no_run_is_refused);
	tcase_add_test(tc, the_options_are_those_of_the_first);
	suite_add_tcase(s, tc);
	return s;
}
