#include <check.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/conf.h"
#include "base/str.h"

Suite *conf_suite(void);

#define COUNT(a) ((int)(sizeof(a) / sizeof(*a)))

static struct conf *read_ok(const char *text)
{
	struct conf *c;
	struct error err;

	if (conf_read_text("t.yaml", text, strlen(text), &c, &err) < 0)
		ck_abort_msg("line %d: %s", err.line, err.text);
	return c;
}

static const struct { const char *text; int line; const char *words; } broken[] = {
	{ "", 0, "empty" },
	{ "# only a comment\n", 0, "empty" },
	{ "~", 0, "empty" },
	{ "a: 1\nb: 2\na: 3\n", 3, "duplicate key \"a\" (first on line 1)" },
	{ "{\"a\": 1,\n \"b\": {\"x\": 1, \"x\": 2}}", 2, "duplicate key \"x\"" },
	{ "b: 1\na: 1\na: 1\nb: 1\n", 3, "duplicate key \"a\"" },
	{ "a: &x 1\n", 1, "anchors" },
	{ "a: 1\nb: *x\n", 2, "aliases" },
	{ "a: !!str 1\n", 1, "tags" },
	{ "a: !foo {b: 1}\n", 1, "tags" },
	{ "a: &x [1]\n", 1, "anchors" },
	{ "a: 1\n---\nb: 2\n", 2, "second document" },
	{ "a: [1, 2\n", 2, "not valid YAML" },
	{ "a: 1\n  b: 2\n", 2, "not valid YAML" },
	{ "a:\n\tb: 2\n", 2, "not valid YAML" },
	{ "a: 1\nb: \"\\0\"\n", 2, "control character" },
	{ "a: \"x\\x80\"\n", 1, "control character" },
	{ "a: \"x\\L\"\n", 1, "control character" },
	{ "a: 1\nb: \xff\n", 2, "not valid YAML" },
	{ "? [a]\n: 1\n", 1, "cannot be a key" },
	{ "{a: 1, ~: 2}\n", 1, "key is missing" },
	{ "a: {b: *c}\n", 1, "aliases" },
};

START_TEST(broken_file_is_one_clear_line)
{
	struct conf *c;
	struct error err;

	ck_assert_int_eq(conf_read_text("t.yaml", broken[_i].text, strlen(broken[_i].text), &c, &err),
			 ERR_INVALID);
	ck_assert_ptr_null(c);
	ck_assert_str_eq(err.file, "t.yaml");
	ck_assert_int_eq(err.line, broken[_i].line);
	ck_assert_msg(strstr(err.text, broken[_i].words) != NULL, "%s", err.text);
}
END_TEST

START_TEST(depth_ends_at_32)
{
	AUTO(str_buf) struct str s = { 0 };
	struct conf *c;
	struct error err;

	for (int i = 0; i < 32; i++)
		str_addc(&s, '[');
	str_addc(&s, '1');
	for (int i = 0; i < 32; i++)
		str_addc(&s, ']');
	ck_assert_int_eq(conf_read_text("t", s.text, s.len, &c, &err), ERR_OK);
	conf_free(c);
	str_clear(&s);
	for (int i = 0; i < 100000; i++)
		str_addc(&s, '[');
	ck_assert_int_eq(conf_read_text("t", s.text, s.len, &c, &err), ERR_INVALID);
	ck_assert_ptr_nonnull(strstr(err.text, "deeper than 32"));
}
END_TEST

START_TEST(size_ends_at_1_mib)
{
	AUTO(str_buf) struct str s = { 0 };
	struct conf *c;
	struct error err;

	str_add(&s, "a: ");
	while (s.len < 1 << 20)
		str_addc(&s, 'x');
	ck_assert_int_eq(conf_read_text("t", s.text, s.len, &c, &err), ERR_OK);
	conf_free(c);
	str_addc(&s, 'x');
	ck_assert_int_eq(conf_read_text("t", s.text, s.len, &c, &err), ERR_INVALID);
	ck_assert_ptr_nonnull(strstr(err.text, "1 MiB"));
}
END_TEST

/* 100 000 keys: must not be compared each with each. */
START_TEST(many_keys_are_read_in_time)
{
	AUTO(str_buf) struct str s = { 0 };
	AUTO(conf) struct conf *c = NULL;
	struct error err;

	for (int i = 0; i < 100000; i++)
		str_addf(&s, "k%d: \n", i);
	ck_assert_int_eq(conf_read_text("t", s.text, s.len, &c, &err), ERR_OK);
	ck_assert_uint_eq(conf_count(c), 100000);
}
END_TEST

START_TEST(tree_knows_lines_types_and_quotes)
{
	AUTO(conf) struct conf *c = read_ok("a: 12\nb: \"12\"\nm:\n  x: 1\n  y: [p, q]\n"
					    "n: ~\ne:\nj: {\"k\": 'v'}\n");
	const struct conf *m = conf_get(c, "m"), *y = conf_get(m, "y");

	ck_assert_int_eq(c->type, CONF_MAP);
	ck_assert_uint_eq(conf_count(c), 6);
	ck_assert(!conf_get(c, "a")->quoted && conf_get(c, "b")->quoted);
	ck_assert_int_eq(conf_get(c, "b")->line, 2);
	ck_assert_int_eq(m->line, 3);
	ck_assert_int_eq(y->line, 5);
	ck_assert_int_eq(y->type, CONF_LIST);
	ck_assert_str_eq(y->first->next->text, "q");
	ck_assert_ptr_null(y->first->key);
	ck_assert_int_eq(conf_get(c, "n")->type, CONF_NULL);
	ck_assert_int_eq(conf_get(c, "e")->type, CONF_NULL);
	ck_assert_int_eq(conf_get(c, "e")->line, 7);
	ck_assert_str_eq(conf_get(conf_get(c, "j"), "k")->text, "v");
	ck_assert_str_eq(y->first->file, "t.yaml");
	ck_assert_ptr_null(conf_get(c, "zz"));
	ck_assert_ptr_null(conf_get(NULL, "a"));
}
END_TEST

static const struct { const char *text; int line; const char *words; } checks[] = {
	{ "endpoint: x\n", 0, NULL },
	{ "endpoint: x\nmap: {}\nlist: []\nany: [1]\n", 0, NULL },
	{ "endpoint: x\nenpoint: y\n", 2, "unknown key \"enpoint\" in thing; did you mean \"endpoint\"?" },
	{ "endpoint: x\nqqqqqq: y\n", 2, "unknown key \"qqqqqq\" in thing" },
	{ "map: {}\n", 1, "thing lacks \"endpoint\"" },
	{ "endpoint: {}\n", 1, "endpoint: expected a single value, found a map" },
	{ "endpoint: x\nmap: 3\n", 2, "map: expected a map, found a single value" },
	{ "endpoint:\n", 1, "endpoint: expected a single value, found nothing" },
	{ "[1]\n", 1, "thing: expected a map, found a list" },
	{ "just text\n", 1, "thing: expected a map, found a single value" },
};

START_TEST(map_is_checked)
{
	static const struct conf_key keys[] = {
		{ "endpoint", CONF_TEXT, true }, { "map", CONF_MAP, false },
		{ "list", CONF_LIST, false }, { "any", CONF_NULL, false }, { 0 },
	};
	AUTO(conf) struct conf *c = read_ok(checks[_i].text);
	struct error err = { 0 };
	int r = conf_check(c, "thing", keys, &err);

	ck_assert_int_eq(r, checks[_i].words ? ERR_INVALID : ERR_OK);
	ck_assert_int_eq(err.line, checks[_i].line);
	ck_assert_msg(!checks[_i].words || strstr(err.text, checks[_i].words), "%s", err.text);
}
END_TEST

static const struct { const char *text; bool good; int64_t n; const char *words; } ints[] = {
	{ "0", true, 0, NULL }, { "-5", true, -5, NULL }, { "100", true, 100, NULL },
	{ "101", false, 0, "v: 101 is out of range (-5 to 100)" },
	{ "-6", false, 0, "out of range" },
	{ "\"12\"", false, 0, "found the text \"12\" (leave out the quotes)" },
	{ "010", false, 0, "whole number, found 010" }, { "1.5", false, 0, "whole number" },
	{ "1_000", false, 0, "whole number" }, { "0x10", false, 0, "whole number" },
	{ "99999999999999999999", false, 0, "whole number" },
	{ "[1]", false, 0, "found a list" }, { "", false, 0, "found nothing" },
};

START_TEST(whole_number_is_read)
{
	AUTO(str) char *text = xasprintf("v: %s\n", ints[_i].text);
	AUTO(conf) struct conf *c = read_ok(text);
	struct error err;
	int64_t n;
	int r = conf_int(conf_get(c, "v"), -5, 100, 7, &n, &err);

	ck_assert_int_eq(r, ints[_i].good ? ERR_OK : ERR_INVALID);
	if (ints[_i].good)
		ck_assert_int_eq(n, ints[_i].n);
	else
		ck_assert_msg(strstr(err.text, ints[_i].words) != NULL, "%s", err.text);
}
END_TEST

static const struct { const char *text; bool good; double n; } decimals[] = {
	{ "0.5", true, 0.5 }, { "3", true, 3 }, { "-0.25", true, -0.25 }, { "100", true, 100 },
	{ "0.1", true, 0.1 }, { "1.", false, 0 }, { ".5", false, 0 }, { "1e3", false, 0 },
	{ "nan", false, 0 }, { ".inf", false, 0 }, { "1.2.3", false, 0 }, { "100.1", false, 0 },
	{ "\"1\"", false, 0 }, { "1,5", false, 0 }, { "-", false, 0 },
	{ "0.1234567890123456", false, 0 },
};

START_TEST(decimal_is_read)
{
	AUTO(str) char *text = xasprintf("v: %s\n", decimals[_i].text);
	AUTO(conf) struct conf *c = NULL;
	struct error err;
	double n;

	/* "1. -" and the like: what YAML itself refuses is no number either. */
	if (conf_read_text("t", text, strlen(text), &c, &err) < 0) {
		ck_assert(!decimals[_i].good);
		return;
	}
	ck_assert_int_eq(conf_number(conf_get(c, "v"), -100, 100, 7, &n, &err),
			 decimals[_i].good ? ERR_OK : ERR_INVALID);
	ck_assert(!decimals[_i].good || (n >= decimals[_i].n && n <= decimals[_i].n));
}
END_TEST

START_TEST(missing_value_is_the_fallback)
{
	struct error err;
	const char *text;
	int64_t n;
	double d;
	bool b;

	ck_assert_int_eq(conf_text(NULL, "x", &text, &err), ERR_OK);
	ck_assert_str_eq(text, "x");
	ck_assert_int_eq(conf_int(NULL, 0, 1, 99, &n, &err), ERR_OK);
	ck_assert_int_eq(n, 99);
	ck_assert_int_eq(conf_number(NULL, 0, 1, 99, &d, &err), ERR_OK);
	ck_assert_double_eq(d, 99);
	ck_assert_int_eq(conf_bool(NULL, true, &b, &err), ERR_OK);
	ck_assert(b);
}
END_TEST

START_TEST(only_true_and_false_are_booleans)
{
	AUTO(conf) struct conf *c = read_ok("a: true\nb: false\nc: yes\nd: \"true\"\ne: True\n");
	struct error err;
	bool b;

	ck_assert_int_eq(conf_bool(conf_get(c, "a"), false, &b, &err), ERR_OK);
	ck_assert(b);
	ck_assert_int_eq(conf_bool(conf_get(c, "b"), true, &b, &err), ERR_OK);
	ck_assert(!b);
	ck_assert_int_eq(conf_bool(conf_get(c, "c"), true, &b, &err), ERR_INVALID);
	ck_assert_int_eq(err.line, 3);
	ck_assert_int_eq(conf_bool(conf_get(c, "d"), true, &b, &err), ERR_INVALID);
	ck_assert_int_eq(conf_bool(conf_get(c, "e"), true, &b, &err), ERR_INVALID);
}
END_TEST

START_TEST(text_keeps_its_spelling)
{
	AUTO(conf) struct conf *c = read_ok("v: 1.10\nw: no\nx: {}\n");
	struct error err;
	const char *text;

	ck_assert_int_eq(conf_text(conf_get(c, "v"), "", &text, &err), ERR_OK);
	ck_assert_str_eq(text, "1.10");
	ck_assert_int_eq(conf_text(conf_get(c, "w"), "", &text, &err), ERR_OK);
	ck_assert_str_eq(text, "no");
	ck_assert_int_eq(conf_text(conf_get(c, "x"), "", &text, &err), ERR_INVALID);
}
END_TEST

static const struct { const char *found, *near; } suggestions[] = {
	{ "enpoint", "did you mean \"endpoint\"?" }, { "Endpoint", "did you mean \"endpoint\"?" },
	{ "zoen", "did you mean \"zone\"?" }, { "vn", "did you mean \"vm\"?" },
	{ "completely-else", "" }, { "", "" }, { "q", "" },
};

START_TEST(nearest_word_is_suggested)
{
	static const char *const valid[] = { "endpoint", "vm", "zone", NULL };
	char near[100];

	conf_suggest(suggestions[_i].found, valid, near, sizeof(near));
	ck_assert_str_eq(near, suggestions[_i].near);
}
END_TEST

START_TEST(unreadable_file_is_no_mistake_of_its_text)
{
	struct conf *c;
	struct error err;

	ck_assert_int_eq(conf_read("/nonexistent/t.yaml", &c, &err), ERR_HARNESS);
	ck_assert_str_eq(err.file, "/nonexistent/t.yaml");
	ck_assert_int_eq(conf_read("/", &c, &err), ERR_HARNESS);
}
END_TEST

START_TEST(file_is_read)
{
	char path[] = "/tmp/plugfest-conf-XXXXXX";
	int fd = mkstemp(path);
	AUTO(conf) struct conf *c = NULL;
	struct error err;

	ck_assert_int_eq(write(fd, "a: 1\n", 5), 5);
	close(fd);
	ck_assert_int_eq(conf_read(path, &c, &err), ERR_OK);
	ck_assert_str_eq(c->file, path);
	unlink(path);
}
END_TEST

Suite *conf_suite(void)
{
	Suite *s = suite_create("base/conf");
	TCase *tc = tcase_create("conf");

	tcase_add_loop_test(tc, broken_file_is_one_clear_line, 0, COUNT(broken));
	tcase_add_test(tc, depth_ends_at_32);
	tcase_add_test(tc, size_ends_at_1_mib);
	tcase_add_test(tc, many_keys_are_read_in_time);
	tcase_add_test(tc, tree_knows_lines_types_and_quotes);
	tcase_add_loop_test(tc, map_is_checked, 0, COUNT(checks));
	tcase_add_loop_test(tc, whole_number_is_read, 0, COUNT(ints));
	tcase_add_loop_test(tc, decimal_is_read, 0, COUNT(decimals));
	tcase_add_test(tc, missing_value_is_the_fallback);
	tcase_add_test(tc, only_true_and_false_are_booleans);
	tcase_add_test(tc, text_keeps_its_spelling);
	tcase_add_loop_test(tc, nearest_word_is_suggested, 0, COUNT(suggestions));
	tcase_add_test(tc, unreadable_file_is_no_mistake_of_its_text);
	tcase_add_test(tc, file_is_read);
	suite_add_tcase(s, tc);
	return s;
}
