#include "reports/page.h"

#include <string.h>

#include "base/cleanup.h"
#include "reports/next.h"

/* What a reader sees before the details: what to do next, and failures by requirement. */

static void add_next(void *arg, const char *text, const char *command, const char *section)
{
	AUTO(str_buf) struct str href = { 0 };
	struct page *p = arg;

	str_addf(&href, "#%s", section);
	page_open(p, "li", "");
	xml_open(&p->x, "a");
	xml_attr(&p->x, "href", str_text(&href));
	xml_text(&p->x, text);
	page_close(p);
	if (*command)
		page_leaf(p, "code", "command", command);
	p->says_dir = p->says_dir || strstr(command, " DIR");
	p->says_file = p->says_file || strstr(command, " TARGET.yaml");
	page_close(p);
	page_nl(p);
}

void page_next(struct page *p)
{
	page_nl(p);
	page_say(p, "h2", "next", MSG_NEXT);
	page_open(p, "ol", "next");
	page_nl(p);
	words_next(p->r, p->lang, add_next, p);
	page_close(p);
	if (p->says_dir)
		page_say(p, "p", "sub", MSG_NEXT_DIR);
	if (p->says_file)
		page_say(p, "p", "sub", MSG_NEXT_FILE);
}

/* The requirement that a failed row speaks against; "" when it names none. */
static const char *against(const struct row *row)
{
	const struct step *s = attempt_decisive(row_last(row));

	if (row_standing(row) != VERDICT_FAIL && row->verdict != VERDICT_DEVIATION)
		return NULL;
	return s ? s->requirement : "";
}

static void links(struct page *p, const char *const *ids, const char *id)
{
	bool first = true;

	for (size_t i = 0; i < p->r->row_count; i++) {
		const struct row *row = &p->r->rows[i];
		AUTO(str_buf) struct str href = { 0 };

		if (!ids[i] || strcmp(ids[i], id))
			continue;
		str_addf(&href, "#row-%lld", (long long)row->number);
		xml_text(&p->x, first ? "" : ", ");
		xml_open(&p->x, "a");
		xml_attr(&p->x, "href", str_text(&href));
		xml_text(&p->x, row->test->id);
		page_close(p);
		str_clear(&href);
		str_addf(&href, " (%s)", row->target->name);
		xml_text(&p->x, p->r->target_count > 1 ? str_text(&href) : "");
		first = false;
	}
}

static void glance_line(struct page *p, const char *const *ids, const char *id,
			const struct requirement *q)
{
	unsigned n = 0;

	for (size_t i = 0; i < p->r->row_count; i++)
		n += ids[i] && !strcmp(ids[i], id);
	if (!n)
		return;
	page_nl(p);
	page_open(p, "tr", "");
	xml_open(&p->x, "th");
	xml_attr(&p->x, "scope", "row");
	xml_text(&p->x, *id ? id : "–");
	if (q)
		page_leaf(p, "span", "sub", level_text(p->lang, q->level));
	page_close(p);
	page_open(p, "td", "any");
	if (q)
		page_requirement(p, q);
	page_close(p);
	page_leaf(p, "td", "count", NUM(n));
	page_open(p, "td", "any");
	links(p, ids, id);
	page_close(p);
	page_close(p);
}

void page_glance(struct page *p)
{
	const char *const columns[] = { msg_text(p->lang, MSG_REQUIREMENT),
		msg_text(p->lang, MSG_WHAT), msg_text(p->lang, MSG_ROWS),
		msg_text(p->lang, MSG_CASE), NULL };
	const char **ids = xcalloc(p->r->row_count, sizeof(*ids));
	size_t n = 0;

	for (size_t i = 0; i < p->r->row_count; i++) {
		ids[i] = against(&p->r->rows[i]);
		n += ids[i] != NULL;
	}
	if (n) {
		page_table(p, "wide glance", msg_text(p->lang, MSG_GLANCE_CAPTION), columns);
		for (size_t i = 0; i < p->r->requirement_count; i++)
			glance_line(p, ids, p->r->requirements[i].id, &p->r->requirements[i]);
		glance_line(p, ids, "", NULL);
		page_table_close(p);
	}
	free(ids);
}
