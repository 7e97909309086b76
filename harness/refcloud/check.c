/* What the model refuses, and how: rules, creates, deletes of what is used. */
#include "refcloud/priv.h"

#include <stdarg.h>
#include <string.h>

int refuse(struct error *err, enum err code, const char *why, const char *fmt, ...)
{
	char text[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	err_set(err, code, "%s", text);
	str_copy(err->provider_code, sizeof(err->provider_code), why);
	return code;
}

static bool lenient(struct refcloud *rc, enum kind k, const char *field)
{
	return fault_lenient(rc, k, REF_CREATE, -1, field);
}

static int check_ref(struct refcloud *rc, const char *tenant, enum kind of, const struct field *f,
		     const char *id, struct error *err)
{
	char why[32];

	if (!*id || store_by_id(rc, tenant, (enum kind)f->ref, id) || lenient(rc, of, f->name))
		return ERR_OK;
	snprintf(why, sizeof(why), "unknown:%s", kind_info((enum kind)f->ref)->name);
	return refuse(err, ERR_INVALID, why, "%s", id);
}

static int check_fields(struct refcloud *rc, const char *tenant, const struct resource *want,
			struct error *err)
{
	const struct kind_info *info = kind_info(want->kind);
	int r = ERR_OK;

	for (size_t i = 0; i < info->field_count && r == ERR_OK; i++) {
		const struct field *f = &info->fields[i];
		const char *at = (const char *)want + f->offset;
		char why[48];

		if (f->flags & FIELD_REQUIRED && f->type == FIELD_TEXT && !*at &&
		    !lenient(rc, want->kind, f->name)) {
			snprintf(why, sizeof(why), "field:%s", f->name);
			return refuse(err, ERR_INVALID, why, "%s is missing", f->name);
		}
		if (f->flags & FIELD_REQUIRED && f->type == FIELD_INT && *(const int64_t *)at < 0 &&
		    !lenient(rc, want->kind, f->name)) {
			snprintf(why, sizeof(why), "field:%s", f->name);
			return refuse(err, ERR_INVALID, why, "%s is missing", f->name);
		}
		if (f->ref < 0 || f->flags & FIELD_GIVEN)
			continue;
		for (size_t n = 0; n < f->size && r == ERR_OK; n += ID_MAX)
			r = check_ref(rc, tenant, want->kind, f, at + n, err);
	}
	return r;
}

static bool cidr_aligned(const char *cidr)
{
	uint32_t net;
	unsigned bits;

	return cidr_parse(cidr, &net, &bits) && !(bits < 32 && net & (UINT32_MAX >> bits));
}

static int check_cidr(struct refcloud *rc, enum kind k, const char *cidr, struct error *err)
{
	if (!*cidr || cidr_aligned(cidr) || lenient(rc, k, "cidr.text"))
		return ERR_OK;
	return refuse(err, ERR_INVALID, "field:cidr", "%s is not an address range", cidr);
}

static int check_subnet(struct refcloud *rc, const char *tenant, const struct resource *want,
			struct error *err)
{
	const struct ref_entry *vpc = store_by_id(rc, tenant, KIND_VPC, want->parent);
	int r = check_cidr(rc, KIND_SUBNET, want->subnet.cidr, err);

	if (r < 0 || lenient(rc, KIND_SUBNET, "cidr"))
		return r;
	if (vpc && *vpc->r.vpc.cidr && !cidr_contains(vpc->r.vpc.cidr, want->subnet.cidr))
		return refuse(err, ERR_INVALID, "field:cidr",
			      "range %s lies outside %s of its network",
			      want->subnet.cidr, vpc->r.vpc.cidr);
	for (struct ref_entry *e = store_next(rc, KIND_SUBNET, NULL); e;
	     e = store_next(rc, KIND_SUBNET, e))
		if (!strcmp(e->r.parent, want->parent) &&
		    (cidr_contains(e->r.subnet.cidr, want->subnet.cidr) ||
		     cidr_contains(want->subnet.cidr, e->r.subnet.cidr)))
			return refuse(err, ERR_INVALID, "field:cidr", "range %s overlaps subnet %s",
				      want->subnet.cidr, e->r.name);
	return ERR_OK;
}

int check_rule(const struct rule *u, struct error *err)
{
	bool ports = !strcmp(u->protocol, "tcp") || !strcmp(u->protocol, "udp");

	if (strcmp(u->direction, "inbound") && strcmp(u->direction, "outbound"))
		return refuse(err, ERR_INVALID, "field:rules", "direction \"%s\"", u->direction);
	if (!ports && strcmp(u->protocol, "icmp") && strcmp(u->protocol, "all"))
		return refuse(err, ERR_INVALID, "field:rules", "protocol \"%s\"", u->protocol);
	if (ports && !(u->from == -1 && u->to == -1) &&
	    (u->from < 0 || u->to > 65535 || u->from > u->to))
		return refuse(err, ERR_INVALID, "field:rules", "port range %d-%d", u->from, u->to);
	if (!cidr_aligned(u->cidr))
		return refuse(err, ERR_INVALID, "field:rules", "address range \"%s\"", u->cidr);
	return ERR_OK;
}

static int check_rules(struct refcloud *rc, const struct resource *want, struct error *err)
{
	if (want->sg.rule_count > RULES_MAX)
		return err_set(err, ERR_QUOTA, "more than %d rules", RULES_MAX);
	for (int64_t i = 0; i < want->sg.rule_count; i++) {
		int r = check_rule(&want->sg.rules[i], err);

		if (r < 0 && !lenient(rc, KIND_SG, "rules"))
			return r;
	}
	return ERR_OK;
}

static int check_vm(struct refcloud *rc, const char *tenant, const struct resource *want,
		    struct error *err)
{
	const struct ref_entry *subnet = NULL, *vpc;

	if (*want->vm.subnet)
		subnet = store_by_id(rc, tenant, KIND_SUBNET, want->vm.subnet);
	if (subnet && strcmp(subnet->r.parent, want->vm.vpc) && !lenient(rc, KIND_VM, "subnet"))
		return refuse(err, ERR_INVALID, "field:subnet",
			      "the subnet is not one of that network");
	vpc = store_by_id(rc, tenant, KIND_VPC, want->vm.vpc);
	if (vpc && vpc->external)
		return refuse(err, ERR_INVALID, "field:vpc", "no machine can stand in that network");
	return ERR_OK;
}

static int check_external(struct refcloud *rc, enum kind k, const char *network,
			  struct error *err)
{
	if (!*network || ref_external(rc, network) || lenient(rc, k, "external_network"))
		return ERR_OK;
	return refuse(err, ERR_INVALID, "unknown:vpc", "%s", network);
}

static int check_zone(struct refcloud *rc, const char *zone, struct error *err)
{
	if (!*zone || store_by_id(rc, NULL, KIND_ZONE, zone))
		return ERR_OK;
	return refuse(err, ERR_INVALID, "unknown:zone", "%s", zone);
}

static int check_kind(struct refcloud *rc, const char *tenant, const struct resource *want,
		      struct error *err)
{
	int r;

	switch (want->kind) {
	case KIND_VPC:
		return check_cidr(rc, KIND_VPC, want->vpc.cidr, err);
	case KIND_SUBNET:
		r = check_subnet(rc, tenant, want, err);
		return r < 0 ? r : check_zone(rc, want->subnet.zone, err);
	case KIND_SG:
		return check_rules(rc, want, err);
	case KIND_VM:
		r = check_vm(rc, tenant, want, err);
		return r < 0 ? r : check_zone(rc, want->vm.zone, err);
	case KIND_ROUTER:
		return check_external(rc, KIND_ROUTER, want->router.external_network, err);
	case KIND_ADDRESS:
		return check_external(rc, KIND_ADDRESS, want->address.external_network, err);
	case KIND_DISK:
		r = lenient(rc, KIND_DISK, "size_gb") ? ERR_OK :
		    disk_check_size(want->disk.size_gb, err);
		return r < 0 ? r : check_zone(rc, want->disk.zone, err);
	case KIND_TAG:
		return *want->name ? ERR_OK :
		       refuse(err, ERR_INVALID, "field:name", "a tag has a key");
	case KIND_REGION: case KIND_ZONE: case KIND_IMAGE: case KIND_SPEC: case KIND_KEYPAIR:
	case KIND_PRICE: case KIND_COUNT:
		break;
	}
	return ERR_OK;
}

static int check_parent(struct refcloud *rc, const char *tenant, const struct resource *want,
			struct error *err)
{
	int parent = kind_info(want->kind)->parent;
	char why[32];

	if (kind_info(want->kind)->on_any)
		return tag_check_owner(rc, tenant, want->parent, ERR_INVALID, err);
	/* A security group may stand alone: some APIs have no network for it. */
	if (parent < 0 || (want->kind == KIND_SG && !*want->parent))
		return ERR_OK;
	tenant = fault_tenant(rc, want->kind, REF_CREATE, -1, tenant);
	const struct ref_entry *e = store_by_id(rc, tenant, (enum kind)parent, want->parent);

	if ((e && !e->external) || lenient(rc, want->kind, "parent"))
		return ERR_OK;
	snprintf(why, sizeof(why), "unknown:%s", kind_info((enum kind)parent)->name);
	return refuse(err, ERR_INVALID, why, "%s", want->parent);
}

int check_create(struct refcloud *rc, const char *tenant, const struct resource *want,
		 unsigned flags, struct error *err)
{
	const struct kind_info *info = kind_info(want->kind);
	const char *parent = flags & REF_UNIQUE_ANYWHERE ? NULL : want->parent;
	const struct ref_entry *first = NULL;
	int used, limit, r;

	if (!info->ours)
		return err_set(err, ERR_UNSUPPORTED, "a %s cannot be created", info->title);
	if (flags & (REF_UNIQUE_NAMES | REF_UNIQUE_ANYWHERE))
		first = store_by_name(rc, tenant, want->kind, want->name, parent, true, false);
	if (first && !fault_duplicate(rc, first))
		return refuse(err, ERR_CONFLICT, "duplicate", "%s '%s' already exists",
			      info->title, want->name);
	if (rc->faults && fault_collides(rc, tenant, want))
		return refuse(err, ERR_CONFLICT, "duplicate", "%s '%s' has what another one has",
			      info->title, want->name);
	r = check_parent(rc, tenant, want, err);
	if (r == ERR_OK)
		r = check_fields(rc, tenant, want, err);
	if (r == ERR_OK)
		r = check_kind(rc, tenant, want, err);
	if (r < 0)
		return r;
	/* The count that is kept may hold machines that are gone by now; so it is
	 * taken anew, by a walk, only when it seems to matter. */
	if (store_tenant(rc, tenant)->used[want->kind] < ref_limit(rc, want->kind))
		return ERR_OK;
	ref_usage(rc, tenant, want->kind, &used, &limit);
	if (limit >= 0 && used >= limit && !lenient(rc, want->kind, "quota"))
		return err_set(err, ERR_QUOTA, "the quota of %d for %s is used up", limit, info->title);
	return ERR_OK;
}

/* ---- what a destroy must not break ---- */

bool check_uses(const struct ref_entry *vm, enum kind k, const char *id)
{
	if (k == KIND_KEYPAIR)
		return !strcmp(vm->r.vm.keypair, id);
	if (k == KIND_VPC)
		return !strcmp(vm->r.vm.vpc, id);
	if (k == KIND_SUBNET)
		return !strcmp(vm->r.vm.subnet, id);
	for (int i = 0; k == KIND_SG && i < VM_SGS_MAX; i++)
		if (!strcmp(vm->r.vm.sgs[i], id))
			return true;
	return false;
}

static const struct ref_entry *child(struct refcloud *rc, const struct ref_entry *e, enum kind k)
{
	struct ref_entry *c;

	for (c = store_next(rc, k, NULL); c; c = store_next(rc, k, c))
		if (!strcmp(c->r.parent, e->r.id))
			return c;
	return NULL;
}

static const struct ref_entry *router_of(struct refcloud *rc, const char *subnet)
{
	struct ref_entry *c;

	for (c = store_next(rc, KIND_ROUTER, NULL); c; c = store_next(rc, KIND_ROUTER, c))
		for (size_t i = 0; i < c->joined_count; i++)
			if (!strcmp(c->joined[i], subnet))
				return c;
	return NULL;
}

static const struct ref_entry *user_of(struct refcloud *rc, const struct ref_entry *e)
{
	const struct ref_entry *user = NULL;

	/* Machines first, the leaked ones (a port left behind) among them. */
	if (e->r.kind == KIND_VPC || e->r.kind == KIND_SUBNET || e->r.kind == KIND_SG)
		for (struct ref_entry *c = rc->first[KIND_VM], *next; c; c = next) {
			next = c->next_made;
			bool live = c->gone ? c->leaked : store_settle(rc, c);

			if (live && check_uses(c, e->r.kind, e->r.id))
				return c;
		}
	if (e->r.kind == KIND_SUBNET)
		user = router_of(rc, e->r.id);
	if (e->r.kind == KIND_VPC)
		user = child(rc, e, KIND_SUBNET);
	if (!user && e->r.kind == KIND_VPC)
		user = child(rc, e, KIND_SG);
	return user;
}

int check_unused(struct refcloud *rc, const struct ref_entry *e, struct error *err)
{
	const struct ref_entry *user = user_of(rc, e);
	const char *title = kind_info(e->r.kind)->title;

	if (user)
		return refuse(err, ERR_CONFLICT, "in-use", "%s '%s' is in use by %s '%s'", title,
			      e->r.name, kind_info(user->r.kind)->title, user->r.name);
	if (e->r.kind == KIND_ADDRESS && *e->r.address.vm)
		return refuse(err, ERR_CONFLICT, "in-use", "%s '%s' is in use by a VM", title, e->r.name);
	if (e->r.kind == KIND_DISK && *e->r.disk.vm)
		return refuse(err, ERR_CONFLICT, "in-use", "%s '%s' is in use by a VM", title, e->r.name);
	if (e->r.kind == KIND_ROUTER && e->joined_count)
		return refuse(err, ERR_CONFLICT, "in-use", "%s '%s' is in use by a subnet", title,
			      e->r.name);
	return ERR_OK;
}
