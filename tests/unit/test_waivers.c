/* What a waiver covers and when; what a waiver file may say. */
#include <check.h>
#include <string.h>

#include "plan/waivers.h"

START_TEST(days)
{
	static const char *const good[] = { "2026-11-21", "2024-02-29", "2000-02-29", "2099-12-31" };
	static const char *const bad[] = { "", "2026-11-31", "2023-02-29", "1900-02-29", "2026-13-01",
		"2026-00-10", "2026-01-00", "2026-1-1", "26-01-01", "2026/01/01", "2026-01-01 ",
		"2026-01-0x" };

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		ck_assert_msg(waiver_is_day(good[i]), "%s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_msg(!waiver_is_day(bad[i]), "%s", bad[i]);
}
END_TEST

START_TEST(both_days_belong_to_it)
{
	static const struct { const char *day; enum waiver_state state; } all[] = {
		{ "2026-02-28", WAIVER_EARLY }, { "2026-03-01", WAIVER_IN_FORCE },
		{ "2026-03-31T23:59:59.9Z", WAIVER_IN_FORCE }, { "2026-04-01", WAIVER_EXPIRED },
		{ "2027-03-15", WAIVER_EXPIRED }, { "", WAIVER_EARLY },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		ck_assert_int_eq(waiver_on("2026-03-01", "2026-03-31", all[i].day), all[i].state);
}
END_TEST

START_TEST(scope)
{
	static const char *const cases[] = { "compute.vm.*", "network.sg.create", NULL };

	ck_assert(waiver_covers(cases, "", "", "compute.vm.stop", "t", "p"));
	ck_assert(waiver_covers(cases, "t*", "p", "network.sg.create", "t1", "p"));
	ck_assert(!waiver_covers(cases, "", "", "network.sg.delete", "t", "p"));
	ck_assert(!waiver_covers(cases, "u", "", "compute.vm.stop", "t", "p"));
	ck_assert(!waiver_covers(cases, "", "q", "compute.vm.stop", "t", "p"));
}
END_TEST

#define HEAD "plugfest: waivers/1\nwaivers:\n"
#define ONE(id, cases) \
	"- {id: " id ", cases: " cases ", reason: r, link: l, owner: o, approver: a, " \
	"granted: 2026-01-01, expires: 2026-12-31}\n"

START_TEST(a_file_is_read)
{
	static const char text[] = HEAD ONE("A", "[a.b.c, 'a.*']") ONE("B", "[x.y.z]");
	struct waivers *w;
	struct error err;

	ck_assert_int_eq(waivers_read_text("w.yaml", text, strlen(text), &w, &err), ERR_OK);
	ck_assert_uint_eq(w->count, 2);
	ck_assert_str_eq(w->at[0].id, "A");
	ck_assert_str_eq(w->at[0].cases[1], "a.*");
	ck_assert_ptr_null(w->at[0].cases[2]);
	ck_assert_str_eq(w->at[1].target, "");
	ck_assert_int_eq(w->at[1].line, 4);
	ck_assert_uint_eq(strlen(w->digest), 64);
	waivers_free(w);
}
END_TEST

static const struct { const char *text; int line; const char *says; } slips[] = {
	{ "waivers: []\n", 1, "lacks the line" },
	{ "plugfest: waivers/1\n", 0, "waivers" },
	{ "plugfest: waivers/1\nwaivers: {}\n", 2, "waivers" },
	{ HEAD "- text\n", 3, "" },
	{ HEAD "- {id: A}\n", 3, "" },
	{ HEAD ONE("A", "[a]") ONE("A", "[b]"), 4, "found A twice (first on line 3)" },
	{ HEAD ONE("A", "a.b.c"), 3, "cases" },
	{ HEAD ONE("A", "[[a]]"), 3, "" },
	{ HEAD ONE("A", "['A b']"), 3, "pattern with * and ?" },
	{ HEAD ONE("'a b'", "[a]"), 3, "1 to 40" },
};

START_TEST(a_slip_is_named)
{
	struct waivers *w;
	struct error err;

	ck_assert_int_eq(waivers_read_text("w.yaml", slips[_i].text, strlen(slips[_i].text), &w, &err),
			 ERR_INVALID);
	ck_assert_ptr_null(w);
	ck_assert_str_eq(err.file, "w.yaml");
	if (slips[_i].line)
		ck_assert_int_eq(err.line, slips[_i].line);
	ck_assert_msg(strstr(err.text, slips[_i].says) != NULL, "%s", err.text);
}
END_TEST

Suite *waivers_suite(void);
Suite *waivers_suite(void)
{
	Suite *s = suite_create("waivers");
	TCase *tc = tcase_create("waivers");

	tcase_add_test(tc, days);
	tcase_add_test(tc, both_days_belong_to_it);
	tcase_add_test(tc, scope);
	tcase_add_test(tc, a_file_is_read);
	tcase_add_loop_test(tc, a_slip_is_named, 0, (int)(sizeof(slips) / sizeof(*slips)));
	suite_add_tcase(s, tc);
	return s;
}
