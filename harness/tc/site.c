#include "tc/site.h"

#include <string.h>

#include "base/str.h"
#include "journal/emit.h"
#include "tc/private.h"

void site_init(struct site *s, const char *target)
{
	*s = (struct site){ .ledger = { .target = target } };
	co_sem_init(&s->lock, 1);
}

/* The IXIT grants whoever makes it the time, and those who wait wait no longer than that. */
static CO_FN int take(struct tc *t)
{
	struct co_hold hold;
	int r;

	co_deadline_hold(&hold);
	r = co_acquire(&t->p->site->lock, 1);
	co_deadline_resume(&hold);
	if (r < 0)
		return err_set(&t->err, (enum err)r, "%s while another case made the network of the run",
			       err_name((enum err)r));
	t->p->into = &t->p->site->ledger;
	return r;
}

static void give(struct tc *t)
{
	t->p->into = NULL;
	co_release(&t->p->site->lock, 1);
}

/* A create that failed leaves no id, and so nothing that could be taken for made. */
static int kept(int r, struct resource *made)
{
	if (r < 0)
		*made->id = '\0';
	return r;
}

/* A create whose outcome is unknown may have made one: a second beside it would be one too
 * many for whoever counts them. */
static CO_FN int nothing_open(struct tc *t, struct site *s)
{
	if (ledger_close_open(t->cloud, &s->ledger))
		return ERR_OK;
	t->err = s->why;
	return s->why.code;
}

static CO_FN int make_vpc(struct tc *t, struct site *s)
{
	int r = nothing_open(t, s);

	if (r < 0 || *s->made.vpc.id)
		return r;
	s->slot = t->p->pool_slot;
	return kept(tc_given_vpc(t, &s->made.vpc), &s->made.vpc);
}

static CO_FN int make_rest(struct tc *t, struct tc_site *s)
{
	int r = ERR_OK;

	if (!*s->subnet.id)
		r = kept(tc_some_subnet(t, &s->vpc, &s->subnet), &s->subnet);
	if (r == ERR_OK && !*s->sg.id)
		r = kept(tc_sg(t, &s->vpc, &s->sg), &s->sg);
	if (r == ERR_OK && !*s->keypair.id)
		r = kept(tc_keypair(t, &s->keypair), &s->keypair);
	return r;
}

/* Whoever asks: the subnet lies in the network's range. */
static CO_FN int make_whole(struct tc *t, struct site *s)
{
	unsigned own = t->p->pool_slot;
	int r = make_vpc(t, s);

	if (r < 0)
		return r;
	t->p->pool_slot = s->slot;
	r = make_rest(t, &s->made);
	t->p->pool_slot = own;
	return r;
}

/* Kept for those who ask before the outcome is known. */
static int noted(struct tc *t, struct site *s, int r)
{
	if (r < 0)
		s->why = t->err;
	return r;
}

CO_FN int site_vpc(struct tc *t, struct resource *ret)
{
	struct site *s = t->p->site;
	int r = take(t);

	if (r < 0)
		return r;
	r = noted(t, s, make_vpc(t, s));
	*ret = s->made.vpc;
	give(t);
	return r;
}

CO_FN int site_whole(struct tc *t, struct tc_site *ret)
{
	struct site *s = t->p->site;
	int r = take(t);

	if (r < 0)
		return r;
	r = noted(t, s, make_whole(t, s));
	*ret = s->made;
	give(t);
	return r;
}

bool tc_is_given(const struct tc *t, const struct resource *r)
{
	const char *id = t->cfg->existing[r->kind];

	return id && *id && !strcmp(id, r->id);
}

bool site_has(const struct tc *t, const struct resource *r)
{
	return t->p->site && ledger_find(&t->p->site->ledger, r->kind, r->id);
}

CO_FN bool site_remove(struct cloud *c, struct site *s)
{
	enum cleanup left;
	bool again;

	/* Nobody may be kept from clean-up by a cancel: it is told once. */
	while (co_acquire(&s->lock, 1) < 0)
		;
	left = ledger_clean(c, &s->ledger);
	again = ledger_lacks_credential(&s->ledger);
	if ((left == CLEANUP_UNKNOWN || left == CLEANUP_LEFTOVER) && !again &&
	    !ledger_unanswered(&s->ledger))
		left = ledger_settle(c, &s->ledger, false);
	if ((left == CLEANUP_UNKNOWN || left == CLEANUP_LEFTOVER) && !ledger_unanswered(&s->ledger))
		emit_say("target %s: what the cases shared is not all removed; `plugfest sweep` goes on",
			 cloud_config(c)->name);
	memset(&s->made, 0, sizeof(s->made));
	co_release(&s->lock, 1);
	return !again;
}

void site_forget(struct site *s)
{
	ledger_free(&s->ledger);
	memset(&s->made, 0, sizeof(s->made));
}
