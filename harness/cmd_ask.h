#ifndef CMD_ASK_H
#define CMD_ASK_H

#include "plan/plan.h"

/*
 * `plugfest plan --ask`: reads, as `doctor` does, what each cloud's quota leaves, marks
 * the rows that cannot fit as not run, and tells it.  What cannot be read is told too.
 */
void ask_quotas(struct plan *p, struct str *to);
/* Without --ask: that nobody was asked. */
void ask_nobody(struct str *to);

#endif
