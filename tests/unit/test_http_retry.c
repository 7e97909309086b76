#include <check.h>

#include "http/retry.h"

/* 2026-11-21T00:00:00Z, a Saturday */
#define NOW_US (INT64_C(1795219200) * 1000000)

static const struct {
	const char *header;
	int64_t wait_ms;
} retry_after[] = {
	{ "0", 0 },
	{ "7", 7000 },
	{ " 120 ", 120000 },
	{ "99999999999999999999999", INT64_C(366) * 86400 * 1000 },
	{ "Sat, 21 Nov 2026 00:00:30 GMT", 30000 },
	{ "Saturday, 21-Nov-26 00:00:30 GMT", 30000 },
	{ "Sat Nov 21 00:00:30 2026", 30000 },
	{ "Fri, 31 Dec 1999 23:59:59 GMT", 0 },	/* gone by: at once */
	{ "-1", -1 },
	{ "+5", -1 },
	{ "5s", -1 },
	{ "1.5", -1 },
	{ "soon", -1 },
	{ "Sunday", -1 },
	{ "20261121", INT64_C(20261121) * 1000 },	/* digits are seconds, never a date */
	{ "", -1 },
	{ "   ", -1 },
};

START_TEST(retry_after_is_read)
{
	ck_assert_int_eq(retry_after_ms(retry_after[_i].header, NOW_US), retry_after[_i].wait_ms);
}
END_TEST

START_TEST(backoff_doubles_up_to_the_cap)
{
	static const int64_t want[] = { 100, 100, 100, 200, 400, 800, 1000, 1000 };

	for (unsigned attempt = 0; attempt < 8; attempt++) {
		ck_assert_int_eq(retry_backoff_ms(attempt, 100, 1000, 0), want[attempt]);
		/* the draw takes away less than half */
		ck_assert_int_ge(retry_backoff_ms(attempt, 100, 1000, UINT32_MAX),
				 want[attempt] / 2);
		ck_assert_int_lt(retry_backoff_ms(attempt, 100, 1000, UINT32_MAX),
				 want[attempt]);
	}
	ck_assert_int_eq(retry_backoff_ms(1000000, 1, INT64_MAX, 0), INT64_MAX);
	ck_assert_int_eq(retry_backoff_ms(5, 5000, 1000, 0), 1000);
	ck_assert_int_eq(retry_backoff_ms(5, 0, 1000, 7), 0);
}
END_TEST

static const struct {
	const char *method;
	bool reads;
	int r;
	bool sent;
	long status;
	int retry_after_s;
	bool safe;
} repeat[] = {
	{ "POST", false, ERR_OK, true, 429, -1, true },
	{ "POST", false, ERR_OK, true, 503, 3, true },
	{ "POST", false, ERR_OK, true, 503, -1, false },	/* may have done it all the same */
	{ "GET", false, ERR_OK, true, 503, -1, true },
	{ "GET", false, ERR_OK, true, 500, -1, false },
	{ "POST", false, ERR_OK, true, 200, -1, false },
	{ "POST", false, ERR_NETWORK, false, 0, -1, true },
	{ "POST", false, ERR_NETWORK, true, 0, -1, false },
	{ "DELETE", false, ERR_NETWORK, true, 0, -1, false },
	{ "GET", false, ERR_NETWORK, true, 0, -1, true },
	{ "POST", true, ERR_NETWORK, true, 0, -1, true },	/* a POST that only reads */
	{ "POST", false, ERR_TIMEOUT, true, 0, -1, false },
	{ "GET", false, ERR_CANCELLED, false, 0, -1, false },
	{ "GET", false, ERR_PROTOCOL, true, 0, -1, false },
};

START_TEST(only_what_is_safe_is_repeated)
{
	struct http_call call = { .method = repeat[_i].method, .mutates_nothing = repeat[_i].reads,
				  .status = repeat[_i].status,
				  .retry_after_s = repeat[_i].retry_after_s };
	struct error err = { .sent = repeat[_i].sent };

	ck_assert_int_eq(retry_is_safe(&call, repeat[_i].r, &err), repeat[_i].safe);
}
END_TEST

Suite *http_retry_suite(void);
Suite *http_retry_suite(void)
{
	Suite *s = suite_create("http_retry");
	TCase *tc = tcase_create("decisions");

	tcase_add_loop_test(tc, retry_after_is_read, 0, sizeof(retry_after) / sizeof(*retry_after));
	tcase_add_test(tc, backoff_doubles_up_to_the_cap);
	tcase_add_loop_test(tc, only_what_is_safe_is_repeated, 0, sizeof(repeat) / sizeof(*repeat));
	suite_add_tcase(s, tc);
	return s;
}
