#include "reports/lang/lang.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const texts[MSG_COUNT][LANG_COUNT] = {
#define MSG(id, en, ko) [MSG_##id] = { [LANG_EN] = en, [LANG_KO] = ko },
#include "reports/lang/messages.def"
#undef MSG
};

int lang_by_name(const char *name)
{
	static const char *const names[LANG_COUNT] = { [LANG_EN] = "en", [LANG_KO] = "ko" };

	for (int i = 0; i < LANG_COUNT; i++)
		if (!strcmp(names[i], name))
			return i;
	return -1;
}

const char *msg_text(enum lang lang, enum msg m)
{
	return texts[m][lang];
}

/* "row|rows}": the first word for 1, the second for any other number. */
static void plural(struct str *out, const char *number, const char *words)
{
	size_t one = strcspn(words, "|"), rest = strcspn(words, "}");

	if (!strcmp(number, "1"))
		str_addn(out, words, one);
	else
		str_addn(out, words + one + 1, rest - one - 1);
}

void msg_add(struct str *out, enum lang lang, enum msg m, const char *const *args)
{
	int n = 0;

	while (args[n])
		n++;
	for (const char *p = texts[m][lang]; *p;) {
		const char *arg, *end;

		if (p[0] != '{' || p[1] < '1' || p[1] > '9' || !(end = strchr(p, '}'))) {
			str_addc(out, *p++);
			continue;
		}
		arg = p[1] - '1' < n ? args[p[1] - '1'] : "";
		if (p[2] == '|')
			plural(out, arg, p + 3);
		else
			str_add(out, arg);
		p = end + 1;
	}
}

struct num num_text(long long n)
{
	struct num ret;

	snprintf(ret.text, sizeof(ret.text), "%lld", n);
	return ret;
}

enum msg msg_verdict(enum verdict v)
{
	static const enum msg of[VERDICT_COUNT] = {
		[VERDICT_PASS] = MSG_V_PASS,
		[VERDICT_DEVIATION] = MSG_V_DEVIATION,
		[VERDICT_FAIL] = MSG_V_FAIL,
		[VERDICT_INCONCLUSIVE] = MSG_V_INCONCLUSIVE,
		[VERDICT_NOT_APPLICABLE] = MSG_V_NOT_APPLICABLE,
		[VERDICT_WAIVED] = MSG_V_WAIVED,
		[VERDICT_NOT_RUN] = MSG_V_NOT_RUN,
		[VERDICT_NO_PEER] = MSG_V_NO_PEER,
		[VERDICT_INCOMPLETE] = MSG_V_INCOMPLETE,
		[VERDICT_ERROR] = MSG_V_ERROR,
	};

	return of[v];
}

enum msg msg_cleanup(enum cleanup c)
{
	static const enum msg of[CLEANUP_COUNT] = {
		[CLEANUP_NONE] = MSG_C_NONE,
		[CLEANUP_CLEAN] = MSG_C_CLEAN,
		[CLEANUP_LEFTOVER] = MSG_C_LEFTOVER,
		[CLEANUP_UNKNOWN] = MSG_C_UNKNOWN,
	};

	return of[c];
}

const char *verdict_sign(enum verdict v)
{
	static const char *const of[VERDICT_COUNT] = {
		[VERDICT_PASS] = "✓",
		[VERDICT_DEVIATION] = "△",
		[VERDICT_FAIL] = "✗",
		[VERDICT_INCONCLUSIVE] = "?",
		[VERDICT_NOT_APPLICABLE] = "–",
		[VERDICT_WAIVED] = "◇",
		[VERDICT_NOT_RUN] = "○",
		[VERDICT_NO_PEER] = "∅",
		[VERDICT_INCOMPLETE] = "…",
		[VERDICT_ERROR] = "!",
	};

	return of[v];
}

struct word {
	const char *word;
	enum msg msg;
};

static const char *find(const struct word *words, size_t n, enum lang lang, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(words[i].word, word))
			return msg_text(lang, words[i].msg);
	return word;
}

const char *cause_text(enum lang lang, const char *cause)
{
	static const struct word words[] = {
		{ "quota", MSG_W_QUOTA }, { "capacity", MSG_W_CAPACITY },
		{ "throttled", MSG_W_THROTTLED }, { "unreachable", MSG_W_UNREACHABLE },
		{ "unavailable", MSG_W_UNAVAILABLE }, { "credentials", MSG_W_CREDENTIALS },
		{ "cancelled", MSG_W_CANCELLED }, { "harness", MSG_W_HARNESS },
		{ "no-check", MSG_W_NO_CHECK }, { "crashed", MSG_W_CRASHED },
		{ "interrupted", MSG_W_INTERRUPTED }, { "limit", MSG_W_LIMIT },
		{ "undeclared", MSG_W_UNDECLARED }, { "not-there", MSG_W_NOT_THERE },
		{ "no-data-plane", MSG_W_NO_DATA_PLANE },
		{ "read-only", MSG_W_READ_ONLY }, { "filtered", MSG_W_FILTERED },
		{ "not-allowed", MSG_W_NOT_ALLOWED }, { "no-peer", MSG_W_NO_PEER },
		{ "configuration", MSG_W_CONFIGURATION }, { "ics", MSG_W_ICS },
	};

	return find(words, sizeof(words) / sizeof(*words), lang, cause);
}

const char *level_text(enum lang lang, const char *level)
{
	static const struct word words[] = {
		{ "mandatory", MSG_L_MANDATORY }, { "conditional", MSG_L_CONDITIONAL },
		{ "advisory", MSG_L_ADVISORY },
	};

	return find(words, sizeof(words) / sizeof(*words), lang, level);
}

const char *trace_text(enum lang lang, const char *word)
{
	static const struct word words[] = {
		{ "shall", MSG_T_SHALL }, { "should", MSG_T_SHOULD }, { "may", MSG_T_MAY },
		{ "info", MSG_T_INFO }, { "n-a", MSG_T_NONE }, { "unknown", MSG_T_UNKNOWN },
		{ "verified", MSG_T_VERIFIED }, { "title", MSG_T_TITLE },
		{ "not-verified", MSG_T_NOT_VERIFIED },
	};

	return find(words, sizeof(words) / sizeof(*words), lang, word);
}

static void date_ko(struct str *out, struct tm utc)
{
	time_t then = timegm(&utc) + 9 * 3600;	/* Korea has had no summer time since 1988 */
	struct tm t;
	char text[96];

	gmtime_r(&then, &t);
	strftime(text, sizeof(text), "%H:%M:%S KST", &t);
	str_addf(out, "%d년 %d월 %d일 %s", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, text);
	strftime(text, sizeof(text), " (%Y-%m-%d %H:%M:%S UTC)", &utc);
	str_add(out, text);
}

void date_add(struct str *out, enum lang lang, const char *utc)
{
	static const char *const months[] = { "January", "February", "March", "April", "May",
		"June", "July", "August", "September", "October", "November", "December" };
	struct tm t = { 0 };
	const char *end = strlen(utc) < 20 ? NULL : strptime(utc, "%Y-%m-%dT%H:%M:%S", &t);

	if (!end)
		str_add(out, *utc ? utc : "?");
	else if (lang == LANG_KO)
		date_ko(out, t);
	else
		str_addf(out, "%d %s %d, %02d:%02d:%02d UTC", t.tm_mday, months[t.tm_mon],
			 t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}
