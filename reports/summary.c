#include "reports/next.h"

#include <string.h>

#include "base/cleanup.h"

/* What the console says last.  English, as every line of the console. */
enum { LINE_MAX_BYTES = 240, COMMAND_MAX_BYTES = 65536, FINDINGS_MAX = 20 };

static void line(struct str *out, const char *indent, const char *text)
{
	str_add(out, indent);
	words_one_line(out, text, LINE_MAX_BYTES);
	str_addc(out, '\n');
}

/* To be pasted: half of it would be worse than none. */
static void command_line(struct str *out, const char *text)
{
	str_add(out, "    ");
	words_one_line(out, text, COMMAND_MAX_BYTES);
	str_addc(out, '\n');
}

static void add_reason(void *arg, const char *text)
{
	line(arg, "  ", text);
}

/* At most three lines: what, why, and how to see it again. */
static void finding(struct str *out, const struct report *r, const struct row *row)
{
	AUTO(str_buf) struct str text = { 0 };

	str_addf(&text, "%s %s%s %s on %s", verdict_sign(row_standing(row)),
		 msg_text(LANG_EN, msg_verdict(row->verdict)), row->waived ? " (waived)" : "",
		 row->test->id, row->target->name);
	if (row->cleanup == CLEANUP_LEFTOVER)
		str_addf(&text, "; clean-up: %s", msg_text(LANG_EN, MSG_C_LEFTOVER));
	line(out, "", str_text(&text));
	str_clear(&text);
	words_row(&text, row, LANG_EN);
	if (text.len)
		line(out, "    ", str_text(&text));
	str_clear(&text);
	words_reproduce(&text, r, row);
	command_line(out, str_text(&text));
}

static void findings(struct str *out, const struct report *r)
{
	unsigned n = 0;

	for (int w = 0; w < FINDING_WEIGHTS; w++)
		for (size_t i = 0; i < r->row_count; i++) {
			if (!row_is_finding(&r->rows[i]) || finding_weight(r, &r->rows[i]) != w)
				continue;
			if (n++ < FINDINGS_MAX)
				finding(out, r, &r->rows[i]);
		}
	if (n > FINDINGS_MAX) {
		MSG_ADD(out, LANG_EN, MSG_SUMMARY_MORE, NUM(n - FINDINGS_MAX));
		str_addc(out, '\n');
	}
}

struct next {
	struct str *out;
	const char *dir;	/* what DIR stands for in a command; NULL: not known */
};

static void add_next(void *arg, const char *text, const char *command, const char *section)
{
	const struct next *next = arg;
	const char *dir = next->dir ? strstr(command, " DIR") : NULL;
	AUTO(str_buf) struct str full = { 0 };

	(void)section;
	line(next->out, "  - ", text);
	if (!*command)
		return;
	str_addn(&full, command, dir ? (size_t)(dir + 1 - command) : strlen(command));
	if (dir)
		words_shell(&full, next->dir);
	command_line(next->out, str_text(&full));
}

void report_summary(const struct report *r, const char *dir, struct str *out)
{
	AUTO(str_buf) struct str text = { 0 };
	AUTO(str_buf) struct str counts = { 0 };

	words_verdict(&text, r, LANG_EN);
	str_addf(&text, " (%s)", msg_text(LANG_EN, MSG_GRADE_TEXT));
	line(out, "", str_text(&text));
	words_reasons(r, LANG_EN, add_reason, out);
	str_clear(&text);
	words_tally(&counts, &r->tally, LANG_EN);
	MSG_ADD(&text, LANG_EN, MSG_SUMMARY_COUNTS, NUM(r->tally.total), str_text(&counts));
	line(out, "", str_text(&text));
	findings(out, r);
	str_addf(out, "%s:\n", msg_text(LANG_EN, MSG_NEXT));
	words_next(r, LANG_EN, add_next, &(struct next){ out, dir });
}
