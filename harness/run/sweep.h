#ifndef RUN_SWEEP_H
#define RUN_SWEEP_H

#include "plan/target.h"
#include "tc/ledger.h"

/*
 * What a journal says is still open: the work of `sweep`, and of the worker
 * that follows a crashed one.
 */
struct open_target {
	char name[64];
	char config[65], identity[65];	/* side-store digests; identity: who first answered */
	char second_identity[65];	/* the second tenant; "": no session of it was noted */
	char seal[65];
	char before[KIND_COUNT][65];	/* side-store digests: what stood there; "": not told */
	bool embedded;
	struct ledger ledger;		/* entries not gone, newest first */
	struct open_target *next;
};
struct open_run {
	char run[13];
	struct open_target *targets;
	char head[65];			/* of the journal */
	bool whole;
	int64_t last_intent;		/* the greatest there is */
	struct str refused;		/* ledger lines not gone by, and why: a line each */
	unsigned refused_count;		/* all of them; of too many only the first are said */
	int64_t wall_us, line_us, mono_us;	/* of the last line, as said in sweep_read.c */
};

/*
 * ERR_INVALID: the chain is broken (the line is named).  A whole chain is not a true one: a line
 * about what the run cannot have named is refused, and nothing is deleted on its word.
 */
int open_run_read(const char *dir, struct open_run *ret, struct error *err);
void open_run_free(struct open_run *r);
struct open_target *open_run_target(const struct open_run *r, const char *name);

/*
 * R6: nothing is deleted unless the sessions are of the very accounts that the
 * journal means.  Opens the second tenant's too (t->ledger.second) when something
 * in the ledger was made as it.  ERR_INVALID: one is another; no session is open
 * then, and c is still the caller's.
 */
CO_FN int sweep_may_delete(struct loop *loop, const char *dir, struct open_target *t,
			   struct cloud *c, struct error *err);
/*
 * What stood at the target before the run made anything, as its journal tells, counts as such
 * (own_before()) until of is freed by sweep_forget(); what was withheld tells nothing.
 */
void sweep_remember(const char *dir, const struct open_target *t, const struct cloud_config *cfg,
		    struct resource_list of[KIND_COUNT]);
void sweep_forget(const struct cloud_config *cfg, struct resource_list of[KIND_COUNT]);
/* The second tenant's session alone, not compared with anything. */
CO_FN int sweep_second(struct loop *loop, const struct cloud_config *cfg, struct ledger *l,
		       struct error *err);

#endif
