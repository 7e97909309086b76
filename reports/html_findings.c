/* The findings of the HTML page: step, expected, observed, exchange. */
#include "reports/page.h"

#include <string.h>

#include "base/cleanup.h"

static void step_error(struct page *p, const struct step *s)
{
	AUTO(str_buf) struct str text = { 0 };

	if (!s->error)
		return;
	words_error(&text, s->error, p->lang);
	page_foreign(p, "span", "sub", str_text(&text));
}

static void step_row(struct page *p, const struct step *s)
{
	enum msg kind = !s->check ? MSG_STIMULUS : s->advisory ? MSG_CHECK_ADVISORY : MSG_CHECK;

	page_nl(p);
	page_open(p, "tr", s->ok ? "" : s->advisory ? "tr-adv" : "tr-missed");
	xml_open(&p->x, "th");
	xml_attr(&p->x, "scope", "row");
	xml_text(&p->x, NUM(s->n));
	page_close(p);
	page_open(p, "td", "any");
	page_foreign(p, "span", "", s->what);
	page_open(p, "span", "sub");
	xml_text(&p->x, msg_text(p->lang, kind));
	if (*s->requirement) {
		xml_text(&p->x, " · ");
		xml_text(&p->x, s->requirement);
	}
	page_close(p);
	page_close(p);
	page_foreign(p, "td", "any", s->expected);
	page_open(p, "td", "any");
	page_foreign(p, "span", "", s->observed);
	step_error(p, s);
	if (!s->ok && *s->at)
		page_leaf(p, "span", "sub mono", s->at);
	page_close(p);
	page_open(p, "td", "nowrap");
	page_leaf(p, "span", s->ok ? "" : "missed", s->ok ? "✓ " : "✗ ");
	page_say(p, "span", s->ok ? "" : "missed", s->ok ? MSG_STEP_OK : MSG_STEP_MISSED);
	page_close(p);
	page_close(p);
}

static void waits(struct page *p, const struct attempt *a)
{
	for (size_t i = 0; i < a->wait_count; i++) {
		AUTO(str_buf) struct str s = { 0 };

		words_seconds(&s, a->waits[i].ms);
		page_sayf(p, "p", "sub", MSG_WAIT_LINE, a->waits[i].what, NUM(a->waits[i].polls),
			  NUM(a->waits[i].same), str_text(&s));
		page_nl(p);
	}
}

void page_attempt(struct page *p, const struct row *row, const struct attempt *a)
{
	const char *const columns[] = { msg_text(p->lang, MSG_STEP), msg_text(p->lang, MSG_WHAT),
		msg_text(p->lang, MSG_EXPECTED), msg_text(p->lang, MSG_OBSERVED),
		msg_text(p->lang, MSG_RESULT), NULL };
	AUTO(str_buf) struct str caption = { 0 };

	MSG_ADD(&caption, p->lang, MSG_STEPS_CAPTION, row->test->id, row->target->name,
		NUM(a->number));
	if (!a->step_count) {
		page_leaf(p, "p", "", str_text(&caption));
		page_say(p, "p", "sub", MSG_NO_STEPS);
	} else {
		page_table(p, "steps wide", str_text(&caption), columns);
		for (size_t i = 0; i < a->step_count; i++)
			step_row(p, &a->steps[i]);
		page_table_close(p);
	}
	waits(p, a);
	for (size_t i = 0; i < a->step_count; i++)
		if (!a->steps[i].ok)
			page_exchanges(p, &a->steps[i]);
}

static void traces(struct page *p, const struct requirement *q)
{
	size_t i;
	json_t *t;

	json_array_foreach(q->trace, i, t) {
		AUTO(str_buf) struct str text = { 0 };

		str_addf(&text, "%s: ", msg_text(p->lang, MSG_TRACE));
		words_trace(&text, t, p->lang);
		page_leaf(p, "span", "sub", str_text(&text));
	}
}

static void requirement(struct page *p, const char *id)
{
	const struct requirement *q = report_requirement(p->r, id);

	page_open(p, "div", "");
	page_sayf(p, "strong", "", MSG_EVIDENCE_FOR, id, q ? level_text(p->lang, q->level) : "?");
	if (q) {
		page_foreign(p, "div", "", q->text);
		traces(p, q);
	}
	page_close(p);
	page_nl(p);
}

static void requirements(struct page *p, const struct row *row)
{
	const struct step *s = attempt_decisive(row_last(row));
	size_t i;
	json_t *id;

	page_say(p, "dt", "", MSG_REQUIREMENT);
	page_open(p, "dd", "");
	if (s && *s->requirement)
		requirement(p, s->requirement);
	else
		json_array_foreach(row->test->requirements, i, id)
			requirement(p, json_string_value(id) ? json_string_value(id) : "?");
	page_close(p);
}

static void left_line(void *arg, const char *text)
{
	page_leaf(arg, "div", "missed", text);
}

static void finding_facts(struct page *p, const struct row *row)
{
	AUTO(str_buf) struct str text = { 0 };

	page_open(p, "dl", "");
	page_nl(p);
	requirements(p, row);
	page_say(p, "dt", "", MSG_LEVEL);
	page_leaf(p, "dd", "", level_text(p->lang, row->level));
	if (*row->test->purpose) {
		page_say(p, "dt", "", MSG_PURPOSE);
		page_foreign(p, "dd", "", row->test->purpose);
	}
	page_say(p, "dt", "", MSG_CLEANUP);
	page_open(p, "dd", "");
	page_leaf(p, "span", row->cleanup == CLEANUP_LEFTOVER ? "missed" : "",
		  msg_text(p->lang, msg_cleanup(row->cleanup)));
	words_left(p->r, row, p->lang, left_line, p);
	page_close(p);
	page_say(p, "dt", "", MSG_REPRODUCE);
	words_reproduce(&text, p->r, row);
	page_open(p, "dd", "");
	page_open(p, "pre", "");
	page_leaf(p, "code", "", str_text(&text));
	page_close(p);
	page_close(p);
	page_close(p);
	page_nl(p);
}

static void finding(struct page *p, const struct row *row)
{
	bool hard = row_standing(row) == VERDICT_FAIL || row->cleanup == CLEANUP_LEFTOVER;
	AUTO(str_buf) struct str text = { 0 };

	page_open(p, "article", hard ? "finding" : "finding soft");
	str_addf(&text, "row-%lld", (long long)row->number);
	xml_attr(&p->x, "id", str_text(&text));
	page_nl(p);
	page_open(p, "h3", "");
	page_row_verdict(p, row);
	str_clear(&text);
	str_addf(&text, " %s · ", row->test->id);
	xml_text(&p->x, str_text(&text));
	page_sayf(p, "span", "", MSG_ON, row->target->name);
	if (row->cleanup == CLEANUP_LEFTOVER)
		page_cleanup(p, row->cleanup);
	page_close(p);
	page_nl(p);
	page_foreign(p, "p", "what", row->test->title);
	str_clear(&text);
	words_row(&text, row, p->lang);
	if (text.len) {
		page_open(p, "p", "");
		page_say(p, "strong", "", MSG_DECIDED_BY);
		xml_text(&p->x, ": ");
		page_foreign(p, "span", "", str_text(&text));
		page_close(p);
	}
	finding_facts(p, row);
	for (size_t i = 0; i < row->attempt_count; i++)
		page_attempt(p, row, &row->attempts[i]);
	page_close(p);
	page_nl(p);
}

/* Hardest first: 0 mandatory failure, 1 other failure, 2 left something, 3 deviation
 * or waived. */
static int weight(const struct report *r, const struct row *row)
{
	if (row_standing(row) == VERDICT_FAIL)
		return r->results[row - r->rows].mandatory ? 0 : 1;
	return row->cleanup == CLEANUP_LEFTOVER ? 2 : 3;
}

void page_findings(struct page *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->r->row_count; i++)
		n += row_is_finding(&p->r->rows[i]);
	if (!n) {
		page_say(p, "p", "", p->r->complete ? MSG_NO_FINDINGS : MSG_NO_FINDINGS_YET);
		return;
	}
	page_sayf(p, "p", "", MSG_FINDINGS_INTRO, NUM((long long)n));
	for (int w = 0; w < 4; w++)
		for (size_t i = 0; i < p->r->row_count; i++)
			if (row_is_finding(&p->r->rows[i]) && weight(p->r, &p->r->rows[i]) == w)
				finding(p, &p->r->rows[i]);
}
