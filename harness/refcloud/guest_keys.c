/* Whom a guest lets in by login: the key pair its VM was made with, at its birth. */
#include "refcloud/guest.h"

#include <stdlib.h>
#include <string.h>

void ref_guest_learn_key(struct ref_guest *g)
{
	const struct ref_entry *pair = store_by_id(g->rc, NULL, KIND_KEYPAIR, g->vm->r.vm.keypair);

	if (!pair)
		return;
	g->key = xstrdup(pair->r.keypair.public_key);
	g->key_name = xstrdup(pair->r.name);
	g->key_imported = !pair->private_key;
}

static void add(struct str *to, const char *key)
{
	if (key && *key)
		str_addf(to, "%s\n", key);
}

/* Other pairs of its tenant: all, those that have the name of its own, or the last one. */
static void add_others(const struct ref_guest *g, bool (*wanted)(const struct ref_guest *g,
		       const struct ref_entry *e), bool last, struct str *to)
{
	const char *found = NULL;

	for (const struct ref_entry *e = store_next(g->rc, KIND_KEYPAIR, NULL); e;
	     e = store_next(g->rc, KIND_KEYPAIR, (struct ref_entry *)e)) {
		if (e->tenant != g->vm->tenant || !wanted(g, e))
			continue;
		found = e->r.keypair.public_key;
		if (!last)
			add(to, found);
	}
	if (last)
		add(to, found ? found : g->key);
}

static bool another(const struct ref_guest *g, const struct ref_entry *e)
{
	return !g->key || strcmp(e->r.keypair.public_key, g->key);
}

static bool namesake(const struct ref_guest *g, const struct ref_entry *e)
{
	return g->key_name && !strcmp(e->r.name, g->key_name);
}

static bool withheld(const struct ref_guest *g)
{
	return ref_guest_refused(g, "key") ||
	       (ref_guest_refused(g, "imported-key") && g->key_imported) ||
	       (ref_guest_refused(g, "deleted-key") &&
		!store_by_id(g->rc, NULL, KIND_KEYPAIR, g->vm->r.vm.keypair));
}

void ref_guest_keys(const struct ref_guest *g, struct str *to)
{
	if (ref_guest_mixes(g, "key"))
		add_others(g, another, true, to);
	else if (!withheld(g))
		add(to, g->key);
	if (ref_guest_waives(g, "key"))
		add_others(g, another, false, to);
	if (ref_guest_waives(g, "namesake"))
		add_others(g, namesake, false, to);
}
