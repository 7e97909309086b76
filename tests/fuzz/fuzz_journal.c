#include "fuzz.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "report.h"

/*
 * The events of an input, a line each, as a journal whose chain holds: a fuzzer
 * finds no SHA-256 by chance.  A first byte '!' leaves the bytes as they are.
 * Whatever the events say, every writer makes its report or an error.
 */
static void chain(struct str *to, const char *line, size_t n, int seq, char prev[65])
{
	size_t begin = to->len;

	str_addf(to, "{\"seq\":%d,\"prev\":\"%s\",\"utc\":\"2026-11-21T03:04:05.678901Z\",\"mono_us\":%d,",
		 seq, prev, seq * 1000);
	str_addn(to, line + 1, n - 1);
	sha256_hex(to->text + begin, to->len - begin, prev);
	str_addc(to, '\n');
}

static void as_journal(struct str *to, const char *text, size_t n)
{
	char prev[65];
	int seq = 1;

	memset(prev, '0', 64);
	prev[64] = '\0';
	for (const char *at = text, *end = text + n; at < end; seq++) {
		const char *nl = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((nl ? nl : end) - at);

		if (len > 2 && *at == '{')
			chain(to, at, len, seq, prev);
		else
			str_addn(to, at, len);
		at += len + 1;
	}
	str_addf(to, "{\"seq\":%d,\"prev\":\"%s\",\"utc\":\"2026-11-21T03:04:06.000000Z\",\"mono_us\":%d,"
		 "\"type\":\"end\",\"outcome\":\"completed\",\"count\":%d,\"head\":\"%s\"}\n",
		 seq, prev, seq * 1000, seq - 1, prev);
}

static void write_reports(const struct report *r)
{
	struct str out = { 0 };
	struct error err;

	report_verdict(r);
	report_summary(r, NULL, &out);
	report_junit(r, SINK_TEXT(&out), &err);
	report_surefire(r, SINK_TEXT(&out), &err);
	report_json(r, SINK_TEXT(&out), &err);
	report_html(r, "en", SINK_TEXT(&out), &err);
	report_html(r, "ko", SINK_TEXT(&out), &err);
	str_release(&out);
}

static void ignore(void *arg, enum verify_mark mark, const char *rule, const char *detail)
{
	(void)arg;
	(void)mark;
	(void)rule;
	(void)detail;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct report *r = NULL;
	struct str journal = { 0 };
	struct error err = { 0 };

	if (n && *data == '!')
		str_addn(&journal, data + 1, n - 1);
	else
		as_journal(&journal, (const char *)data, n);
	fuzz_file("journal.jsonl", (const uint8_t *)str_text(&journal), journal.len);
	if (report_load(fuzz_folder(), &r, &err) == ERR_OK) {
		write_reports(r);
		report_free(r);
		report_verify(fuzz_folder(), NULL, ignore, NULL, &err);
	} else {
		PROMISE(*err.text);
	}
	str_release(&journal);
	return 0;
}
