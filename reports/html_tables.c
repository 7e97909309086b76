#include "reports/page.h"

#include <string.h>

#include "base/cleanup.h"

/* Above this the steps of every row would make a page that nobody can open. */
enum { DETAIL_MAX = 400 };

static bool is_aside(const struct row *row)
{
	return row->verdict == VERDICT_NOT_APPLICABLE || row_standing(row) == VERDICT_WAIVED;
}

static void row_line(struct page *p, const struct row *row)
{
	AUTO(str_buf) struct str why = { 0 };

	words_row(&why, row, p->lang);
	page_nl(p);
	page_open(p, "tr", "");
	xml_open(&p->x, "th");
	xml_attr(&p->x, "scope", "row");
	xml_text(&p->x, row->test->id);
	page_title(p, "span", "sub", row->test);
	page_close(p);
	page_leaf(p, "td", "", row->target->name);
	page_leaf(p, "td", "", level_text(p->lang, row->level));
	page_open(p, "td", "");
	page_row_verdict(p, row);
	if (row->cleanup == CLEANUP_UNKNOWN || row->cleanup == CLEANUP_LEFTOVER)
		page_cleanup(p, row->cleanup);
	page_close(p);
	page_foreign(p, "td", "any", str_text(&why));
	page_close(p);
}

static size_t row_table(struct page *p, enum msg caption, bool (*take)(const struct row *row))
{
	const char *const columns[] = { msg_text(p->lang, MSG_CASE), msg_text(p->lang, MSG_TARGET),
		msg_text(p->lang, MSG_LEVEL), msg_text(p->lang, MSG_VERDICT),
		msg_text(p->lang, MSG_REASON), NULL };
	size_t n = 0;

	for (size_t i = 0; i < p->r->row_count; i++) {
		if (!take(&p->r->rows[i]))
			continue;
		if (!n++)
			page_table(p, "wide rows", msg_text(p->lang, caption), columns);
		row_line(p, &p->r->rows[i]);
	}
	if (n)
		page_table_close(p);
	return n;
}

void page_open_rows(struct page *p)
{
	if (!row_table(p, MSG_OPEN_CAPTION, row_is_undecided))
		page_say(p, "p", "", p->r->row_count ? MSG_NO_OPEN : MSG_NO_CASES);
	row_table(p, MSG_ASIDE_CAPTION, is_aside);
	page_waivers(p);
}

/* The verdict, leading to its steps where they are shown. */
static void case_verdict(struct page *p, const struct row *row)
{
	bool shown = row_is_finding(row) ||
		     (row->attempt_count && p->r->row_count <= DETAIL_MAX);
	AUTO(str_buf) struct str href = { 0 };

	if (shown) {
		str_addf(&href, "#row-%lld", (long long)row->number);
		page_open(p, "a", "");
		xml_attr(&p->x, "href", str_text(&href));
	}
	page_row_verdict(p, row);
	if (shown)
		page_close(p);
}

static void case_cell(struct page *p, const struct row *row)
{
	AUTO(str_buf) struct str text = { 0 };

	page_open(p, "td", "");
	if (!row) {
		page_say(p, "span", "sub", MSG_NO_ROW);
		page_close(p);
		return;
	}
	case_verdict(p, row);
	if (row->attempt_count)
		page_cleanup(p, row->cleanup);
	if (*row->why)
		page_leaf(p, "span", "sub", cause_text(p->lang, row->why));
	if (row->attempt_count > 1)
		MSG_ADD(&text, p->lang, MSG_ATTEMPT, NUM((long long)row->attempt_count));
	if (row_last(row) && row_last(row)->finished) {
		AUTO(str_buf) struct str s = { 0 };

		words_seconds(&s, row_last(row)->ms);
		str_add(&text, text.len ? " · " : "");
		MSG_ADD(&text, p->lang, MSG_SECONDS, str_text(&s));
	}
	if (text.len)
		page_leaf(p, "span", "sub", str_text(&text));
	page_close(p);
}

static int by_id(const void *a, const void *b)
{
	const struct test *const *x = a, *const *y = b;

	return strcmp((*x)->id, (*y)->id);
}

/* [case][target]: the row, or NULL. */
static const struct row **matrix(const struct report *r)
{
	const struct row **at = xcalloc(r->test_count * r->target_count, sizeof(*at));

	for (size_t i = 0; i < r->row_count; i++) {
		const struct row *row = &r->rows[i];

		at[(size_t)(row->test - r->tests) * r->target_count +
		   (size_t)(row->target - r->targets)] = row;
	}
	return at;
}

static void case_line(struct page *p, const struct test *t, const struct row *const *cells)
{
	AUTO(str_buf) struct str id = { 0 };

	str_addf(&id, "case-%s", t->id);
	page_nl(p);
	page_open(p, "tr", "");
	xml_attr(&p->x, "id", str_text(&id));
	xml_open(&p->x, "th");
	xml_attr(&p->x, "scope", "row");
	xml_text(&p->x, t->id);
	page_title(p, "span", "sub", t);
	page_close(p);
	for (size_t k = 0; k < p->r->target_count; k++)
		case_cell(p, cells[k]);
	page_close(p);
}

void page_cases(struct page *p)
{
	const struct report *r = p->r;
	const char **columns = xcalloc(r->target_count + 2, sizeof(*columns));
	const struct test **tests = xcalloc(r->test_count, sizeof(*tests));
	const struct row **at = matrix(r);

	columns[0] = msg_text(p->lang, MSG_CASE);
	for (size_t k = 0; k < r->target_count; k++)
		columns[k + 1] = r->targets[k].name;
	for (size_t i = 0; i < r->test_count; i++)
		tests[i] = &r->tests[i];
	if (r->test_count) {
		qsort(tests, r->test_count, sizeof(*tests), by_id);
		page_table(p, "cases", msg_text(p->lang, MSG_CASES_CAPTION), columns);
		for (size_t i = 0; i < r->test_count; i++)
			case_line(p, tests[i],
				  at + (size_t)(tests[i] - r->tests) * r->target_count);
		page_table_close(p);
	} else {
		page_say(p, "p", "", MSG_NO_CASES);
	}
	free(columns);
	free(tests);
	free(at);
}

static void detail_row(struct page *p, const struct row *row)
{
	AUTO(str_buf) struct str text = { 0 };

	page_open(p, "details", "");
	str_addf(&text, "row-%lld", (long long)row->number);
	xml_attr(&p->x, "id", str_text(&text));
	page_open(p, "summary", "");
	page_row_verdict(p, row);
	str_clear(&text);
	str_addf(&text, " %s · ", row->test->id);
	MSG_ADD(&text, p->lang, MSG_ON, row->target->name);
	xml_text(&p->x, str_text(&text));
	page_close(p);
	page_nl(p);
	for (size_t i = 0; i < row->attempt_count; i++) {
		const struct attempt *a = &row->attempts[i];

		str_clear(&text);
		str_add(&text, msg_text(p->lang, msg_verdict(a->verdict)));
		if (a->crashed || *a->cause)
			str_addf(&text, " (%s)",
				 cause_text(p->lang, a->crashed ? "crashed" : a->cause));
		page_sayf(p, "p", "", MSG_ATTEMPT_LINE, NUM(a->number), str_text(&text));
		page_attempt(p, row, a);
	}
	page_close(p);
	page_nl(p);
}

void page_detail(struct page *p)
{
	if (p->r->row_count > DETAIL_MAX) {
		page_say(p, "p", "", MSG_DETAIL_MANY);
		return;
	}
	page_say(p, "p", "", MSG_DETAIL_INTRO);
	for (size_t i = 0; i < p->r->row_count; i++)
		if (p->r->rows[i].attempt_count && !row_is_finding(&p->r->rows[i]))
			detail_row(p, &p->r->rows[i]);
}

static void coverage_cell(struct page *p, const struct coverage *c)
{
	unsigned all = c->shown + c->contradicted + c->open;

	page_open(p, "td", "");
	if (!all)
		page_say(p, "span", "sub", MSG_COV_NONE);
	else if (c->contradicted)
		page_sayf(p, "span", "v v-fail", MSG_COV_AGAINST, NUM(c->contradicted), NUM(all));
	else if (c->open)
		page_sayf(p, "span", "v v-inconclusive", MSG_COV_OPEN, NUM(c->shown), NUM(all));
	else
		page_sayf(p, "span", "v v-pass", MSG_COV_SHOWN, NUM(c->shown), NUM(all));
	page_close(p);
}

static void coverage_line(struct page *p, const struct requirement *q)
{
	size_t k;
	json_t *t;

	page_nl(p);
	page_open(p, "tr", "");
	xml_open(&p->x, "th");
	xml_attr(&p->x, "scope", "row");
	xml_text(&p->x, q->id);
	page_leaf(p, "span", "sub", level_text(p->lang, q->level));
	page_close(p);
	page_open(p, "td", "");
	page_requirement(p, q);
	json_array_foreach(q->trace, k, t) {
		AUTO(str_buf) struct str text = { 0 };

		words_trace(&text, t, p->lang);
		page_leaf(p, "span", "sub", str_text(&text));
	}
	page_close(p);
	for (size_t i = 0; i < p->r->target_count; i++)
		coverage_cell(p, report_coverage(p->r, q, &p->r->targets[i]));
	page_close(p);
}

void page_coverage(struct page *p)
{
	const struct report *r = p->r;
	const char **columns = xcalloc(r->target_count + 3, sizeof(*columns));
	struct str *names = xcalloc(r->target_count, sizeof(*names));

	columns[0] = msg_text(p->lang, MSG_REQUIREMENT);
	columns[1] = msg_text(p->lang, MSG_WHAT);
	for (size_t i = 0; i < r->target_count; i++) {
		MSG_ADD(&names[i], p->lang, MSG_EVIDENCE_ON, r->targets[i].name);
		columns[i + 2] = str_text(&names[i]);
	}
	page_table(p, "wide reqs", msg_text(p->lang, MSG_COVERAGE_CAPTION), columns);
	for (size_t i = 0; i < r->requirement_count; i++)
		coverage_line(p, &r->requirements[i]);
	page_table_close(p);
	for (size_t i = 0; i < r->target_count; i++)
		str_release(&names[i]);
	free(names);
	free(columns);
}
