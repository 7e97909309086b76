#ifndef TC_LEDGER_H
#define TC_LEDGER_H

#include "base/error.h"
#include "cloud/cloud.h"
#include "journal/verdict.h"

/*
 * R6: what we asked a cloud to make and have not seen gone.  The intent is
 * durable before the create is sent; every further step is journalled.
 */
enum ledger_state {
	LEDGER_INTENT,		/* sent, or about to be; outcome not known */
	LEDGER_CREATED,		/* has an id */
	LEDGER_DELETE_SENT,
	LEDGER_GONE,
	LEDGER_UNKNOWN,		/* a create without an answer that cannot be found (yet) */
};

struct ledger_entry {
	int64_t intent;		/* its number in the run */
	int row;
	enum kind kind;
	enum ledger_state state;
	char name[NAME_LEN], id[ID_MAX], parent[ID_MAX];
	bool refused;		/* the create was refused in so many words, and sent once */
	bool recalled;		/* from a journal: what has its id must have its name too */
	bool others;		/* it has not, and that was said */
	bool credential;	/* the latest attempt to remove it was refused for its credential */
	bool unreachable;	/* nobody answered the latest attempt to remove it */
	bool second;		/* made as the second tenant, and removed as it */
	bool joined;		/* router: its subnets must part first */
	int64_t since_us;	/* when the outcome became unknown (monotonic) */
	struct ledger_entry *older;	/* of the same ledger */
};

struct ledger {
	struct ledger_entry *newest;
	struct cloud *second;	/* the second tenant's session; NULL: none is open */
	const char *target;
	int row;
	bool bulk;		/* one of thousands at once: what each says goes out once a turn */
	const bool *dark;	/* the target is known to answer nobody: not waited for; or NULL */
};

/* Notes and journals the intent; returns when it is durable. */
CO_FN int ledger_intend(struct ledger *l, const struct resource *want, struct ledger_entry **ret);
/* The same for what the second tenant makes. */
CO_FN int ledger_intend_second(struct ledger *l, const struct resource *want,
			       struct ledger_entry **ret);
void ledger_created(struct ledger *l, struct ledger_entry *e, const char *id);
void ledger_note(struct ledger *l, struct ledger_entry *e, enum ledger_state state,
		 const char *why);
/* Of the first tenant. */
struct ledger_entry *ledger_find(struct ledger *l, enum kind kind, const char *id);
void ledger_free(struct ledger *l);

/*
 * Tries once to remove an entry: looked for by name when it has no id, deleted,
 * waited for until it is gone.  ERR_OK when gone.  Deletes only what has exactly
 * the ledgered id, or kind, parent and exact name; on a journal's word both, and what
 * has the id and another name is ERR_DENIED.
 */
CO_FN int ledger_remove(struct cloud *c, struct ledger *l, struct ledger_entry *e,
			struct error *err);
/* All of it, newest first, again within the delete deadline while something is
 * in the way.  Entries of unknown outcome are looked for; they stay unknown. */
CO_FN enum cleanup ledger_clean(struct cloud *c, struct ledger *l);
/* The same, and keeps looking for unknown ones until their kind's settle time has
 * passed.  obey_cancel: a cancel ends it (else clean-up goes on: R6). */
CO_FN enum cleanup ledger_settle(struct cloud *c, struct ledger *l, bool obey_cancel);

/* One look at each create whose outcome is open; what came of it is removed.  True: none is
 * open any longer. */
CO_FN bool ledger_close_open(struct cloud *c, struct ledger *l);

/* What is still there is so because a credential was refused. */
bool ledger_lacks_credential(const struct ledger *l);
/* ... because nobody answered. */
bool ledger_unanswered(const struct ledger *l);

/* Puts what is not gone before what the other ledger has; from is then as good as clean. */
void ledger_put_off(struct ledger *from, struct ledger *to);
/* How many of a kind the first tenant may still have by it. */
unsigned ledger_holds(const struct ledger *l, enum kind kind);

/* The run's mark: the first characters of every name (5 of [a-z0-9] after 'p'). */
void ledger_mark(const char *run_id, char to[8]);
void ledger_set_mark(const char *mark);
/* Names and intents of a second worker of the same run begin here, far from the
 * first one's. */
void ledger_start_at(unsigned first);
/* The next name: mark + 3 characters, then "-kind". */
void ledger_name(enum kind kind, char to[NAME_LEN]);
/* Could this name be of the run with that id?  Its mark, three characters, a dash. */
bool ledger_is_name(const char *run_id, const char *name);
/* What such a name looks like, without using one up. */
void ledger_sample(enum kind kind, char to[NAME_LEN]);

#endif
