#ifndef TC_PRIVATE_H
#define TC_PRIVATE_H

#include "journal/verdict.h"
#include "tc/ledger.h"
#include "tc/testcase.h"

/* What the runner keeps about one attempt at one case. */
struct tc_private {
	int row, attempt;
	const char *target;
	struct ledger ledger;
	struct step_result *steps;
	size_t step_count, step_room;
	char (*exchanges)[65];		/* since the last step */
	size_t exchange_count, exchange_room;
	char last_poll[65];		/* digest of the last poll's answer */
	bool advisory;			/* every check is: the profile says so */
	bool (*is_advisory)(void *arg, const char *requirement);
	void *advisory_arg;
	bool undeclared;		/* needs what the ICS does not know and nobody demands */
	struct cloud *sessions[4];	/* opened by the case */
	size_t session_count;
	unsigned pool_slot;		/* its own part of the CIDR pool, from 1 */
	/* Says whose exchanges the running coroutine's are; NULL: nobody's.  May be NULL. */
	void (*adopt)(struct tc_private *p);
};

/* For the runner. */
void tc_init(struct tc *t, struct tc_private *p, struct cloud *cloud, const struct testcase *test);
void tc_release(struct tc *t);
/* Notes an exchange that belongs to the next step. */
void tc_exchange(struct tc_private *p, const char digest[65]);

#endif
