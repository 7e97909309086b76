/* What the fault plan does to an operation of the model. */
#include "refcloud/priv.h"

#include <string.h>

#include "base/clock.h"

bool fault_in_state(const struct ref_fault *f, const struct ref_entry *e)
{
	return !*f->from || state_by_name(f->from) == (int)e->r.state;
}

int fault_refused(struct refcloud *rc, enum kind k, enum ref_op op, int action, struct error *err)
{
	const struct ref_fault *f = NULL;

	while (rc->faults && (f = fault_next(rc, f, k, op, action, DO_REFUSE)))
		if (!*f->from)
			return err_set(err, (enum err)err_by_name(f->value), "refused");
	return ERR_OK;
}

int fault_refused_now(struct refcloud *rc, const struct ref_entry *e, enum ref_op op, int action,
		      struct error *err)
{
	const struct ref_fault *f = NULL;

	while (rc->faults && (f = fault_next(rc, f, e->r.kind, op, action, DO_REFUSE)))
		if (*f->from && fault_in_state(f, e))
			return err_set(err, (enum err)err_by_name(f->value), "refused while %s",
				       f->from);
	return ERR_OK;
}

/* Of the first so many ms of its life. */
static bool young(const struct ref_fault *f, const struct ref_entry *e)
{
	return clock_wall_us() - e->born_us < str_to_int(f->value, 3600000) * 1000;
}

bool fault_swallows(struct refcloud *rc, const struct ref_entry *e, enum ref_op op, int action)
{
	const struct ref_fault *f = NULL;

	while (rc->faults && (f = fault_next(rc, f, e->r.kind, op, action, DO_SWALLOW)))
		if (fault_in_state(f, e) && (!*f->value || young(f, e)) &&
		    (action < 0 || f->count <= 0 || e->acts[action] >= (unsigned)f->count))
			return true;
	return false;
}

bool fault_lenient_now(struct refcloud *rc, const struct ref_entry *e, enum ref_op op, int action)
{
	const struct ref_fault *f = NULL;

	while (rc->faults && (f = fault_next(rc, f, e->r.kind, op, action, DO_ACCEPT_ILLEGAL)))
		if (!*f->field && fault_in_state(f, e))
			return true;
	return false;
}

bool fault_duplicate(struct refcloud *rc, const struct ref_entry *first)
{
	enum kind k = first->r.kind;
	const struct ref_fault *f = fault_on(rc, k, REF_CREATE, -1, DO_ACCEPT_DUPLICATE);

	return f && (!*f->value || young(f, first));
}

int fault_throttled(struct refcloud *rc, enum kind k, struct error *err)
{
	const struct ref_fault *found = NULL;
	int64_t now = refcloud_now_ms(rc);
	struct ref_fault *f = rc->faults;

	if (f)
		found = fault_on(rc, k, REF_CREATE, -1, DO_THROTTLE);
	while (f && f != found)
		f = f->next;
	if (!f)
		return ERR_OK;
	if (!f->in_window || now - f->window_ms >= str_to_int(f->value, 3600000)) {
		f->window_ms = now;
		f->in_window = 0;
	}
	if (f->in_window++ < (f->count > 0 ? f->count : 1))
		return ERR_OK;
	return err_set(err, ERR_THROTTLED, "too many requests");
}

void fault_half_made(struct refcloud *rc, struct ref_tenant *t, const struct resource *made)
{
	const struct ref_fault *f = fault_on(rc, made->kind, REF_CREATE, -1, DO_HALF_MADE);

	if (f)
		store_add(rc, t, made)->hidden = !strcmp(f->value, "hidden");
}

void fault_private_key(struct refcloud *rc, enum ref_op op, char *pem)
{
	const struct ref_fault *f = fault_on(rc, KIND_KEYPAIR, op, -1, DO_CUT_FIELD);

	if (pem && f && !strcmp(f->field, "private_key"))
		pem[f->count > 0 && (size_t)f->count < strlen(pem) ? (size_t)f->count :
		    strlen(pem) / 2] = '\0';
}

void fault_harm(struct refcloud *rc, const struct ref_entry *e)
{
	const struct ref_fault *f = fault_on(rc, e->r.kind, REF_DESTROY, -1, DO_HARM_USERS);
	struct ref_entry *vm;

	for (vm = f ? store_next(rc, KIND_VM, NULL) : NULL; vm; vm = store_next(rc, KIND_VM, vm))
		if (check_uses(vm, e->r.kind, e->r.id)) {
			vm->r.state = (enum state)state_by_name(f->to);
			ref_guest_changed(rc, vm);
		}
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

/* "sgs.last": the last one of several. */
static bool clear_last(struct resource *r, const struct field *f, const char *field)
{
	size_t n = strlen(f->name), at;

	if (f->type != FIELD_TEXTS || strncmp(f->name, field, n) || strcmp(field + n, ".last"))
		return false;
	for (at = f->size; at >= ID_MAX; at -= ID_MAX) {
		char *text = (char *)r + f->offset + at - ID_MAX;

		if (!*text)
			continue;
		*text = '\0';
		break;
	}
	return true;
}

bool resource_clear_field(struct resource *r, const char *field)
{
	const struct kind_info *info = kind_info(r->kind);

	if (!strcmp(field, "name")) {
		r->name[0] = '\0';
		return true;
	}
	for (size_t i = 0; i < info->field_count; i++) {
		const struct field *f = &info->fields[i];

		if (clear_last(r, f, field))
			return true;
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

static void cut(char *text, const struct ref_fault *f)
{
	size_t n = strlen(text), to = f->count > 0 ? (size_t)f->count : n / 2;

	if (to < n)
		text[to] = '\0';
}

static void lower(char *text, const struct ref_fault *f)
{
	(void)f;
	for (; *text; text++)
		*text = (char)(*text >= 'A' && *text <= 'Z' ? *text - 'A' + 'a' : *text);
}

static void plain(char *text, const struct ref_fault *f)
{
	(void)f;
	for (; *text; text++)
		*text = (char)(*text & 0x80 ? '?' : *text);
}

static void spoil_text(struct resource *r, const struct ref_fault *f,
		       void (*how)(char *, const struct ref_fault *))
{
	char text[1100];
	struct error err;

	if (!resource_get_text(r, f->field, text, sizeof(text)) || !*text)
		return;
	how(text, f);
	resource_set_text(r, f->field, text, &err);
}

/* What the one made before it, in the same place, has. */
static void mix(struct refcloud *rc, struct resource *r, const struct ref_fault *f)
{
	const struct ref_entry *near = NULL;
	char text[1100];
	struct error err;

	for (struct ref_entry *e = store_next(rc, r->kind, NULL); e; e = store_next(rc, r->kind, e))
		if (!strcmp(e->r.parent, r->parent) &&
		    (r->kind != KIND_VM || !strcmp(e->r.vm.vpc, r->vm.vpc)))
			near = e;
	if (near && resource_get_text(&near->r, f->field, text, sizeof(text)))
		resource_set_text(r, f->field, text, &err);
}

void fault_fields(struct refcloud *rc, enum ref_op op, int action, struct resource *r)
{
	const struct ref_fault *f = NULL;

	if (!rc->faults)
		return;
	while ((f = fault_next(rc, f, r->kind, op, action, DO_IGNORE_FIELD)))
		resource_clear_field(r, f->field);
	while ((f = fault_next(rc, f, r->kind, op, action, DO_SET_FIELD)))
		set_field(r, f);
	while ((f = fault_next(rc, f, r->kind, op, action, DO_CUT_FIELD)))
		spoil_text(r, f, cut);
	while ((f = fault_next(rc, f, r->kind, op, action, DO_LOWER_FIELD)))
		spoil_text(r, f, lower);
	while ((f = fault_next(rc, f, r->kind, op, action, DO_PLAIN_FIELD)))
		spoil_text(r, f, plain);
	while ((f = fault_next(rc, f, r->kind, op, action, DO_MIX_FIELD)))
		mix(rc, r, f);
	fault_values(rc, op, action, r);
}

bool fault_names(const char *fields, const char *field)
{
	size_t n = strlen(field);
	const char *at = fields;

	while (*at && (strncmp(at, field, n) || (at[n] && at[n] != ','))) {
		at = strchrnul(at, ',');
		at += *at == ',';
	}
	return *at && n;
}

bool fault_lenient(struct refcloud *rc, enum kind k, enum ref_op op, int action, const char *field)
{
	const struct ref_fault *f = NULL;

	while (rc->faults && (f = fault_next(rc, f, k, op, action, DO_ACCEPT_ILLEGAL)))
		if (!*f->field || fault_names(f->field, field))
			return true;
	return false;
}

bool fault_lenient_there(struct refcloud *rc, const struct ref_entry *e, enum ref_op op,
			 const char *field)
{
	const struct ref_fault *f = NULL;

	while (rc->faults && (f = fault_next(rc, f, e->r.kind, op, -1, DO_ACCEPT_ILLEGAL)))
		if ((!*f->field || fault_names(f->field, field)) && fault_in_state(f, e))
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
