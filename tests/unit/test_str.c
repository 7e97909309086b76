#include <check.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/str.h"

Suite *str_suite(void);

#define COUNT(a) ((int)(sizeof(a) / sizeof(*a)))

static const struct { const char *in, *out; size_t n; } json[] = {
	{ "plain", "\"plain\"", 5 },
	{ "", "\"\"", 0 },
	{ "a\"b\\c\nd", "\"a\\\"b\\\\c\\nd\"", 7 },
	{ "\t\x01\x7f", "\"\\u0009\\u0001\\u007f\"", 3 },
	{ "a\0b", "\"a\\u0000b\"", 3 },
	{ "\xed\x95\x9c\xea\xb8\x80", "\"\xed\x95\x9c\xea\xb8\x80\"", 6 },
	{ "\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\"", 4 },
	{ "\xff", "\"\xef\xbf\xbd\"", 1 },
	{ "\xc0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\"", 2 },		/* overlong */
	{ "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"", 3 },	/* surrogate */
	{ "\xf4\x90\x80\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"", 4 },
	{ "x\xe2\x82", "\"x\xef\xbf\xbd\xef\xbf\xbd\"", 3 },		/* cut short */
};

START_TEST(text_becomes_valid_json)
{
	AUTO(str_buf) struct str s = { 0 };

	str_add_jsonn(&s, json[_i].in, json[_i].n);
	ck_assert_str_eq(str_text(&s), json[_i].out);
}
END_TEST

START_TEST(null_becomes_json_null)
{
	AUTO(str_buf) struct str s = { 0 };

	str_add_json(&s, NULL);
	ck_assert_str_eq(str_text(&s), "null");
}
END_TEST

static const struct { const char *pattern, *text; bool match; } globs[] = {
	{ "", "", true }, { "", "a", false }, { "*", "", true }, { "*", "abc", true },
	{ "a?c", "abc", true }, { "a?c", "ac", false }, { "a*c", "abbbc", true },
	{ "a*c", "abbb", false }, { "*.yaml", "x.yaml", true }, { "*a*b*", "xxaxxb", true },
	{ "a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false },
	{ "compute/*", "compute/keypair_create", true }, { "A", "a", false },
};

START_TEST(glob_matches)
{
	ck_assert(str_glob(globs[_i].pattern, globs[_i].text) == globs[_i].match);
}
END_TEST

static const struct { const char *a, *b; unsigned d; } distances[] = {
	{ "", "", 0 }, { "", "abc", 3 }, { "abc", "", 3 }, { "abc", "abc", 0 },
	{ "enpoint", "endpoint", 1 }, { "kitten", "sitting", 3 }, { "flaw", "lawn", 2 },
	{ "ab", "ba", 2 },
};

START_TEST(distance_is_levenshtein)
{
	ck_assert_uint_eq(str_distance(distances[_i].a, distances[_i].b), distances[_i].d);
	ck_assert_uint_eq(str_distance(distances[_i].b, distances[_i].a), distances[_i].d);
}
END_TEST

START_TEST(distance_is_bounded)
{
	char a[200], b[200];

	memset(a, 'a', sizeof(a));
	memset(b, 'b', sizeof(b));
	a[199] = b[199] = '\0';
	ck_assert_uint_eq(str_distance(a, b), 63);
}
END_TEST

static const struct { const char *text; int64_t max, n; } numbers[] = {
	{ "0", 10, 0 }, { "10", 10, 10 }, { "11", 10, -1 }, { "", 10, -1 }, { "-1", 10, -1 },
	{ "+1", 10, -1 }, { " 1", 10, -1 }, { "1x", 10, -1 }, { "007", 10, 7 }, { "1", 0, -1 },
	{ "9223372036854775807", INT64_MAX, INT64_MAX },
	{ "9223372036854775808", INT64_MAX, -1 },
	{ "99999999999999999999999", INT64_MAX, -1 },
};

START_TEST(number_is_read)
{
	ck_assert_int_eq(str_to_int(numbers[_i].text, numbers[_i].max), numbers[_i].n);
}
END_TEST

START_TEST(copy_cuts_and_says_so)
{
	char to[4];

	ck_assert(str_copy(to, sizeof(to), "abc"));
	ck_assert_str_eq(to, "abc");
	ck_assert(!str_copy(to, sizeof(to), "abcd"));
	ck_assert_str_eq(to, "abc");
	ck_assert(str_copy(to, sizeof(to), NULL));
	ck_assert_str_eq(to, "");
}
END_TEST

START_TEST(buffer_grows_clears_and_is_reused)
{
	AUTO(str_buf) struct str s = { 0 };

	ck_assert_str_eq(str_text(&s), "");
	for (int i = 0; i < 1000; i++)
		str_addf(&s, "%d,", i);
	ck_assert_uint_eq(s.len, strlen(s.text));
	ck_assert_uint_eq(s.len, 3890);
	str_clear(&s);
	ck_assert_str_eq(str_text(&s), "");
	str_addn(&s, "a\0b", 3);
	ck_assert_uint_eq(s.len, 3);
	str_release(&s);
	str_addc(&s, 'x');
	ck_assert_str_eq(str_text(&s), "x");
}
END_TEST

START_TEST(url_keeps_only_unreserved)
{
	AUTO(str_buf) struct str s = { 0 };

	str_add_url(&s, "aZ09-._~ /+%&=\xed\x95\x9c");
	ck_assert_str_eq(str_text(&s), "aZ09-._~%20%2F%2B%25%26%3D%ED%95%9C");
}
END_TEST

START_TEST(a_number_is_written)
{
	static const struct { int64_t n; const char *text; } numbers_out[] = {
		{ 0, "0" }, { 7, "7" }, { -1, "-1" }, { 1234567890, "1234567890" },
		{ INT64_MAX, "9223372036854775807" }, { INT64_MIN, "-9223372036854775808" },
	};

	for (size_t i = 0; i < sizeof(numbers_out) / sizeof(*numbers_out); i++) {
		AUTO(str_buf) struct str s = { 0 };

		str_add_int(&s, numbers_out[i].n);
		ck_assert_str_eq(str_text(&s), numbers_out[i].text);
	}
}
END_TEST

START_TEST(a_format_longer_than_the_room_is_whole)
{
	AUTO(str_buf) struct str s = { 0 };

	str_addf(&s, "%0500d|%s", 7, "end");
	ck_assert_uint_eq(s.len, 504);
	ck_assert_str_eq(s.text + 499, "7|end");
	str_addf(&s, "%s", "");
	ck_assert_uint_eq(s.len, 504);
}
END_TEST

Suite *str_suite(void)
{
	Suite *s = suite_create("base/str");
	TCase *tc = tcase_create("str");

	tcase_add_loop_test(tc, text_becomes_valid_json, 0, COUNT(json));
	tcase_add_test(tc, null_becomes_json_null);
	tcase_add_loop_test(tc, glob_matches, 0, COUNT(globs));
	tcase_add_loop_test(tc, distance_is_levenshtein, 0, COUNT(distances));
	tcase_add_test(tc, distance_is_bounded);
	tcase_add_loop_test(tc, number_is_read, 0, COUNT(numbers));
	tcase_add_test(tc, copy_cuts_and_says_so);
	tcase_add_test(tc, buffer_grows_clears_and_is_reused);
	tcase_add_test(tc, a_number_is_written);
	tcase_add_test(tc, a_format_longer_than_the_room_is_whole);
	tcase_add_test(tc, url_keeps_only_unreserved);
	suite_add_tcase(s, tc);
	return s;
}
