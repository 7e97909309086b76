/* What there is: the resources of all tenants, with their ids and their pasts. */
#include "refcloud/priv.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

uint64_t store_noise(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

void store_new_id(struct refcloud *rc, char to[ID_MAX])
{
	uint64_t a = store_noise(&rc->id_state), b = store_noise(&rc->id_state);

	snprintf(to, ID_MAX, "%08x-%04x-4%03x-%04x-%012llx", (unsigned)(a >> 32),
		 (unsigned)(a >> 16 & 0xffff), (unsigned)(a & 0xfff),
		 (unsigned)(b >> 48 & 0x3fff) | 0x8000u,
		 (unsigned long long)(b & UINT64_C(0xffffffffffff)));
}

static unsigned bucket(enum kind k, const char *text)
{
	uint64_t h = UINT64_C(1469598103934665603) ^ (unsigned)k;

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(1099511628211);
	return (unsigned)(h ^ h >> 32) % REF_BUCKETS;
}

struct ref_tenant *store_tenant(struct refcloud *rc, const char *name)
{
	struct ref_tenant *t;

	for (t = rc->tenants; t; t = t->next)
		if (!strcmp(t->name, name))
			return t;
	t = xcalloc(1, sizeof(*t));
	str_copy(t->name, sizeof(t->name), name);
	t->next = rc->tenants;
	rc->tenants = t;
	if (rc->cfg.foreign)
		data_foreign(rc, t);
	return t;
}

bool store_sees(const struct ref_entry *e, const char *tenant)
{
	return !tenant || !e->tenant || !strcmp(e->tenant->name, tenant);
}

struct ref_entry *store_add(struct refcloud *rc, struct ref_tenant *t, const struct resource *r)
{
	struct ref_entry *e = xcalloc(1, sizeof(*e)), **slot;

	e->r = *r;
	e->tenant = t;
	e->born_us = clock_wall_us();
	if (!*e->r.id)
		store_new_id(rc, e->r.id);

	slot = &rc->by_id[bucket(r->kind, e->r.id)];
	e->id_next = *slot;
	*slot = e;
	/* At the end: a lookup by name finds the oldest. */
	for (slot = &rc->by_name[bucket(r->kind, e->r.name)]; *slot; slot = &(*slot)->name_next)
		;
	*slot = e;

	e->prev = rc->last[r->kind];
	*(e->prev ? &e->prev->next_made : &rc->first[r->kind]) = e;
	rc->last[r->kind] = e;
	if (t)
		t->used[r->kind]++;
	return e;
}

static void forget(struct refcloud *rc, struct ref_entry *e)
{
	struct ref_entry **slot;

	for (slot = &rc->by_id[bucket(e->r.kind, e->r.id)]; *slot != e; slot = &(*slot)->id_next)
		;
	*slot = e->id_next;
	for (slot = &rc->by_name[bucket(e->r.kind, e->r.name)]; *slot != e;
	     slot = &(*slot)->name_next)
		;
	*slot = e->name_next;
	*(e->prev ? &e->prev->next_made : &rc->first[e->r.kind]) = e->next_made;
	*(e->next_made ? &e->next_made->prev : &rc->last[e->r.kind]) = e->prev;
	free(e->before);
	free(e->private_key);
	free(e->joined);
	free(e->text);
	free(e->removed);
	free(e);
}

void store_drop(struct refcloud *rc, struct ref_entry *e)
{
	if (e->tenant)
		e->tenant->used[e->r.kind]--;
	ref_guest_gone(rc, e);
	if (rc->keep_gone)
		e->gone = true;
	else
		forget(rc, e);
}

void store_change_id(struct refcloud *rc, struct ref_entry *e)
{
	struct ref_entry **slot;

	for (slot = &rc->by_id[bucket(e->r.kind, e->r.id)]; *slot != e; slot = &(*slot)->id_next)
		;
	*slot = e->id_next;
	store_new_id(rc, e->r.id);
	slot = &rc->by_id[bucket(e->r.kind, e->r.id)];
	e->id_next = *slot;
	*slot = e;
}

void store_clear(struct refcloud *rc)
{
	struct ref_tenant *t;

	for (int k = 0; k < KIND_COUNT; k++)
		while (rc->first[k])
			forget(rc, rc->first[k]);
	while ((t = rc->tenants)) {
		rc->tenants = t->next;
		free(t);
	}
}

bool store_settle(struct refcloud *rc, struct ref_entry *e)
{
	if (!e->at_ms || refcloud_now_ms(rc) < e->at_ms)
		return true;
	e->at_ms = 0;
	e->r.state = e->next;
	if (e->guest)
		ref_guest_changed(rc, e);
	if (e->next != STATE_GONE)
		return true;
	store_drop(rc, e);
	return false;
}

static struct ref_entry *by_id(struct refcloud *rc, const char *tenant, enum kind k,
			       const char *id, bool gone)
{
	struct ref_entry *e, *next;

	for (e = rc->by_id[bucket(k, id)]; e; e = next) {
		next = e->id_next;
		if (e->r.kind != k || strcmp(e->r.id, id) || !store_sees(e, tenant))
			continue;
		if (!e->gone && !store_settle(rc, e) && !rc->keep_gone)
			continue;
		if (e->gone == gone)
			return e;
	}
	return NULL;
}

struct ref_entry *store_by_id(struct refcloud *rc, const char *tenant, enum kind k, const char *id)
{
	return by_id(rc, tenant, k, id, false);
}

struct ref_entry *store_gone(struct refcloud *rc, const char *tenant, enum kind k, const char *id)
{
	return rc->keep_gone ? by_id(rc, tenant, k, id, true) : NULL;
}

struct ref_entry *store_by_name(struct refcloud *rc, const char *tenant, enum kind k,
				const char *name, const char *parent, bool hidden, bool gone)
{
	struct ref_entry *e, *next, *past = NULL;

	for (e = rc->by_name[bucket(k, name)]; e; e = next) {
		next = e->name_next;
		if (e->r.kind != k || strcmp(e->r.name, name) || !store_sees(e, tenant) ||
		    (parent && strcmp(e->r.parent, parent)) || (e->hidden && !hidden))
			continue;
		if (!e->gone && !store_settle(rc, e) && !rc->keep_gone)
			continue;
		if (!e->gone)
			return e;
		past = e;
	}
	return gone ? past : NULL;
}

struct ref_entry *store_next(struct refcloud *rc, enum kind k, struct ref_entry *after)
{
	struct ref_entry *e = after ? after->next_made : rc->first[k], *next;

	for (; e; e = next) {
		next = e->next_made;
		if (!e->gone && store_settle(rc, e))
			return e;
	}
	return NULL;
}

void store_remember(struct refcloud *rc, struct ref_entry *e, enum ref_op op)
{
	if (!rc->keep_gone)
		return;
	e->changed = true;
	e->change = op;
	e->before_none = op == REF_CREATE;
	memset(e->reads, 0, sizeof(e->reads));
	if (e->before_none)
		return;
	if (!e->before)
		e->before = xmalloc(sizeof(*e->before));
	*e->before = e->r;
}
