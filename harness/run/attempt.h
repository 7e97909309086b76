#ifndef RUN_ATTEMPT_H
#define RUN_ATTEMPT_H

#include "plan/pack.h"
#include "run/outage.h"
#include "run/run.h"
#include "run/supervisor.h"
#include "tc/site.h"

/*
 * What the worker's files share: its targets, and one attempt at one row, from `start` to
 * `finish`, clean-up included.
 */
struct target {
	const struct cloud_config *cfg;
	struct cloud *cloud;
	struct error why;		/* when cloud is NULL */
	struct error ixit;		/* what the target file names and the cloud does not know */
	struct inventory *before;
	struct pack pack;
	struct site site;
	struct outage outage;
	bool watched;			/* by watch_main(), while it is dark */
};

struct worker {
	const struct run_options *opt;
	struct loop *loop;
	const enum row_state *states;
	bool after_crash;		/* or resumed: something of this run was there before */
	bool stopping;
	struct target *targets;
	struct co **running;		/* per row */
	struct co *main;		/* waits until no row runs */
	unsigned flying;		/* rows, and watches */
	unsigned watching;
	unsigned to_run, ended;
	int status;
};

/* One attempt. */
struct row_arg {
	struct worker *w;
	const struct row *row;
	unsigned attempt;
};

CO_FN void attempt_run(struct row_arg *a, struct target *to);

/* What cases share goes; what stays of it takes room. */
CO_FN void site_end(const struct worker *w, struct target *to);
/* What stays takes room from those that come. */
void note_left(struct target *to, const struct ledger *l);

#endif
