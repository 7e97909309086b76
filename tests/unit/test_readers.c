#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "reports/lang/native.h"
#include "reports/model.h"
#include "reports/next.h"
#include "tests/e2e/report/fixture.h"

/* What the readers of a report rely on: what to do next, what proves a failure, and words
 * of their own language. */

static struct report *load(struct draft *d, const char *outcome)
{
	char *dir = fixture_dir();
	struct report *r = NULL;
	struct error err;

	if (d && outcome)
		draft_end(d, outcome);
	if (d)
		fixture_write(dir, "journal.jsonl", d->text.text, d->text.len);
	else
		fixture_full(dir);
	ck_assert_int_eq(report_load(dir, &r, &err), 0);
	fixture_remove(dir);
	if (d)
		draft_release(d);
	return r;
}

static char *page(const struct report *r, const char *lang)
{
	struct str out = { 0 };
	struct error err;

	ck_assert_int_eq(report_html(r, lang, SINK_TEXT(&out), &err), 0);
	return out.text;
}

static unsigned times(const char *text, const char *word)
{
	unsigned n = 0;

	while ((text = strstr(text, word))) {
		text += strlen(word);
		n++;
	}
	return n;
}

static void step(struct draft *d, int n, const char *kind, bool ok, const char *observed,
		 const char *more)
{
	draft_add(d, "step", "\"row\":1,\"attempt\":1,\"n\":%d,\"kind\":\"%s\",\"requirement\":"
		  "\"MCI-KEY-01\",\"advisory\":false,\"what\":\"step %d\",\"expected\":\"e\","
		  "\"observed\":\"%s\",\"ok\":%s,\"at\":\"k.c:1\"%s", n, kind, n, observed,
		  ok ? "true" : "false", more);
}

static void finish(struct draft *d, const char *verdict, const char *cause)
{
	draft_add(d, "finish", "\"row\":1,\"attempt\":1,\"verdict\":\"%s\",\"cause\":\"%s\","
		  "\"cleanup\":\"clean\",\"ms\":1", verdict, cause);
}

/* A check judges what an earlier step read: that answer is what proves the failure. */
START_TEST(a_failed_check_shows_the_answer_it_judged)
{
	struct draft d;
	struct report *r;
	char first[65], second[65], more[100], *html;

	memset(first, '1', 64);
	memset(second, '2', 64);
	first[64] = second[64] = '\0';
	draft_small(&d);
	draft_add(&d, "start", "\"row\":1,\"attempt\":1");
	snprintf(more, sizeof(more), ",\"exchanges\":[\"%s\"]", first);
	step(&d, 1, "stimulus", true, "o", more);
	snprintf(more, sizeof(more), ",\"exchanges\":[\"%s\"]", second);
	step(&d, 2, "stimulus", true, "o", more);
	step(&d, 3, "check", false, "o", "");
	step(&d, 4, "check", false, "o", "");
	finish(&d, "fail", "");
	r = load(&d, "completed");
	ck_assert_ptr_eq(attempt_source(&r->rows[0].attempts[0], &r->rows[0].attempts[0].steps[3]),
			 &r->rows[0].attempts[0].steps[1]);
	html = page(r, "en");
	ck_assert_uint_eq(times(html, first), 0);
	ck_assert_uint_eq(times(html, second), 1);	/* once, for both checks */
	free(html);
	report_free(r);
}
END_TEST

START_TEST(an_error_is_told_once)
{
	struct draft d;
	struct report *r;
	struct str out = { 0 };

	draft_small(&d);
	draft_add(&d, "start", "\"row\":1,\"attempt\":1");
	step(&d, 1, "check", false, "conflict: name in use", ",\"error\":{\"class\":\"conflict\","
	     "\"guessed\":true,\"http\":409,\"code\":\"InUse\",\"text\":\"name in use\"}");
	finish(&d, "fail", "");
	r = load(&d, "completed");
	words_row(&out, &r->rows[0], LANG_EN);
	ck_assert_uint_eq(times(out.text, "name in use"), 1);
	ck_assert_ptr_nonnull(strstr(out.text, "HTTP 409"));
	ck_assert_ptr_nonnull(strstr(out.text, "InUse"));
	ck_assert_ptr_nonnull(strstr(out.text, msg_text(LANG_EN, MSG_GUESSED)));
	str_release(&out);
	report_free(r);
}
END_TEST

static void add_next(void *arg, const char *text, const char *command, const char *section)
{
	ck_assert(*text && *section);
	str_addf(arg, "%s|%s\n", section, command);
}

static const struct { const char *verdict, *cause, *outcome, *wanted; } ways[] = {
	{ "pass", "", "completed", "evidence|plugfest verify DIR\n" },
	{ "fail", "", "completed", "findings|plugfest run --rerun failed DIR\n" },
	{ "pass", "", "interrupted", "open|plugfest run --resume DIR\n" },
	{ "pass", "", NULL, "open|plugfest run --resume DIR\n" },
	{ "inconclusive", "quota", "completed", "open|plugfest plan -t TARGET.yaml --ask\n" },
	{ "inconclusive", "credentials", "completed", "open|plugfest doctor -t TARGET.yaml\n" },
	{ "inconclusive", "unreachable", "completed", "open|plugfest doctor -t TARGET.yaml\n" },
	{ "not-run", "no-data-plane", "completed", "open|\n" },
	{ "error", "harness", "completed", "open|\n" },
};

/* Every way in which a run ends leads on, and only where it leads. */
START_TEST(every_end_says_what_to_do_next)
{
	struct draft d;
	struct report *r;
	struct str out = { 0 };

	draft_small(&d);
	draft_add(&d, "start", "\"row\":1,\"attempt\":1");
	finish(&d, ways[_i].verdict, ways[_i].cause);
	r = load(&d, ways[_i].outcome);
	r->ics_full = true;
	words_next(r, LANG_EN, add_next, &out);
	if (r->complete && !strcmp(ways[_i].verdict, "pass"))
		ck_assert_int_eq(r->verdict, RUN_CONFORMANT);
	ck_assert_str_eq(str_text(&out), ways[_i].wanted);
	str_release(&out);
	report_free(r);
}
END_TEST

/* The commands of the console can be pasted: whole, and about the folder that was named. */
START_TEST(the_console_can_be_pasted)
{
	struct report *r = load(NULL, NULL);
	struct str out = { 0 }, option = { 0 };
	const char *fail, *soft;

	for (int i = 0; i < 300; i++)
		str_addc(&option, (char)('a' + i % 26));
	((struct target *)r->rows[2].target)->options = json_pack("[s]", option.text);
	report_summary(r, "results/my run", &out);
	ck_assert_ptr_nonnull(strstr(out.text, option.text));
	ck_assert_ptr_nonnull(strstr(out.text, "plugfest sweep 'results/my run'\n"));
	ck_assert_ptr_nonnull(strstr(out.text, "plugfest run --rerun failed 'results/my run'\n"));
	fail = strstr(out.text, "✗ fail ");
	soft = strstr(out.text, "△ ");
	ck_assert(fail && soft && fail < soft);
	json_decref((json_t *)r->rows[2].target->options);
	str_release(&out);
	str_release(&option);
	report_free(r);
}
END_TEST

START_TEST(failures_stand_by_requirement)
{
	struct report *r = load(NULL, NULL);
	char *html = page(r, "en"), *glance = strstr(html, "class=\"wide glance\""), *end;

	ck_assert_ptr_nonnull(glance);
	end = strstr(glance, "</table>");
	*end = '\0';
	ck_assert_ptr_nonnull(strstr(glance, "MCI-KEY-02"));
	ck_assert_ptr_nonnull(strstr(glance, "href=\"#row-3\""));
	ck_assert_ptr_null(strstr(glance, "MCI-KEY-01"));	/* nothing speaks against it */
	ck_assert_ptr_null(strstr(glance, "#row-1\""));
	free(html);
	report_free(r);
}
END_TEST

/* Words that the journal has as ids are words of the language on the page. */
START_TEST(no_id_stands_for_a_word)
{
	static const char *const causes[] = { "quota", "capacity", "throttled", "unreachable",
		"unavailable", "credentials", "cancelled", "harness", "no-check", "crashed",
		"interrupted", "limit", "undeclared", "not-there", "no-data-plane", "read-only",
		"filtered", "not-allowed", "no-peer", "configuration", "ics" };
	static const char *const traces[] = { "shall", "should", "may", "info", "n-a", "unknown",
		"verified", "title", "not-verified" };

	for (size_t i = 0; i < sizeof(causes) / sizeof(*causes); i++) {
		const char *ko = cause_text(LANG_KO, causes[i]);

		ck_assert_msg(strcmp(ko, causes[i]) && (unsigned char)*ko >= 0xea, "%s: %s",
			      causes[i], ko);
	}
	for (size_t i = 0; i < sizeof(traces) / sizeof(*traces); i++) {
		const char *ko = trace_text(LANG_KO, traces[i]);

		ck_assert_msg(strcmp(ko, traces[i]) && (unsigned char)*ko >= 0xea, "%s: %s",
			      traces[i], ko);
	}
}
END_TEST

/* Titles and requirements are in the page's language; the catalogue's words stay beside. */
START_TEST(the_korean_page_is_korean)
{
	struct report *r = load(NULL, NULL);
	char *ko = page(r, "ko"), *en = page(r, "en");
	const char *title = case_in(LANG_KO, "compute.keypair.duplicate-name");
	const char *text = requirement_in(LANG_KO, "MCI-KEY-01");

	ck_assert(*title && *text);
	ck_assert_ptr_nonnull(strstr(ko, title));
	ck_assert_ptr_null(strstr(ko, "A second key pair of one name is refused"));
	ck_assert_ptr_nonnull(strstr(ko, text));
	ck_assert_ptr_nonnull(strstr(ko, "lang=\"en\">A key pair can be made, read, listed"));
	ck_assert_ptr_nonnull(strstr(en, "A second key pair of one name is refused"));
	ck_assert_ptr_null(strstr(en, text));
	/* What nobody has translated keeps its own words. */
	ck_assert_str_eq(case_in(LANG_KO, "compute.vm.lifecycle"), "");
	ck_assert_ptr_nonnull(strstr(ko, "A machine can be made, started and removed"));
	free(ko);
	free(en);
	report_free(r);
}
END_TEST

/* A translation is of a requirement that the catalogue has, once, and in Hangul. */
START_TEST(translations_are_of_something)
{
	static const char *const ids[] = {
#define KO(id_, ko_) id_,
#include "reports/lang/requirements_ko.def"
#include "reports/lang/cases_ko.def"
#undef KO
	};
	struct str catalogue = { 0 };

	ck_assert_int_eq(report_slurp("standards/mci.json", 1 << 22, &catalogue), 0);
	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
		bool requirement = !strncmp(ids[i], "MCI-", 4);
		const char *ko = requirement ? requirement_in(LANG_KO, ids[i])
					     : case_in(LANG_KO, ids[i]);
		struct str quoted = { 0 };

		ck_assert_msg(strpbrk(ko, "\xea\xeb\xec\xed") != NULL, "%s: %s", ids[i], ko);
		str_addf(&quoted, "\"id\": \"%s\"", ids[i]);
		ck_assert_msg(!requirement || strstr(catalogue.text, quoted.text), "%s", ids[i]);
		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(ids[k], ids[i]);
		str_release(&quoted);
	}
	str_release(&catalogue);
}
END_TEST

static const struct { const char *utc, *en, *ko; } dates[] = {
	{ "2026-11-21T22:58:56.1Z", "21 November 2026, 22:58:56 UTC",
	  "2026년 11월 22일 07:58:56 KST (2026-11-21 22:58:56 UTC)" },
	{ "2028-02-28T15:00:00.0Z", "28 February 2028, 15:00:00 UTC",
	  "2028년 2월 29일 00:00:00 KST (2028-02-28 15:00:00 UTC)" },
	{ "2026-13-21T22:58:56.1Z", "2026-13-21T22:58:56.1Z", "2026-13-21T22:58:56.1Z" },
	{ "", "?", "?" },
};

START_TEST(dates_are_those_of_the_reader)
{
	struct str en = { 0 }, ko = { 0 };

	date_add(&en, LANG_EN, dates[_i].utc);
	date_add(&ko, LANG_KO, dates[_i].utc);
	ck_assert_str_eq(en.text, dates[_i].en);
	ck_assert_str_eq(ko.text, dates[_i].ko);
	str_release(&en);
	str_release(&ko);
}
END_TEST

static const struct { const char *n, *wanted; } numbers[] = {
	{ "0", "0 rows: x" }, { "1", "1 row: x" }, { "2", "2 rows: x" }, { "11", "11 rows: x" },
};

START_TEST(one_row_is_no_rows)
{
	struct str out = { 0 };

	MSG_ADD(&out, LANG_EN, MSG_SUMMARY_COUNTS, numbers[_i].n, "x");
	ck_assert_str_eq(out.text, numbers[_i].wanted);
	str_release(&out);
}
END_TEST

#define COUNT(a) (int)(sizeof(a) / sizeof(*(a)))

Suite *readers_suite(void);
Suite *readers_suite(void)
{
	Suite *s = suite_create("reports/readers");
	TCase *tc = tcase_create("readers");

	tcase_add_test(tc, a_failed_check_shows_the_answer_it_judged);
	tcase_add_test(tc, an_error_is_told_once);
	tcase_add_loop_test(tc, every_end_says_what_to_do_next, 0, COUNT(ways));
	tcase_add_test(tc, the_console_can_be_pasted);
	tcase_add_test(tc, failures_stand_by_requirement);
	tcase_add_test(tc, no_id_stands_for_a_word);
	tcase_add_test(tc, the_korean_page_is_korean);
	tcase_add_test(tc, translations_are_of_something);
	tcase_add_loop_test(tc, dates_are_those_of_the_reader, 0, COUNT(dates));
	tcase_add_loop_test(tc, one_row_is_no_rows, 0, COUNT(numbers));
	suite_add_tcase(s, tc);
	return s;
}
