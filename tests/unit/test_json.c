#include <check.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/str.h"

Suite *json_suite(void);

#define COUNT(a) ((int)(sizeof(a) / sizeof(*a)))

static const struct { const char *text; const char *words; } broken[] = {
	{ "", "an empty text" },
	{ " \r\n\t", "an empty text" },
	{ "<!DOCTYPE html><p>502", "an HTML page" },
	{ "\n <HTML><body>", "an HTML page" },
	{ "<?xml version='1.0'?>", "XML or HTML" },
	{ "<", "XML or HTML" },
	{ "\xef\xbb\xbf{}", "byte order mark" },
	{ "Bad Gateway", "line 1 column" },
	{ "{\n \"a\": 1,\n}", "line 3 column" },
	{ "{\"a\": 1", "line 1" },
	{ "{\"a\": 1} x", "line 1" },
	{ "{\"a\": 1, \"a\": 2}", "duplicate" },
	{ "[\"\xff\"]", "decode byte" },
	{ "[\"\xed\xa0\x80\"]", "decode byte" },
	{ "[\"\\u0000\"]", "line 1" },
	{ "[\"\\ud800\"]", "line 1" },
	{ "[99999999999999999999]", "too big integer" },
	{ "[1e999]", "real" },
	{ "[NaN]", "line 1" },
	{ "{'a': 1}", "line 1" },
};

START_TEST(broken_text_is_named)
{
	struct error err;
	json_t *doc;

	ck_assert_int_eq(json_read(broken[_i].text, strlen(broken[_i].text), NULL, &doc, &err),
			 ERR_PROTOCOL);
	ck_assert_ptr_null(doc);
	ck_assert_msg(strstr(err.text, broken[_i].words) != NULL, "%s", err.text);
}
END_TEST

/* Each is either read as jansson reads it, or left to it; the mark says which is meant. */
static const struct { bool quick; const char *text; } ways[] = {
	{ true, "{}" }, { true, " [ ] " }, { true, "\"a\"" }, { true, "null" },
	{ true, "{\"a\":{\"b\":[1,-2,{\"c\":true}],\"d\":\"\"},\"e\":null}" },
	{ true, "[[],[[]],{},[{}]]\n" }, { true, "[999999999999999999]" }, { true, "[0]" },
	{ true, "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]" }, { false, "[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]" },
	{ false, "[9999999999999999999]" }, { false, "[1.5]" }, { false, "[1e3]" }, { false, "[-0]" },
	{ false, "[\"\\n\"]" }, { false, "[\"\xc3\xa9\"]" }, { false, "[\"\x7f\"]" }, { false, "7" },
	{ false, "{\"a\":1,\"a\":1}" }, { false, "[01]" }, { false, "[-]" }, { false, "[1,]" },
	{ false, "{\"a\":1,}" }, { false, "{\"a\"}" }, { false, "{\"a\":}" }, { false, "[1 2]" },
	{ false, "[}" }, { false, "{]" }, { false, "[1}" }, { false, "{}{}" }, { false, "[]," }, { false, "" },
	{ false, "[nul]" }, { false, "[\"a" }, { false, "{\"a\":[" }, { false, "{1:2}" }, { false, "]" },
	{ false, "[,1]" }, { false, "{,}" }, { false, "[\"\x01\"]" }, { false, "[1" }, { false, "truex" },
};

START_TEST(the_quick_way_is_jansson_s)
{
	const char *text = ways[_i].text;
	json_auto_t *quick = json_plain(text, strlen(text), 128, 1000);
	json_auto_t *doc = json_loads(text, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);

	ck_assert_msg((quick != NULL) == ways[_i].quick, "%s", text);
	ck_assert(!quick || (doc && json_equal(quick, doc)));
}
END_TEST

/* Within its limits to the value and to the level. */
START_TEST(the_quick_way_has_the_limits)
{
	const char *text = "{\"a\":[1,2]}";	/* 4 values, 2 deep */
	json_auto_t *fits = json_plain(text, strlen(text), 2, 4);

	ck_assert_ptr_nonnull(fits);
	ck_assert_ptr_null(json_plain(text, strlen(text), 2, 3));
	ck_assert_ptr_null(json_plain(text, strlen(text), 1, 4));
}
END_TEST

/* Half a secret in an error text is one that redaction cannot find. */
START_TEST(error_does_not_quote_the_text)
{
	const char *text = "{\"password\": hunter2hunter2}";
	struct error err;
	json_t *doc;

	ck_assert_int_eq(json_read(text, strlen(text), NULL, &doc, &err), ERR_PROTOCOL);
	ck_assert_ptr_null(strstr(err.text, "hunter"));
}
END_TEST

static const struct { const char *text; size_t values; } counted[] = {
	{ "1", 1 }, { "{}", 1 }, { "[]", 1 }, { "[1]", 2 }, { "[1,2,3]", 4 },
	{ "{\"a\":[{},{}],\"b\":\"x,[{\"}", 5 }, { "[\"\\\",,\"]", 2 }, { "[[[[]]]]", 4 },
	{ "[ { } , [ ] ]", 3 },
};

START_TEST(values_are_counted_exactly)
{
	struct json_limits fits = { .values = counted[_i].values };
	struct json_limits less = { .values = counted[_i].values - 1 };
	size_t n = strlen(counted[_i].text);
	json_auto_t *doc = NULL, *none = NULL;
	struct error err;

	ck_assert_int_eq(json_read(counted[_i].text, n, &fits, &doc, &err), ERR_OK);
	if (!less.values)
		return;
	ck_assert_int_eq(json_read(counted[_i].text, n, &less, &none, &err), ERR_PROTOCOL);
	ck_assert_ptr_nonnull(strstr(err.text, "JSON values"));
}
END_TEST

START_TEST(default_limits_hold)
{
	AUTO(str_buf) struct str s = { 0 };
	struct error err;
	json_t *doc;

	str_addc(&s, '[');
	while (s.len < 16 << 20)
		str_add(&s, "{},");
	str_add(&s, "{}]");
	ck_assert_int_eq(json_read(s.text, s.len, NULL, &doc, &err), ERR_PROTOCOL);
	ck_assert_str_eq(err.text, "line 1: more than 200000 JSON values");
	str_clear(&s);
	for (int i = 0; i < 100000; i++)
		str_add(&s, "\n[");
	ck_assert_int_eq(json_read(s.text, s.len, NULL, &doc, &err), ERR_PROTOCOL);
	ck_assert_str_eq(err.text, "line 130: JSON nested deeper than 128 levels");
}
END_TEST

START_TEST(depth_at_the_limit_is_read)
{
	struct json_limits two = { .depth = 2 };
	json_auto_t *doc = NULL;
	json_t *none;
	struct error err;

	ck_assert_int_eq(json_read("[[1],[2]]", 9, &two, &doc, &err), ERR_OK);
	ck_assert_int_eq(json_read("[[[]]]", 6, &two, &none, &err), ERR_PROTOCOL);
}
END_TEST

START_TEST(text_of_a_key)
{
	const char *text = "{\"a\":\"x\",\"n\":null,\"i\":1,\"e\":\"\"}";
	json_auto_t *doc = NULL;
	struct error err;

	ck_assert_int_eq(json_read(text, strlen(text), NULL, &doc, &err), ERR_OK);
	ck_assert_str_eq(json_text(doc, "a"), "x");
	ck_assert_str_eq(json_text(doc, "e"), "");
	ck_assert_ptr_null(json_text(doc, "n"));
	ck_assert_ptr_null(json_text(doc, "i"));
	ck_assert_ptr_null(json_text(doc, "zz"));
	ck_assert_ptr_null(json_text(NULL, "a"));
	ck_assert_ptr_null(json_text(json_object_get(doc, "a"), "a"));
}
END_TEST

Suite *json_suite(void)
{
	Suite *s = suite_create("base/json");
	TCase *tc = tcase_create("json");

	tcase_add_loop_test(tc, the_quick_way_is_jansson_s, 0, COUNT(ways));
	tcase_add_test(tc, the_quick_way_has_the_limits);
	tcase_add_loop_test(tc, broken_text_is_named, 0, COUNT(broken));
	tcase_add_test(tc, error_does_not_quote_the_text);
	tcase_add_loop_test(tc, values_are_counted_exactly, 0, COUNT(counted));
	tcase_add_test(tc, default_limits_hold);
	tcase_add_test(tc, depth_at_the_limit_is_read);
	tcase_add_test(tc, text_of_a_key);
	suite_add_tcase(s, tc);
	return s;
}
