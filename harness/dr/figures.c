/* RTO and outage, and whether any figure may be given. */
#include <inttypes.h>

#include "base/str.h"
#include "dr/priv.h"

enum { NEVER = -1 };

/* One client's writes, in the order in which they were sent. */
struct walk {
	int64_t first_failed_us;	/* due; NEVER */
	int64_t recovered_us;		/* end of the first good one; NEVER */
	int64_t sent_us, busy_until_us;	/* of the one before; something was in flight until then */
	bool own;			/* the one before waited for the prober itself */
	int64_t last_us;
	int64_t run_us;			/* end of the first of the good ones in a row */
	unsigned run;
};

static void step(const struct index *x, struct walk *w, const struct history_event *e)
{
	const int64_t late = x->o->late_us, ended = event_ended(e);
	/* A backlog has the cause of what it waits behind. */
	bool waits = e->due_us < w->sent_us ? w->own : e->due_us >= w->busy_until_us;
	bool own = waits && e->late_us > late;
	bool good = acked(e) && e->took_us <= late;
	bool failed = !good || (ended - e->due_us > late && !own);

	x->c->own_late += own;
	w->own = waits;
	w->sent_us = event_sent(e);
	if (ended > w->busy_until_us)
		w->busy_until_us = ended;
	if (ended <= x->fault_us)
		return;
	if (ended > w->last_us)
		w->last_us = ended;
	if (failed && w->recovered_us != NEVER)
		x->c->relapsed++;
	if (failed && w->first_failed_us == NEVER)
		w->first_failed_us = e->due_us;
	if (w->first_failed_us == NEVER || w->recovered_us != NEVER)
		return;
	if (!good || event_sent(e) < x->fault_us) {
		w->run = 0;
		return;
	}
	if (!w->run++)
		w->run_us = ended;
	if (w->run >= x->o->good)
		w->recovered_us = w->run_us;
}

/* Over all clients. */
struct served {
	int64_t first_failed_us, recovered_us;	/* the earliest; the latest */
	int64_t waiting_us;	/* the last end of one that never recovered; NEVER */
	uint32_t waiting;	/* which */
	int64_t *rto_us;	/* of those that recovered */
};

static int by_size(const void *a, const void *b)
{
	int64_t l = *(const int64_t *)a, r = *(const int64_t *)b;

	return (l > r) - (l < r);
}

static void walk_client(struct index *x, uint32_t client, struct served *all)
{
	struct walk w = { .first_failed_us = NEVER, .recovered_us = NEVER };

	for (uint32_t s = x->first[client]; s < x->first[client + 1]; s++) {
		slot_soon(x, s + SLOTS_AHEAD);
		if (slot_write(x, s))
			step(x, &w, slot_write(x, s));
	}
	if (w.first_failed_us == NEVER)
		return;
	x->c->touched++;
	if (all->first_failed_us == NEVER || w.first_failed_us < all->first_failed_us)
		all->first_failed_us = w.first_failed_us;
	if (w.recovered_us == NEVER) {
		if (w.last_us > all->waiting_us) {
			all->waiting_us = w.last_us;
			all->waiting = client;
		}
		return;
	}
	if (w.recovered_us > all->recovered_us)
		all->recovered_us = w.recovered_us;
	all->rto_us[x->c->recovered++] = w.recovered_us - x->fault_us;
}

static bool replicated(const struct index *x, const struct history_event *look)
{
	const struct history_event *e = index_write(x, look->writer, look->number);
	unsigned side = x->survivor;

	if (!e || look->outcome != OUTCOME_OK || event_ended(look) > x->fault_us || !acked(e) ||
	    e->side == SIDE_NONE || e->side == look->side)
		return false;
	if (x->o->replication_us && x->fault_us - event_ended(e) > x->o->replication_us)
		return false;
	return side == SIDE_NONE || look->side == side;
}

static void find_replication(struct index *x)
{
	for (size_t i = 0; x->m.fault && i < x->h->n && !x->c->replication_shown; i++)
		if (x->h->events[i].kind == HISTORY_LOOK)
			x->c->replication_shown = replicated(x, &x->h->events[i]);
}

/* Why no figure may be given; NULL. */
static const char *undecided(const struct index *x)
{
	if (!x->h->whole)
		return "the history did not complete";
	if (!x->m.fault)
		return "no fault is marked";
	if (!x->c->touched)
		return "no write failed or was late after the fault";
	if (!x->c->replication_shown)
		return "replication was not shown before the fault";
	return NULL;
}

static void inconclusive(struct figure *f, const char *why)
{
	*f = (struct figure){ .state = FIGURE_INCONCLUSIVE };
	str_copy(f->why, sizeof(f->why), why);
}

static void settle_loss(struct loss *l, const char *why)
{
	if (why)
		inconclusive(&l->rpo, why);
	else if (!l->judged)
		inconclusive(&l->rpo, l->why);
	else if (!l->acked)
		inconclusive(&l->rpo, "no write was acknowledged before the fault");
}

/* The last probe before and the first after may each be an interval away from the truth. */
static void time_figures(struct index *x, const struct served *all)
{
	const int64_t interval = x->h->head.interval_us;
	struct figure *rto = &x->c->rto, *outage = &x->c->outage;
	bool never = all->waiting_us != NEVER;
	int64_t until = never ? all->waiting_us : all->recovered_us;

	rto->state = outage->state = never ? FIGURE_AT_LEAST : FIGURE_MEASURED;
	rto->us = until - x->fault_us;
	outage->us = until - all->first_failed_us;
	if (never) {
		rto->least_us = rto->us;
		outage->least_us = outage->us;
		rto->most_us = outage->most_us = INT64_MAX;
		snprintf(rto->why, sizeof(rto->why), "client %u never had %u good writes in a row again",
			 all->waiting, x->o->good);
		str_copy(outage->why, sizeof(outage->why), rto->why);
		return;
	}
	rto->least_us = until - x->confirmed_us - interval;
	if (rto->least_us < 0)
		rto->least_us = 0;
	rto->most_us = rto->us;
	outage->least_us = outage->us > interval ? outage->us - interval : 0;
	outage->most_us = outage->us + interval;
}

void check_figures(struct index *x)
{
	struct served all = { .first_failed_us = NEVER, .waiting_us = NEVER };
	struct dr_result *c = x->c;
	const char *why;

	all.rto_us = xmalloc(sizeof(*all.rto_us) * x->h->head.clients);
	for (uint32_t w = 0; w < x->h->head.clients; w++)
		walk_client(x, w, &all);
	if (c->recovered) {
		qsort(all.rto_us, c->recovered, sizeof(*all.rto_us), by_size);
		c->rto_best_us = all.rto_us[0];
		c->rto_median_us = all.rto_us[(c->recovered - 1) / 2];
	}
	find_replication(x);
	why = undecided(x);
	if (why) {
		inconclusive(&c->rto, why);
		inconclusive(&c->outage, why);
	} else {
		time_figures(x, &all);
	}
	settle_loss(&c->at_switch, why);
	settle_loss(&c->final, why);
	free(all.rto_us);
}
