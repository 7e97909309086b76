#include "reports/next.h"

#include <string.h>

#include "base/cleanup.h"

/*
 * What a reader does next: the way from a verdict to a better one, most urgent first.
 * The folder is DIR, for a report does not know where it lies.
 */

/* Causes that ask for the same, and what they ask for. */
static const struct remedy {
	const char *causes[4];
	enum msg msg;
	const char *command;
} remedies[] = {
	{ { "configuration", "not-there" }, MSG_NEXT_CONFIGURE, "plugfest doctor -t TARGET.yaml" },
	{ { "credentials" }, MSG_NEXT_CREDENTIALS, "plugfest doctor -t TARGET.yaml" },
	{ { "unreachable", "unavailable" }, MSG_NEXT_REACH, "plugfest doctor -t TARGET.yaml" },
	{ { "no-data-plane" }, MSG_NEXT_GUEST, "" },
	{ { "limit", "quota", "capacity", "throttled" }, MSG_NEXT_LIMIT,
	  "plugfest plan -t TARGET.yaml --ask" },
	{ { "undeclared" }, MSG_NEXT_DECLARE, "" },
	{ { "not-allowed" }, MSG_NEXT_ALLOW, "" },
	{ { "read-only" }, MSG_NEXT_WRITE, "" },
	{ { "filtered" }, MSG_NEXT_ALL, "" },
	{ { "harness", "crashed", "no-check" }, MSG_NEXT_HARNESS, "" },
};

static bool asks(const struct remedy *m, const struct row *row)
{
	if (!row_is_undecided(row))
		return false;
	for (size_t i = 0; i < sizeof(m->causes) / sizeof(*m->causes) && m->causes[i]; i++)
		if (!strcmp(m->causes[i], row->why))
			return true;
	return false;
}

static void say(enum lang lang, words_next_line *add, void *arg, enum msg m, unsigned n,
		const char *command, const char *section)
{
	AUTO(str_buf) struct str text = { 0 };

	MSG_ADD(&text, lang, m, NUM(n));
	add(arg, str_text(&text), command, section);
}

static void of_causes(const struct report *r, enum lang lang, words_next_line *add, void *arg)
{
	bool ours = r->target_count && r->targets[0].embedded;	/* it has no file */

	for (size_t i = 0; i < sizeof(remedies) / sizeof(*remedies); i++) {
		unsigned n = 0;

		for (size_t k = 0; k < r->row_count; k++)
			n += asks(&remedies[i], &r->rows[k]);
		if (n)
			say(lang, add, arg, remedies[i].msg, n, ours ? "" : remedies[i].command,
			    "open");
	}
}

void words_next(const struct report *r, enum lang lang, words_next_line *add, void *arg)
{
	unsigned failed = 0, left = 0;

	if (r->state.broken_line) {
		say(lang, add, arg, MSG_NEXT_BROKEN, 0, "", "evidence");
		return;
	}
	for (size_t i = 0; i < r->row_count; i++)
		failed += row_standing(&r->rows[i]) == VERDICT_FAIL;
	for (size_t i = 0; i < r->resource_count; i++)
		left += resource_is_open(&r->resources[i]);
	if (left)
		say(lang, add, arg, MSG_NEXT_SWEEP, left, "plugfest sweep DIR", "inventory");
	if (!r->complete)
		say(lang, add, arg, MSG_NEXT_RESUME, 0, "plugfest run --resume DIR", "open");
	if (failed)
		say(lang, add, arg, MSG_NEXT_MEND, failed, "plugfest run --rerun failed DIR",
		    "findings");
	of_causes(r, lang, add, arg);
	if (!r->ics_full)
		say(lang, add, arg, MSG_NEXT_ICS, 0, "", "ics");
	if (r->verdict == RUN_CONFORMANT)
		say(lang, add, arg, MSG_NEXT_VERIFY, 0, "plugfest verify DIR", "evidence");
}
