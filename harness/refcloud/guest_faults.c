/* What the fault plan does to the guests: vm.reach, vm.data and disk.data. */
#include "refcloud/guest.h"

#include <stdlib.h>
#include <string.h>

#include "base/conf.h"

/* ---- reading one ---- */

static const char *const lifts[] = {	/* what accept-illegal of vm.reach may ignore */
	"rules", "source", "port", "protocol", "direction", "state", "gone", "vpc", "bound",
	"removed", "outbound", "key", "namesake", NULL,
};
static const char *const limits[] = {	/* where refuse of vm.reach may act */
	"outside", "inside", "added", "bound", "others", "stop", "start", "reboot", "suspend",
	"resume", "key", "imported-key", "deleted-key", NULL,
};
static const char *const shown[] = { "id", "name", "boot", NULL };
static const char *const mixed[] = { "id", "name", "address", "key", NULL };
static const char *const stored[] = { "text", "bytes", NULL };
static const char *const vm_events[] = { "stop", "start", "reboot", "suspend", "resume", NULL };
static const char *const disk_events[] = {
	"attach", "detach", "resize", "destroy", "stop", "start", "reboot", "suspend", "resume", NULL,
};
static const char *const text_only[] = { "text", NULL };
static const char *const attached[] = { "attached", NULL };
static const char *const nothing[] = { NULL };

static const struct {
	enum ref_op op;
	enum fault_do does;
	bool wanted;			/* a field must be given */
	const char *const *fields;
} table[] = {
	{ REF_REACH, DO_ACCEPT_ILLEGAL, false, lifts }, { REF_REACH, DO_REFUSE, false, limits },
	{ REF_REACH, DO_SET_FIELD, true, shown }, { REF_REACH, DO_MIX_FIELD, true, mixed },
	{ REF_REACH, DO_KEEP_FIRST, false, nothing }, { REF_REACH, DO_NEW_ID, false, nothing },
	{ REF_DATA, DO_LOSE, true, NULL }, { REF_DATA, DO_SWALLOW, false, nothing },
	{ REF_DATA, DO_BRIDGE, false, nothing }, { REF_DATA, DO_SET_FIELD, true, stored },
	{ REF_DATA, DO_KEEP_FIRST, true, stored }, { REF_DATA, DO_CUT_FIELD, true, text_only },
	{ REF_DATA, DO_ACCEPT_ILLEGAL, false, attached }, { REF_DATA, DO_REFUSE, false, nothing },
};

static bool among(const char *const *names, const char *name, size_t n)
{
	for (; *names; names++)
		if (strlen(*names) == n && !strncmp(*names, name, n))
			return true;
	return false;
}

static int check_field(const struct ref_fault *f, const char *does, const char *const *names,
		       bool wanted, struct error *err)
{
	bool several = f->does == DO_ACCEPT_ILLEGAL;
	char hint[96] = "";

	if (!*f->field && wanted)
		return err_set(err, ERR_INVALID, "%s wants a field", does);
	for (const char *at = f->field; *at;) {
		size_t n = several ? strcspn(at, ",") : strlen(at);

		if (!among(names, at, n)) {
			conf_suggest(at, names, hint, sizeof(hint));
			return err_set(err, ERR_INVALID, "%s of %s: found field \"%.*s\"%s%s", does,
				       f->on, (int)n, at, *hint ? "; " : "", hint);
		}
		at += n + (at[n] == ',');
	}
	return ERR_OK;
}

int ref_guest_fault_check(const struct ref_fault *f, const char *does, struct error *err)
{
	const char *const *names;
	size_t i = 0, n = sizeof(table) / sizeof(*table);

	if (f->op != REF_REACH && f->op != REF_DATA)
		return err_set(err, ERR_INVALID, "%s: found on: %s; wanted vm.data or disk.data", does,
			       f->on);
	if (f->kind != KIND_VM && (f->kind != KIND_DISK || f->op == REF_REACH))
		return err_set(err, ERR_INVALID, "on: found \"%s\"; wanted vm.reach, vm.data or disk.data",
			       f->on);
	while (i < n && (table[i].op != (enum ref_op)f->op || table[i].does != f->does))
		i++;
	if (i == n || (table[i].fields == attached && f->kind == KIND_VM))
		return err_set(err, ERR_INVALID, "do: %s is nothing that can be done on %s", does, f->on);
	names = table[i].fields ? table[i].fields : f->kind == KIND_VM ? vm_events : disk_events;
	if (check_field(f, does, names, table[i].wanted, err) < 0)
		return err->code;
	if (f->op == REF_DATA && f->does == DO_SET_FIELD && !strcmp(f->field, "bytes") &&
	    str_to_int(f->value, INT64_MAX) < 0)
		return err_set(err, ERR_INVALID, "set-field: value \"%s\" is no number of bytes", f->value);
	if (*f->from && state_by_name(f->from) < 0)
		return err_set(err, ERR_INVALID, "from: no state is called \"%s\"", f->from);
	return ERR_OK;
}

/* ---- who reaches it ---- */

bool ref_guest_waives(const struct ref_guest *g, const char *what)
{
	return fault_lenient_there(g->rc, g->vm, REF_REACH, what);
}

static const struct ref_fault *next_refusal(const struct ref_guest *g, const struct ref_fault *f)
{
	while (g->rc->faults && (f = fault_next(g->rc, f, KIND_VM, REF_REACH, -1, DO_REFUSE)))
		if (fault_in_state(f, g->vm))
			return f;
	return NULL;
}

bool ref_guest_refused(const struct ref_guest *g, const char *field)
{
	const struct ref_fault *f = NULL;

	while ((f = next_refusal(g, f)))
		if (!strcmp(f->field, field))
			return true;
	return false;
}

/* Since it was stopped, started, ... so many times. */
static bool refused_since(const struct ref_guest *g, const struct ref_fault *f)
{
	int a = action_by_name(f->field);

	return a >= 0 && a <= ACT_RESUME &&
	       g->vm->acts[a] >= (unsigned)(f->count > 0 ? f->count : 1);
}

bool ref_guest_refuses(const struct ref_guest *g, const char *where)
{
	const struct ref_fault *f = NULL;

	while ((f = next_refusal(g, f)))
		if (!*f->field || !strcmp(f->field, where) || refused_since(g, f))
			return true;
	return false;
}

bool ref_guest_ignores(const struct ref_guest *g, int i, const struct rule *u)
{
	if (i && ref_guest_refused(g, "others"))
		return true;
	if (!ref_guest_refused(g, "added"))
		return false;
	for (size_t n = 0; n < g->known_count; n++)
		if (rule_eq(&g->known[n], u))
			return false;
	return true;
}

void ref_guest_learn(struct ref_guest *g)
{
	if (!ref_guest_refused(g, "added"))
		return;
	g->known = xcalloc(VM_SGS_MAX * RULES_MAX, sizeof(*g->known));
	for (int n = 0; n < VM_SGS_MAX; n++) {
		const char *id = g->vm->r.vm.sgs[n];
		const struct ref_entry *sg = *id ? store_by_id(g->rc, NULL, KIND_SG, id) : NULL;

		for (int64_t i = 0; sg && i < sg->r.sg.rule_count && i < RULES_MAX; i++)
			g->known[g->known_count++] = sg->r.sg.rules[i];
	}
}

void fault_rule_removed(struct refcloud *rc, struct ref_entry *sg, const struct rule *u)
{
	if (!rc->faults || !fault_lenient(rc, KIND_VM, REF_REACH, -1, "removed"))
		return;
	sg->removed = xrealloc(sg->removed, (sg->removed_count + 1) * sizeof(*sg->removed));
	sg->removed[sg->removed_count++] = *u;
}

/* An address that was bound and is no more: it had none of its own, or another. */
void ref_guest_place(const struct ref_guest *g, char to[ADDR_LEN])
{
	const char *now = g->vm->r.vm.public_ip, *own = g->vm->own_ip;

	if (*g->address && strcmp(g->address, own) && !strcmp(now, own) &&
	    ref_guest_waives(g, "bound"))
		now = g->address;
	if (strcmp(now, own) && ref_guest_refused(g, "bound"))
		now = "";
	str_copy(to, ADDR_LEN, now);
}

/* ---- who answers ---- */

static struct ref_guest *neighbour(struct ref_guest *g)
{
	return g->next ? g->next : g->prev ? g->prev : g;
}

bool ref_guest_mixes(const struct ref_guest *g, const char *field)
{
	const struct ref_fault *f = NULL;

	while (g->rc->faults &&
	       (f = fault_next(g->rc, f, KIND_VM, REF_REACH, -1, DO_MIX_FIELD)))
		if (!strcmp(f->field, field))
			return true;
	return false;
}

struct ref_guest *ref_guest_answering(struct ref_guest *g)
{
	return ref_guest_mixes(g, "address") ? neighbour(g) : g;
}

void ref_guest_spoil_who(const struct ref_guest *g, json_t *who)
{
	const struct resource *near = &neighbour((struct ref_guest *)g)->vm->r;
	const struct ref_fault *f = NULL;

	if (!g->rc->faults)
		return;
	while ((f = fault_next(g->rc, f, KIND_VM, REF_REACH, -1, DO_SET_FIELD)))
		json_object_set_new(who, f->field, json_string(f->value));
	while ((f = fault_next(g->rc, f, KIND_VM, REF_REACH, -1, DO_MIX_FIELD)))
		if (!strcmp(f->field, "id") || !strcmp(f->field, "name")) {
			json_object_set_new(who, "name", json_string(near->name));
			if (!strcmp(f->field, "id"))
				json_object_set_new(who, "id", json_string(near->id));
		}
}

/* ---- disks ---- */

char **ref_guest_text(const struct ref_guest *g, struct ref_entry *disk)
{
	if (fault_on(g->rc, disk->r.kind, REF_DATA, -1, DO_BRIDGE))
		return &g->rc->shared_text[disk->r.kind == KIND_DISK];
	return &disk->text;
}

bool ref_guest_sees(const struct ref_guest *g, const struct ref_entry *disk)
{
	bool own = !strcmp(disk->r.disk.vm, g->vm->r.id);

	if (!own)
		return disk->tenant == g->vm->tenant &&
		       fault_lenient_there(g->rc, disk, REF_DATA, "attached");
	return !fault_on(g->rc, KIND_DISK, REF_DATA, -1, DO_REFUSE);
}

bool ref_guest_keeps(const struct ref_guest *g, const struct ref_entry *disk, char *text)
{
	enum kind k = disk->r.kind;
	const struct ref_fault *f = fault_on(g->rc, k, REF_DATA, -1, DO_CUT_FIELD);
	size_t n = strlen(text), to = f && f->count > 0 ? (size_t)f->count : n / 2;

	if (f && to < n)
		text[to] = '\0';
	f = fault_on(g->rc, k, REF_DATA, -1, DO_KEEP_FIRST);
	if (f && !strcmp(f->field, "text") && disk->text)
		return false;
	return !fault_on(g->rc, k, REF_DATA, -1, DO_SWALLOW);
}

void ref_guest_spoil_disk(const struct ref_guest *g, const struct ref_entry *disk, json_t *read)
{
	const struct ref_fault *f = NULL;
	enum kind k = disk->r.kind;

	if (!g->rc->faults)
		return;
	while ((f = fault_next(g->rc, f, k, REF_DATA, -1, DO_SET_FIELD)))
		json_object_set_new(read, f->field, strcmp(f->field, "bytes") ? json_string(f->value) :
				    json_integer(str_to_int(f->value, INT64_MAX)));
	while ((f = fault_next(g->rc, f, k, REF_DATA, -1, DO_KEEP_FIRST)))
		if (!strcmp(f->field, "bytes") && k == KIND_DISK)
			json_object_set_new(read, "bytes", json_integer(disk->first_gb << 30));
}

static void lose(struct refcloud *rc, struct ref_entry *e, const char *event)
{
	const struct ref_fault *f = NULL;

	while ((f = fault_next(rc, f, e->r.kind, REF_DATA, -1, DO_LOSE)))
		if (!strcmp(f->field, event)) {
			free(e->text);
			e->text = NULL;
		}
}

void fault_data_lost(struct refcloud *rc, struct ref_entry *e, const char *event)
{
	if (!rc->faults)
		return;
	lose(rc, e, event);
	if (e->r.kind != KIND_VM)
		return;
	for (struct ref_entry *d = store_next(rc, KIND_DISK, NULL); d;
	     d = store_next(rc, KIND_DISK, d))
		if (!strcmp(d->r.disk.vm, e->r.id))
			lose(rc, d, event);
}
