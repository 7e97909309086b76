/* What the fault plan does to an operation of the model. */
#include "refcloud/priv.h"

#include <string.h>

#include "base/clock.h"

int fault_refused(struct refcloud *rc, enum kind k, enum ref_op op, int action, struct error *err)
{
	const struct ref_fault *f = fault_on(rc, k, op, action, DO_REFUSE);

	if (!f)
		return ERR_OK;
	return err_set(err, (enum err)err_by_name(f->value), "refused");
}

int fault_reclass(struct refcloud *rc, enum kind k, enum ref_op op, int action, int r,
		  struct error *err)
{
	const struct ref_fault *f = NULL;

	while (rc->faults && (f = fault_next(rc, f, k, op, action, DO_RECLASS))) {
		if (*f->from && err_by_name(f->from) != r)
			continue;
		if (!strcmp(f->value, "ok"))
			return ERR_OK;
		return err_set(err, (enum err)err_by_name(f->value), "refused");
	}
	return r;
}

/* ---- fields ---- */

bool resource_clear_field(struct resource *r, const char *field)
{
	const struct kind_info *info = kind_info(r->kind);

	if (!strcmp(field, "name")) {
		r->name[0] = '\0';
		return true;
	}
	for (size_t i = 0; i < info->field_count; i++) {
		const struct field *f = &info->fields[i];

		if (strcmp(f->name, field))
			continue;
		if (f->type == FIELD_RULES)
			r->sg.rule_count = 0;
		else if (f->type == FIELD_INT)
			*(int64_t *)((char *)r + f->offset) = -1;
		else
			memset((char *)r + f->offset, 0, f->size);
		return true;
	}
	return false;
}

static void set_rule(struct resource *r, const char *part, const char *value)
{
	struct rule *u = &r->sg.rules[0];
	int64_t port = str_to_int(value, 65535);

	if (r->kind != KIND_SG || r->sg.rule_count < 1)
		return;
	if (!strcmp(part, "from"))
		u->from = (int)port;
	else if (!strcmp(part, "to"))
		u->to = (int)port;
	else if (!strcmp(part, "protocol"))
		str_copy(u->protocol, sizeof(u->protocol), value);
	else if (!strcmp(part, "direction"))
		str_copy(u->direction, sizeof(u->direction), value);
	else
		str_copy(u->cidr, sizeof(u->cidr), value);
}

static void set_field(struct resource *r, const struct ref_fault *f)
{
	struct error err;

	if (!strcmp(f->field, "private_key") && r->kind == KIND_KEYPAIR)
		r->keypair.private_key_shown = true;
	else if (!strncmp(f->field, "rule.", 5))
		set_rule(r, f->field + 5, f->value);
	else if (!*f->value)
		resource_clear_field(r, f->field);
	else
		resource_set_text(r, f->field, f->value, &err);
}

/* ---- values ---- */

static char *rule_text(struct rule *u, const char *part, size_t *room)
{
	*room = !strcmp(part, "direction") ? sizeof(u->direction) :
		!strcmp(part, "protocol") ? sizeof(u->protocol) :
		!strcmp(part, "cidr") ? sizeof(u->cidr) : 0;
	return *room == 0 ? NULL : part[0] == 'd' ? u->direction :
	       part[0] == 'p' ? u->protocol : u->cidr;
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

static void cut(struct resource *r, const struct ref_fault *f)
{
	char now[256];
	struct error err;

	if (!strcmp(f->field, "rules") && r->kind == KIND_SG) {
		if (r->sg.rule_count > f->count)
			r->sg.rule_count = f->count;
	} else if (resource_get_text(r, f->field, now, sizeof(now)) &&
		   strlen(now) > (size_t)f->count) {
		now[f->count] = '\0';
		resource_set_text(r, f->field, now, &err);
	}
}

void fault_fields(struct refcloud *rc, enum ref_op op, int action, struct resource *r)
{
	const struct ref_fault *f = NULL;

	if (!rc->faults)
		return;
	while ((f = fault_next(rc, f, r->kind, op, action, DO_IGNORE_FIELD)))
		if (op == REF_CREATE)
			resource_clear_field(r, f->field);
	while ((f = fault_next(rc, f, r->kind, op, action, DO_SET_FIELD)))
		set_field(r, f);
	while ((f = fault_next(rc, f, r->kind, op, action, DO_MAP_VALUE)))
		map_value(r, f);
	while ((f = fault_next(rc, f, r->kind, op, action, DO_CUT)))
		cut(r, f);
}

/* ---- who and what else there is ---- */

const char *fault_tenant(struct refcloud *rc, enum kind k, enum ref_op op, int action,
			 const char *tenant)
{
	return fault_on(rc, k, op, action, DO_BRIDGE) ? NULL : tenant;
}

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

bool fault_race(struct refcloud *rc, const struct ref_entry *e)
{
	const struct ref_fault *f = fault_on(rc, e->r.kind, REF_CREATE, -1, DO_RACE);

	return f && clock_wall_us() - e->born_us < str_to_int(f->value, 3600000) * 1000;
}

struct ref_entry *fault_adopted(struct refcloud *rc, const char *tenant,
				const struct resource *want)
{
	if (!fault_on(rc, want->kind, REF_CREATE, -1, DO_ADOPT))
		return NULL;
	return store_by_name(rc, tenant, want->kind, want->name, want->parent, true, false);
}

bool fault_lenient(struct refcloud *rc, enum kind k, enum ref_op op, int action, const char *field)
{
	const struct ref_fault *f = NULL;

	while (rc->faults && (f = fault_next(rc, f, k, op, action, DO_ACCEPT_ILLEGAL)))
		if (!*f->field || !strcmp(f->field, field))
			return true;
	return false;
}

/* ---- states ---- */

void fault_path(struct refcloud *rc, enum kind k, enum ref_op op, int action, enum state from,
		enum state *via, enum state *to, bool *never)
{
	const struct ref_fault *f;
	int s;

	if (!rc->faults)
		return;
	f = fault_on(rc, k, op, action, DO_WRONG_FINAL_STATE);
	if (f && (s = state_by_name(f->to)) >= 0)
		*to = (enum state)s;
	f = fault_on(rc, k, op, action, DO_SKIP_STATE);
	if (f && (!*f->from || state_by_name(f->from) == (int)*via))
		*via = *to;
	f = fault_on(rc, k, op, action, DO_FREEZE_STATE);
	if (!f)
		return;
	s = *f->from ? state_by_name(f->from) : (int)*via;
	if (s == (int)from)
		*via = from;
	*never = s == (int)*via;
}

/* ---- views ---- */

const struct resource *fault_view(struct refcloud *rc, struct ref_entry *e, enum ref_op op)
{
	static const char *const names[REF_OPS] = {
		[REF_CREATE] = "create", [REF_DESTROY] = "destroy", [REF_ACT] = "act",
	};
	const struct ref_fault *f = NULL;

	while (e->changed && rc->faults && (f = fault_next(rc, f, e->r.kind, op, -1, DO_STALE))) {
		if (*f->value && strcmp(f->value, names[e->change]))
			continue;
		if (f->count > 0 && e->reads[op] >= f->count)
			continue;
		e->reads[op]++;
		return e->before_none ? NULL : e->before;
	}
	if (!e->gone)
		return &e->r;
	return e->leftover && op == REF_LIST ? &e->r : NULL;
}

static bool chosen(const struct ref_fault *f, size_t i, size_t n, const bool *made)
{
	if (f->count == FAULT_COUNT_ALL)
		return true;
	if (f->count == FAULT_COUNT_MADE)
		return made[i];
	return i + (size_t)(f->count ? f->count : 1) >= n;
}

void fault_list(struct refcloud *rc, enum kind k, struct resource_list *l, const bool *made)
{
	const struct ref_fault *f = fault_on(rc, k, REF_LIST, -1, DO_REPEAT_LIST);
	size_t n = l->count, kept = 0;

	if (f)
		for (size_t i = 0; i < n; i++)
			if (chosen(f, i, n, made)) {
				struct resource *again = resource_list_add(l);

				*again = l->at[i];
			}
	f = fault_on(rc, k, REF_LIST, -1, DO_PARTIAL_LIST);
	if (!f || l->count != n)
		return;
	for (size_t i = 0; i < n; i++)
		if (!chosen(f, i, n, made))
			l->at[kept++] = l->at[i];
	l->count = kept;
}
