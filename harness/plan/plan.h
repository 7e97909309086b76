#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include "base/str.h"
#include "cloud/config.h"
#include "journal/verdict.h"
#include "plan/profile.h"
#include "tc/testcase.h"

/*
 * What a run will do: one row per case and target, with the decision to run it
 * or the reason not to.  Pure: no cloud is asked.
 */
struct row {
	int number;			/* from 1 */
	const struct testcase *test;
	size_t target;			/* index */
	enum level level;		/* the strictest of its requirements in the profile */
	enum verdict decided;		/* VERDICT_COUNT: run it */
	const char *cause;		/* "ixit", "limit", "undeclared" ...; "" */
	char reason[200];
	bool undeclared;		/* needs what the ICS does not know and nobody demands */
};

struct plan_options {
	const char *const *only, *const *skip;	/* glob patterns, NULL-terminated; may be NULL */
	bool allow_load, allow_intrusive;	/* intrusive allows load too */
	bool read_only;
	/* NULL, or: which rows alone are run; the others are left out for `unwanted`. */
	bool (*wanted)(const void *arg, const char *test, const char *target);
	const void *wanted_arg;
	const char *unwanted;
};

struct plan {
	const struct profile *profile;
	struct cloud_config *const *targets;
	size_t target_count;
	struct row *rows;
	size_t row_count;
	int64_t (*room)[KIND_COUNT];	/* as each cloud says, -1: not; or NULL */
	unsigned filtered; /* rows not run for --only or --skip: the run is then partial */
};

/* ERR_INVALID: --only matches no case, or the profile asks for what no case
 * verifies. */
int plan_make(const struct profile *profile, struct cloud_config *const *targets, size_t n,
	      const struct plan_options *opt, struct plan *ret, struct error *err);
/* One more row as an earlier run decided it; cause must outlive the plan. */
void plan_row(struct plan *p, const struct testcase *test, size_t target, const char *level,
	      enum verdict decided, const char *cause);
void plan_free(struct plan *p);

/* The peak of a kind that rows to run on a target may hold at once. */
int64_t plan_peak(const struct plan *p, size_t target, enum kind kind);
/* For `plugfest plan`: a table for people. */
void plan_print(const struct plan *p, struct str *to);

#endif
