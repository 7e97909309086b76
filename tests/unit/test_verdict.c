#include <check.h>

#include "base/digest.h"
#include "journal/verdict.h"

#define CHECK_STEP(ok_) { .check = true, .ok = (ok_) }
#define STIM(err_) { .ok = (err_) == ERR_OK, .error = (err_) }

static const struct {
	const char *what;
	struct step_result steps[4];
	size_t n;
	enum verdict verdict;
	const char *cause;
} table[] = {
	{ "checks hold", { STIM(ERR_OK), CHECK_STEP(true) }, 2, VERDICT_PASS, "" },
	{ "a check fails", { STIM(ERR_OK), CHECK_STEP(false) }, 2, VERDICT_FAIL, "" },
	{ "nothing was checked", { STIM(ERR_OK) }, 1, VERDICT_ERROR, "no-check" },
	{ "no step", { { 0 } }, 0, VERDICT_ERROR, "no-check" },
	{ "advisory", { CHECK_STEP(true), { .check = true, .advisory = true } }, 2,
	  VERDICT_DEVIATION, "" },
	{ "advisory, then a failed check", { { .check = true, .advisory = true },
	  CHECK_STEP(false) }, 2, VERDICT_FAIL, "" },
	{ "advisory, then quota", { { .check = true, .advisory = true }, STIM(ERR_QUOTA) }, 2,
	  VERDICT_INCONCLUSIVE, "quota" },
	{ "quota", { STIM(ERR_QUOTA) }, 1, VERDICT_INCONCLUSIVE, "quota" },
	{ "throttled", { STIM(ERR_THROTTLED) }, 1, VERDICT_INCONCLUSIVE, "throttled" },
	{ "unavailable", { STIM(ERR_UNAVAILABLE) }, 1, VERDICT_FAIL, "" },
	{ "network", { STIM(ERR_NETWORK) }, 1, VERDICT_INCONCLUSIVE, "unreachable" },
	{ "a wrong target file", { STIM(ERR_CONFIG) }, 1, VERDICT_INCONCLUSIVE, "configuration" },
	{ "who", { STIM(ERR_UNAUTHENTICATED) }, 1, VERDICT_INCONCLUSIVE, "credentials" },
	{ "denied", { STIM(ERR_DENIED) }, 1, VERDICT_INCONCLUSIVE, "credentials" },
	{ "unsupported", { STIM(ERR_UNSUPPORTED) }, 1, VERDICT_FAIL, "" },
	{ "protocol", { STIM(ERR_PROTOCOL) }, 1, VERDICT_FAIL, "" },
	{ "not found", { STIM(ERR_NOT_FOUND) }, 1, VERDICT_FAIL, "" },
	{ "conflict", { STIM(ERR_CONFLICT) }, 1, VERDICT_FAIL, "" },
	{ "invalid", { STIM(ERR_INVALID) }, 1, VERDICT_FAIL, "" },
	{ "timeout", { STIM(ERR_TIMEOUT) }, 1, VERDICT_FAIL, "" },
	{ "our defect", { STIM(ERR_HARNESS) }, 1, VERDICT_ERROR, "harness" },
	{ "not applicable", { { .check = true, .ok = true },
			      { .error = ERR_UNSUPPORTED, .not_applicable = true } }, 2,
	  VERDICT_NOT_APPLICABLE, "not-there" },
	{ "undeclared", { { .error = ERR_UNSUPPORTED, .undeclared = true } }, 1, VERDICT_NOT_RUN,
	  "undeclared" },
	{ "cancelled", { STIM(ERR_CANCELLED) }, 1, VERDICT_INCOMPLETE, "interrupted" },
	{ "our defect in a check", { { .check = true, .error = ERR_HARNESS } }, 1,
	  VERDICT_ERROR, "harness" },
	{ "a failed check of a refused call", { { .check = true, .error = ERR_QUOTA } }, 1,
	  VERDICT_FAIL, "" },
	{ "fail, then quota", { CHECK_STEP(false), STIM(ERR_QUOTA) }, 2, VERDICT_FAIL, "" },
	{ "fail, then our defect", { CHECK_STEP(false), STIM(ERR_HARNESS) }, 2, VERDICT_FAIL, "" },
	{ "quota, then a failed check", { STIM(ERR_QUOTA), CHECK_STEP(false) }, 2,
	  VERDICT_INCONCLUSIVE, "quota" },
};

START_TEST(steps_give_the_verdict)
{
	const char *cause;

	ck_assert_msg(verdict_of_steps(table[_i].steps, table[_i].n, &cause) == table[_i].verdict,
		      "%s", table[_i].what);
	ck_assert_str_eq(cause, table[_i].cause);
}
END_TEST

START_TEST(names_go_both_ways)
{
	for (int v = 0; v < VERDICT_COUNT; v++)
		ck_assert_int_eq(verdict_by_name(verdict_name((enum verdict)v)), v);
	for (int c = 0; c < CLEANUP_COUNT; c++)
		ck_assert_int_eq(cleanup_by_name(cleanup_name((enum cleanup)c)), c);
	ck_assert_int_eq(verdict_by_name("PASS"), -1);
	ck_assert_int_eq(cleanup_by_name(""), -1);
}
END_TEST

static void random_steps(uint64_t *seed, struct step_result *steps, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t r = seeded_next(seed);

		steps[i] = (struct step_result){
			.check = r & 1,
			.ok = r >> 1 & 3,
			.advisory = !(r >> 3 & 7),
			.error = (enum err)-(int)(r >> 8 & 15),
		};
		if (steps[i].ok || steps[i].error == -15)
			steps[i].error = ERR_OK;
	}
}

/* pass < deviation < the rest: a failed mandatory check never makes it better. */
static int rank(enum verdict v)
{
	return v == VERDICT_PASS ? 0 : v == VERDICT_DEVIATION ? 1 : 2;
}

START_TEST(a_failed_check_never_improves)
{
	uint64_t seed = 7;

	for (int round = 0; round < 20000; round++) {
		struct step_result steps[9];
		size_t n = seeded_next(&seed) % 8;
		const char *cause;
		enum verdict before, after;

		random_steps(&seed, steps, n);
		before = verdict_of_steps(steps, n, &cause);
		steps[n] = (struct step_result){ .check = true };
		after = verdict_of_steps(steps, n + 1, &cause);
		ck_assert_int_ge(rank(after), rank(before));
		ck_assert_int_eq(rank(after), 2);
		memmove(steps + 1, steps, n * sizeof(*steps));
		steps[0] = (struct step_result){ .check = true };
		ck_assert_int_eq(verdict_of_steps(steps, n + 1, &cause), VERDICT_FAIL);
	}
}
END_TEST

static struct row_result random_row(uint64_t *seed)
{
	uint64_t r = seeded_next(seed);

	return (struct row_result){
		.mandatory = r & 1,
		.verdict = (enum verdict)((r >> 8) % VERDICT_COUNT),
		.cleanup = (enum cleanup)((r >> 16) % CLEANUP_COUNT),
	};
}

/* not conformant is the worst, conformant the best. */
static int run_rank(enum run_verdict v)
{
	return v == RUN_CONFORMANT ? 0 : v == RUN_UNDECIDED ? 1 : 2;
}

START_TEST(counts_add_up)
{
	uint64_t seed = 11;

	for (int round = 0; round < 2000; round++) {
		struct row_result rows[40];
		size_t n = seeded_next(&seed) % 40;
		unsigned verdicts = 0, cleanups = 0;
		struct tally t;

		for (size_t i = 0; i < n; i++)
			rows[i] = random_row(&seed);
		tally_rows(rows, n, &t);
		for (int v = 0; v < VERDICT_COUNT; v++)
			verdicts += t.verdict[v];
		for (int c = 0; c < CLEANUP_COUNT; c++)
			cleanups += t.cleanup[c];
		ck_assert_uint_eq(verdicts, n);
		ck_assert_uint_eq(cleanups, n);
		ck_assert_uint_eq(t.total, n);
		ck_assert_uint_le(t.mandatory, t.total);
	}
}
END_TEST

START_TEST(a_worse_row_never_improves_the_run)
{
	static const struct row_result bad[] = {
		{ true, VERDICT_FAIL, CLEANUP_CLEAN },
		{ true, VERDICT_PASS, CLEANUP_LEFTOVER },
		{ true, VERDICT_NOT_RUN, CLEANUP_NONE },
		{ true, VERDICT_PASS, CLEANUP_UNKNOWN },
	};
	uint64_t seed = 13;

	for (int round = 0; round < 20000; round++) {
		struct row_result rows[7];
		size_t n = seeded_next(&seed) % 6;
		enum run_verdict before, after;

		for (size_t i = 0; i < n; i++)
			rows[i] = random_row(&seed);
		before = verdict_of_run(rows, n, true, true);
		rows[n] = bad[seeded_next(&seed) % 4];
		after = verdict_of_run(rows, n + 1, true, true);
		ck_assert_int_ge(run_rank(after), run_rank(before));
		ck_assert_int_ge(run_rank(after), 1);
		ck_assert_int_ge(run_rank(verdict_of_run(rows, n, false, true)), run_rank(before));
		ck_assert_int_ge(run_rank(verdict_of_run(rows, n, true, false)), run_rank(before));
	}
}
END_TEST

START_TEST(run_verdicts)
{
	struct row_result pass = { true, VERDICT_PASS, CLEANUP_CLEAN };
	struct row_result two[2] = { pass, { true, VERDICT_WAIVED, CLEANUP_NONE } };
	struct row_result advisory[2] = { pass, { false, VERDICT_FAIL, CLEANUP_CLEAN } };

	ck_assert_int_eq(verdict_of_run(&pass, 1, true, true), RUN_CONFORMANT);
	ck_assert_int_eq(verdict_of_run(two, 2, true, true), RUN_CONFORMANT);
	ck_assert_int_eq(verdict_of_run(advisory, 2, true, true), RUN_CONFORMANT);
	ck_assert_int_eq(verdict_of_run(&pass, 1, false, true), RUN_UNDECIDED);
	ck_assert_int_eq(verdict_of_run(&pass, 1, true, false), RUN_UNDECIDED);
	ck_assert_int_eq(verdict_of_run(&pass, 0, true, true), RUN_UNDECIDED);
	ck_assert_int_eq(verdict_of_run(two + 1, 1, true, true), RUN_UNDECIDED);
	ck_assert_int_eq(run_verdict_exit(RUN_CONFORMANT), 0);
	ck_assert_int_eq(run_verdict_exit(RUN_NOT_CONFORMANT), 1);
	ck_assert_int_eq(run_verdict_exit(RUN_UNDECIDED), 2);
}
END_TEST

Suite *verdict_suite(void);
Suite *verdict_suite(void)
{
	Suite *s = suite_create("journal/verdict");
	TCase *tc = tcase_create("algebra");

	tcase_add_loop_test(tc, steps_give_the_verdict, 0, sizeof(table) / sizeof(*table));
	tcase_add_test(tc, names_go_both_ways);
	tcase_add_test(tc, a_failed_check_never_improves);
	tcase_add_test(tc, counts_add_up);
	tcase_add_test(tc, a_worse_row_never_improves_the_run);
	tcase_add_test(tc, run_verdicts);
	suite_add_tcase(s, tc);
	return s;
}
