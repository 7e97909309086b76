/* What the fault plan does about who and what else there is. */
#include "refcloud/priv.h"

#include <string.h>

/* ---- values ---- */

static char *rule_text(struct rule *u, const char *part, size_t *room)
{
	if (!strcmp(part, "direction")) {
		*room = sizeof(u->direction);
		return u->direction;
	}
	if (!strcmp(part, "protocol")) {
		*room = sizeof(u->protocol);
		return u->protocol;
	}
	*room = sizeof(u->cidr);
	return strcmp(part, "cidr") ? NULL : u->cidr;
}

static void map_rules(struct resource *r, const struct ref_fault *f)
{
	const char *part = f->field + strlen("rule.");

	for (int64_t i = 0; r->kind == KIND_SG && i < r->sg.rule_count && i < RULES_MAX; i++) {
		struct rule *u = &r->sg.rules[i];
		int *port = !strcmp(part, "from") ? &u->from : !strcmp(part, "to") ? &u->to : NULL;
		size_t room;
		char *text = rule_text(u, part, &room);

		if (text && !strcmp(text, f->from))
			str_copy(text, room, f->to);
		if (port && *port == (int)str_to_int(f->from, 65535))
			*port = (int)str_to_int(f->to, 65535);
	}
}

static void map_value(struct resource *r, const struct ref_fault *f)
{
	char now[256];
	struct error err;

	if (!strncmp(f->field, "rule.", 5))
		map_rules(r, f);
	else if (resource_get_text(r, f->field, now, sizeof(now)) && !strcmp(now, f->from))
		resource_set_text(r, f->field, f->to, &err);
}

void fault_values(struct refcloud *rc, enum ref_op op, int action, struct resource *r)
{
	const struct ref_fault *f = NULL;

	while ((f = fault_next(rc, f, r->kind, op, action, DO_MAP_VALUE)))
		map_value(r, f);
	while ((f = fault_next(rc, f, r->kind, op, action, DO_CUT_FIELD)))
		if (r->kind == KIND_SG && !strcmp(f->field, "rules") && r->sg.rule_count > f->count)
			r->sg.rule_count = f->count;
}

/* ---- tenants ---- */

const char *fault_tenant(struct refcloud *rc, enum kind k, enum ref_op op, int action,
			 const char *tenant)
{
	return fault_on(rc, k, op, action, DO_BRIDGE) ? NULL : tenant;
}

struct ref_entry *fault_bridged(struct refcloud *rc, enum kind k, const char *name)
{
	for (const struct ref_fault *f = rc->faults; f; f = f->next)
		if (f->does == DO_BRIDGE && (f->kind < 0 || f->kind == (int)k))
			return store_by_name(rc, NULL, k, name, NULL, false, true);
	return NULL;
}

bool fault_miscounts(struct refcloud *rc, enum kind k, int *used)
{
	const struct ref_fault *f = fault_on(rc, k, REF_LIST, -1, DO_MISCOUNT);

	if (f)
		*used = *f->value ? (int)str_to_int(f->value, 1000000) : 0;
	return f;
}

/* ---- neighbours ---- */

bool fault_collides(struct refcloud *rc, const char *tenant, const struct resource *want)
{
	const struct ref_fault *f = fault_on(rc, want->kind, REF_CREATE, -1, DO_COLLIDE);
	char asked[256], there[256];

	if (!f || !resource_get_text(want, f->field, asked, sizeof(asked)) || !*asked)
		return false;
	for (struct ref_entry *e = store_next(rc, want->kind, NULL); e;
	     e = store_next(rc, want->kind, e))
		if (store_sees(e, tenant) &&
		    resource_get_text(&e->r, f->field, there, sizeof(there)) &&
		    !strcmp(asked, there))
			return true;
	return false;
}

struct ref_entry *fault_adopted(struct refcloud *rc, const char *tenant,
				const struct resource *want)
{
	const struct ref_fault *f = fault_on(rc, want->kind, REF_CREATE, -1, DO_ADOPT);
	struct ref_entry *e;

	if (!f)
		return NULL;
	for (e = store_next(rc, want->kind, NULL); e && *f->value;
	     e = store_next(rc, want->kind, e))
		if (e->tenant == store_tenant(rc, tenant) && strcmp(e->r.name, want->name) &&
		    !strcmp(e->r.parent, want->parent))
			return e;
	if (*f->value)
		return NULL;
	return store_by_name(rc, tenant, want->kind, want->name, want->parent, true, false);
}

void fault_destroys_more(struct refcloud *rc, const struct ref_entry *e)
{
	struct ref_entry *c;

	if (!fault_on(rc, e->r.kind, REF_DESTROY, -1, DO_TOO_MUCH))
		return;
	for (c = store_next(rc, e->r.kind, NULL); c; c = store_next(rc, e->r.kind, c))
		if (c != e && c->tenant == e->tenant && !strcmp(c->r.parent, e->r.parent)) {
			store_drop(rc, c);
			return;
		}
}
