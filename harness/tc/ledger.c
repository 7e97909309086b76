#include "tc/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "journal/emit.h"
#include "tc/own.h"

/* Three characters of a name count: one name more would be another's. */
enum { NAMES_MAX = 36 * 36 * 36 };

static int64_t intents;
static unsigned names;
static char mark[8] = "p00000";

void ledger_mark(const char *run_id, char to[8]) { snprintf(to, 8, "p%.5s", run_id); }
void ledger_set_mark(const char *m) { str_copy(mark, sizeof(mark), m); }

void ledger_start_at(unsigned first)
{
	names = first;
	intents = first;
}

void ledger_name(enum kind kind, char to[NAME_LEN])
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	unsigned n = names++;

	snprintf(to, NAME_LEN, "%s%c%c%c-%s", mark, digits[n / 1296 % 36], digits[n / 36 % 36],
		 digits[n % 36], kind_info(kind)->name);
}

bool ledger_is_name(const char *run_id, const char *name)
{
	char of[8];

	ledger_mark(run_id, of);
	return strlen(of) == 6 && !strncmp(name, of, 6) &&
	       strspn(name + 6, "0123456789abcdefghijklmnopqrstuvwxyz") == 3 && name[9] == '-';
}

void ledger_sample(enum kind kind, char to[NAME_LEN])
{
	snprintf(to, NAME_LEN, "%s000-%s", mark, kind_info(kind)->name);
}

static void journal(const struct ledger *l, const struct ledger_entry *e, const char *op,
		    const char *why)
{
	struct str s = { 0 };

	member_text(&s, "type", "ledger");
	member_int(&s, "row", e->row);
	member_text(&s, "op", op);
	member_text(&s, "target", l->target);
	member_text(&s, "kind", kind_info(e->kind)->name);
	member_text(&s, "name", e->name);
	member_text(&s, "id", e->id);
	member_text(&s, "parent", e->parent);
	member_int(&s, "intent", e->intent);
	if (e->second)
		member_bool(&s, "second_tenant", true);
	if (why)
		member_text(&s, "why", why);
	/* An id is told at once, for what has no name of ours cannot be found without it; the
	 * others say what a sweep sees for itself. */
	if (e->state == LEDGER_CREATED && !l->bulk)
		emit_event(FRAME_EVENT, e->row, &s);
	else
		emit_event_soon(e->row, &s);
	str_release(&s);
}

static bool names_are_out(void)
{
	static bool said;

	if (names <= NAMES_MAX)
		return false;
	if (!said)
		emit_say("the run has given out all of its %d names: nothing more is made", NAMES_MAX);
	said = true;
	return true;
}

static CO_FN int intend(struct ledger *l, const struct resource *want, bool second,
			struct ledger_entry **ret)
{
	struct ledger_entry *e = xcalloc(1, sizeof(*e));

	e->second = second;
	e->intent = ++intents;
	e->row = l->row;
	e->kind = want->kind;
	str_copy(e->name, sizeof(e->name), want->name);
	str_copy(e->parent, sizeof(e->parent), want->parent);
	e->older = l->newest;
	l->newest = e;
	*ret = e;
	journal(l, e, "intent", NULL);
	return names_are_out() ? ERR_HARNESS : emit_sync();
}

CO_FN int ledger_intend(struct ledger *l, const struct resource *want, struct ledger_entry **ret)
{
	return intend(l, want, false, ret);
}

CO_FN int ledger_intend_second(struct ledger *l, const struct resource *want,
			       struct ledger_entry **ret)
{
	return intend(l, want, true, ret);
}

void ledger_created(struct ledger *l, struct ledger_entry *e, const char *id)
{
	str_copy(e->id, sizeof(e->id), id);
	e->state = LEDGER_CREATED;
	journal(l, e, "created", NULL);
}

void ledger_note(struct ledger *l, struct ledger_entry *e, enum ledger_state state,
		 const char *why)
{
	static const char *const op[] = {
		[LEDGER_INTENT] = "intent", [LEDGER_CREATED] = "created",
		[LEDGER_DELETE_SENT] = "delete-sent", [LEDGER_GONE] = "gone",
		[LEDGER_UNKNOWN] = "unknown",
	};

	if (e->state == state)
		return;
	e->state = state;
	if (state == LEDGER_UNKNOWN)
		e->since_us = clock_mono_us();
	journal(l, e, op[state], why);
}

static struct ledger_entry *find(struct ledger *l, enum kind kind, const char *id, bool second)
{
	for (struct ledger_entry *e = l->newest; e; e = e->older)
		if (e->kind == kind && e->second == second && e->state != LEDGER_GONE &&
		    !strcmp(e->id, id))
			return e;
	return NULL;
}

struct ledger_entry *ledger_find(struct ledger *l, enum kind kind, const char *id)
{
	return find(l, kind, id, false);
}

void ledger_free(struct ledger *l)
{
	while (l->newest) {
		struct ledger_entry *e = l->newest;

		l->newest = e->older;
		free(e);
	}
}

/* Is this listed resource the one that the entry meant?  Name and parent must
 * be equal to the letter: a near match is somebody else's. */
static bool is_ours(const struct ledger_entry *e, const struct resource *r)
{
	return r->kind == e->kind && *e->name && !strcmp(r->name, e->name) &&
	       (!*e->parent || !*r->parent || !strcmp(r->parent, e->parent));
}

static int64_t settle_us(struct cloud *c, enum kind kind)
{
	int64_t given = cloud_config(c)->settle_s[kind];

	return cloud_scaled_ms(c, (given > 0 ? given : kind_info(kind)->settle_s) * 1000) * 1000;
}

/* An absence counts, and a presence behind the API too, only when it outlasts that time. */
static bool settled(struct cloud *c, const struct ledger_entry *e)
{
	return e->refused || (e->state == LEDGER_UNKNOWN &&
			      clock_mono_us() - e->since_us >= settle_us(c, e->kind));
}

/*
 * Behind the API's own lists.  What is there may still be under way: taken from under a
 * create that goes on, it would upset the layer that makes it.
 */
static CO_FN int look_behind(struct cloud *c, struct ledger *l, struct ledger_entry *e,
			     struct error *err)
{
	struct resource_list all = { 0 };
	int r = cloud_strays(c, e->kind, &all, err);

	if (r == ERR_OK)
		r = err_set(err, ERR_NOT_FOUND, "no %s is called %s", kind_info(e->kind)->title, e->name);
	for (size_t i = 0; i < all.count; i++) {
		if (!cloud_became(c, e->name, all.at[i].name) ||
		    (*all.at[i].id && find(l, e->kind, all.at[i].id, e->second)))
			continue;
		/* It is not gone, however long that lasts; and what would be deleted is a guess. */
		if (!*all.at[i].id) {
			r = err_set(err, ERR_PROTOCOL, "%s %s is at the provider alone, and without an id "
				    "to remove it by", kind_info(e->kind)->title, e->name);
			break;
		}
		if (settled(c, e)) {
			ledger_created(l, e, all.at[i].id);
			r = ERR_OK;
		} else {
			err_set(err, ERR_NOT_FOUND, "%s %s is at the provider alone: its create may still go on",
				kind_info(e->kind)->title, e->name);
		}
		break;
	}
	resource_list_cleanup(&all);
	return r;
}

/* Looks for an entry without an id.  ERR_NOT_FOUND when it is not there. */
static CO_FN int look_for(struct cloud *c, struct ledger *l, struct ledger_entry *e,
			  struct error *err)
{
	struct resource_list all = { 0 };
	bool inside = e->kind == KIND_SUBNET || kind_info(e->kind)->on_any;
	const char *parent = inside && *e->parent ? e->parent : NULL;
	int r = cloud_list(c, e->kind, parent, &all, err);

	/* The network that held it is gone, and so is what was in it. */
	if (r < 0 && !(r == ERR_NOT_FOUND && parent)) {
		resource_list_cleanup(&all);
		return r;
	}
	r = ERR_NOT_FOUND;
	for (size_t i = 0; i < all.count; i++) {
		/* Another entry of ours may bear the name: a refused duplicate.  So may what
		 * stood there before, and made the create be refused. */
		if (!is_ours(e, &all.at[i]) || find(l, e->kind, all.at[i].id, e->second) ||
		    own_stood_before(c, &all.at[i]))
			continue;
		ledger_created(l, e, all.at[i].id);
		r = ERR_OK;
		break;
	}
	resource_list_cleanup(&all);
	return r == ERR_OK ? r : look_behind(c, l, e, err);
}

/* A router is in use as long as it has interfaces. */
static CO_FN void part_subnets(struct cloud *c, struct ledger *l, const struct ref *ref)
{
	struct error err;

	for (struct ledger_entry *e = l->newest; e; e = e->older) {
		struct resource subnet;

		if (e->kind != KIND_SUBNET || !*e->id || e->state == LEDGER_GONE)
			continue;
		resource_init(&subnet, KIND_SUBNET);
		str_copy(subnet.id, sizeof(subnet.id), e->id);
		(void)cloud_act(c, ref, ACT_PART, &subnet, &err);
	}
}

enum { DETACH_S = 60 };

/* A bound disk would be refused: first it leaves the VM that has it. */
static CO_FN void detach_disk(struct cloud *c, const struct ref *ref)
{
	struct resource disk, vm;
	struct error err;

	if (cloud_get(c, ref, &disk, &err) < 0 || disk.state != STATE_BOUND)
		return;
	resource_init(&vm, KIND_VM);
	str_copy(vm.id, sizeof(vm.id), disk.disk.vm);
	if (cloud_act(c, ref, ACT_DETACH, &vm, &err) == ERR_OK)
		(void)cloud_wait(c, ref, STATE_AVAILABLE, DETACH_S, NULL, NULL, &err);
}

/* What has the id that the journal gives it is called otherwise: it stays, and ours is looked
 * for by its name. */
static CO_FN int recall_by_name(struct cloud *c, struct ledger *l, struct ledger_entry *e,
				const struct error *why, struct error *err)
{
	char id[ID_MAX];
	int r;

	if (!e->others)
		emit_say("%s", why->text);
	e->others = true;
	memcpy(id, e->id, sizeof(id));
	*e->id = '\0';
	r = look_for(c, l, e, err);
	if (r == ERR_OK)
		return r;
	memcpy(e->id, id, sizeof(id));
	if (r == ERR_NOT_FOUND)
		*err = *why;
	return r == ERR_NOT_FOUND ? ERR_DENIED : r;
}

static CO_FN int recall(struct cloud *c, struct ledger *l, struct ledger_entry *e,
			struct error *err)
{
	struct ref ref = { .kind = e->kind, .id = e->id, .parent = e->parent };
	struct error why;
	bool ours;
	int r = own_still(c, &ref, e->name, &ours, &why);

	if (r == ERR_OK && !ours)
		return recall_by_name(c, l, e, &why, err);
	if (r < 0)
		*err = why;
	return r;
}

CO_FN int ledger_remove(struct cloud *c, struct ledger *l, struct ledger_entry *e,
			struct error *err)
{
	struct ref ref = { .kind = e->kind, .id = e->id, .parent = e->parent };
	int r;

	if (e->state == LEDGER_GONE)
		return ERR_OK;
	if (e->second && !l->second)
		return err_set(err, ERR_DENIED, "no session of the second tenant is open");
	if (e->second)
		c = l->second;
	if (!*e->id) {
		r = look_for(c, l, e, err);
		if (r == ERR_NOT_FOUND && e->refused) {
			ledger_note(l, e, LEDGER_GONE, "refused, and not found");
			return ERR_OK;
		}
		if (r < 0) {
			ledger_note(l, e, LEDGER_UNKNOWN, err->text);
			return r;
		}
	}
	r = e->recalled ? recall(c, l, e, err) : ERR_OK;
	if (r == ERR_NOT_FOUND) {
		ledger_note(l, e, LEDGER_GONE, NULL);
		return ERR_OK;
	}
	if (r < 0)
		return r;
	if (e->kind == KIND_ROUTER)
		part_subnets(c, l, &ref);
	if (e->kind == KIND_DISK)
		detach_disk(c, &ref);
	ledger_note(l, e, LEDGER_DELETE_SENT, NULL);
	r = cloud_destroy(c, &ref, err);
	if (r == ERR_OK)
		r = cloud_wait(c, &ref, STATE_GONE, cloud_config(c)->delete_deadline_s, NULL, NULL,
			       err);
	else if (r == ERR_NOT_FOUND)
		r = ERR_OK;
	if (r == ERR_OK)
		ledger_note(l, e, LEDGER_GONE, NULL);
	return r;
}

static bool is_dark(const struct ledger *l) { return l->dark && *l->dark; }

static enum cleanup verdict_of(const struct ledger *l)
{
	enum cleanup all = CLEANUP_NONE;

	for (const struct ledger_entry *e = l->newest; e; e = e->older) {
		if (e->state == LEDGER_GONE)
			all = all == CLEANUP_NONE ? CLEANUP_CLEAN : all;
		else if (!*e->id || e->unreachable || is_dark(l))
			all = all == CLEANUP_LEFTOVER ? all : CLEANUP_UNKNOWN;
		else
			all = CLEANUP_LEFTOVER;
	}
	return all;
}

/* What one entry asks of the next round. */
enum after {
	AFTER_NOTHING, AFTER_RETRY, AFTER_BLOCKED, AFTER_UNREACHABLE, AFTER_SETTLE, AFTER_GIVE_UP,
	AFTER_CANCEL,
};

/* A cloud that does not answer at all is left to `sweep` after so long. */
enum { UNREACHABLE_MS = 10000 };

static CO_FN enum after try_entry(struct cloud *c, struct ledger *l, struct ledger_entry *e)
{
	bool waited = !*e->id && settled(c, e);	/* asked before looking */
	struct co_deadline patience;
	struct error err;
	int r;

	/* A delete that blocks, on a cloud that has gone silent, is no longer waited for. */
	co_deadline_push(&patience, cloud_scaled_ms(c, cloud_config(c)->delete_deadline_s * 1000));
	r = ledger_remove(c, l, e, &err);
	co_deadline_pop(&patience);
	e->unreachable = r == ERR_NETWORK;
	e->credential = r == ERR_UNAUTHENTICATED;
	if (r == ERR_OK)
		return AFTER_NOTHING;
	if (!*e->id && r == ERR_NOT_FOUND) {
		if (!waited)
			return AFTER_SETTLE;
		ledger_note(l, e, LEDGER_GONE, "not there for the whole settle time");
		return AFTER_NOTHING;
	}
	if (r == ERR_NETWORK)
		return AFTER_UNREACHABLE;
	if (r == ERR_CANCELLED)
		return AFTER_CANCEL;
	if (r == ERR_CONFLICT)
		return AFTER_BLOCKED;
	return r == ERR_UNSUPPORTED || r == ERR_UNAUTHENTICATED || r == ERR_DENIED ? AFTER_GIVE_UP :
	       AFTER_RETRY;
}

/*
 * What may not be deleted keeps what holds it in use: after so many rounds in which
 * nothing went, and nothing else was wrong, waiting longer changes nothing.
 */
enum { STUCK_ROUNDS = 3 };

/*
 * Round after round over all entries, newest first, because what blocks one may
 * be another whose create is only now coming to light.
 */
static CO_FN void clean_in_rounds(struct cloud *c, struct ledger *l, bool settle, bool obey_cancel)
{
	int64_t patience_us = cloud_scaled_ms(c, cloud_config(c)->delete_deadline_s * 1000) * 1000;
	int64_t end = clock_mono_us() + patience_us, pause_ms = 100;
	int64_t answered = clock_mono_us();
	int stuck = 0;

	while (!is_dark(l)) {
		bool again = false, silent = false;
		bool blocked = false, given_up = false, moved = false;

		for (struct ledger_entry *e = l->newest; e; e = e->older) {
			if (e->state == LEDGER_GONE)
				continue;
			switch (try_entry(c, l, e)) {
			case AFTER_RETRY:
				again = again || clock_mono_us() < end;
				break;
			case AFTER_BLOCKED:
				blocked = true;
				break;
			case AFTER_UNREACHABLE:
				silent = true;
				again = again || clock_mono_us() < end;
				if (is_dark(l))
					return;
				continue;
			case AFTER_SETTLE:
				again = again || settle;
				break;
			case AFTER_CANCEL:
				/* It is told once: what comes after would not know. */
				if (obey_cancel)
					return;
				again = true;
				break;
			case AFTER_NOTHING:
				moved = true;
				break;
			case AFTER_GIVE_UP:
				given_up = true;
				break;
			}
		}
		if (!silent)
			answered = clock_mono_us();
		stuck = given_up && !moved ? stuck + 1 : 0;
		if (blocked && stuck < STUCK_ROUNDS)
			again = again || clock_mono_us() < end;
		if (!again ||
		    clock_mono_us() - answered > cloud_scaled_ms(c, UNREACHABLE_MS) * 1000)
			return;
		if (co_sleep(cloud_scaled_ms(c, pause_ms)) < 0 && obey_cancel)
			return;
		pause_ms = pause_ms < 2000 ? pause_ms * 2 : 2000;
	}
}

bool ledger_lacks_credential(const struct ledger *l)
{
	for (const struct ledger_entry *e = l->newest; e; e = e->older)
		if (e->state != LEDGER_GONE && e->credential && !e->second)
			return true;
	return false;
}

bool ledger_unanswered(const struct ledger *l)
{
	for (const struct ledger_entry *e = l->newest; e; e = e->older)
		if (e->state != LEDGER_GONE && (e->unreachable || is_dark(l)))
			return true;
	return false;
}

void ledger_put_off(struct ledger *from, struct ledger *to)
{
	struct ledger_entry **at = &from->newest;

	while (*at) {
		struct ledger_entry *e = *at;

		if (e->state != LEDGER_GONE) {
			at = &e->older;
			continue;
		}
		*at = e->older;
		free(e);
	}
	*at = to->newest;
	to->newest = from->newest;
	from->newest = NULL;
}

unsigned ledger_holds(const struct ledger *l, enum kind kind)
{
	unsigned n = 0;

	for (const struct ledger_entry *e = l->newest; e; e = e->older)
		n += e->kind == kind && !e->second && !(e->refused && !*e->id) &&
		     e->state != LEDGER_GONE;
	return n;
}

CO_FN bool ledger_close_open(struct cloud *c, struct ledger *l)
{
	bool all = true;

	for (struct ledger_entry *e = l->newest; e; e = e->older)
		if (!*e->id && e->state != LEDGER_GONE && try_entry(c, l, e) != AFTER_NOTHING)
			all = false;
	return all;
}

CO_FN enum cleanup ledger_clean(struct cloud *c, struct ledger *l)
{
	clean_in_rounds(c, l, false, false);
	return verdict_of(l);
}

CO_FN enum cleanup ledger_settle(struct cloud *c, struct ledger *l, bool obey_cancel)
{
	clean_in_rounds(c, l, true, obey_cancel);
	return verdict_of(l);
}
