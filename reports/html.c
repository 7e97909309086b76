#include "reports/page.h"

#include <string.h>

#include "base/cleanup.h"
#include "reports/lang/native.h"

/*
 * One self-contained page: no script, no request, readable by an XML parser.
 * The order of its parts is the order of a reader's questions.
 */
void page_open(struct page *p, const char *element, const char *class)
{
	xml_open(&p->x, element);
	if (*class)
		xml_attr(&p->x, "class", class);
}

void page_close(struct page *p)
{
	xml_close(&p->x);
}

void page_nl(struct page *p)
{
	xml_raw(&p->x, "\n");
}

void page_leaf(struct page *p, const char *element, const char *class, const char *text)
{
	page_open(p, element, class);
	xml_text(&p->x, text);
	page_close(p);
}

void page_say(struct page *p, const char *element, const char *class, enum msg m)
{
	page_leaf(p, element, class, msg_text(p->lang, m));
}

void page_sayv(struct page *p, const char *element, const char *class, enum msg m,
	       const char *const *args)
{
	AUTO(str_buf) struct str text = { 0 };

	msg_add(&text, p->lang, m, args);
	page_leaf(p, element, class, str_text(&text));
}

/* Letters, and no Hangul (U+AC00 to U+D7A3) among them. */
static bool looks_english(const char *text)
{
	bool letters = false;

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c >= 0xea && c <= 0xed)
			return false;
		letters = letters || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
	}
	return letters;
}

void page_foreign(struct page *p, const char *element, const char *class, const char *text)
{
	page_open(p, element, class);
	if (p->lang != LANG_EN && looks_english(text))
		xml_attr(&p->x, "lang", "en");
	xml_text(&p->x, text);
	page_close(p);
}

void page_section(struct page *p, const char *id, enum msg title)
{
	AUTO(str_buf) struct str text = { 0 };

	str_addf(&text, "%d. %s", ++p->section, msg_text(p->lang, title));
	page_nl(p);
	xml_open(&p->x, "section");
	xml_attr(&p->x, "aria-labelledby", id);
	page_nl(p);
	xml_open(&p->x, "h2");
	xml_attr(&p->x, "id", id);
	xml_text(&p->x, str_text(&text));
	page_close(p);
	page_nl(p);
}

void page_table(struct page *p, const char *class, const char *caption,
		const char *const *columns)
{
	page_open(p, "div", "scroll");
	xml_attr(&p->x, "role", "region");
	xml_attr(&p->x, "aria-label", caption);
	xml_attr(&p->x, "tabindex", "0");
	page_nl(p);
	page_open(p, "table", class);
	page_leaf(p, "caption", "", caption);
	page_open(p, "thead", "");
	page_open(p, "tr", "");
	for (; *columns; columns++) {
		xml_open(&p->x, "th");
		xml_attr(&p->x, "scope", "col");
		xml_text(&p->x, *columns);
		page_close(p);
	}
	page_close(p);
	page_close(p);
	page_nl(p);
	page_open(p, "tbody", "");
}

void page_table_close(struct page *p)
{
	page_close(p);
	page_close(p);
	page_close(p);
	page_nl(p);
}

void page_row(struct page *p, const char *head, const char *anchor)
{
	page_nl(p);
	page_open(p, "tr", "");
	xml_open(&p->x, "th");
	xml_attr(&p->x, "scope", "row");
	if (*anchor) {
		page_open(p, "a", "");
		xml_attr(&p->x, "href", anchor);
		xml_text(&p->x, head);
		page_close(p);
	} else {
		xml_text(&p->x, head);
	}
	page_close(p);
}

void page_verdict(struct page *p, enum verdict v)
{
	AUTO(str_buf) struct str class = { 0 };

	str_addf(&class, "v v-%s", verdict_name(v));
	page_open(p, "span", str_text(&class));
	xml_open(&p->x, "span");
	xml_attr(&p->x, "aria-hidden", "true");
	xml_text(&p->x, verdict_sign(v));
	page_close(p);
	xml_text(&p->x, " ");
	xml_text(&p->x, msg_text(p->lang, msg_verdict(v)));
	page_close(p);
}

/* A pass is evidence for so much of the sentence only. */
static void page_covered(struct page *p, const struct requirement *q)
{
	const char *native = covered_in(p->lang, q->id);

	if (*native || p->lang == LANG_EN)
		page_sayf(p, "div", "sub", MSG_COVERED, *native ? native : q->covered);
	else
		page_foreign(p, "div", "sub", q->covered);
}

void page_requirement(struct page *p, const struct requirement *q)
{
	const char *native = requirement_in(p->lang, q->id);

	if (*native)
		page_leaf(p, "div", "", native);
	page_foreign(p, "div", *native ? "sub" : "", q->text);
	if (*q->covered)
		page_covered(p, q);
}

void page_title(struct page *p, const char *element, const char *class, const struct test *t)
{
	const char *native = case_in(p->lang, t->id);

	if (*native)
		page_leaf(p, element, class, native);
	else
		page_foreign(p, element, class, t->title);
}

void page_row_verdict(struct page *p, const struct row *row)
{
	page_verdict(p, row->verdict);
	if (!row->waived)
		return;
	xml_text(&p->x, " ");
	page_verdict(p, VERDICT_WAIVED);
}

void page_cleanup(struct page *p, enum cleanup c)
{
	static const char *const sign[CLEANUP_COUNT] = {
		[CLEANUP_NONE] = "", [CLEANUP_CLEAN] = "", [CLEANUP_LEFTOVER] = "✗ ",
		[CLEANUP_UNKNOWN] = "? ",
	};
	AUTO(str_buf) struct str class = { 0 };

	str_addf(&class, "c c-%s", cleanup_name(c));
	page_open(p, "span", str_text(&class));
	xml_text(&p->x, sign[c]);
	xml_text(&p->x, msg_text(p->lang, MSG_CLEANUP));
	xml_text(&p->x, ": ");
	xml_text(&p->x, msg_text(p->lang, msg_cleanup(c)));
	page_close(p);
}

static void meta(struct page *p, const char *key, const char *name, const char *content)
{
	xml_open(&p->x, "meta");
	xml_attr(&p->x, key, name);
	xml_attr(&p->x, "content", content);
	xml_close_void(&p->x);
	page_nl(p);
}

static void head(struct page *p)
{
	AUTO(str_buf) struct str title = { 0 };

	words_verdict(&title, p->r, p->lang);
	if (*report_run_text(p->r, "participant"))
		str_addf(&title, " – %s", report_run_text(p->r, "participant"));
	xml_open(&p->x, "head");
	page_nl(p);
	xml_open(&p->x, "meta");
	xml_attr(&p->x, "charset", "utf-8");
	xml_close_void(&p->x);
	page_nl(p);
	meta(p, "http-equiv", "Content-Security-Policy",
	     "default-src 'none'; style-src 'unsafe-inline'");
	meta(p, "name", "viewport", "width=device-width, initial-scale=1");
	meta(p, "name", "color-scheme", "light dark");
	page_leaf(p, "title", "", str_text(&title));
	page_nl(p);
	xml_open(&p->x, "style");
	for (const char *const *rule = page_style; *rule; rule++)
		xml_raw(&p->x, *rule);
	page_close(p);
	page_close(p);
	page_nl(p);
}

static const struct part {
	const char *id;
	enum msg title;
	void (*write)(struct page *p);
} parts[] = {
	{ "identity", MSG_S_IDENTITY, page_identity },
	{ "scope", MSG_S_SCOPE, page_scope },
	{ "counts", MSG_S_COUNTS, page_counts },
	{ "findings", MSG_S_FINDINGS, page_findings },
	{ "open", MSG_S_OPEN, page_open_rows },
	{ "cases", MSG_S_CASES, page_cases },
	{ "detail", MSG_S_DETAIL, page_detail },
	{ "requirements", MSG_S_COVERAGE, page_coverage },
	{ "ics", MSG_S_ICS, page_ics },
	{ "inventory", MSG_S_INVENTORY, page_inventory },
	{ "evidence", MSG_S_EVIDENCE, page_evidence },
	{ "key", MSG_S_KEY, page_key },
};

static void contents(struct page *p)
{
	page_open(p, "nav", "");
	xml_attr(&p->x, "aria-label", msg_text(p->lang, MSG_CONTENTS));
	page_open(p, "ol", "contents");
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		AUTO(str_buf) struct str href = { 0 };

		str_addf(&href, "#%s", parts[i].id);
		page_open(p, "li", "");
		xml_open(&p->x, "a");
		xml_attr(&p->x, "href", str_text(&href));
		xml_text(&p->x, msg_text(p->lang, parts[i].title));
		page_close(p);
		page_close(p);
	}
	page_close(p);
	page_close(p);
	page_nl(p);
}

static void footer(struct page *p)
{
	page_nl(p);
	page_open(p, "footer", "");
	page_sayf(p, "p", "", MSG_FOOTER, report_run_text(p->r, "version"),
		  report_run_text(p->r, "run"), msg_text(p->lang, MSG_GRADE_TEXT));
	page_close(p);
}

static void body(struct page *p)
{
	xml_open(&p->x, "body");
	page_nl(p);
	page_open(p, "a", "skip");
	xml_attr(&p->x, "href", "#findings");
	xml_text(&p->x, msg_text(p->lang, MSG_SKIP));
	page_close(p);
	page_nl(p);
	page_open(p, "header", "");
	page_top(p);
	page_close(p);
	page_nl(p);
	contents(p);
	xml_open(&p->x, "main");
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		page_section(p, parts[i].id, parts[i].title);
		parts[i].write(p);
		page_close(p);
	}
	page_close(p);
	footer(p);
	page_close(p);
}

int report_html(const struct report *r, const char *lang, const struct sink *to, struct error *err)
{
	struct page p = { .r = r };
	int l = lang_by_name(lang);

	if (l < 0)
		return err_set(err, ERR_INVALID, "no report language \"%.20s\": en or ko", lang);
	p.lang = (enum lang)l;
	xml_begin(&p.x, true, to);
	page_nl(&p);
	xml_open(&p.x, "html");
	xml_attr(&p.x, "lang", lang);
	page_nl(&p);
	head(&p);
	body(&p);
	page_close(&p);
	return xml_finish(&p.x, err);
}
