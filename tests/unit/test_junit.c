#include <check.h>
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/report.h"
#include "reports/xml.h"
#include "tests/e2e/report/fixture.h"

/* By its path from the root of the tree, where the tests run. */
static void validates(const struct str *xml, const char *xsd)
{
	xmlSchemaParserCtxt *pc = xmlSchemaNewParserCtxt(xsd);
	xmlSchema *schema = xmlSchemaParse(pc);
	xmlSchemaValidCtxt *vc = xmlSchemaNewValidCtxt(schema);
	xmlDoc *doc = xmlReadMemory(xml->text, (int)xml->len, "junit.xml", NULL, XML_PARSE_NONET);

	ck_assert_ptr_nonnull(doc);
	ck_assert_int_eq(xmlSchemaValidateDoc(vc, doc), 0);
	xmlFreeDoc(doc);
	xmlSchemaFreeValidCtxt(vc);
	xmlSchemaFree(schema);
	xmlSchemaFreeParserCtxt(pc);
}

/* Elements of that name anywhere below n. */
static int count(const xmlNode *n, const char *name)
{
	int found = 0;

	for (n = n->children; n; n = n->next)
		if (n->type == XML_ELEMENT_NODE)
			found += !strcmp((const char *)n->name, name) + count(n, name);
	return found;
}

static int attribute(xmlNode *n, const char *name)
{
	xmlChar *text = xmlGetProp(n, BAD_CAST name);
	int value;

	ck_assert_ptr_nonnull(text);
	value = (int)str_to_int((const char *)text, 1000000);
	xmlFree(text);
	return value;
}

/* The children of one suite or case by name. */
static int children(const xmlNode *n, const char *name)
{
	int found = 0;

	for (n = n->children; n; n = n->next)
		found += n->type == XML_ELEMENT_NODE && !strcmp((const char *)n->name, name);
	return found;
}

static int outcomes(const xmlNode *suite, const char *name)
{
	int found = 0;

	for (const xmlNode *n = suite->children; n; n = n->next)
		if (n->type == XML_ELEMENT_NODE)
			found += children(n, name);
	return found;
}

static void suite_adds_up(xmlNode *suite)
{
	ck_assert_int_eq(attribute(suite, "tests"), children(suite, "testcase"));
	ck_assert_int_eq(attribute(suite, "failures"), outcomes(suite, "failure"));
	ck_assert_int_eq(attribute(suite, "errors"), outcomes(suite, "error"));
	ck_assert_int_eq(attribute(suite, "skipped"), outcomes(suite, "skipped"));
}

static void check_both(const struct report *r)
{
	struct str strict = { 0 }, surefire = { 0 };
	struct error err;
	xmlDoc *doc;

	ck_assert_int_eq(report_junit(r, SINK_TEXT(&strict), &err), 0);
	ck_assert_int_eq(report_surefire(r, SINK_TEXT(&surefire), &err), 0);
	validates(&strict, "standards/junit-strict.xsd");
	validates(&surefire, "standards/junit-surefire.xsd");
	doc = xmlReadMemory(strict.text, (int)strict.len, "a", NULL, XML_PARSE_NONET);
	for (xmlNode *n = xmlDocGetRootElement(doc)->children; n; n = n->next)
		if (n->type == XML_ELEMENT_NODE)
			suite_adds_up(n);
	xmlFreeDoc(doc);
	doc = xmlReadMemory(surefire.text, (int)surefire.len, "b", NULL, XML_PARSE_NONET);
	suite_adds_up(xmlDocGetRootElement(doc));
	xmlFreeDoc(doc);
	str_release(&strict);
	str_release(&surefire);
}

static struct report *load(char *dir, const struct draft *d)
{
	struct report *r = NULL;
	struct error err;

	if (d)
		fixture_write(dir, "journal.jsonl", str_text(&d->text), d->text.len);
	ck_assert_int_eq(report_load(dir, &r, &err), 0);
	return r;
}

START_TEST(both_dialects_validate_and_add_up)
{
	char *dir = fixture_dir();
	struct report *r;
	struct str out = { 0 };
	struct error err;
	xmlDoc *doc;

	fixture_full(dir);
	r = load(dir, NULL);
	check_both(r);
	ck_assert_int_eq(report_surefire(r, SINK_TEXT(&out), &err), 0);
	doc = xmlReadMemory(out.text, (int)out.len, "a", NULL, XML_PARSE_NONET);
	ck_assert_int_eq(count(xmlDocGetRootElement(doc), "flakyError"), 1);
	/* 14 rows, one clean-up, one for the journal; four rows were not decided by a test */
	ck_assert_int_eq(attribute(xmlDocGetRootElement(doc), "tests"), 16);
	ck_assert_int_eq(attribute(xmlDocGetRootElement(doc), "skipped"), 4);
	ck_assert_int_eq(attribute(xmlDocGetRootElement(doc), "failures"), 3);
	ck_assert_int_eq(attribute(xmlDocGetRootElement(doc), "errors"), 1);
	ck_assert_ptr_null(strstr(out.text, dir));
	xmlFreeDoc(doc);
	str_release(&out);
	report_free(r);
	fixture_remove(dir);
}
END_TEST

START_TEST(a_broken_or_empty_run_is_an_error)
{
	char *dir = fixture_dir();
	struct report *r;
	struct draft d;
	struct str out = { 0 };
	struct error err;

	if (_i == 0)
		draft_begin(&d);
	else
		draft_small(&d);
	if (_i == 2)
		d.text.text[d.text.len / 2] ^= 1;
	r = load(dir, &d);
	check_both(r);
	ck_assert_int_eq(report_junit(r, SINK_TEXT(&out), &err), 0);
	ck_assert_ptr_nonnull(strstr(out.text, "<error message="));
	str_release(&out);
	report_free(r);
	draft_release(&d);
	fixture_remove(dir);
}
END_TEST

/* As they stand in the journal's JSON. */
static const char *const hostile[] = {
	"]]> <b>&amp; \\\" ' <![CDATA[ <!-- -->", "\\u001b[31mred\\u001b[0m \\u0001\\u0008\\u001f",
	"\\ufffe\\uffff \\u202eevil\\u2066", "\xed\x95\x9c \xf0\x9f\x98\x80 \\u0085\\u007f", "a\\nb\\tc\\rd",
	"${jndi:x} `id` $(id) %s%n ../../etc/passwd [[ATTACHMENT|/etc/passwd]]",
};

START_TEST(hostile_text_stays_text)
{
	char *dir = fixture_dir();
	struct report *r;
	struct draft d;

	draft_small(&d);
	draft_add(&d, "start", "\"row\":1,\"attempt\":1");
	draft_add(&d, "step", "\"row\":1,\"attempt\":1,\"n\":1,\"kind\":\"check\",\"ok\":false,"
		  "\"requirement\":\"%s\",\"what\":\"%s\",\"expected\":\"%s\",\"observed\":\"%s\","
		  "\"at\":\"%s\",\"error\":{\"class\":\"%s\",\"http\":1,\"code\":\"%s\",\"text\":\"%s\"}",
		  hostile[_i], hostile[_i], hostile[_i], hostile[_i], hostile[_i], hostile[_i],
		  hostile[_i], hostile[_i]);
	draft_add(&d, "finish", "\"row\":1,\"attempt\":1,\"verdict\":\"fail\",\"cause\":\"%s\","
		  "\"cleanup\":\"leftover\",\"ms\":-5", hostile[_i]);
	draft_end(&d, "completed");
	r = load(dir, &d);
	check_both(r);
	report_free(r);
	draft_release(&d);
	fixture_remove(dir);
}
END_TEST

START_TEST(a_mebibyte_of_text_is_cut)
{
	char *dir = fixture_dir(), *big = malloc(1 << 20);
	struct report *r;
	struct draft d;
	struct str line = { 0 }, out = { 0 };
	struct error err;

	/* Two bytes a character, so that a cut can fall inside of one. */
	for (int i = 0; i < (1 << 20) - 2; i += 2)
		memcpy(big + i, "é", 2);
	big[(1 << 20) - 2] = '\0';
	draft_small(&d);
	draft_add(&d, "start", "\"row\":1,\"attempt\":1");
	str_addf(&line, "{\"seq\":%lld,\"prev\":\"%s\",\"type\":\"step\",\"row\":1,\"attempt\":1,"
		 "\"n\":1,\"kind\":\"check\",\"ok\":false,\"what\":\"%s\",\"observed\":\"%s\"}\n",
		 (long long)d.seq + 1, d.head, big, big);
	str_addn(&d.text, line.text, line.len);
	r = load(dir, &d);
	check_both(r);
	ck_assert_int_eq(report_junit(r, SINK_TEXT(&out), &err), 0);
	ck_assert_uint_lt(out.len, 200000);
	ck_assert_ptr_nonnull(strstr(out.text, "bytes left out"));
	str_release(&out);
	str_release(&line);
	report_free(r);
	draft_release(&d);
	fixture_remove(dir);
	free(big);
}
END_TEST

static const struct { const char *in; size_t n; const char *out; } cleaning[] = {
	{ "plain", 5, "plain" }, { "a\0b", 3, "a\\x00b" }, { "\x1b[1;31mred\x1b[0m", 14, "red" },
	{ "\x1b]0;t\x07", 6, "\\x1b]0;t\\x07" }, { "\x1b[", 2, "\\x1b[" },
	{ "\xc0\x80", 2, "\\xc0\\x80" }, { "\xed\xa0\x80", 3, "\\xed\\xa0\\x80" },
	{ "\xef\xbf\xbe", 3, "\\ufffe" }, { "\xe2\x80\xae", 3, "\\u202e" },
	{ "\xf4\x90\x80\x80", 4, "\\xf4\\x90\\x80\\x80" }, { "\xe2\x82", 2, "\\xe2\\x82" },
	{ "\xf0\x9f\x98\x80", 4, "\xf0\x9f\x98\x80" }, { "\t\n\r", 3, "\t\n\r" },
	{ "\x7f", 1, "\\u007f" }, { "\xe0\x80\xaf", 3, "\\xe0\\x80\\xaf" },
};

START_TEST(illegal_bytes_stay_visible)
{
	struct str out = { 0 };

	xml_clean(&out, cleaning[_i].in, cleaning[_i].n);
	ck_assert_str_eq(str_text(&out), cleaning[_i].out);
	str_release(&out);
}
END_TEST

Suite *junit_suite(void);
Suite *junit_suite(void)
{
	Suite *s = suite_create("reports/junit");
	TCase *tc = tcase_create("dialects");

	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, both_dialects_validate_and_add_up);
	tcase_add_loop_test(tc, a_broken_or_empty_run_is_an_error, 0, 3);
	tcase_add_loop_test(tc, hostile_text_stays_text, 0, sizeof(hostile) / sizeof(*hostile));
	tcase_add_test(tc, a_mebibyte_of_text_is_cut);
	tcase_add_loop_test(tc, illegal_bytes_stay_visible, 0,
			    sizeof(cleaning) / sizeof(*cleaning));
	suite_add_tcase(s, tc);
	return s;
}
