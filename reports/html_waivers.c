#include "reports/page.h"

#include "base/cleanup.h"

/* Who answers for which failures until when; nothing where no file was given. */

static void covers(struct page *p, const struct waiver_line *w)
{
	page_open(p, "td", "any");
	for (const char **c = w->patterns; *c; c++)
		page_leaf(p, "div", "mono", *c);
	page_sayf(p, "span", "sub", MSG_WAIVER_SCOPE, *w->target ? w->target : "*",
		  *w->profile ? w->profile : "*");
	page_sayf(p, "span", "sub", MSG_WAIVER_ROWS, NUM(w->rows), NUM(w->waived), NUM(w->passed));
	page_close(p);
}

static void validity(struct page *p, const struct waiver_line *w)
{
	static const enum msg state[] = {
		[WAIVER_IN_FORCE] = MSG_STATE_IN_FORCE, [WAIVER_EARLY] = MSG_STATE_EARLY,
		[WAIVER_EXPIRED] = MSG_STATE_EXPIRED,
	};

	page_open(p, "td", "");
	page_sayf(p, "span", "nowrap", MSG_IN_FORCE, w->granted, w->expires);
	page_say(p, "span", w->state == WAIVER_IN_FORCE ? "sub" : "sub missed", state[w->state]);
	page_close(p);
}

static void line(struct page *p, const struct waiver_line *w)
{
	page_row(p, w->id, "");
	covers(p, w);
	page_open(p, "td", "any");
	page_foreign(p, "span", "", w->reason);
	page_leaf(p, "span", "sub", w->link);
	page_close(p);
	page_open(p, "td", "");
	page_foreign(p, "div", "", w->owner);
	page_foreign(p, "div", "", w->approver);
	page_close(p);
	validity(p, w);
	page_close(p);
}

void page_waivers(struct page *p)
{
	const json_t *file = json_object_get(p->r->run, "waivers");
	const char *const columns[] = { msg_text(p->lang, MSG_WAIVER),
		msg_text(p->lang, MSG_COVERS), msg_text(p->lang, MSG_REASON),
		msg_text(p->lang, MSG_PEOPLE), msg_text(p->lang, MSG_VALIDITY), NULL };
	AUTO(str_buf) struct str caption = { 0 };

	if (!p->r->waiver_count)
		return;
	MSG_ADD(&caption, p->lang, MSG_WAIVERS_CAPTION, report_text(file, "file"),
		report_text(file, "digest"));
	page_table(p, "wide", str_text(&caption), columns);
	for (size_t i = 0; i < p->r->waiver_count; i++)
		line(p, &p->r->waivers[i]);
	page_table_close(p);
}
