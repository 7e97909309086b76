#include "run/outage.h"

#include "base/clock.h"
#include "co/co.h"
#include "journal/emit.h"
#include "run/sweep.h"

/* So many cases in a row; so long one look may take; so long a dark target is waited for. */
enum { SILENT_MAX = 2, LOOK_MS = 5000, BACK_MS = 20000 };

void outage_init(struct outage *o, const char *target)
{
	*o = (struct outage){ .late = { .target = target } };
}

void outage_free(struct outage *o) { ledger_free(&o->late); }

/* What is listed by the service that did not answer, and at little cost. */
static enum kind asked_for(const struct ledger *l)
{
	switch (l->newest ? l->newest->kind : KIND_KEYPAIR) {
	case KIND_VPC: case KIND_SUBNET: case KIND_ROUTER: case KIND_ADDRESS: case KIND_SG:
		return KIND_VPC;
	case KIND_DISK:
		return KIND_DISK;
	default:
		return KIND_KEYPAIR;
	}
}

static CO_FN bool answers(struct cloud *c, enum kind kind)
{
	struct resource_list all = { 0 };
	struct co_deadline patience;
	struct error err;
	int r;

	co_deadline_push(&patience, cloud_scaled_ms(c, LOOK_MS));
	r = cloud_list(c, kind, NULL, &all, &err);
	co_deadline_pop(&patience);
	resource_list_cleanup(&all);
	return r != ERR_NETWORK && r != ERR_TIMEOUT && r != ERR_CANCELLED;
}

static void went_dark(struct outage *o)
{
	o->dark = true;
	o->since_us = clock_mono_us();
	emit_say("target %s: answers nobody any longer: nothing begins on it, and what was made there is "
		 "removed when it is back, or at the end", o->late.target);
}

CO_FN void outage_note(struct outage *o, struct cloud *c, struct ledger *l, bool unreachable)
{
	bool unanswered = ledger_unanswered(l);

	o->silent = unanswered || unreachable ? o->silent + 1 : 0;
	if (unanswered)
		ledger_put_off(l, &o->late);
	if (!o->dark && o->silent >= SILENT_MAX && !answers(c, asked_for(&o->late)) && !o->dark)
		went_dark(o);
}

CO_FN bool outage_over(struct outage *o, struct cloud *c)
{
	if (!o->dark && !o->late.newest)
		return true;
	if (!answers(c, asked_for(&o->late))) {
		if (!o->dark)
			went_dark(o);
		return false;
	}
	if (o->dark)
		emit_say("target %s: answers again", o->late.target);
	o->dark = false;
	o->silent = 0;
	return true;
}

bool outage_may_end(const struct outage *o, const struct cloud *c)
{
	return clock_mono_us() - o->since_us < cloud_scaled_ms(c, BACK_MS) * 1000;
}

static unsigned open_entries(const struct ledger *l)
{
	unsigned n = 0;

	for (const struct ledger_entry *e = l->newest; e; e = e->older)
		n += e->state != LEDGER_GONE;
	return n;
}

CO_FN void outage_settle(struct outage *o, struct loop *loop, struct cloud *c, const char *dir,
			 unsigned left[KIND_COUNT])
{
	struct ledger mine = { .target = o->late.target };
	unsigned open;
	struct error err;

	/* Cases that end meanwhile put off theirs. */
	ledger_put_off(&o->late, &mine);
	if (mine.newest && !o->dark) {
		emit_say("target %s: removing what was put off", mine.target);
		if (sweep_second(loop, cloud_config(c), &mine, &err) < 0)
			emit_say("%s", err.text);
		(void)ledger_settle(c, &mine, false);
		cloud_close(mine.second);
	}
	open = open_entries(&mine);
	if (open)
		emit_say("target %s: NOT CLEANED UP: %u of what the run made may still be there; when it "
			 "answers again: plugfest sweep %s", mine.target, open, dir);
	for (int k = 0; k < KIND_COUNT; k++)
		left[k] = ledger_holds(&mine, (enum kind)k);
	ledger_free(&mine);
}
