#include "reports/page.h"

#include <string.h>

#include "base/cleanup.h"

/* The statement of each target, what was left, and how all of this is checked. */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Every item that some target's statement has, sorted; n of them. */
static const char **ics_items(const struct report *r, size_t *n)
{
	const char **items, *name;
	size_t most = 0, kept = 0;
	json_t *value;

	for (size_t i = 0; i < r->target_count; i++)
		most += json_object_size(r->targets[i].ics);
	items = xcalloc(most, sizeof(*items));
	*n = 0;
	for (size_t i = 0; i < r->target_count; i++)
		json_object_foreach((json_t *)r->targets[i].ics, name, value)
			items[(*n)++] = name;
	if (*n)
		qsort(items, *n, sizeof(*items), by_name);
	for (size_t i = 0; i < *n; i++)
		if (!kept || strcmp(items[kept - 1], items[i]))
			items[kept++] = items[i];
	*n = kept;
	return items;
}

static const char *claim_text(const struct page *p, const char *claim)
{
	if (!strcmp(claim, "supported"))
		return msg_text(p->lang, MSG_ICS_SUPPORTED);
	if (!strcmp(claim, "unsupported"))
		return msg_text(p->lang, MSG_ICS_UNSUPPORTED);
	return msg_text(p->lang, MSG_ICS_UNKNOWN);
}

static const char *claim_sign(const char *claim)
{
	return !strcmp(claim, "supported") ? "✓ " : !strcmp(claim, "unsupported") ? "– " : "? ";
}

static void claim_cell(struct page *p, const struct target *t, const char *item)
{
	const char *claim = report_text(t->ics, item);

	page_open(p, "td", "");
	xml_text(&p->x, claim_sign(claim));
	xml_text(&p->x, claim_text(p, claim));
	page_close(p);
}

void page_ics(struct page *p)
{
	const struct report *r = p->r;
	const char **columns = xcalloc(r->target_count + 2, sizeof(*columns));
	size_t n;
	const char **items = ics_items(r, &n);

	columns[0] = msg_text(p->lang, MSG_ITEM);
	for (size_t k = 0; k < r->target_count; k++)
		columns[k + 1] = r->targets[k].name;
	if (!n) {
		page_say(p, "p", "", MSG_NO_ICS);
	} else {
		page_table(p, "", msg_text(p->lang, MSG_ICS_CAPTION), columns);
		for (size_t i = 0; i < n; i++) {
			page_row(p, items[i], "");
			for (size_t k = 0; k < r->target_count; k++)
				claim_cell(p, &r->targets[k], items[i]);
			page_close(p);
		}
		page_table_close(p);
	}
	free(columns);
	free(items);
}

static void resource_line(struct page *p, const struct resource *s)
{
	enum msg op = !strcmp(s->op, "created") ? MSG_OP_CREATED
		    : !strcmp(s->op, "delete-sent") ? MSG_OP_DELETE_SENT : MSG_OP_UNKNOWN;
	const char *test = s->row > 0 && s->row <= (int64_t)p->r->row_count
		? p->r->rows[s->row - 1].test->id : "–";

	page_row(p, *s->name ? s->name : "–", "");
	page_leaf(p, "td", "", s->kind);
	page_leaf(p, "td", "mono", *s->id ? s->id : "–");
	page_leaf(p, "td", "", s->target);
	page_leaf(p, "td", "", test);
	page_say(p, "td", "", op);
	page_close(p);
}

static void resources(struct page *p)
{
	const char *const columns[] = { msg_text(p->lang, MSG_NAME), msg_text(p->lang, MSG_KIND),
		msg_text(p->lang, MSG_IDENTIFIER), msg_text(p->lang, MSG_TARGET),
		msg_text(p->lang, MSG_CASE), msg_text(p->lang, MSG_LAST_WORD), NULL };
	size_t n = 0;

	for (size_t i = 0; i < p->r->resource_count; i++) {
		if (!resource_is_open(&p->r->resources[i]))
			continue;
		if (!n++)
			page_table(p, "wide", msg_text(p->lang, MSG_RESOURCES_CAPTION), columns);
		resource_line(p, &p->r->resources[i]);
	}
	if (n)
		page_table_close(p);
	else
		page_say(p, "p", "", MSG_NO_RESOURCES);
}

static void inventory_line(struct page *p, const struct target *t, const struct inventory *v)
{
	bool after = !strcmp(v->when, "after");
	AUTO(str_buf) struct str left = { 0 };
	size_t i;
	json_t *name;

	json_array_foreach(v->leftover, i, name) {
		str_add(&left, i ? ", " : "✗ ");
		str_add(&left, json_string_value(name) ? json_string_value(name) : "?");
	}
	page_row(p, t->name, "");
	page_leaf(p, "td", "", v->kind);
	page_say(p, "td", "", after ? MSG_AFTER : MSG_BEFORE);
	page_leaf(p, "td", "", NUM(v->count));
	page_leaf(p, "td", left.len ? "missed" : "", left.len ? str_text(&left) : "–");
	page_leaf(p, "td", "", after ? NUM(v->changed_by_others) : "–");
	page_close(p);
}

void page_inventory(struct page *p)
{
	const char *const columns[] = { msg_text(p->lang, MSG_TARGET), msg_text(p->lang, MSG_KIND),
		msg_text(p->lang, MSG_WHEN), msg_text(p->lang, MSG_AMOUNT),
		msg_text(p->lang, MSG_OURS_LEFT), msg_text(p->lang, MSG_OTHERS), NULL };
	size_t n = 0;

	resources(p);
	for (size_t i = 0; i < p->r->target_count; i++)
		n += p->r->targets[i].inventory_count;
	if (!n) {
		page_say(p, "p", "", MSG_NO_INVENTORY);
		return;
	}
	page_table(p, "wide", msg_text(p->lang, MSG_INVENTORY_CAPTION), columns);
	for (size_t i = 0; i < p->r->target_count; i++)
		for (size_t k = 0; k < p->r->targets[i].inventory_count; k++)
			inventory_line(p, &p->r->targets[i], &p->r->targets[i].inventory[k]);
	page_table_close(p);
}

static void fact(struct page *p, const char *name, const char *class, const char *text)
{
	page_leaf(p, "dt", "", name);
	page_open(p, "dd", "");
	if (*class)
		page_leaf(p, "span", class, text);
	else
		xml_text(&p->x, text);
	page_close(p);
	page_nl(p);
}

/* In groups of eight, so that a paper copy can be compared. */
static void grouped(struct str *out, const char *digest)
{
	for (size_t i = 0; digest[i]; i++) {
		if (i && !(i % 8))
			str_addc(out, ' ');
		str_addc(out, digest[i]);
	}
}

static void chain_facts(struct page *p)
{
	const struct report *r = p->r;
	AUTO(str_buf) struct str head = { 0 };
	AUTO(str_buf) struct str chain = { 0 };
	AUTO(str_buf) struct str events = { 0 };

	grouped(&head, r->state.head);
	if (r->state.broken_line)
		MSG_ADD(&chain, p->lang, MSG_CHAIN_BROKEN, NUM(r->state.broken_line));
	else
		str_add(&chain, msg_text(p->lang, MSG_CHAIN_HOLDS));
	MSG_ADD(&events, p->lang, MSG_EVENTS_TEXT, NUM(r->crashes), NUM(r->torn),
		NUM(r->interrupts));
	fact(p, msg_text(p->lang, MSG_HEAD), "mono", str_text(&head));
	fact(p, msg_text(p->lang, MSG_LINES), "", NUM(r->state.lines));
	fact(p, msg_text(p->lang, MSG_CHAIN), r->state.broken_line ? "missed" : "",
	     str_text(&chain));
	fact(p, msg_text(p->lang, MSG_END), r->state.whole ? "" : "missed",
	     msg_text(p->lang, r->state.whole ? MSG_END_THERE : MSG_END_MISSING));
	fact(p, msg_text(p->lang, MSG_EVENTS), "", str_text(&events));
	fact(p, msg_text(p->lang, MSG_DIGEST), "mono", report_profile_text(r, "digest"));
}

void page_evidence(struct page *p)
{
	page_open(p, "dl", "");
	page_nl(p);
	chain_facts(p);
	for (size_t i = 0; i < p->r->target_count; i++) {
		const struct target *t = &p->r->targets[i];
		AUTO(str_buf) struct str name = { 0 };

		MSG_ADD(&name, p->lang, MSG_TARGET_DIGESTS, t->name);
		page_leaf(p, "dt", "", str_text(&name));
		page_open(p, "dd", "");
		page_leaf(p, "div", "mono", t->ics_digest);
		page_leaf(p, "div", "mono", t->ixit_digest);
		page_close(p);
	}
	page_close(p);
	page_say(p, "p", "", MSG_UNSIGNED_TEXT);
	page_say(p, "p", "", MSG_VERIFY_TEXT);
	page_open(p, "pre", "");
	page_leaf(p, "code", "", "plugfest verify DIR");
	page_close(p);
	page_say(p, "p", "sub", MSG_VERIFY_RENDER);
}
