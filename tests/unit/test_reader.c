#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "journal/reader.h"
#include "tests/e2e/report/fixture.h"

struct seen {
	int lines, refuse_at;
};

static int count(void *arg, const struct journal_line *line)
{
	struct seen *s = arg;

	ck_assert_int_eq(line->seq, line->number);
	ck_assert_int_eq(line->number, ++s->lines);
	ck_assert_ptr_nonnull(line->doc);
	return s->lines == s->refuse_at ? ERR_INVALID : 0;
}

static struct seen read_text(const void *bytes, size_t n, struct journal_state *st)
{
	char *dir = fixture_dir();
	struct seen seen = { 0 };
	struct error err;

	fixture_write(dir, "journal.jsonl", bytes, n);
	ck_assert_int_eq(journal_read(dir, count, &seen, st, &err), 0);
	fixture_remove(dir);
	return seen;
}

static void make(struct draft *d)
{
	draft_small(d);
	draft_add(d, "start", "\"row\":1,\"attempt\":1");
	draft_add(d, "step", "\"row\":1,\"attempt\":1,\"n\":1,\"kind\":\"check\",\"ok\":true");
	draft_add(d, "finish", "\"row\":1,\"attempt\":1,\"verdict\":\"pass\",\"cause\":\"\","
		  "\"cleanup\":\"clean\",\"ms\":5");
	draft_end(d, "completed");
}

START_TEST(a_good_journal_is_whole)
{
	struct journal_state st;
	struct draft d;

	make(&d);
	ck_assert_int_eq(read_text(d.text.text, d.text.len, &st).lines, d.seq);
	ck_assert(st.whole && !st.broken_line && !st.torn);
	ck_assert_int_eq(st.lines, d.seq);
	ck_assert_str_eq(st.outcome, "completed");
	ck_assert_str_eq(st.head, d.head);
	draft_release(&d);
}
END_TEST

/* The offset of a line's first byte; line counts from 1. */
static size_t offset_of(const struct draft *d, int line)
{
	const char *p = d->text.text;

	while (--line)
		p = strchr(p, '\n') + 1;
	return (size_t)(p - d->text.text);
}

/* In the chain, in the time and in the type: each of them is named. */
static const char *const places[] = { "\"prev\":\"", "\"utc\":\"", "\"type\":\"", "\"seq\":" };

START_TEST(a_flipped_byte_names_its_line)
{
	struct journal_state st;
	struct draft d;

	make(&d);
	for (int line = 1; line <= d.seq; line++) {
		char *at = strstr(d.text.text + offset_of(&d, line), places[_i]) +
			   strlen(places[_i]);
		struct seen seen;

		if (line == d.seq && _i)
			continue;	/* nothing after the end vouches for it */
		*at ^= 1;
		seen = read_text(d.text.text, d.text.len, &st);
		ck_assert_int_eq(st.broken_line, line);
		ck_assert_int_eq(seen.lines, line - 1);
		ck_assert(!st.whole && *st.broken_why);
		*at ^= 1;
	}
	draft_release(&d);
}
END_TEST

START_TEST(a_lost_or_doubled_line_is_named)
{
	struct journal_state st;
	struct draft d;
	struct str text = { 0 };
	size_t a, b;

	make(&d);
	a = offset_of(&d, 3);
	b = offset_of(&d, 4);
	str_addn(&text, d.text.text, a);
	str_add(&text, d.text.text + b);
	read_text(text.text, text.len, &st);
	ck_assert_int_eq(st.broken_line, 3);
	str_clear(&text);
	str_addn(&text, d.text.text, b);
	str_add(&text, d.text.text + a);
	read_text(text.text, text.len, &st);
	ck_assert_int_eq(st.broken_line, 4);
	str_release(&text);
	draft_release(&d);
}
END_TEST

START_TEST(cut_short_it_is_not_whole)
{
	struct journal_state st;
	struct draft d;

	make(&d);
	read_text(d.text.text, offset_of(&d, (int)d.seq - 2), &st);
	ck_assert(!st.whole && !st.torn);
	ck_assert_int_eq(st.broken_line, 0);
	ck_assert_int_eq(st.lines, d.seq - 3);
	read_text(d.text.text, d.text.len - 1, &st);	/* the end lacks its newline */
	ck_assert(!st.whole && st.torn);
	ck_assert_int_eq(st.lines, d.seq - 1);
	read_text(d.text.text, offset_of(&d, 3) + 20, &st);
	ck_assert(st.torn && !st.whole);
	ck_assert_int_eq(st.lines, 2);
	read_text("", 0, &st);
	ck_assert(!st.whole && !st.torn && !st.lines);
	draft_release(&d);
}
END_TEST

START_TEST(an_end_that_lies_is_broken)
{
	struct journal_state st;
	struct draft d;

	draft_small(&d);
	draft_add(&d, "end", "\"outcome\":\"completed\",\"count\":1,\"head\":\"%s\"", d.head);
	read_text(d.text.text, d.text.len, &st);
	ck_assert_int_eq(st.broken_line, d.seq);
	draft_release(&d);
	draft_small(&d);
	draft_end(&d, "completed");
	draft_add(&d, "interrupted", "\"how\":\"once\"");
	read_text(d.text.text, d.text.len, &st);
	ck_assert(!st.whole && !st.broken_line);
	draft_release(&d);
}
END_TEST

START_TEST(hostile_bytes_break_the_chain)
{
	static const struct { const char *bytes; size_t n; } bad[] = {
		{ "\0\0\0\0\n", 5 }, { "\n", 1 }, { "[]\n", 3 }, { "{}\n", 3 }, { "nonsense\n", 9 },
		{ "{\"seq\":1,\"prev\":3,\"type\":\"run\"}\n", 32 },
		{ "{\"a\":\"\xff\xfe\"}\n", 11 },
	};
	struct journal_state st;

	ck_assert_int_eq(read_text(bad[_i].bytes, bad[_i].n, &st).lines, 0);
	ck_assert_int_eq(st.broken_line, 1);
}
END_TEST

START_TEST(a_huge_line_is_refused_early)
{
	size_t n = 100u << 20;
	char *bytes = malloc(n);
	struct journal_state st;

	memset(bytes, '[', n);
	read_text(bytes, n, &st);
	ck_assert_int_eq(st.broken_line, 1);
	ck_assert(!st.whole);
	free(bytes);
}
END_TEST

START_TEST(what_is_not_there_or_refused)
{
	struct seen seen = { .refuse_at = 2 };
	struct journal_state st;
	struct draft d;
	struct error err;
	char *dir = fixture_dir();

	ck_assert_int_eq(journal_read(dir, count, &seen, &st, &err), ERR_NOT_FOUND);
	make(&d);
	fixture_write(dir, "journal.jsonl", d.text.text, d.text.len);
	ck_assert_int_eq(journal_read(dir, count, &seen, &st, &err), ERR_INVALID);
	ck_assert_int_eq(seen.lines, 2);
	draft_release(&d);
	fixture_remove(dir);
}
END_TEST

Suite *reader_suite(void);
Suite *reader_suite(void)
{
	Suite *s = suite_create("journal/reader");
	TCase *tc = tcase_create("chain");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, a_good_journal_is_whole);
	tcase_add_loop_test(tc, a_flipped_byte_names_its_line, 0,
			    sizeof(places) / sizeof(*places));
	tcase_add_test(tc, a_lost_or_doubled_line_is_named);
	tcase_add_test(tc, cut_short_it_is_not_whole);
	tcase_add_test(tc, an_end_that_lies_is_broken);
	tcase_add_loop_test(tc, hostile_bytes_break_the_chain, 0, 7);
	tcase_add_test(tc, a_huge_line_is_refused_early);
	tcase_add_test(tc, what_is_not_there_or_refused);
	suite_add_tcase(s, tc);
	return s;
}
