#ifndef DR_CHECK_H
#define DR_CHECK_H

#include "dr/history.h"

/*
 * What a history says, as a pure function of it: no clock, no file, no order of the clients.
 * The definitions are the project's (design, section 8); where a standard asks for a figure, the
 * requirement catalogue says so, with its confidence.
 *
 * F, the fault, is when the first HISTORY_FAULT was sent; it was effective at some time up to its
 * confirmation.  Each figure has a value and the range in which the truth lies.
 *
 * good write     acknowledged (ok), at most late_us after it was sent.
 * failed write   refused or unknown, or acknowledged over late_us after it was due, unless the
 *                prober itself was late with nothing of that client in flight (own_late).
 * RTO            F -> end of the first of `good` consecutive good writes of a client, all sent
 *                after F and not before its first failed one.  The figure is the worst of the
 *                clients that had a failed write ended after F (touched); best and median stand
 *                beside it.
 * outage         due time of the first failed write that ended after F -> the same end.
 * RPO, seconds   F - end of the newest surviving write of those acknowledged until F.  It was
 *                committed between its sending and its end.
 * RPO, markers   lost of acknowledged until F; beside it lost of acknowledged after F.
 *   at the switch: there is the ledger of the survivor, read after the switch (READING_SWITCH);
 *   after reconvergence: lost is what is in the ledger of no side (READING_FINAL; HISTORY_GONE
 *   takes a side out).  Only writes acknowledged before the first of these ledgers began to be
 *   read are in the denominator.
 * oldest lost    F - end of the oldest lost of those acknowledged until F: older data can be
 *                missing than the RPO says, when newer survived.
 *
 * Inconclusive, with the reason, is each figure when the history did not complete, no fault is in
 * it, no write failed or was late after it, or no look (HISTORY_LOOK) before it saw at the survivor
 * what the other side had acknowledged; at-least when a client never recovered, or nothing
 * survives.
 */
struct check_options {
	unsigned good;			/* consecutive good writes; at least 1 */
	uint32_t late_us;		/* an answer later than this counts as none */
	uint32_t stale_us;		/* how far a read may lag behind; 0: not at all */
	int64_t replication_us;		/* replication was seen at most so long before F; 0: ever */
	bool exclusive;			/* only one side may acknowledge at a time (active-standby);
					 * false: both may, and their ledgers become one */
};

enum figure_state { FIGURE_INCONCLUSIVE, FIGURE_MEASURED, FIGURE_AT_LEAST };

struct figure {
	enum figure_state state;
	int64_t us;
	int64_t least_us, most_us;	/* the truth is in here */
	char why[120];			/* unless measured */
};

/*
 * An unknown write that is there or not there is none of these.  Stale and returned count reads,
 * invented each ledger and read that shows it, the others markers, once each however many ledgers
 * show it.  A read that misses only what the switch or the end is known to have lost is counted
 * apart (reads_of_lost), unless it ended before the fault.
 */
enum check_kind {
	FOUND_LOST_SWITCH,	/* acknowledged, not in the survivor's ledger at the switch */
	FOUND_LOST,		/* acknowledged, in no side's ledger after reconvergence */
	FOUND_DUPLICATED,	/* more than once in a ledger */
	FOUND_REORDERED,	/* acknowledged before the one was sent that stands before it */
	FOUND_DIVERGED,		/* acknowledged, in one side's last ledger and not in the other's */
	FOUND_INVENTED,		/* in a ledger or read, and nobody had sent it */
	FOUND_REFUSED_KEPT,	/* refused, and there all the same */
	FOUND_RESURRECTED,	/* exclusive: lost at the switch, and in a last ledger again */
	FOUND_STALE,		/* a read missed what was acknowledged before it began, and kept */
	FOUND_RETURNED,		/* a read after fail back saw what a write since the switch, now
				 * lost, had replaced */
	FOUND_SPLIT_BRAIN,	/* exclusive: acknowledged by the side without the right to, in an
				 * epoch (until the switch, until fail back, after) in which both
				 * did */
	FOUND_KINDS,
};
const char *check_kind_name(enum check_kind kind);

struct finding {
	enum check_kind kind;
	uint32_t writer, number;	/* the marker; of a stale read the one missed */
	unsigned side;			/* of the read or the acknowledgement; SIDE_NONE */
	int64_t at_us;			/* when the write was sent, or the read */
};

struct loss {
	bool judged;			/* else why */
	char why[120];
	uint64_t acked, lost;		/* until F */
	uint64_t acked_after, lost_after;
	struct figure rpo;
	int64_t oldest_lost_us;		/* 0: none lost */
};

/* So many findings of one kind are kept, the first in the file; counts are exact. */
enum { CHECK_FOUND_MAX = 1000 };

struct dr_result {
	struct figure rto, outage;
	int64_t rto_best_us, rto_median_us;	/* of the clients that recovered */
	uint32_t touched, recovered;	/* clients that failed after F; that are good again */
	uint64_t relapsed;		/* failed writes after their client's recovery */
	uint64_t own_late;		/* writes sent late by the prober itself */
	struct loss at_switch, final;
	uint64_t came_back;		/* lost at the switch, there after reconvergence */
	bool replication_shown;
	bool switch_marked;		/* false: the survivor's first one after F is it */

	uint64_t writes[3], reads[3];	/* by enum history_outcome */
	uint64_t unknown_there, unknown_absent;	/* unknown writes in a last ledger, and in none */
	uint64_t reads_of_lost;		/* reads that missed only lost writes: not stale */
	uint64_t acked_nowhere;		/* acknowledged by SIDE_NONE: not judged for split brain */

	uint64_t count[FOUND_KINDS];
	struct finding *found;		/* by kind, marker, time */
	size_t found_n;
};

/* ERR_INVALID: the history contradicts itself (a marker written twice, numbers that do not increase
 * with time or leave too much out, two ledgers of one reading); options out of range. */
int check_history(const struct history *h, const struct check_options *o, struct dr_result *ret,
		  struct error *err);
void check_cleanup(struct dr_result *c);

#endif
