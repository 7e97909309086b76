/* The small questions a face asks besides the operations. */
#include "refcloud/priv.h"

#include <string.h>

#include <openssl/rand.h>

void ref_resolve(struct refcloud *rc, const char *tenant, enum kind kind, const char *name,
		 const char *parent, char to[ID_MAX])
{
	const struct ref_entry *e;

	store_tenant(rc, tenant);
	e = store_by_name(rc, tenant, kind, name, parent, false, true);
	/* The operation that follows decides whether it sees that far. */
	if (!e)
		e = fault_bridged(rc, kind, name);
	str_copy(to, ID_MAX, e ? e->r.id : "");
}

/* By id, live or remembered. */
static struct ref_entry *any(struct refcloud *rc, enum kind kind, const char *id)
{
	struct ref_entry *e = store_by_id(rc, NULL, kind, id);

	return e ? e : store_gone(rc, NULL, kind, id);
}

const char *ref_name(struct refcloud *rc, enum kind kind, const char *id)
{
	const struct ref_entry *e = any(rc, kind, id);

	return e ? e->r.name : id;
}

void ref_reveal(struct refcloud *rc, enum kind kind, const char *id)
{
	struct ref_entry *e = any(rc, kind, id);

	if (e)
		e->hidden = false;
}

int ref_list_hidden(struct refcloud *rc, const char *tenant, enum kind kind,
		    struct resource_list *ret)
{
	int n = 0;

	for (struct ref_entry *e = store_next(rc, kind, NULL); e; e = store_next(rc, kind, e))
		if (e->hidden && store_sees(e, tenant)) {
			*resource_list_add(ret) = e->r;
			n++;
		}
	return n;
}

void ref_list_attached(struct refcloud *rc, const char *tenant, const char *vm,
		       struct resource_list *ret)
{
	struct ref_entry *e;

	for (e = store_next(rc, KIND_DISK, NULL); e; e = store_next(rc, KIND_DISK, e))
		if (!strcmp(e->r.disk.vm, vm) && store_sees(e, tenant))
			*resource_list_add(ret) = e->r;
}

bool ref_external(struct refcloud *rc, const char *vpc_id)
{
	const struct ref_entry *e = store_by_id(rc, NULL, KIND_VPC, vpc_id);

	return e && e->external;
}

const char *ref_joined(struct refcloud *rc, const char *router_id, size_t i)
{
	const struct ref_entry *e = store_by_id(rc, NULL, KIND_ROUTER, router_id);

	return e && i < e->joined_count ? e->joined[i] : NULL;
}

int64_t ref_born_us(struct refcloud *rc, enum kind kind, const char *id)
{
	const struct ref_entry *e = any(rc, kind, id);

	return e ? e->born_us : 0;
}

int64_t ref_settles_at_ms(struct refcloud *rc, enum kind kind, const char *id)
{
	const struct ref_entry *e = store_by_id(rc, NULL, kind, id);

	return e ? e->at_ms : 0;
}

bool ref_takes(struct refcloud *rc, enum kind kind, const char *field)
{
	return fault_lenient(rc, kind, REF_CREATE, -1, field);
}

int ref_limit(const struct refcloud *rc, enum kind k)
{
	return rc->cfg.quota[k] ? rc->cfg.quota[k] :
	       k == KIND_VM ? 50 : k == KIND_ROUTER ? 20 : 200;
}

void ref_usage(struct refcloud *rc, const char *tenant, enum kind kind, int *used, int *limit)
{
	*limit = ref_limit(rc, kind);
	*used = 0;
	if (fault_miscounts(rc, kind, used))
		return;
	store_tenant(rc, tenant);
	for (struct ref_entry *e = store_next(rc, kind, NULL); e; e = store_next(rc, kind, e))
		*used += e->tenant && store_sees(e, tenant);
}

const char *ref_private_key(struct refcloud *rc, const char *keypair_id)
{
	const struct ref_entry *e = any(rc, KIND_KEYPAIR, keypair_id);

	return e && e->private_key ? e->private_key : "";
}

void refcloud_trace(struct refcloud *rc, void (*fn)(void *arg, const char *face, const char *op,
						     int status), void *arg)
{
	rc->trace = fn;
	rc->trace_arg = arg;
}

/* ---- credentials ---- */

const char *refcloud_user(void) { return "admin"; }

const char *refcloud_password(void)
{
	static char random[33];
	const char *given = getenv("PLUGFEST_REFCLOUD_PASSWORD");
	unsigned char noise[16];

	if (given && *given)
		return given;
	if (*random)
		return random;
	if (RAND_bytes(noise, sizeof(noise)) != 1)
		abort();
	for (size_t i = 0; i < sizeof(noise); i++)
		snprintf(random + 2 * i, 3, "%02x", noise[i]);
	return random;
}

bool refcloud_login(struct refcloud *rc, const char *user, const char *password)
{
	if (fault_auth(rc))
		return true;
	return !strcmp(user, refcloud_user()) && !strcmp(password, refcloud_password());
}
