#include <check.h>
#include <jansson.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "reports/pool.h"
#include "reports/report.h"
#include "tests/e2e/report/fixture.h"

/* What a report takes of memory, and that its files come bit by bit. */

static void add_row(struct draft *d, int n)
{
	if (n > 1)
		draft_add(d, "row", "\"row\":%d,\"case\":\"key.create\",\"target\":\"alpha\",\"level\":"
			  "\"mandatory\",\"decision\":\"run\",\"cause\":\"\",\"reason\":\"\"", n);
}

/* Twelve lines, as of a case that makes something and looks at it. */
static void add_events(struct draft *d, int n)
{
	static const char *const op[] = { "intent", "created", "gone" };

	draft_add(d, "start", "\"row\":%d,\"attempt\":1", n);
	for (int i = 0; i < 3; i++)
		draft_add(d, "ledger", "\"row\":%d,\"op\":\"%s\",\"target\":\"alpha\",\"kind\":\"keypair\","
			  "\"name\":\"pabc%05d\",\"id\":\"pabc%05d\",\"parent\":\"\",\"intent\":%d",
			  n, op[i], n, n, n);
	for (int i = 1; i <= 6; i++)
		draft_add(d, "step", "\"row\":%d,\"attempt\":1,\"n\":%d,\"kind\":\"check\",\"requirement\":"
			  "\"MCI-KEY-01\",\"advisory\":false,\"what\":\"property %d reads back\","
			  "\"expected\":\"pabc%05d-%d\",\"observed\":\"pabc%05d-%d\",\"ok\":true,\"at\":"
			  "\"key_create.c:%d\",\"exchanges\":[\"%064d\"]", n, i, i, n, i, n, i, i,
			  n * 10 + i);
	draft_add(d, "wait", "\"row\":%d,\"attempt\":1,\"what\":\"it to be gone\",\"polls\":3,\"same\":2,"
		  "\"ms\":12", n);
	draft_add(d, "finish", "\"row\":%d,\"attempt\":1,\"verdict\":\"pass\",\"cause\":\"\",\"cleanup\":"
		  "\"clean\",\"ms\":1203", n);
}

static struct report *load_rows(int rows)
{
	char *dir = fixture_dir();
	struct report *r = NULL;
	struct draft d;
	struct error err;

	draft_small(&d);
	for (int n = 1; n <= rows; n++)
		add_row(&d, n);
	for (int n = 1; n <= rows; n++)
		add_events(&d, n);
	draft_end(&d, "completed");
	fixture_write(dir, "journal.jsonl", d.text.text, d.text.len);
	draft_release(&d);
	ck_assert_int_eq(report_load(dir, &r, &err), 0);
	fixture_remove(dir);
	return r;
}

static double kib_of(int rows)
{
	size_t before = mallinfo2().uordblks, after;
	struct report *r = load_rows(rows);

	after = mallinfo2().uordblks;
	report_free(r);
	return (double)(after - before) / 1024;
}

/* As trees, the lines of such a row take over 20 KiB. */
START_TEST(a_row_takes_few_kib)
{
	if (!mallinfo2().uordblks)
		return;		/* a sanitizer's memory, which tells nothing */
	ck_assert_double_lt(kib_of(2000) - kib_of(1000), 4 * 1000);
}
END_TEST

static void write_one(const struct report *r, int which, const struct sink *to, int want)
{
	struct error err = { 0 };

	switch (which) {
	case 0:
		ck_assert_int_eq(report_junit(r, to, &err), want);
		break;
	case 1:
		ck_assert_int_eq(report_surefire(r, to, &err), want);
		break;
	case 2:
		ck_assert_int_eq(report_html(r, "en", to, &err), want);
		break;
	default:
		ck_assert_int_eq(report_json(r, to, &err), want);
	}
}

struct narrow {
	size_t taken, most, longest;
};

static bool take_some(void *arg, const char *bytes, size_t n)
{
	struct narrow *s = arg;

	(void)bytes;
	s->taken += n;
	s->longest = n > s->longest ? n : s->longest;
	return s->taken <= s->most;
}

START_TEST(a_file_comes_bit_by_bit)
{
	struct report *r = load_rows(300);
	struct narrow all = { .most = SIZE_MAX }, some = { .most = 10000 };

	write_one(r, _i, &(const struct sink){ take_some, &all }, ERR_OK);
	ck_assert_uint_gt(all.taken, 20000);
	ck_assert_uint_lt(all.longest, 20000);
	/* Where no more can be written the writer stops, and says so. */
	write_one(r, _i, &(const struct sink){ take_some, &some }, ERR_HARNESS);
	ck_assert_uint_lt(some.taken, all.taken);
	report_free(r);
}
END_TEST

START_TEST(json_is_as_if_written_at_once)
{
	struct report *r = load_rows(3);
	struct str text = { 0 };
	json_t *doc;
	char *again;

	write_one(r, 3, SINK_TEXT(&text), ERR_OK);
	doc = json_loads(text.text, JSON_REJECT_DUPLICATES, NULL);
	ck_assert_ptr_nonnull(doc);
	again = json_dumps(doc, JSON_SORT_KEYS | JSON_INDENT(1));
	ck_assert_uint_eq(strlen(again) + 1, text.len);
	ck_assert_int_eq(strncmp(again, text.text, text.len - 1), 0);
	free(again);
	json_decref(doc);
	str_release(&text);
	report_free(r);
}
END_TEST

START_TEST(a_text_is_kept_once)
{
	struct pool p = { 0 };
	AUTO(str) char *huge = xcalloc(100001, 1);
	const char *first, *kept[2000];

	memset(huge, 'x', 100000);
	first = pool_text(&p, huge);
	ck_assert_str_eq(pool_text(&p, ""), "");
	for (int i = 0; i < 2000; i++) {
		AUTO(str) char *one = xasprintf("text %d", i);

		kept[i] = pool_text(&p, one);
	}
	for (int i = 0; i < 2000; i++) {
		AUTO(str) char *one = xasprintf("text %d", i);

		ck_assert_str_eq(kept[i], one);
		ck_assert_ptr_eq(pool_text(&p, one), kept[i]);
	}
	ck_assert_ptr_eq(pool_text(&p, huge), first);
	ck_assert_str_eq(first, huge);
	pool_release(&p);
}
END_TEST

Suite *report_cost_suite(void);
Suite *report_cost_suite(void)
{
	Suite *s = suite_create("reports/cost");
	TCase *tc = tcase_create("cost");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, a_row_takes_few_kib);
	tcase_add_loop_test(tc, a_file_comes_bit_by_bit, 0, 4);
	tcase_add_test(tc, json_is_as_if_written_at_once);
	tcase_add_test(tc, a_text_is_kept_once);
	suite_add_tcase(s, tc);
	return s;
}
