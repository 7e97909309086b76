#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/xml.h"

Suite *xml_suite(void);

#define COUNT(a) ((int)(sizeof(a) / sizeof(*(a))))

/* What <a><b>...</b></a> reads as. */
static const struct { const char *inside, *text; } texts[] = {
	{ "plain", "plain" }, { "", "" }, { " two  blanks ", " two  blanks " },
	{ "a&amp;b &lt;&gt;&quot;&apos;", "a&b <>\"'" },
	{ "&#44032;&#xAC00;", "\xea\xb0\x80\xea\xb0\x80" },
	{ "<![CDATA[<x>&amp;]]>", "<x>&amp;" }, { "1<!-- 2 -->3", "13" }, { "1<?pi 2?>3", "13" },
	{ "&#13;", "\r" }, { "\r\n", "\n" }, { "&#13;\n&#9;", "\r\n\t" }, { "\n  ", "\n  " },
	{ "\xea\xb0\x80", "\xea\xb0\x80" }, { "x<c>in</c>y", "xy" }, { "a>b", "a>b" },
};

START_TEST(text_is_read)
{
	AUTO(str) char *doc = xasprintf("<a><b>%s</b></a>", texts[_i].inside);
	AUTO(xml_node) struct xml_node *root = NULL;
	struct error err = { 0 };

	ck_assert_msg(xml_read(doc, strlen(doc), NULL, &root, &err) == ERR_OK, "%s", err.text);
	ck_assert_str_eq(xml_child_text(root, "b"), texts[_i].text);
	ck_assert_uint_eq(xml_child(root, "b")->len, strlen(texts[_i].text));
}
END_TEST

START_TEST(children_are_found)
{
	static const char doc[] =
		"\xef\xbb\xbf<?xml version='1.0' encoding='UTF-8'?>\n"
		"<!-- first --><r xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\" a=\"1>2\">\n"
		" <k>1</k><m/><k b='\"'>2</k>\n <x:k xmlns:x='u'>3</x:k></r>\n";
	AUTO(xml_node) struct xml_node *root = NULL;
	struct error err = { 0 };
	const struct xml_node *k;

	ck_assert_msg(xml_read(doc, sizeof(doc) - 1, NULL, &root, &err) == ERR_OK, "%s", err.text);
	ck_assert_str_eq(root->name, "r");
	k = xml_child(root, "k");
	ck_assert_str_eq(k->text, "1");
	ck_assert_int_eq(k->line, 3);
	k = xml_next(k);
	ck_assert_str_eq(k->text, "2");
	k = xml_next(k);
	ck_assert_str_eq(k->text, "3");
	ck_assert_ptr_null(xml_next(k));
	ck_assert_str_eq(xml_child_text(root, "m"), "");
	ck_assert_ptr_null(xml_child_text(root, "none"));
	ck_assert_ptr_null(xml_child(NULL, "k"));
	ck_assert_ptr_null(xml_next(NULL));
}
END_TEST

static const struct { const char *text, *says; } refused[] = {
	{ "", "empty" }, { " \n", "empty" }, { "{\"a\": 1}", "begins with byte 0x7b" },
	{ "<!DOCTYPE html><html></html>", "HTML page" }, { "<HTML><p>x", "HTML page" },
	{ "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "line 1: XML with a declaration" },
	{ "<?xml version='1.0'?>\n<!DOCTYPE a SYSTEM 'file:///etc/hostname'><a/>",
	  "line 2: XML with a declaration" },
	{ "<a>\n&x;</a>", "line 2: not XML" }, { "<a>", "not XML" }, { "<a></b>", "not XML" },
	{ "<a/><b/>", "not XML" }, { "<a>\x01</a>", "not XML" }, { "<a>&#1;</a>", "not XML" },
	{ "<a>\xff</a>", "not XML" }, { "<a/>\xff", "not XML" }, { "<a>\xea\xb0", "not XML" },
	{ "<a>\xed\xa0\x80</a>", "not XML" },
	{ "<x:a/>", "not XML" }, { "<a b=1/>", "not XML" }, { "<a b='<'/>", "not XML" }, { "<a><!-- </a>", "not XML" },
	{ "<?xml version='1.0' encoding='UTF-16'?>", "not XML" }, { "text<a/>", "begins with" },
};

START_TEST(what_is_no_xml_is_refused)
{
	struct xml_node *root = (void *)&root;
	struct error err = { 0 };

	ck_assert_int_eq(xml_read(refused[_i].text, strlen(refused[_i].text), NULL, &root, &err),
			 ERR_PROTOCOL);
	ck_assert_ptr_null(root);
	ck_assert_msg(strstr(err.text, refused[_i].says), "%s: %s", refused[_i].text, err.text);
}
END_TEST

START_TEST(a_nul_is_refused)
{
	struct xml_node *root;
	struct error err = { 0 };

	ck_assert_int_eq(xml_read("<a>\0</a>", 8, NULL, &root, &err), ERR_PROTOCOL);
	ck_assert_ptr_nonnull(strstr(err.text, "NUL"));
}
END_TEST

static void repeat(struct str *to, const char *text, int n)
{
	while (n--)
		str_add(to, text);
}

/* "<r>" and then so many of each. */
static int read_many(const char *begin, int n, const char *end, const struct xml_limits *limits,
		     struct error *err)
{
	AUTO(str_buf) struct str doc = { 0 };
	AUTO(xml_node) struct xml_node *root = NULL;

	str_add(&doc, "<r>");
	repeat(&doc, begin, n);
	repeat(&doc, end, n);
	str_add(&doc, "</r>");
	return xml_read(doc.text, doc.len, limits, &root, err);
}

START_TEST(bounds_hold_to_the_one)
{
	static const struct xml_limits limits = { .depth = 5, .elements = 100 };
	AUTO(str_buf) struct str doc = { 0 };
	AUTO(xml_node) struct xml_node *root = NULL;
	struct error err = { 0 };

	ck_assert_int_eq(read_many("<a>", 4, "</a>", &limits, &err), ERR_OK);
	ck_assert_int_eq(read_many("<a>", 5, "</a>", &limits, &err), ERR_PROTOCOL);
	ck_assert_ptr_nonnull(strstr(err.text, "deeper than 5 levels"));
	ck_assert_int_eq(read_many("<a/>", 99, "", &limits, &err), ERR_OK);
	ck_assert_int_eq(read_many("<a/>", 100, "", &limits, &err), ERR_PROTOCOL);
	ck_assert_ptr_nonnull(strstr(err.text, "more than 100 XML elements"));
	ck_assert_int_eq(read_many("<a>", 100000, "</a>", NULL, &err), ERR_PROTOCOL);

	/* Attributes cost their square: a tag cannot hold many. */
	str_add(&doc, "<r");
	for (int i = 0; i < 1000; i++)
		str_addf(&doc, " a%d=''", i);
	str_add(&doc, "/>");
	ck_assert_int_eq(xml_read(doc.text, doc.len, NULL, &root, &err), ERR_PROTOCOL);
	ck_assert_ptr_nonnull(strstr(err.text, "tag of more than 4096 bytes"));
}
END_TEST

START_TEST(what_is_written_reads_back)
{
	static const char odd[] = "<&>\"'\r\n\t ]]> \xea\xb0\x80 &amp; ";
	AUTO(str_buf) struct str doc = { 0 };
	AUTO(xml_node) struct xml_node *root = NULL;
	struct error err = { 0 };

	str_add(&doc, "<r>");
	xml_put_leaf(&doc, "k", odd);
	xml_put_leaf(&doc, "none", NULL);
	str_add(&doc, "</r>");
	ck_assert_msg(xml_read(doc.text, doc.len, NULL, &root, &err) == ERR_OK, "%s", err.text);
	ck_assert_str_eq(xml_child_text(root, "k"), odd);
	ck_assert_ptr_null(xml_child(root, "none"));
	str_clear(&doc);
	xml_put(&doc, "\x01");
	ck_assert_str_eq(doc.text, "&#1;");
}
END_TEST

Suite *xml_suite(void)
{
	Suite *s = suite_create("base/xml");
	TCase *tc = tcase_create("xml");

	tcase_add_loop_test(tc, text_is_read, 0, COUNT(texts));
	tcase_add_test(tc, children_are_found);
	tcase_add_loop_test(tc, what_is_no_xml_is_refused, 0, COUNT(refused));
	tcase_add_test(tc, a_nul_is_refused);
	tcase_add_test(tc, bounds_hold_to_the_one);
	tcase_add_test(tc, what_is_written_reads_back);
	suite_add_tcase(s, tc);
	return s;
}
