#ifndef EXPLORE_JUDGE_H
#define EXPLORE_JUDGE_H

#include "explore/world.h"

/* What the cloud did with one operation. */
struct outcome {
	int r;
	struct error err;
	struct resource got;		/* the answer of a create or read */
	bool waited;			/* for a state, after it was accepted */
	int wait_r;
	struct error wait_err;
	enum state rest;		/* shown last */
	unsigned polls;
	bool looked;			/* read once more, or by the wait */
	int look_r;
	struct error look_err;
	struct resource after;
	struct resource_list list;
};

/* Where cloud and oracle part. */
struct divergence {
	bool silent;	/* says nothing of the cloud's conformance: quota, network ... */
	int r;		/* then: the error's class */
	char requirement[24];
	char what[200], expected[300], observed[600];
};

/*
 * Holds the outcome against the world before it and, when they agree, moves the
 * world on.  contended: others of the same round touch the same resources, so
 * that a refusal, or a state under way, is as good an answer.
 */
bool judge(struct world *w, const struct operation *op, const struct outcome *o, bool contended,
	   struct divergence *d);

/* What a read shows against what the item should be; still: nothing is under way. */
bool judge_read(const struct world *w, const struct item *item, const struct resource *seen,
		bool still, struct divergence *d);

#endif
