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
	struct site *site;		/* what cases share; NULL: nothing */
	struct ledger *into;		/* where what is made is entered; NULL: ledger */
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
	struct secret login;		/* private half of the key pair that was made last */
	struct tc_guest *guests;	/* ways into VMs, the last one first */
	const bool *stopping;		/* the run is: what fails from then on proves nothing */
	bool bulk;			/* under load: calls are lines, see run/bulk.h */
	int64_t held;			/* steps that held and were only counted, under load */
	struct tc_reply reply;
	unsigned pool_slot;		/* its own part of the CIDR pool, from 1 */
};

/* What the target names under existing:, or one of the case's own. */
CO_FN int tc_given_vpc(struct tc *t, struct resource *ret);
CO_FN int tc_some_subnet(struct tc *t, const struct resource *vpc, struct resource *ret);

/* For the runner. */
void tc_init(struct tc *t, struct tc_private *p, struct cloud *cloud, const struct testcase *test);
void tc_release(struct tc *t);
void tc_guests_free(struct tc_private *p);
/* Under load, after the case: one step that says how many held. */
void tc_held(struct tc *t);
void tc_journal_wait(struct tc *t, const char *what, const struct wait_log *log);

/*
 * Lists that may lag behind a write (ixit: consistency_s).  tc_may_lag() waits a
 * moment and is true while another look makes sense; tc_journal_lag() notes how
 * long it took, where a target declares such a window.
 */
CO_FN bool tc_may_lag(struct tc *t, int64_t since_us);
void tc_journal_lag(struct tc *t, const char *what, int64_t since_us, unsigned looks);
/* Keeps what tc_reply() shows. */
void tc_keep_reply(struct tc_private *p, long status, const char *content_type, const char *text,
		   size_t len);
/* Notes an exchange that belongs to the next step. */
void tc_exchange(struct tc_private *p, const char digest[65]);

#endif
