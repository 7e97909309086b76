#include "reports/page.h"

#include <string.h>

#include "base/cleanup.h"

/* The first page: the verdict in words, who and what, what it shows, the counts. */

static void add_reason(void *arg, const char *text)
{
	struct page *p = arg;

	page_leaf(p, "li", "", text);
	page_nl(p);
}

static void item_open(struct page *p, enum msg name)
{
	page_say(p, "dt", "", name);
	page_open(p, "dd", "");
}

static void item(struct page *p, enum msg name, const char *class, const char *text)
{
	item_open(p, name);
	if (!*text)
		page_say(p, "span", "sub", MSG_NONE_GIVEN);
	else if (*class)
		page_leaf(p, "span", class, text);
	else
		xml_text(&p->x, text);
	page_close(p);
	page_nl(p);
}

static const char *authority(const struct page *p)
{
	const char *text = report_profile_text(p->r, "authority");

	return strcmp(text, "project draft") ? text : msg_text(p->lang, MSG_AUTHORITY_DRAFT);
}

static const char *profile_title(const struct page *p)
{
	const char *ko = report_profile_text(p->r, "title_ko");

	return p->lang == LANG_KO && *ko ? ko : report_profile_text(p->r, "title");
}

static const char *run_sign(enum run_verdict v)
{
	return v == RUN_CONFORMANT ? "✓ " : v == RUN_NOT_CONFORMANT ? "✗ " : "? ";
}

/* One line per target: what it is, and its own verdict. */
static void target_line(struct page *p, const struct target *t)
{
	AUTO(str_buf) struct str line = { 0 };
	struct tally tally;
	enum run_verdict v = report_target_verdict(p->r, t, &tally);

	words_target(&line, t, p->lang);
	page_open(p, "div", "");
	page_leaf(p, "strong", "", t->name);
	xml_text(&p->x, " – ");
	xml_text(&p->x, str_text(&line));
	str_clear(&line);
	str_addf(&line, ": %s", run_sign(v));
	words_short_verdict(&line, v, p->lang);
	str_add(&line, " (");
	words_tally(&line, &tally, p->lang);
	str_add(&line, ")");
	xml_text(&p->x, str_text(&line));
	if (t->embedded)
		page_say(p, "span", "sub", MSG_EMBEDDED);
	if (*t->scope_note)
		page_foreign(p, "span", "sub", t->scope_note);
	page_close(p);
	page_nl(p);
}

void page_top(struct page *p)
{
	AUTO(str_buf) struct str text = { 0 };

	str_addf(&text, "box box-%d", run_verdict_exit(p->r->verdict));
	page_open(p, "div", str_text(&text));
	page_nl(p);
	page_say(p, "p", "eyebrow", MSG_REPORT);
	page_nl(p);
	str_clear(&text);
	str_add(&text, run_sign(p->r->verdict));
	words_verdict(&text, p->r, p->lang);
	page_leaf(p, "h1", "", str_text(&text));
	page_nl(p);
	page_open(p, "ul", "");
	page_nl(p);
	words_reasons(p->r, p->lang, add_reason, p);
	page_close(p);
	page_nl(p);
	page_open(p, "dl", "");
	page_nl(p);
	item(p, MSG_GRADE, "grade", msg_text(p->lang, MSG_GRADE_TEXT));
	if (*profile_title(p))
		item(p, MSG_PROFILE, "", profile_title(p));
	item(p, MSG_AUTHORITY, "", authority(p));
	item_open(p, MSG_SUT);
	for (size_t i = 0; i < p->r->target_count; i++)
		target_line(p, &p->r->targets[i]);
	page_close(p);
	page_close(p);
	page_next(p);
	page_close(p);
}

static void date(struct page *p, enum msg name, const char *utc)
{
	AUTO(str_buf) struct str text = { 0 };

	date_add(&text, p->lang, utc);
	item_open(p, name);
	xml_open(&p->x, "time");
	if (*utc)
		xml_attr(&p->x, "datetime", utc);
	xml_text(&p->x, str_text(&text));
	page_close(p);
	page_close(p);
	page_nl(p);
}

/* Words of the command line; of an absolute path only its last part is the reader's affair. */
static void texts_of(struct str *out, const json_t *list)
{
	size_t i;
	json_t *s;

	json_array_foreach(list, i, s) {
		const char *text = json_string_value(s) ? json_string_value(s) : "";

		str_add(out, i ? " " : "");
		if (*text == '/')
			text = strrchr(text, '/') + 1;
		words_shell(out, text);
	}
}

static const char *first_word(const struct report *r)
{
	const char *word = json_string_value(json_array_get(json_object_get(r->run, "argv"), 0));

	return word ? word : "";
}

static void build_of_tool(struct page *p)
{
	AUTO(str_buf) struct str text = { 0 };
	bool dirty = json_is_true(json_object_get(p->r->run, "dirty"));

	MSG_ADD(&text, p->lang, MSG_TOOL_TEXT, report_run_text(p->r, "version"),
		report_run_text(p->r, "commit"));
	str_addf(&text, " (%s)", msg_text(p->lang, dirty ? MSG_DIRTY : MSG_CLEAN_BUILD));
	item(p, MSG_TOOL, "", str_text(&text));
}

static void profile_of_run(struct page *p)
{
	AUTO(str_buf) struct str text = { 0 };

	MSG_ADD(&text, p->lang, MSG_PROFILE_TEXT, report_profile_text(p->r, "id"),
		report_profile_text(p->r, "version"));
	if (*profile_title(p))
		str_addf(&text, " – %s", profile_title(p));
	item(p, MSG_PROFILE, "", str_text(&text));
	item(p, MSG_AUTHORITY, "", authority(p));
	item(p, MSG_DIGEST, "mono", report_profile_text(p->r, "digest"));
}

static void targets_table(struct page *p)
{
	const char *const columns[] = { msg_text(p->lang, MSG_TARGET),
		msg_text(p->lang, MSG_BACKEND), msg_text(p->lang, MSG_LAYER), NULL };

	page_table(p, "", msg_text(p->lang, MSG_SUT), columns);
	for (size_t i = 0; i < p->r->target_count; i++) {
		const struct target *t = &p->r->targets[i];
		AUTO(str_buf) struct str text = { 0 };

		page_row(p, t->name, "");
		str_addf(&text, "%s %s", t->provider, t->region);
		page_leaf(p, "td", "", str_text(&text));
		str_clear(&text);
		str_addf(&text, "%s %s", t->layer, t->layer_version);
		page_open(p, "td", "");
		xml_text(&p->x, str_text(&text));
		page_sayf(p, "span", "sub", MSG_DRIVER, t->driver);
		if (*t->answers_product)
			page_sayf(p, "span", "sub", MSG_ANSWERS_AS, t->answers_product,
				  t->answers_version);
		page_close(p);
		page_close(p);
	}
	page_table_close(p);
}

static void rerun_of(struct page *p)
{
	const json_t *of = json_object_get(p->r->run, "rerun_of");
	AUTO(str_buf) struct str text = { 0 };

	if (!of)
		return;
	MSG_ADD(&text, p->lang, MSG_RERUN_OF_TEXT, report_text(of, "run"), report_text(of, "head"));
	item(p, MSG_RERUN_OF, "mono", str_text(&text));
}

static void authorisation_file(struct page *p)
{
	AUTO(str_buf) struct str text = { 0 };

	str_addf(&text, "%s, SHA-256 %s", report_run_text(p->r, "authorisation_file"),
		 report_run_text(p->r, "authorisation_digest"));
	item(p, MSG_AUTHORISATION_FILE, "mono", str_text(&text));
}

void page_identity(struct page *p)
{
	AUTO(str_buf) struct str allow = { 0 };
	AUTO(str_buf) struct str argv = { 0 };

	page_open(p, "dl", "");
	page_nl(p);
	item(p, MSG_PARTICIPANT, "", report_run_text(p->r, "participant"));
	item(p, MSG_EVENT, "", report_run_text(p->r, "event"));
	item(p, MSG_TESTER, "", report_run_text(p->r, "tester"));
	item(p, MSG_RUN_ID, "mono", report_run_text(p->r, "run"));
	rerun_of(p);
	date(p, MSG_BEGAN, p->r->began);
	date(p, MSG_ENDED, p->r->ended);
	build_of_tool(p);
	profile_of_run(p);
	item(p, MSG_CHALLENGE, "mono", report_run_text(p->r, "challenge"));
	texts_of(&allow, json_object_get(p->r->run, "allow"));
	if (allow.len) {
		item(p, MSG_ALLOWED, "", str_text(&allow));
		item(p, MSG_AUTHORISATION, "", report_run_text(p->r, "authorisation"));
		if (*report_run_text(p->r, "authorisation_file"))
			authorisation_file(p);
	}
	if (json_is_true(json_object_get(p->r->run, "read_only")))
		item(p, MSG_ALLOWED, "", msg_text(p->lang, MSG_READ_ONLY));
	if (strcmp(first_word(p->r), "plugfest"))
		str_add(&argv, "plugfest ");
	texts_of(&argv, json_object_get(p->r->run, "argv"));
	item(p, MSG_COMMAND, "mono", str_text(&argv));
	page_close(p);
	page_nl(p);
	targets_table(p);
}

void page_scope(struct page *p)
{
	page_say(p, "p", "", MSG_SCOPE_1);
	page_say(p, "p", "", MSG_SCOPE_2);
	page_open(p, "dl", "");
	for (size_t i = 0; i < p->r->target_count; i++) {
		const struct target *t = &p->r->targets[i];

		if (!t->embedded && !*t->scope_note)
			continue;
		page_sayf(p, "dt", "", MSG_SCOPE_NOTE, t->name);
		page_open(p, "dd", "");
		if (t->embedded)
			page_say(p, "p", "", MSG_EMBEDDED);
		if (*t->scope_note)
			page_foreign(p, "p", "", t->scope_note);
		page_close(p);
	}
	page_close(p);
}

struct split {
	struct tally mandatory, advisory;
};

static void split(const struct report *r, struct split *ret)
{
	struct row_result *a = xcalloc(r->row_count, sizeof(*a));
	struct row_result *b = xcalloc(r->row_count, sizeof(*b));
	size_t na = 0, nb = 0;

	for (size_t i = 0; i < r->row_count; i++)
		if (r->results[i].mandatory)
			a[na++] = r->results[i];
		else
			b[nb++] = r->results[i];
	tally_rows(a, na, &ret->mandatory);
	tally_rows(b, nb, &ret->advisory);
	free(a);
	free(b);
}

static void cells(struct page *p, unsigned a, unsigned b, unsigned c)
{
	page_leaf(p, "td", "", NUM(a));
	page_leaf(p, "td", "", NUM(b));
	page_leaf(p, "td", "", NUM(c));
}

static void cleanup_table(struct page *p)
{
	const char *const columns[] = { msg_text(p->lang, MSG_CLEANUP),
		msg_text(p->lang, MSG_ROWS), NULL };

	page_table(p, "num", msg_text(p->lang, MSG_CLEANUP_CAPTION), columns);
	for (int c = 0; c < CLEANUP_COUNT; c++) {
		page_row(p, msg_text(p->lang, msg_cleanup((enum cleanup)c)), "");
		page_leaf(p, "td", "", NUM(p->r->tally.cleanup[c]));
		page_close(p);
	}
	page_row(p, msg_text(p->lang, MSG_SUM), "");
	page_leaf(p, "td", "", NUM(p->r->tally.total));
	page_close(p);
	page_table_close(p);
}

void page_counts(struct page *p)
{
	const char *const columns[] = { msg_text(p->lang, MSG_VERDICT),
		msg_text(p->lang, MSG_MANDATORY), msg_text(p->lang, MSG_ADVISORY),
		msg_text(p->lang, MSG_ALL), NULL };
	AUTO(str_buf) struct str sum = { 0 };
	struct split s;

	split(p->r, &s);
	words_tally(&sum, &p->r->tally, p->lang);
	page_sayf(p, "p", "", MSG_COUNTS_ALGEBRA, NUM(p->r->tally.total), str_text(&sum));
	page_table(p, "num", msg_text(p->lang, MSG_COUNTS_CAPTION), columns);
	for (int v = 0; v < VERDICT_COUNT; v++) {
		page_nl(p);
		page_open(p, "tr", "");
		xml_open(&p->x, "th");
		xml_attr(&p->x, "scope", "row");
		page_verdict(p, (enum verdict)v);
		page_close(p);
		cells(p, s.mandatory.verdict[v], s.advisory.verdict[v], p->r->tally.verdict[v]);
		page_close(p);
	}
	page_row(p, msg_text(p->lang, MSG_SUM), "");
	cells(p, s.mandatory.total, s.advisory.total, p->r->tally.total);
	page_close(p);
	page_table_close(p);
	page_say(p, "p", "sub", MSG_CONDITIONAL_NOTE);
	cleanup_table(p);
}

void page_key(struct page *p)
{
	static const enum msg meaning[VERDICT_COUNT] = {
		[VERDICT_PASS] = MSG_K_PASS,
		[VERDICT_DEVIATION] = MSG_K_DEVIATION,
		[VERDICT_FAIL] = MSG_K_FAIL,
		[VERDICT_INCONCLUSIVE] = MSG_K_INCONCLUSIVE,
		[VERDICT_NOT_APPLICABLE] = MSG_K_NOT_APPLICABLE,
		[VERDICT_WAIVED] = MSG_K_WAIVED,
		[VERDICT_NOT_RUN] = MSG_K_NOT_RUN,
		[VERDICT_NO_PEER] = MSG_K_NO_PEER,
		[VERDICT_INCOMPLETE] = MSG_K_INCOMPLETE,
		[VERDICT_ERROR] = MSG_K_ERROR,
	};

	page_open(p, "dl", "");
	page_nl(p);
	for (int v = 0; v < VERDICT_COUNT; v++) {
		page_open(p, "dt", "");
		page_verdict(p, (enum verdict)v);
		page_close(p);
		page_say(p, "dd", "", meaning[v]);
		page_nl(p);
	}
	page_close(p);
}
