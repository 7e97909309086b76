#ifndef RUN_PAST_H
#define RUN_PAST_H

#include <jansson.h>

#include "base/str.h"
#include "journal/verdict.h"
#include "plan/plan.h"
#include "plan/target.h"

/*
 * An earlier run, from its folder alone: what `run --rerun` chooses from and
 * `run --resume` goes on with.
 */
struct past_row {
	const char *test, *target, *level, *decision, *cause, *reason;
	unsigned starts;	/* attempts begun */
	bool set_aside;		/* after the plan, for want of room */
	bool finished;		/* the attempt begun last has its verdict */
	enum verdict verdict;
	enum cleanup cleanup;
};

struct past_target {
	const char *name;
	const char *config;	/* side-store digest */
	const char *seal;	/* "": none */
	bool embedded;
};

struct past {
	const char *dir;
	json_t *lines;		/* owns every text here */
	const json_t *run;	/* its first line */
	struct past_row *rows;
	size_t row_count;
	struct past_target *targets;
	size_t target_count;
	char head[65], outcome[16];
	int64_t line_count;
	int segments;
	bool whole, torn;
};

/* ERR_NOT_FOUND: no journal; ERR_INVALID: its chain is broken (the line is named),
 * or it is none of a run. */
int past_read(const char *dir, struct past *ret, struct error *err);
void past_free(struct past *p);

const char *past_text(const struct past *p, const char *key);	/* of the run's line; "" */
/* What was typed, or what the run that it repeats was told: NULL-terminated, with argv[0]. */
const char **past_options(const struct past *p, int *argc);
/* Planned to run and without a pass. */
bool past_failed(const struct past_row *row);
/* The row need not run again: it has a verdict on what was tried. */
bool past_done(const struct past_row *row);
const struct past_row *past_row(const struct past *p, const char *test, const char *target);

/* What is to be believed of a folder about one target, and what speaks for it. */
struct past_word {
	const char *run, *target, *config, *seal;
	bool yes;	/* the user has read where it sends what, and means it (--yes) */
};

/*
 * A target as the run kept it.  says: in a line, where which variables and files go; it is
 * for the user to see before anything is sent, and when it is not believed, too.
 * ERR_NOT_FOUND: its configuration was withheld; ERR_INVALID: somebody else can write the
 * folder, or it was made elsewhere and nobody said yes, so that it is not believed.
 */
int past_target_read(const char *dir, const struct past_word *word,
		     const struct target_options *opt, struct str *says,
		     struct cloud_config **ret, struct error *err);
/* The same question without an answer about the rest.  ERR_INVALID: not believed. */
int past_target_trust(const char *dir, const struct past_word *word, struct str *says,
		      struct error *err);
/* The plan as it was; texts belong to p.  ERR_INVALID: another build made it. */
int past_plan(const struct past *p, const struct profile *profile,
	      struct cloud_config *const *targets, size_t n, struct plan *ret, struct error *err);

#endif
