#include "reports/words.h"

#include <string.h>

#include "base/cleanup.h"
#include "reports/xml.h"

void words_verdict(struct str *out, const struct report *r, enum lang lang)
{
	static const enum msg of[] = {
		[RUN_CONFORMANT] = MSG_RUN_MEETS,
		[RUN_NOT_CONFORMANT] = MSG_RUN_FAILS,
		[RUN_UNDECIDED] = MSG_RUN_UNDECIDED,
	};

	if (r->state.broken_line)
		MSG_ADD(out, lang, MSG_BROKEN, NUM(r->state.broken_line));
	else
		MSG_ADD(out, lang, of[r->verdict], report_profile_text(r, "id"),
			report_profile_text(r, "version"));
	if (r->tally.verdict[VERDICT_WAIVED] && !r->state.broken_line)
		MSG_ADD(out, lang, MSG_WITH_WAIVED, NUM(r->tally.verdict[VERDICT_WAIVED]));
}

void words_short_verdict(struct str *out, enum run_verdict v, enum lang lang)
{
	static const enum msg of[] = {
		[RUN_CONFORMANT] = MSG_SHORT_MEETS,
		[RUN_NOT_CONFORMANT] = MSG_SHORT_FAILS,
		[RUN_UNDECIDED] = MSG_SHORT_UNDECIDED,
	};

	str_add(out, msg_text(lang, of[v]));
}

static void pair(struct str *out, const char *a, const char *b)
{
	str_add(out, a);
	if (*a && *b)
		str_addc(out, ' ');
	str_add(out, b);
}

void words_target(struct str *out, const struct target *t, enum lang lang)
{
	AUTO(str_buf) struct str backend = { 0 };
	AUTO(str_buf) struct str layer = { 0 };

	pair(&backend, t->provider, t->region);
	pair(&layer, t->layer, t->layer_version);
	if (!layer.len || !strcmp(t->layer, "native"))
		MSG_ADD(out, lang, MSG_NATIVE, str_text(&backend));
	else
		MSG_ADD(out, lang, MSG_THROUGH, str_text(&backend), str_text(&layer));
}

void words_error(struct str *out, const json_t *error, enum lang lang)
{
	int64_t http = json_integer_value(json_object_get(error, "http"));
	const char *code = report_text(error, "code");

	if (!error)
		return;
	MSG_ADD(out, lang, http || *code ? MSG_ERROR_LINE : MSG_ERROR_SILENT,
		report_text(error, "class"), http ? NUM(http) : "–", *code ? code : "–",
		report_text(error, "text"));
	if (json_is_true(json_object_get(error, "guessed")))
		str_addf(out, " (%s)", msg_text(lang, MSG_GUESSED));
}

void words_step_error(struct str *out, const struct step *s, enum lang lang)
{
	int64_t http = json_integer_value(json_object_get(s->error, "http"));
	const char *code = report_text(s->error, "code");

	/* What was observed is often the error's own text: it stands there once. */
	if (!s->error || !strstr(s->observed, report_text(s->error, "text"))) {
		words_error(out, s->error, lang);
		return;
	}
	if (http)
		str_addf(out, "HTTP %lld", (long long)http);
	if (*code) {
		str_add(out, out->len ? ", " : "");
		MSG_ADD(out, lang, MSG_ERROR_CODE, code);
	}
	if (json_is_true(json_object_get(s->error, "guessed")))
		str_addf(out, "%s%s", out->len ? "; " : "", msg_text(lang, MSG_GUESSED));
}

static void of_step(struct str *out, const struct step *s, enum lang lang)
{
	if (*s->expected || *s->observed)
		MSG_ADD(out, lang, MSG_EXPECTED_OBSERVED, s->what, s->expected, s->observed);
	else
		str_add(out, s->what);
	{
		AUTO(str_buf) struct str error = { 0 };

		words_step_error(&error, s, lang);
		str_addf(out, "%s%s", error.len ? "; " : "", str_text(&error));
	}
}

/* What a waiver has to do with the row's verdict. */
static void of_waiver(struct str *out, const struct row *row, enum lang lang)
{
	const struct waiver_line *w = row->waiver;

	if (!w || row->verdict != VERDICT_FAIL)
		return;
	if (row->waived)
		MSG_ADD(out, lang, MSG_WAIVED_BY, w->id, w->expires, w->approver, w->reason);
	else if (w->state == WAIVER_EXPIRED)
		MSG_ADD(out, lang, MSG_WAIVER_EXPIRED, w->id, w->expires);
	else
		MSG_ADD(out, lang, MSG_WAIVER_EARLY, w->id, w->granted);
	str_add(out, "; ");
}

void words_row(struct str *out, const struct row *row, enum lang lang)
{
	const struct step *s = attempt_decisive(row_last(row));
	const char *why = cause_text(lang, row->why);

	of_waiver(out, row, lang);
	str_add(out, why);
	if (*row->reason && strcmp(row->decision, "run")) {
		str_add(out, *why ? ": " : "");
		str_add(out, row->reason);
	} else if (s && row->verdict != VERDICT_PASS) {
		str_add(out, *why ? ": " : "");
		of_step(out, s, lang);
	}
}

void words_trace(struct str *out, const json_t *trace, enum lang lang)
{
	const char *clause = report_text(trace, "clause");

	str_add(out, report_text(trace, "document"));
	str_add(out, ", ");
	if (*clause)
		MSG_ADD(out, lang, MSG_TRACE_CLAUSE, clause);
	else
		str_add(out, msg_text(lang, MSG_TRACE_NO_CLAUSE));
	if (*report_text(trace, "level")) {
		str_add(out, ", ");
		MSG_ADD(out, lang, MSG_TRACE_LEVEL, trace_text(lang, report_text(trace, "level")));
	}
	str_add(out, ", ");
	MSG_ADD(out, lang, MSG_CONFIDENCE, *report_text(trace, "confidence")
		? trace_text(lang, report_text(trace, "confidence")) : "?");
	if (*report_text(trace, "note"))
		str_addf(out, " (%s)", report_text(trace, "note"));
}

void words_seconds(struct str *out, int64_t ms)
{
	if (ms < 0)
		ms = 0;
	str_addf(out, "%lld.%03d", (long long)(ms / 1000), (int)(ms % 1000));
}

void words_tally(struct str *out, const struct tally *t, enum lang lang)
{
	bool first = true;

	for (int v = 0; v < VERDICT_COUNT; v++) {
		const char *word = msg_text(lang, msg_verdict((enum verdict)v));

		if (!t->verdict[v])
			continue;
		str_add(out, first ? "" : " + ");
		if (lang == LANG_KO)
			str_addf(out, "%s %u", word, t->verdict[v]);
		else
			str_addf(out, "%u %s", t->verdict[v], word);
		first = false;
	}
	if (first)
		str_add(out, "0");
}

static unsigned open_rows(const struct tally *t)
{
	return t->verdict[VERDICT_INCONCLUSIVE] + t->verdict[VERDICT_NOT_RUN] +
	       t->verdict[VERDICT_NO_PEER] + t->verdict[VERDICT_INCOMPLETE] +
	       t->verdict[VERDICT_ERROR];
}

static void mandatory_tally(const struct report *r, struct tally *ret)
{
	struct row_result *some = xcalloc(r->row_count, sizeof(*some));
	size_t n = 0;

	for (size_t i = 0; i < r->row_count; i++)
		if (r->results[i].mandatory)
			some[n++] = r->results[i];
	tally_rows(some, n, ret);
	free(some);
}

static void counts_line(struct str *out, const struct report *r, enum lang lang)
{
	static const struct { enum msg msg; enum verdict v; } parts[] = {
		{ MSG_COUNT_FAILED, VERDICT_FAIL }, { MSG_COUNT_WAIVED, VERDICT_WAIVED },
		{ MSG_COUNT_NA, VERDICT_NOT_APPLICABLE },
	};
	struct tally t;

	mandatory_tally(r, &t);
	MSG_ADD(out, lang, MSG_COUNT_PASSED,
		NUM(t.verdict[VERDICT_PASS] + t.verdict[VERDICT_DEVIATION]), NUM(t.total));
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (!t.verdict[parts[i].v])
			continue;
		str_add(out, "; ");
		MSG_ADD(out, lang, parts[i].msg, NUM(t.verdict[parts[i].v]));
	}
	if (open_rows(&t)) {
		str_add(out, "; ");
		MSG_ADD(out, lang, MSG_COUNT_OPEN, NUM(open_rows(&t)));
	}
	if (r->tally.cleanup[CLEANUP_LEFTOVER]) {
		str_add(out, "; ");
		MSG_ADD(out, lang, MSG_COUNT_LEFT, NUM(r->tally.cleanup[CLEANUP_LEFTOVER]));
	}
	str_add(out, ".");
}

static void passing_rows(struct str *out, const struct report *r, const struct waiver_line *w,
			 enum lang lang)
{
	unsigned n = 0;

	for (size_t i = 0; i < r->row_count; i++) {
		const struct row *row = &r->rows[i];

		if ((row->verdict != VERDICT_PASS && row->verdict != VERDICT_DEVIATION) ||
		    !waiver_covers(w->patterns, w->target, w->profile, row->test->id,
				   row->target->name, report_profile_text(r, "id")))
			continue;
		if (n++ < 5)
			str_addf(out, "%s%s (%s)", n > 1 ? ", " : "", row->test->id,
				 row->target->name);
	}
	if (n > 5) {
		str_add(out, ", ");
		MSG_ADD(out, lang, MSG_AND_MORE, NUM(n - 5));
	}
}

static void waiver_reasons(const struct report *r, enum lang lang,
			   void (*add)(void *arg, const char *text), void *arg)
{
	for (size_t i = 0; i < r->waiver_count; i++) {
		const struct waiver_line *w = &r->waivers[i];
		AUTO(str_buf) struct str line = { 0 }, rows = { 0 };

		if (!w->rows)
			MSG_ADD(&line, lang, MSG_WAIVER_NOTHING, w->id);
		else if (w->waived)
			MSG_ADD(&line, lang, MSG_WAIVER_USED, w->id, NUM(w->waived), w->expires,
				w->approver, w->reason);
		else if (w->failed && w->state == WAIVER_EXPIRED)
			MSG_ADD(&line, lang, MSG_WAIVER_TOO_LATE, w->id, w->expires,
				NUM(w->failed));
		else if (w->failed)
			MSG_ADD(&line, lang, MSG_WAIVER_TOO_EARLY, w->id, w->granted,
				NUM(w->failed));
		if (line.len)
			add(arg, str_text(&line));
		if (!w->passed)
			continue;
		str_clear(&line);
		passing_rows(&rows, r, w, lang);
		MSG_ADD(&line, lang, MSG_WAIVER_PASSES, w->id, NUM(w->passed), str_text(&rows));
		add(arg, str_text(&line));
	}
}

static void again_reasons(const struct report *r, enum lang lang,
			  void (*add)(void *arg, const char *text), void *arg)
{
	const json_t *of = json_object_get(r->run, "rerun_of");
	AUTO(str_buf) struct str line = { 0 };

	if (of) {
		MSG_ADD(&line, lang, MSG_RERUN_ONLY, report_text(of, "run"));
		add(arg, str_text(&line));
	}
	for (size_t i = 0; i < r->segment_count; i++) {
		const struct segment *s = &r->segments[i];

		AUTO(str_buf) struct str began = { 0 };

		date_add(&began, lang, s->began);
		str_clear(&line);
		MSG_ADD(&line, lang, MSG_RESUMED, str_text(&began), NUM(s->kept), NUM(s->to_run));
		add(arg, str_text(&line));
	}
}

void words_reasons(const struct report *r, enum lang lang,
		   void (*add)(void *arg, const char *text), void *arg)
{
	AUTO(str_buf) struct str line = { 0 };
	struct tally t;

	if (r->state.broken_line) {
		MSG_ADD(&line, lang, MSG_BROKEN_WHY, NUM(r->state.broken_line),
			r->state.broken_why);
		add(arg, str_text(&line));
		return;
	}
	counts_line(&line, r, lang);
	add(arg, str_text(&line));
	if (!r->state.whole)
		add(arg, msg_text(lang, MSG_NOT_COMPLETE));
	if (r->state.torn)
		add(arg, msg_text(lang, MSG_TORN_TAIL));
	if (r->state.whole && !r->complete) {
		str_clear(&line);
		MSG_ADD(&line, lang, MSG_WAS_INTERRUPTED, r->state.outcome);
		add(arg, str_text(&line));
	}
	again_reasons(r, lang, add, arg);
	waiver_reasons(r, lang, add, arg);
	if (r->results[r->row_count].cleanup == CLEANUP_LEFTOVER)
		add(arg, msg_text(lang, MSG_LEFT_BEHIND));
	if (!r->ics_full)
		add(arg, msg_text(lang, MSG_ICS_GAPS));
	mandatory_tally(r, &t);
	if (!t.verdict[VERDICT_PASS] && !t.verdict[VERDICT_DEVIATION])
		add(arg, msg_text(lang, MSG_NOTHING_SHOWN));
}

void words_shell(struct str *out, const char *text)
{
	const char *safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/:@+,=";

	if (*text && !text[strspn(text, safe)]) {
		str_add(out, text);
		return;
	}
	str_addc(out, '\'');
	for (; *text; text++)
		if (*text == '\'')
			str_add(out, "'\\''");
		else
			str_addc(out, *text);
	str_addc(out, '\'');
}

void words_reproduce(struct str *out, const struct report *r, const struct row *row)
{
	const json_t *option;
	size_t i;

	/* A target's file is called as its owner likes: its name stands for it.  The
	 * reference cloud has none, but a face of its own. */
	str_add(out, row->target->embedded ? "plugfest run --face " : "plugfest run -t ");
	words_shell(out, row->target->embedded ? row->target->driver : row->target->name);
	if (!row->target->embedded)
		str_add(out, ".yaml");
	json_array_foreach(row->target->options, i, option) {
		str_addc(out, ' ');
		words_shell(out, json_is_string(option) ? json_string_value(option) : "");
	}
	str_add(out, " -p ");
	words_shell(out, report_profile_text(r, "id"));
	str_add(out, " --only ");
	words_shell(out, row->test->id);
}

static enum msg op_msg(const struct resource *s)
{
	return !strcmp(s->op, "created") ? MSG_OP_CREATED
	     : !strcmp(s->op, "delete-sent") ? MSG_OP_DELETE_SENT : MSG_OP_UNKNOWN;
}

void words_left(const struct report *r, const struct row *row, enum lang lang,
		void (*add)(void *arg, const char *text), void *arg)
{
	for (size_t i = 0; i < r->resource_count; i++) {
		const struct resource *s = &r->resources[i];
		AUTO(str_buf) struct str line = { 0 };

		if (s->row != row->number || !resource_is_open(s))
			continue;
		MSG_ADD(&line, lang, MSG_LEFT_LINE, s->kind, *s->name ? s->name : s->id,
			msg_text(lang, op_msg(s)));
		add(arg, str_text(&line));
	}
}

void words_one_line(struct str *out, const char *text, size_t room)
{
	AUTO(str_buf) struct str clean = { 0 };
	size_t n;

	xml_clean(&clean, text, strnlen(text, 4 * room));
	for (size_t i = 0; i < clean.len; i++)
		if ((unsigned char)clean.text[i] < ' ')
			clean.text[i] = ' ';
	n = clean.len;
	if (n > room) {
		n = room - 3;
		while (n && ((unsigned char)clean.text[n] & 0xc0) == 0x80)
			n--;
	}
	str_addn(out, str_text(&clean), n);
	if (n < clean.len)
		str_add(out, "...");
}
