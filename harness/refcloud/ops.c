/* The operations of the model: what a face calls. */
#include "refcloud/priv.h"

#include <stdlib.h>
#include <string.h>

struct refcloud *refcloud_new(struct loop *loop, const struct refcloud_config *cfg)
{
	struct refcloud *rc = xcalloc(1, sizeof(*rc));

	rc->loop = loop;
	rc->cfg = *cfg;
	rc->id_state = cfg->seed ^ UINT64_C(0x1d5);
	rc->delay_state = cfg->seed ^ UINT64_C(0xde1a7);
	rc->face_data = json_object();
	data_fill(rc);
	return rc;
}

void refcloud_free(struct refcloud *rc)
{
	if (!rc)
		return;
	servers_stop(rc);
	ref_guests_stop(rc);
	store_clear(rc);
	faults_clear(rc);
	json_decref(rc->face_data);
	free(rc);
}

bool refcloud_egress_denied(const struct refcloud *rc) { return rc->cfg.egress_denied; }
int64_t refcloud_now_ms(struct refcloud *rc) { return loop_now_ms(rc->loop); }

/* Between half and one and a half of it. */
int64_t refcloud_delay_ms(struct refcloud *rc, int64_t nominal_ms)
{
	double scale = rc->cfg.time_scale > 0 ? rc->cfg.time_scale : 1.0;
	double jitter = 0.5 + (double)(store_noise(&rc->delay_state) >> 11) / 9007199254740992.0;
	int64_t ms = (int64_t)((double)nominal_ms * scale * jitter + 0.5);

	return nominal_ms > 0 && ms < 1 ? 1 : ms;
}

json_t *refcloud_face_data(struct refcloud *rc, const char *face)
{
	json_t *data = json_object_get(rc->face_data, face);

	if (!data) {
		data = json_object();
		json_object_set_new(rc->face_data, face, data);
	}
	return data;
}

/* ---- state changes ---- */

static void change_state(struct refcloud *rc, struct ref_entry *e, enum ref_op op, int action,
			 enum state via, enum state to)
{
	int64_t latency = rc->cfg.latency_ms ? rc->cfg.latency_ms : 40;
	bool never = false;

	fault_path(rc, e->r.kind, op, action, e->r.state, &via, &to, &never);
	e->at_ms = 0;
	if (via == STATE_NONE)
		via = to;
	e->r.state = via;
	if (never || via == to)
		return;
	e->next = to;
	e->at_ms = refcloud_now_ms(rc) + refcloud_delay_ms(rc, latency);
}

static int no_such(enum kind k, const char *id, struct error *err)
{
	return err_set(err, ERR_NOT_FOUND, "%s '%s' does not exist", kind_info(k)->title, id);
}

/* ---- create ---- */

/* What the request may not decide. */
static void clear_given(struct resource *r)
{
	const struct kind_info *info = kind_info(r->kind);

	for (size_t i = 0; i < info->field_count; i++)
		if (info->fields[i].flags & FIELD_GIVEN)
			resource_clear_field(r, info->fields[i].name);
	r->id[0] = r->native[0] = r->state_word[0] = '\0';
	r->state = info->ready;
}

/* A rule without a range is for everybody. */
static void complete(struct resource *r)
{
	for (int64_t i = 0; r->kind == KIND_SG && i < r->sg.rule_count && i < RULES_MAX; i++)
		if (!*r->sg.rules[i].cidr)
			str_copy(r->sg.rules[i].cidr, ADDR_LEN, "0.0.0.0/0");
	if (r->kind == KIND_VM && !*r->vm.zone)
		str_copy(r->vm.zone, sizeof(r->vm.zone), "default-z1");
}

/* ignore-field public_key: an import that makes a key of the cloud's own. */
static bool remade(struct refcloud *rc)
{
	const struct ref_fault *f = NULL;

	while (rc->faults &&
	       (f = fault_next(rc, f, KIND_KEYPAIR, REF_CREATE, -1, DO_IGNORE_FIELD)))
		if (!strcmp(f->field, "public_key"))
			return true;
	return false;
}

static int give(struct refcloud *rc, unsigned flags, struct resource *r, char **private_key,
		struct error *err)
{
	int n = ERR_OK;

	*private_key = NULL;
	if (r->kind == KIND_KEYPAIR && *r->keypair.public_key && !remade(rc)) {
		n = alloc_fingerprint(r, err);
		if (n < 0 && fault_lenient(rc, KIND_KEYPAIR, REF_CREATE, -1, "public_key"))
			n = ERR_OK;
	} else if (r->kind == KIND_KEYPAIR) {
		*private_key = alloc_keypair(r->name, r);
		if (!*private_key)
			return err_set(err, ERR_HARNESS, "OpenSSL made no Ed25519 key");
	} else if (r->kind == KIND_ADDRESS) {
		alloc_public_ip(rc, true, r->address.ip);
	} else if (r->kind == KIND_DISK && !*r->disk.type) {
		str_copy(r->disk.type, sizeof(r->disk.type), "SSD");
	} else if (r->kind == KIND_VM) {
		if (*r->vm.vpc)
			n = alloc_private_ip(rc, r->vm.vpc, r->vm.subnet, r->vm.private_ip, err);
		if (n < 0 && fault_lenient(rc, KIND_VM, REF_CREATE, -1, "subnet"))
			n = alloc_private_ip(rc, r->vm.vpc, "", r->vm.private_ip, err);
		if (n < 0 && fault_lenient(rc, KIND_VM, REF_CREATE, -1, "vpc"))
			n = ERR_OK;
		if (n == ERR_OK && flags & REF_PUBLIC_IP)
			alloc_public_ip(rc, ref_guest_image(r->vm.image), r->vm.public_ip);
	}
	return n;
}

int ref_create(struct refcloud *rc, const char *tenant, const struct resource *want,
	       unsigned flags, struct resource *ret, struct error *err)
{
	struct resource made = *want;
	struct ref_tenant *t = store_tenant(rc, tenant);
	const struct kind_info *info = kind_info(want->kind);
	struct ref_entry *e;
	char *private_key;
	int r = fault_refused(rc, want->kind, REF_CREATE, -1, err);

	if (r < 0)
		return r;
	clear_given(&made);
	complete(&made);
	if (rc->faults && (e = fault_adopted(rc, tenant, &made))) {
		*ret = e->r;
		return ERR_OK;
	}
	r = fault_throttled(rc, want->kind, err);
	if (r == ERR_OK)
		r = check_create(rc, tenant, &made, flags, err);
	if (r < 0)
		fault_half_made(rc, t, &made);
	if (r < 0)
		return fault_reclass(rc, want->kind, REF_CREATE, -1, r, err);
	if (made.kind == KIND_TAG && !(flags & (REF_UNIQUE_NAMES | REF_UNIQUE_ANYWHERE)) &&
	    tag_overwrite(rc, &made, tenant, ret))
		return ERR_OK;
	r = give(rc, flags, &made, &private_key, err);
	if (r < 0)
		return fault_reclass(rc, want->kind, REF_CREATE, -1, r, err);
	fault_fields(rc, REF_CREATE, -1, &made);
	fault_private_key(rc, REF_CREATE, private_key);
	e = store_add(rc, t, &made);
	e->private_key = private_key;
	e->hidden = flags & REF_HIDDEN;
	e->shut = flags & REF_SHUT;
	if (made.kind == KIND_VM)
		str_copy(e->own_ip, ADDR_LEN, made.vm.public_ip);
	if (made.kind == KIND_DISK)
		e->first_gb = made.disk.size_gb;
	if (info->born != info->ready)
		change_state(rc, e, REF_CREATE, -1, info->born, info->ready);
	store_remember(rc, e, REF_CREATE);
	*ret = e->r;
	if (made.kind == KIND_KEYPAIR)
		ret->keypair.private_key_shown = private_key != NULL;
	if (fault_on(rc, made.kind, REF_CREATE, -1, DO_SWALLOW))
		store_drop(rc, e);
	else
		ref_guest_changed(rc, e);
	return ERR_OK;
}

/* ---- read ---- */

int ref_get(struct refcloud *rc, const char *tenant, enum kind kind, const char *id,
	    struct resource *ret, struct error *err)
{
	struct ref_entry *e;
	const struct resource *view = NULL;
	int r = fault_refused(rc, kind, REF_GET, -1, err);

	if (r < 0)
		return r;
	store_tenant(rc, tenant);
	tenant = fault_tenant(rc, kind, REF_GET, -1, tenant);
	e = store_by_id(rc, tenant, kind, id);
	if (!e)
		e = store_gone(rc, tenant, kind, id);
	if (e && !e->hidden)
		view = fault_view(rc, e, REF_GET);
	if (!view) {
		r = fault_reclass(rc, kind, REF_GET, -1, no_such(kind, id, err), err);
		if (r == ERR_OK)
			resource_init(ret, kind);
		return r;
	}
	*ret = *view;
	fault_fields(rc, REF_GET, -1, ret);
	return ERR_OK;
}

int ref_find(struct refcloud *rc, const char *tenant, enum kind kind, const char *name,
	     const char *parent, struct resource *ret, struct error *err)
{
	char id[ID_MAX];

	ref_resolve(rc, tenant, kind, name, parent, id);
	return ref_get(rc, tenant, kind, *id ? id : name, ret, err);
}

int ref_list(struct refcloud *rc, const char *tenant, enum kind kind, const char *parent,
	     struct resource_list *ret, struct error *err)
{
	bool *made = NULL;
	size_t room = 0;
	int r = fault_refused(rc, kind, REF_LIST, -1, err);

	if (r < 0)
		return r;
	store_tenant(rc, tenant);
	tenant = fault_tenant(rc, kind, REF_LIST, -1, tenant);
	if (kind_info(kind)->on_any && parent && !fault_on(rc, kind, REF_LIST, -1, DO_STALE)) {
		r = tag_check_owner(rc, tenant, parent, ERR_NOT_FOUND, err);
		if (r < 0)
			return fault_reclass(rc, kind, REF_LIST, -1, r, err);
	}
	for (struct ref_entry *e = rc->first[kind], *next; e; e = next) {
		const struct resource *view;

		next = e->next_made;
		if (!store_sees(e, tenant) || e->hidden || (parent && strcmp(e->r.parent, parent)))
			continue;
		if (!e->gone && !store_settle(rc, e) && !rc->keep_gone)
			continue;
		view = fault_view(rc, e, REF_LIST);
		if (!view)
			continue;
		if (ret->count >= room) {
			room = room ? room * 2 : 64;
			made = xrealloc(made, room * sizeof(*made));
		}
		made[ret->count] = e->tenant && !e->foreign;
		*resource_list_add(ret) = *view;
		fault_fields(rc, REF_LIST, -1, &ret->at[ret->count - 1]);
	}
	if (rc->faults)
		fault_list(rc, kind, ret, made);
	free(made);
	return ERR_OK;
}

/* ---- destroy ---- */

static void unbind_all(struct refcloud *rc, const char *vm)
{
	for (struct ref_entry *e = store_next(rc, KIND_ADDRESS, NULL); e;
	     e = store_next(rc, KIND_ADDRESS, e))
		if (!strcmp(e->r.address.vm, vm)) {
			e->r.address.vm[0] = '\0';
			e->r.state = STATE_AVAILABLE;
		}
}

/* A network that went although it was in use takes its subnets along. */
static void drop_subnets(struct refcloud *rc, const char *vpc)
{
	for (struct ref_entry *e = rc->first[KIND_SUBNET], *next; e; e = next) {
		next = e->next_made;
		if (!e->gone && !strcmp(e->r.parent, vpc))
			store_drop(rc, e);
	}
}

static void destroy(struct refcloud *rc, struct ref_entry *e)
{
	enum kind k = e->r.kind;
	char id[ID_MAX];

	store_remember(rc, e, REF_DESTROY);
	fault_harm(rc, e);
	e->leftover = fault_on(rc, k, REF_DESTROY, -1, DO_EXTRA_LEFTOVER);
	e->leaked = fault_on(rc, k, REF_DESTROY, -1, DO_LEAK);
	if (k == KIND_VPC)
		drop_subnets(rc, e->r.id);
	tags_drop(rc, k, e->r.id);
	if (k != KIND_VM && k != KIND_DISK) {
		str_copy(id, sizeof(id), e->r.id);
		store_drop(rc, e);
		if (k == KIND_SG)
			ref_guest_group_changed(rc, id);
		return;
	}
	if (k == KIND_VM && !e->leaked) {
		unbind_all(rc, e->r.id);
		disks_release(rc, e->r.id);
	}
	change_state(rc, e, REF_DESTROY, -1, STATE_DELETING, STATE_GONE);
	if (e->r.state == STATE_GONE)
		store_drop(rc, e);
	else
		ref_guest_changed(rc, e);
}

int ref_destroy(struct refcloud *rc, const char *tenant, enum kind kind, const char *id,
		struct error *err)
{
	struct ref_entry *e;
	int r = fault_refused(rc, kind, REF_DESTROY, -1, err);

	if (r < 0)
		return r;
	store_tenant(rc, tenant);
	if (!kind_info(kind)->ours)
		return err_set(err, ERR_UNSUPPORTED, "a %s cannot be deleted", kind_info(kind)->title);
	e = store_by_id(rc, fault_tenant(rc, kind, REF_DESTROY, -1, tenant), kind, id);
	if (!e || e->hidden)
		return fault_reclass(rc, kind, REF_DESTROY, -1, no_such(kind, id, err), err);
	if (!e->tenant)
		return err_set(err, ERR_DENIED, "%s '%s' is not yours", kind_info(kind)->title,
			       e->r.name);
	r = fault_refused_now(rc, e, REF_DESTROY, -1, err);
	if (r < 0)
		return r;
	if (!fault_lenient_now(rc, e, REF_DESTROY, -1) &&
	    !(kind != KIND_VM && fault_on(rc, kind, REF_DESTROY, -1, DO_LEAK))) {
		r = check_unused(rc, e, err);
		if (r < 0)
			return fault_reclass(rc, kind, REF_DESTROY, -1, r, err);
	}
	if (e->r.state == STATE_DELETING || fault_swallows(rc, e, REF_DESTROY, -1))
		return ERR_OK;
	fault_destroys_more(rc, e);
	destroy(rc, e);
	return ERR_OK;
}

/* ---- act ---- */

static int illegal(const struct ref_entry *e, enum action a, struct error *err)
{
	err_set(err, ERR_CONFLICT, "cannot %s %s '%s': it is in state %s", action_name(a),
		kind_info(e->r.kind)->title, e->r.name, state_name(e->r.state));
	str_copy(err->provider_code, sizeof(err->provider_code), "state");
	return ERR_CONFLICT;
}

static int unknown(enum kind k, const char *id, struct error *err)
{
	err_set(err, ERR_INVALID, "%s", id);
	snprintf(err->provider_code, sizeof(err->provider_code), "unknown:%s", kind_info(k)->name);
	return ERR_INVALID;
}

int ref_act_state(struct refcloud *rc, struct ref_entry *e, enum action a, struct error *err)
{
	const struct kind_info *info = kind_info(e->r.kind);
	const struct transition *t = kind_transition(e->r.kind, a, e->r.state);

	for (size_t i = 0; !t && i < info->transition_count; i++)
		if (info->transitions[i].action == a && fault_lenient_now(rc, e, REF_ACT, (int)a))
			t = &info->transitions[i];
	if (!t)
		return illegal(e, a, err);
	if (fault_swallows(rc, e, REF_ACT, (int)a))
		return ERR_OK;
	e->acts[a]++;
	store_remember(rc, e, REF_ACT);
	change_state(rc, e, REF_ACT, (int)a, t->via, t->to);
	fault_fields(rc, REF_ACT, (int)a, &e->r);
	return ERR_OK;
}

static int act_bind(struct refcloud *rc, struct ref_entry *e, enum action a,
		    const struct resource *object, struct error *err)
{
	const char *id = a == ACT_BIND ? (object ? object->id : "") : e->r.address.vm;
	struct ref_entry *vm = store_by_id(rc, e->tenant ? e->tenant->name : NULL, KIND_VM, id);
	int r;

	/* One on its way out would leave the address bound to nobody. */
	if (a == ACT_BIND && (!vm || vm->hidden || vm->r.state == STATE_DELETING) &&
	    !fault_lenient(rc, KIND_ADDRESS, REF_ACT, (int)a, "vm"))
		return unknown(KIND_VM, id, err);
	r = ref_act_state(rc, e, a, err);
	if (r < 0 || fault_on(rc, KIND_ADDRESS, REF_ACT, (int)a, DO_SWALLOW))
		return r;
	if (vm) {
		str_copy(vm->r.vm.public_ip, ADDR_LEN,
			 a == ACT_BIND ? e->r.address.ip : vm->own_ip);
		ref_guest_changed(rc, vm);
	}
	str_copy(e->r.address.vm, ID_MAX, a == ACT_BIND ? id : "");
	return ERR_OK;
}

static int act_join(struct refcloud *rc, struct ref_entry *e, enum action a,
		    const struct resource *object, struct error *err)
{
	const char *id = object ? object->id : "";
	bool swallow = fault_on(rc, KIND_ROUTER, REF_ACT, (int)a, DO_SWALLOW);
	size_t i = 0;

	if (!store_by_id(rc, e->tenant->name, KIND_SUBNET, id))
		return unknown(KIND_SUBNET, id, err);
	while (i < e->joined_count && strcmp(e->joined[i], id))
		i++;
	if (a == ACT_JOIN && i < e->joined_count &&
	    fault_on(rc, KIND_ROUTER, REF_ACT, (int)a, DO_ACCEPT_DUPLICATE))
		return ERR_OK;
	if (a == ACT_JOIN && i < e->joined_count) {
		err_set(err, ERR_CONFLICT, "router '%s' already has a port on the subnet", e->r.name);
		str_copy(err->provider_code, sizeof(err->provider_code), "duplicate");
		return ERR_CONFLICT;
	}
	if (a == ACT_PART && i == e->joined_count)
		return err_set(err, ERR_NOT_FOUND, "router '%s' has no port on the subnet", e->r.name);
	if (swallow)
		return ERR_OK;
	if (a == ACT_PART) {
		memmove(e->joined + i, e->joined + i + 1,
			(--e->joined_count - i) * sizeof(*e->joined));
		return ERR_OK;
	}
	e->joined = xrealloc(e->joined, (i + 1) * sizeof(*e->joined));
	str_copy(e->joined[e->joined_count++], ID_MAX, id);
	return ERR_OK;
}

static int64_t rule_at(const struct resource *sg, const struct rule *u)
{
	for (int64_t i = 0; i < sg->sg.rule_count; i++)
		if (rule_eq(&sg->sg.rules[i], u))
			return i;
	return -1;
}

/* All or none of them. */
static int act_rules(struct refcloud *rc, struct ref_entry *e, enum action a,
		     const struct resource *object, struct error *err)
{
	struct resource next = e->r, asked;

	if (!object)
		return err_set(err, ERR_INVALID, "no rules were given");
	asked = *object;
	complete(&asked);
	for (int64_t i = 0; i < asked.sg.rule_count && i < RULES_MAX; i++) {
		const struct rule *u = &asked.sg.rules[i];
		int64_t at = rule_at(&next, u);
		int r = check_rule(u, err);

		if (r < 0 && !fault_lenient(rc, KIND_SG, REF_ACT, (int)a, "rules"))
			return r;
		if (a == ACT_ADD_RULE && at >= 0 &&
		    !fault_on(rc, KIND_SG, REF_ACT, (int)a, DO_ACCEPT_DUPLICATE)) {
			err_set(err, ERR_CONFLICT, "the rule already exists in '%s'", e->r.name);
			str_copy(err->provider_code, sizeof(err->provider_code), "duplicate");
			return ERR_CONFLICT;
		}
		if (a == ACT_ADD_RULE && next.sg.rule_count >= RULES_MAX)
			return err_set(err, ERR_QUOTA, "more than %d rules", RULES_MAX);
		if (a == ACT_ADD_RULE) {
			next.sg.rules[next.sg.rule_count++] = *u;
			continue;
		}
		if (at < 0)
			return err_set(err, ERR_NOT_FOUND, "the rule does not exist in '%s'", e->r.name);
		fault_rule_removed(rc, e, u);
		next.sg.rule_count--;
		memmove(&next.sg.rules[at], &next.sg.rules[at + 1],
			(size_t)(next.sg.rule_count - at) * sizeof(*u));
	}
	if (fault_on(rc, KIND_SG, REF_ACT, (int)a, DO_SWALLOW))
		return ERR_OK;
	if (a == ACT_REMOVE_RULE && fault_on(rc, KIND_SG, REF_ACT, (int)a, DO_TOO_MUCH))
		next.sg.rule_count = 0;
	store_remember(rc, e, REF_ACT);
	e->r = next;
	fault_fields(rc, REF_ACT, (int)a, &e->r);
	return ERR_OK;
}

static void act_new_id(struct refcloud *rc, struct ref_entry *e, enum action a)
{
	const struct ref_fault *f = fault_on(rc, e->r.kind, REF_ACT, (int)a, DO_NEW_ID);
	struct error err;

	if (!f)
		return;
	if (!strcmp(f->field, "private_ip"))
		alloc_private_ip(rc, e->r.vm.vpc, e->r.vm.subnet, e->r.vm.private_ip, &err);
	else if (!strcmp(f->field, "public_ip"))
		alloc_public_ip(rc, true, e->r.vm.public_ip);
	else
		store_change_id(rc, e);
}

int ref_act(struct refcloud *rc, const char *tenant, enum kind kind, const char *id,
	    enum action action, const struct resource *object, struct error *err)
{
	struct ref_entry *e;
	int r = fault_refused(rc, kind, REF_ACT, (int)action, err);

	if (r < 0)
		return r;
	store_tenant(rc, tenant);
	e = store_by_id(rc, fault_tenant(rc, kind, REF_ACT, (int)action, tenant), kind, id);
	if (!e || e->hidden || !e->tenant)
		return fault_reclass(rc, kind, REF_ACT, (int)action, no_such(kind, id, err), err);
	r = fault_refused_now(rc, e, REF_ACT, (int)action, err);
	if (r < 0)
		return r;
	if (kind == KIND_VM && action <= ACT_RESUME)
		r = ref_act_state(rc, e, action, err);
	else if (kind == KIND_ADDRESS && (action == ACT_BIND || action == ACT_UNBIND))
		r = act_bind(rc, e, action, object, err);
	else if (kind == KIND_ROUTER && (action == ACT_JOIN || action == ACT_PART))
		r = act_join(rc, e, action, object, err);
	else if (kind == KIND_SG && (action == ACT_ADD_RULE || action == ACT_REMOVE_RULE))
		r = act_rules(rc, e, action, object, err);
	else if (kind == KIND_DISK && action >= ACT_ATTACH && action <= ACT_RESIZE)
		r = disk_act(rc, e, action, object, err);
	else
		r = err_set(err, ERR_UNSUPPORTED, "a %s knows no %s", kind_info(kind)->title,
			    action_name(action));
	if (r < 0)
		return fault_reclass(rc, kind, REF_ACT, (int)action, r, err);
	act_new_id(rc, e, action);
	if (kind == KIND_VM) {
		fault_data_lost(rc, e, action_name(action));
		ref_guest_changed(rc, e);
	}
	if (kind == KIND_SG)
		ref_guest_group_changed(rc, e->r.id);
	return ERR_OK;
}
