#ifndef TC_SITE_H
#define TC_SITE_H

#include "co/co.h"
#include "tc/ledger.h"
#include "tc/testcase.h"

/*
 * What the cases of a run share that only need somewhere to put a VM (any_site): one
 * network with subnet, security group and key pair for each target, made when the first of
 * them asks, and only read from then on.  Its ledger is the run's own: row 0.
 */
struct site {
	struct co_sem lock;	/* one makes or removes it, others wait */
	struct ledger ledger;
	struct tc_site made;	/* without an id: not yet */
	unsigned slot;		/* of the row that made the network: its addresses are the site's */
	struct error why;	/* what making it failed with last */
};

void site_init(struct site *s, const char *target);

/* What is not there yet is made, for the case's time does not count.  What failed is tried
 * again by the next case that asks, once it is sure that nothing came of it. */
CO_FN int site_vpc(struct tc *t, struct resource *ret);
CO_FN int site_whole(struct tc *t, struct tc_site *ret);
/* It is there, and no case may delete it. */
bool site_has(const struct tc *t, const struct resource *r);

/* Removes it; whoever asks after site_forget() makes another.  False: the credential is no
 * longer accepted, so that it is to be tried again with another session.  What stays is in its
 * ledger until then. */
CO_FN bool site_remove(struct cloud *c, struct site *s);
/* What stays is left to the journal and its sweep. */
void site_forget(struct site *s);

#endif
