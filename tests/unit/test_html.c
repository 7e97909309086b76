#include <check.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "reports/lang/lang.h"
#include "reports/next.h"
#include "reports/page.h"
#include "tests/e2e/report/fixture.h"

static const char *const langs[] = { "en", "ko" };

static struct report *load_text(const struct draft *d)
{
	char *dir = fixture_dir();
	struct report *r = NULL;
	struct error err;

	if (d)
		fixture_write(dir, "journal.jsonl", str_text(&d->text), d->text.len);
	else
		fixture_full(dir);
	ck_assert_int_eq(report_load(dir, &r, &err), 0);
	fixture_remove(dir);
	return r;
}

static xmlDoc *parse(const struct str *html)
{
	xmlDoc *doc = xmlReadMemory(html->text, (int)html->len, "report.html", NULL,
				    XML_PARSE_NONET);

	ck_assert_ptr_nonnull(doc);
	return doc;
}

/* How many nodes an XPath expression finds. */
static int found(xmlDoc *doc, const char *xpath)
{
	xmlXPathContext *c = xmlXPathNewContext(doc);
	xmlXPathObject *o = xmlXPathEvalExpression(BAD_CAST xpath, c);
	int n = o->nodesetval ? o->nodesetval->nodeNr : 0;

	xmlXPathFreeObject(o);
	xmlXPathFreeContext(c);
	return n;
}

static void page_is_sound(const struct str *html, const char *lang)
{
	xmlDoc *doc = parse(html);
	xmlChar *page_lang = xmlGetProp(xmlDocGetRootElement(doc), BAD_CAST "lang");

	ck_assert_str_eq((const char *)page_lang, lang);
	ck_assert_int_eq(found(doc, "//h1"), 1);
	ck_assert_int_eq(found(doc, "//h4"), 0);
	ck_assert_int_eq(found(doc, "//h3[not(preceding::h2)]"), 0);
	ck_assert_int_eq(found(doc, "//table[not(caption)]"), 0);
	ck_assert_int_eq(found(doc, "//th[not(@scope)]"), 0);
	ck_assert_int_eq(found(doc, "//script|//link|//img|//iframe|//object|//form"), 0);
	ck_assert_int_eq(found(doc, "//@src|//@style|//@onclick|//@onload"), 0);
	ck_assert_int_eq(found(doc, "//@href[not(starts-with(.,'#'))]"), 0);
	ck_assert_int_eq(found(doc, "//@id[.=preceding::*/@id]"), 0);
	ck_assert_int_eq(found(doc, "//a[not(@id) and starts-with(@href,'#') and "
				    "not(substring(@href,2)=//@id)]"), 0);
	ck_assert_ptr_null(strcasestr(html->text, "<script"));
	ck_assert_ptr_null(strstr(html->text, "인증"));
	ck_assert_ptr_null(strcasestr(html->text, "certified"));
	ck_assert_ptr_null(strcasestr(html->text, "conforms to"));
	xmlFree(page_lang);
	xmlFreeDoc(doc);
}

START_TEST(the_page_is_sound)
{
	struct report *r = load_text(NULL);
	struct str html = { 0 };
	struct error err;

	ck_assert_int_eq(report_html(r, langs[_i], SINK_TEXT(&html), &err), 0);
	page_is_sound(&html, langs[_i]);
	ck_assert_ptr_nonnull(strstr(html.text, _i ? "자체 평가, 서명 없음"
						   : "self-assessed, unsigned"));
	ck_assert_ptr_nonnull(strstr(html.text, _i ? "부적합" : "Does not meet the profile"));
	ck_assert_ptr_nonnull(strstr(html.text, "pf3k9x01a-&lt;b&gt;&amp;amp;"));
	ck_assert_ptr_null(strstr(html.text, "/tmp"));
	str_release(&html);
	report_free(r);
}
END_TEST

START_TEST(there_is_no_third_language)
{
	struct report *r = load_text(NULL);
	struct str html = { 0 };
	struct error err;

	ck_assert_int_eq(report_html(r, "fr", SINK_TEXT(&html), &err), ERR_INVALID);
	report_free(r);
}
END_TEST

START_TEST(hostile_text_makes_no_markup)
{
	const char *evil = "</td><script>alert(1)</script><img src=x onerror=y>\\u0000"
			   "\\\" onload=\\\"z \\u001b[2J \\u202e ]]> &lt; <!--";
	struct draft d;
	struct report *r;
	struct str html = { 0 };
	struct error err;

	draft_small(&d);
	draft_add(&d, "start", "\"row\":1,\"attempt\":1");
	draft_add(&d, "step", "\"row\":1,\"attempt\":1,\"n\":1,\"kind\":\"check\",\"ok\":false,"
		  "\"requirement\":\"%s\",\"what\":\"%s\",\"expected\":\"%s\",\"observed\":\"%s\","
		  "\"at\":\"%s\",\"exchanges\":[\"%s\",\"../../x\",7]", evil, evil, evil,
		  evil, evil, "..");
	/* \u0000 is refused by the reader: the line breaks the chain, which is shown. */
	r = load_text(&d);
	ck_assert_int_eq(report_html(r, langs[_i], SINK_TEXT(&html), &err), 0);
	page_is_sound(&html, langs[_i]);
	ck_assert_ptr_nonnull(strstr(html.text, _i ? "증거 손상" : "The evidence is broken at line 7"));
	report_free(r);
	str_release(&html);
	draft_release(&d);
}
END_TEST

START_TEST(hostile_but_valid_text_makes_no_markup)
{
	const char *evil = "</td><script>alert(1)</script><img src=x onerror=y>"
			   "\\\" onload=\\\"z \\u001b[2J \\u202e ]]> &lt; <!--";
	struct draft d;
	struct report *r;
	struct str html = { 0 };
	struct error err;

	draft_small(&d);
	draft_add(&d, "start", "\"row\":1,\"attempt\":1");
	draft_add(&d, "step", "\"row\":1,\"attempt\":1,\"n\":1,\"kind\":\"check\",\"ok\":false,"
		  "\"requirement\":\"%s\",\"what\":\"%s\",\"expected\":\"%s\",\"observed\":\"%s\","
		  "\"at\":\"%s\",\"exchanges\":[\"..\",\"../../x\",7]", evil, evil, evil, evil, evil);
	draft_add(&d, "finish", "\"row\":1,\"attempt\":1,\"verdict\":\"fail\",\"cause\":\"%s\","
		  "\"cleanup\":\"unknown\",\"ms\":99999999999999", evil);
	draft_end(&d, "completed");
	r = load_text(&d);
	ck_assert_int_eq(r->state.broken_line, 0);
	ck_assert_int_eq(report_html(r, langs[_i], SINK_TEXT(&html), &err), 0);
	page_is_sound(&html, langs[_i]);
	report_free(r);
	str_release(&html);
	draft_release(&d);
}
END_TEST

/* Every way in which a run can be less than whole is said in the first heading or list. */
START_TEST(what_is_not_whole_is_said)
{
	static const char *const said[] = { "The run did not complete",
					    "The evidence is broken at line 3",
					    "outcome: interrupted" };
	struct draft d;
	struct report *r;
	struct str html = { 0 };
	struct error err;

	draft_small(&d);
	if (_i == 2)
		draft_end(&d, "interrupted");
	if (_i == 1)
		strstr(d.text.text, "CB-Spider")[0] ^= 1;
	r = load_text(&d);
	ck_assert_int_eq(report_html(r, "en", SINK_TEXT(&html), &err), 0);
	ck_assert_ptr_nonnull(strstr(html.text, said[_i]));
	ck_assert_ptr_nonnull(strstr(html.text, "box box-2"));
	page_is_sound(&html, "en");
	report_free(r);
	str_release(&html);
	draft_release(&d);
}
END_TEST

static void all_formats(struct str *out)
{
	struct report *r = load_text(NULL);
	struct error err;

	ck_assert_int_eq(report_html(r, "en", SINK_TEXT(out), &err), 0);
	ck_assert_int_eq(report_html(r, "ko", SINK_TEXT(out), &err), 0);
	ck_assert_int_eq(report_junit(r, SINK_TEXT(out), &err), 0);
	ck_assert_int_eq(report_surefire(r, SINK_TEXT(out), &err), 0);
	ck_assert_int_eq(report_json(r, SINK_TEXT(out), &err), 0);
	report_summary(r, NULL, out);
	report_free(r);
}

static void add_next(void *arg, const char *text, const char *command, const char *section)
{
	bool *says = arg;

	(void)text, (void)section;
	says[0] = says[0] || strstr(command, " DIR");
	says[1] = says[1] || strstr(command, " TARGET.yaml");
}

/* What stands for something in a command is explained, and nothing else is. */
START_TEST(only_words_of_a_command_are_explained)
{
	static const enum msg explains[] = { MSG_NEXT_DIR, MSG_NEXT_FILE };
	struct draft d;
	struct report *r;
	struct str html = { 0 };
	struct error err;
	bool says[2] = { false };

	/* All of it names both; one that stopped names its folder alone. */
	if (_i)
		draft_small(&d);
	r = load_text(_i ? &d : NULL);
	words_next(r, LANG_EN, add_next, says);
	ck_assert(says[0]);
	ck_assert_int_eq(says[1], !_i);
	ck_assert_int_eq(report_html(r, "en", SINK_TEXT(&html), &err), 0);
	for (int i = 0; i < 2; i++) {
		const char *text = msg_text(LANG_EN, explains[i]);

		ck_assert_int_eq(strstr(html.text, text) != NULL, says[i]);
	}
	str_release(&html);
	report_free(r);
	if (_i)
		draft_release(&d);
}
END_TEST

START_TEST(the_same_bytes_everywhere)
{
	static const char *const zones[] = { "UTC", "Asia/Seoul", "America/St_Johns" };
	static const char *const locales[] = { "C", "de_DE.UTF-8", "ko_KR.UTF-8", "C.UTF-8" };
	struct str first = { 0 };

	all_formats(&first);
	for (size_t z = 0; z < 3; z++)
		for (size_t l = 0; l < 4; l++) {
			struct str again = { 0 };

			setenv("TZ", zones[z], 1);
			setenv("LC_ALL", locales[l], 1);
			tzset();
			setlocale(LC_ALL, "");
			all_formats(&again);
			ck_assert_str_eq(first.text, again.text);
			str_release(&again);
		}
	str_release(&first);
}
END_TEST

START_TEST(json_is_sorted_and_says_the_same)
{
	struct report *r = load_text(NULL);
	struct str out = { 0 };
	struct error err;
	json_t *doc = NULL;
	char *sorted;

	ck_assert_int_eq(report_json(r, SINK_TEXT(&out), &err), 0);
	ck_assert_int_eq(json_read(out.text, out.len, NULL, &doc, &err), 0);
	sorted = json_dumps(doc, JSON_SORT_KEYS | JSON_INDENT(1));
	ck_assert_int_eq(strncmp(out.text, sorted, strlen(sorted)), 0);
	ck_assert_str_eq(json_text(json_object_get(doc, "result"), "verdict"), "not-conformant");
	ck_assert_uint_eq(json_array_size(json_object_get(doc, "rows")), 14);
	free(sorted);
	json_decref(doc);
	str_release(&out);
	report_free(r);
}
END_TEST

/* Both languages use the same arguments, and neither claims too much. */
START_TEST(messages_are_whole_in_both_languages)
{
	for (int m = 0; m < MSG_COUNT; m++) {
		const char *en = msg_text(LANG_EN, (enum msg)m),
			   *ko = msg_text(LANG_KO, (enum msg)m);

		ck_assert_msg(en && *en && ko && *ko, "message %d", m);
		for (char c = '1'; c <= '9'; c++) {
			char hole[] = { '{', c, '}', '\0' };

			ck_assert_msg(!strstr(en, hole) == !strstr(ko, hole), "%s", en);
		}
		ck_assert_ptr_null(strstr(ko, "인증"));
		/* A particle that fits any name: word the sentence so that none is needed. */
		ck_assert_msg(!strstr(ko, "은(는)") && !strstr(ko, "이(가)") &&
			      !strstr(ko, "을(를)") && !strstr(ko, "(으)로"), "%s", ko);
		ck_assert_ptr_null(strcasestr(en, "certif"));
	}
}
END_TEST

static double channel(const char *hex, size_t at, size_t width)
{
	char pair[3] = { hex[at], width == 2 ? hex[at + 1] : hex[at], '\0' };
	double c = (double)strtol(pair, NULL, 16) / 255;

	return c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* The relative luminance of "--name:#hex" in one theme's rule. */
static double luminance(const char *rule, const char *name)
{
	char key[16];
	const char *hex;
	size_t w;

	snprintf(key, sizeof(key), "--%s:#", name);
	hex = strstr(rule, key);
	ck_assert_msg(hex != NULL, "%s", name);
	hex += strlen(key);
	w = strspn(hex, "0123456789abcdef") == 3 ? 1 : 2;
	return 0.2126 * channel(hex, 0, w) + 0.7152 * channel(hex, w, w) +
	       0.0722 * channel(hex, 2 * w, w);
}

/* WCAG AA: 4.5 to 1 for text, in both themes. */
START_TEST(colours_can_be_read)
{
	static const char *const on[][2] = {
		{ "fg", "bg" }, { "soft", "bg" }, { "fg", "panel" }, { "soft", "panel" },
		{ "link", "bg" }, { "ok", "okbg" }, { "bad", "badbg" }, { "warn", "warnbg" },
		{ "off", "offbg" }, { "ok", "panel" }, { "bad", "panel" }, { "warn", "panel" },
		{ "soft", "badbg" }, { "soft", "warnbg" }, { "bad", "warnbg" }, { "bad", "bg" },
	};

	for (const char *const *rule = page_style; *rule; rule++) {
		if (!strstr(*rule, "--offbg:#") || strstr(*rule, "@media print"))
			continue;
		for (size_t i = 0; i < sizeof(on) / sizeof(*on); i++) {
			double a = luminance(*rule, on[i][0]), b = luminance(*rule, on[i][1]);
			double ratio = a > b ? (a + 0.05) / (b + 0.05) : (b + 0.05) / (a + 0.05);

			ck_assert_msg(ratio >= 4.5, "%s on %s: %d.%02d in %.40s", on[i][0],
				      on[i][1], (int)ratio, (int)(ratio * 100) % 100, *rule);
		}
	}
}
END_TEST

Suite *html_suite(void);
Suite *html_suite(void)
{
	Suite *s = suite_create("reports/html");
	TCase *tc = tcase_create("page");

	tcase_set_timeout(tc, 30);
	tcase_add_loop_test(tc, the_page_is_sound, 0, 2);
	tcase_add_test(tc, there_is_no_third_language);
	tcase_add_loop_test(tc, hostile_text_makes_no_markup, 0, 2);
	tcase_add_loop_test(tc, hostile_but_valid_text_makes_no_markup, 0, 2);
	tcase_add_loop_test(tc, what_is_not_whole_is_said, 0, 3);
	tcase_add_loop_test(tc, only_words_of_a_command_are_explained, 0, 2);
	tcase_add_test(tc, the_same_bytes_everywhere);
	tcase_add_test(tc, json_is_sorted_and_says_the_same);
	tcase_add_test(tc, messages_are_whole_in_both_languages);
	tcase_add_test(tc, colours_can_be_read);
	suite_add_tcase(s, tc);
	return s;
}
