#ifndef RUN_OUTAGE_H
#define RUN_OUTAGE_H

#include "co/loop.h"
#include "tc/ledger.h"

/*
 * A target that no longer answers.  Clean-ups that nobody answered are put off, and tried once
 * more, all together, when the target is back or the run ends.  After several cases in a
 * row it is asked something cheap; while that is not answered either it is dark: nothing begins on
 * it, and no clean-up waits for it.  Whatever is never answered stays open in the journal, for
 * `sweep`.
 */
struct outage {
	unsigned silent;	/* cases in a row that nobody answered */
	bool dark;
	int64_t since_us;	/* when it became dark */
	struct ledger late;	/* what is put off */
};

void outage_init(struct outage *o, const char *target);
void outage_free(struct outage *o);

/* After a clean-up: what nobody answered for is put off (l is empty then).  unreachable: the
 * case itself ended so. */
CO_FN void outage_note(struct outage *o, struct cloud *c, struct ledger *l, bool unreachable);
/* Looks at what is dark, or has something put off; true: it answers. */
CO_FN bool outage_over(struct outage *o, struct cloud *c);
/* It is given the time to come back. */
bool outage_may_end(const struct outage *o, const struct cloud *c);
/* One round for all that was put off, with a session of the second tenant's where that is
 * needed.  What stays is said aloud, as is the run's folder, counted in left, and forgotten
 * here: the journal has it. */
CO_FN void outage_settle(struct outage *o, struct loop *loop, struct cloud *c, const char *dir,
			 unsigned left[KIND_COUNT]);

#endif
