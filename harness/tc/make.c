/* Making, removing and reading resources inside a case. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/str.h"
#include "journal/emit.h"
#include "tc/own.h"
#include "tc/private.h"
#include "tc/site.h"

const char *tc_name(struct tc *t, enum kind kind, char to[NAME_LEN])
{
	(void)t;
	ledger_name(kind, to);
	return to;
}

/* The cloud said no, and in words that leave no doubt. */
static bool refused(const struct error *err)
{
	switch (err->code) {
	case ERR_INVALID:
	case ERR_NOT_FOUND:
	case ERR_CONFLICT:
	case ERR_UNAUTHENTICATED:
	case ERR_DENIED:
	case ERR_QUOTA:
	case ERR_THROTTLED:
	case ERR_UNSUPPORTED:
		return true;
	default:
		return false;
	}
}

/*
 * The IXIT grants a create its time, which the case's own limit does not count: a slow
 * cloud that keeps its word must not run into a limit that nobody told it.
 */
static CO_FN int create_within(struct cloud *c, const struct resource *want, struct resource *ret,
			       struct error *err)
{
	struct co_deadline granted;
	struct co_hold hold;
	int r;

	co_deadline_hold(&hold);
	co_deadline_push(&granted, cloud_scaled_ms(c, cloud_deadline_s(c, want->kind) * 1000));
	r = cloud_create(c, want, ret, err);
	co_deadline_pop(&granted);
	co_deadline_resume(&hold);
	return r;
}

static CO_FN int destroy_within(struct cloud *c, const struct ref *ref, struct error *err)
{
	struct co_deadline granted;
	struct co_hold hold;
	int r;

	co_deadline_hold(&hold);
	co_deadline_push(&granted, cloud_scaled_ms(c, cloud_config(c)->delete_deadline_s * 1000));
	r = cloud_destroy(c, ref, err);
	co_deadline_pop(&granted);
	co_deadline_resume(&hold);
	return r;
}

/* Beyond its budget the case would take room that the planner gave to another.  Of what many
 * share, the run keeps count; under load the case does. */
static int within_budget(struct tc *t, enum kind kind)
{
	const struct tc_private *p = t->p;
	unsigned most;

	if (!t->test || t->test->unbounded || p->into || p->bulk)
		return ERR_OK;
	most = p->site ? budget_own(t->test, kind) : budget_of(t->test, kind);
	if (ledger_holds(&p->ledger, kind) < most)
		return ERR_OK;
	err_set(&t->err, ERR_HARNESS, "the budget of %s lets it hold %u of kind %s at once, and it asks for one "
		"more", t->test->id, most, kind_info(kind)->name);
	/* Whatever the case makes of the answer. */
	(void)tc_stimulus(t, "", "keep within the budget of the case", ERR_HARNESS, AT);
	return ERR_HARNESS;
}

static CO_FN int create(struct tc *t, struct cloud *session, const struct resource *want,
			struct resource *ret)
{
	struct ledger *l = t->p->into ? t->p->into : &t->p->ledger;
	struct ledger_entry *e;
	int r = session == l->second ? ERR_OK : within_budget(t, want->kind);

	if (r < 0) {
		resource_init(ret, want->kind);
		return r;
	}
	r = session == l->second ? ledger_intend_second(l, want, &e) : ledger_intend(l, want, &e);
	if (r < 0) {
		ledger_note(l, e, LEDGER_GONE, "never sent");
		return err_set(&t->err, (enum err)r, "%s before %s %s was sent", err_name((enum err)r),
			       kind_info(want->kind)->title, want->name);
	}
	r = create_within(session, want, ret, &t->err);
	r = own_answer(session, want, ret, r, &t->err);
	if (*ret->id)
		ledger_created(l, e, ret->id);
	else if (r < 0 && !t->err.sent &&
		 (t->err.code == ERR_UNSUPPORTED || t->err.code == ERR_NETWORK))
		ledger_note(l, e, LEDGER_GONE, "never sent");
	else if (r < 0 && refused(&t->err) && !t->err.resent)
		e->refused = true;
	else
		ledger_note(l, e, LEDGER_UNKNOWN, r < 0 ? t->err.text : "no id was answered");
	/* Without a name its id is all that finds it again. */
	if (*ret->id && !*want->name)
		(void)emit_sync();
	return r < 0 ? err_context(&t->err, "creating %s %s", kind_info(want->kind)->title, want->name) :
	       r;
}

CO_FN int tc_create_as(struct tc *t, struct cloud *session, struct resource *want,
		       struct resource *ret)
{
	if (!*want->name)
		tc_name(t, want->kind, want->name);
	return create(t, session, want, ret);
}

CO_FN int tc_create_unnamed(struct tc *t, struct resource *want, struct resource *ret)
{
	want->name[0] = '\0';
	return create(t, t->cloud, want, ret);
}

CO_FN int tc_create(struct tc *t, struct resource *want, struct resource *ret)
{
	return tc_create_as(t, t->cloud, want, ret);
}

CO_FN int tc_send_destroy(struct tc *t, const struct resource *r)
{
	struct ledger_entry *e = ledger_find(&t->p->ledger, r->kind, r->id);
	struct ref ref = resource_ref(r);

	if (!e && site_has(t, r))
		return err_set(&t->err, ERR_HARNESS, "%s %s is shared by the cases of the run and not a "
			       "case's to delete", kind_info(r->kind)->title, r->name);
	if (e)
		ledger_note(&t->p->ledger, e, LEDGER_DELETE_SENT, NULL);
	return destroy_within(t->cloud, &ref, &t->err);
}

CO_FN int tc_destroy(struct tc *t, const struct resource *r)
{
	struct ledger_entry *e = ledger_find(&t->p->ledger, r->kind, r->id);
	int got = tc_send_destroy(t, r);

	if (got == ERR_OK)
		got = tc_wait(t, r, STATE_GONE, NULL, NULL);
	if (got == ERR_OK && e)
		ledger_note(&t->p->ledger, e, LEDGER_GONE, NULL);
	return got;
}

void tc_journal_wait(struct tc *t, const char *what, const struct wait_log *log)
{
	struct str s = { 0 };

	member_text(&s, "type", "wait");
	member_int(&s, "row", t->p->row);
	member_int(&s, "attempt", t->p->attempt);
	member_text(&s, "what", what);
	member_int(&s, "polls", log->polls);
	member_int(&s, "same", log->same);
	member_int(&s, "ms", log->ms);
	emit_event_soon(t->p->row, &s);
	str_release(&s);
}

/* Apart from tc_wait(), whose frame stays on the stack while it waits. */
static __attribute__((noinline)) void journal_wait(struct tc *t, const struct resource *r,
						   enum state want, const struct wait_log *log)
{
	char what[300];

	snprintf(what, sizeof(what), "%s %.100s: %s", kind_info(r->kind)->title, r->name,
		 state_name(want));
	tc_journal_wait(t, what, log);
}

CO_FN int tc_wait(struct tc *t, const struct resource *r, enum state want, struct resource *ret,
		  struct wait_log *log)
{
	struct wait_log own;
	struct ref ref = resource_ref(r);
	struct co_hold hold;
	int64_t deadline_s = want == STATE_GONE ? t->cfg->delete_deadline_s :
			     cloud_deadline_s(t->cloud, r->kind);
	int got;

	if (!log)
		log = &own;
	co_deadline_hold(&hold);
	got = cloud_wait(t->cloud, &ref, want, deadline_s, ret, log, &t->err);
	co_deadline_resume(&hold);
	journal_wait(t, r, want, log);
	return got;
}

CO_FN int tc_get(struct tc *t, const struct resource *r, struct resource *ret)
{
	struct ref ref = resource_ref(r);

	return cloud_get(t->cloud, &ref, ret, &t->err);
}

CO_FN int tc_list(struct tc *t, enum kind kind, const char *parent, struct resource_list *ret)
{
	return cloud_list(t->cloud, kind, parent, ret, &t->err);
}

CO_FN int tc_act(struct tc *t, const struct resource *r, enum action action,
		 const struct resource *object)
{
	bool routes = object && (action == ACT_JOIN || action == ACT_PART);
	struct ref ref = resource_ref(r);

	if (tc_is_given(t, r) || (routes && tc_is_given(t, object)))
		return err_set(&t->err, ERR_HARNESS, "the case would change what existing: names");
	return cloud_act(t->cloud, &ref, action, object, &t->err);
}

CO_FN int tc_quotas(struct tc *t, struct cloud *session, struct quota ret[KIND_COUNT])
{
	const struct driver *d = cloud_driver(session);

	for (int k = 0; k < KIND_COUNT; k++)
		ret[k] = (struct quota){ -1, -1 };
	if (!d->quotas)
		return err_set(&t->err, ERR_UNSUPPORTED, "%s: quotas are not offered", d->title);
	return d->quotas(session, ret, &t->err);
}

/* ---- addresses ---- */

const char *tc_cidr(struct tc *t, char to[ADDR_LEN])
{
	uint32_t net = 0;
	unsigned bits = 16, slots;
	struct in_addr in;

	cidr_parse(t->cfg->cidr_pool, &net, &bits);
	slots = bits >= 20 ? 1 : 1u << (20 - bits);
	in.s_addr = htonl(net + (t->p->pool_slot % slots << 12));
	inet_ntop(AF_INET, &in, to, ADDR_LEN);
	str_copy(to + strlen(to), ADDR_LEN - strlen(to), "/20");
	return to;
}

const char *tc_subnet_cidr(struct tc *t, unsigned n, char to[ADDR_LEN])
{
	uint32_t net = 0;
	unsigned bits;
	struct in_addr in;

	tc_cidr(t, to);
	cidr_parse(to, &net, &bits);
	in.s_addr = htonl(net + (n % 16 << 8));
	inet_ntop(AF_INET, &in, to, ADDR_LEN);
	str_copy(to + strlen(to), ADDR_LEN - strlen(to), "/24");
	return to;
}

/* ---- fixtures ---- */

CO_FN int tc_keypair(struct tc *t, struct resource *ret)
{
	struct resource want;

	int r;

	resource_init(&want, KIND_KEYPAIR);
	r = tc_create(t, &want, ret);
	if (r == ERR_OK)
		t->p->login = ret->keypair.private_key;
	return r;
}

CO_FN int tc_vpc(struct tc *t, struct resource *ret)
{
	struct resource want;

	resource_init(&want, KIND_VPC);
	if (cloud_driver(t->cloud)->caps & CAN(VPC_CIDR) &&
	    t->cfg->ics[CAP_BIT_VPC_CIDR] != CLAIM_UNSUPPORTED)
		tc_cidr(t, want.vpc.cidr);
	return tc_create(t, &want, ret);
}

/* What the target lets cases use; false: nothing of the kind. */
static bool existing(const struct tc *t, enum kind kind, struct resource *ret)
{
	const char *id = t->test->any_vpc || t->test->any_site ? t->cfg->existing[kind] : NULL;

	resource_init(ret, kind);
	str_copy(ret->id, sizeof(ret->id), id);
	return *ret->id;
}

static bool shares(const struct tc *t) { return t->test->any_site && t->p->site; }

CO_FN int tc_given_vpc(struct tc *t, struct resource *ret)
{
	struct resource given;

	return existing(t, KIND_VPC, &given) ? tc_get(t, &given, ret) : tc_vpc(t, ret);
}

CO_FN int tc_some_vpc(struct tc *t, struct resource *ret)
{
	return shares(t) ? site_vpc(t, ret) : tc_given_vpc(t, ret);
}

/* A /24 of the pool, of its own for each row: rows share the network. */
static void block_cidr(struct tc *t, char to[ADDR_LEN])
{
	uint32_t net = 0;
	unsigned bits = 16;
	struct in_addr in;

	cidr_parse(t->cfg->cidr_pool, &net, &bits);
	in.s_addr = htonl(net + (t->p->pool_slot % (1u << (24 - bits)) << 8));
	inet_ntop(AF_INET, &in, to, ADDR_LEN);
	str_copy(to + strlen(to), ADDR_LEN - strlen(to), "/24");
}

/* In a network that is there already: its subnet, or one of ours. */
CO_FN int tc_some_subnet(struct tc *t, const struct resource *vpc, struct resource *ret)
{
	struct resource given, want;

	if (!existing(t, KIND_VPC, &given))
		return tc_subnet(t, vpc, ret);
	if (existing(t, KIND_SUBNET, &given)) {
		str_copy(given.parent, sizeof(given.parent), vpc->id);
		return tc_get(t, &given, ret);
	}
	resource_init(&want, KIND_SUBNET);
	str_copy(want.parent, sizeof(want.parent), vpc->id);
	block_cidr(t, want.subnet.cidr);
	return tc_create(t, &want, ret);
}

CO_FN int tc_subnet(struct tc *t, const struct resource *vpc, struct resource *ret)
{
	struct resource want;

	resource_init(&want, KIND_SUBNET);
	str_copy(want.parent, sizeof(want.parent), vpc->id);
	tc_subnet_cidr(t, 1, want.subnet.cidr);
	return tc_create(t, &want, ret);
}

void rule_set(struct rule *u, const char *direction, const char *protocol, int from, int to,
	      const char *cidr)
{
	str_copy(u->direction, sizeof(u->direction), direction);
	str_copy(u->protocol, sizeof(u->protocol), protocol);
	u->from = from;
	u->to = to;
	str_copy(u->cidr, sizeof(u->cidr), cidr);
}

bool rule_in(const struct resource *sg, const struct rule *u)
{
	for (int64_t i = 0; i < sg->sg.rule_count && i < RULES_MAX; i++)
		if (rule_eq(&sg->sg.rules[i], u))
			return true;
	return false;
}

CO_FN int tc_sg(struct tc *t, const struct resource *vpc, struct resource *ret)
{
	struct resource want;

	resource_init(&want, KIND_SG);
	if (t->dialect->sg_in_vpc)
		str_copy(want.parent, sizeof(want.parent), vpc->id);
	rule_set(&want.sg.rules[0], "inbound", "tcp", 22, 22, "0.0.0.0/0");
	want.sg.rule_count = 1;
	return tc_create(t, &want, ret);
}

CO_FN int tc_site(struct tc *t, struct tc_site *ret)
{
	int r;

	if (shares(t))
		return site_whole(t, ret);
	r = tc_given_vpc(t, &ret->vpc);
	if (r == ERR_OK)
		r = tc_some_subnet(t, &ret->vpc, &ret->subnet);
	if (r == ERR_OK)
		r = tc_sg(t, &ret->vpc, &ret->sg);
	if (r == ERR_OK)
		r = tc_keypair(t, &ret->keypair);
	return r;
}

void tc_vm_want(struct tc *t, const struct tc_site *site, struct resource *want)
{
	resource_init(want, KIND_VM);
	str_copy(want->vm.image, ID_MAX, t->cfg->image);
	str_copy(want->vm.spec, ID_MAX, t->cfg->spec);
	str_copy(want->vm.vpc, ID_MAX, site->vpc.id);
	str_copy(want->vm.subnet, ID_MAX, site->subnet.id);
	str_copy(want->vm.keypair, ID_MAX, site->keypair.id);
	str_copy(want->vm.sgs[0], ID_MAX, site->sg.id);
	str_copy(want->vm.zone, sizeof(want->vm.zone), t->cfg->zone);
}

CO_FN int tc_vm(struct tc *t, const struct tc_site *site, struct resource *ret)
{
	struct resource want, made;
	int r;

	tc_vm_want(t, site, &want);
	r = tc_create(t, &want, &made);
	if (r < 0)
		return r;
	return tc_wait(t, &made, STATE_RUNNING, ret, NULL);
}

void tc_disk_want(struct tc *t, struct resource *want)
{
	resource_init(want, KIND_DISK);
	want->disk.size_gb = t->cfg->disk_gb;
	str_copy(want->disk.zone, sizeof(want->disk.zone), t->cfg->disk_zone);
	if (!*want->disk.zone && !t->dialect->disk_zones_apart)
		str_copy(want->disk.zone, sizeof(want->disk.zone), t->cfg->zone);
}

CO_FN int tc_disk(struct tc *t, struct resource *ret)
{
	struct resource want, made;
	int r;

	tc_disk_want(t, &want);
	r = tc_create(t, &want, &made);
	return r < 0 ? r : tc_wait(t, &made, STATE_AVAILABLE, ret, NULL);
}

CO_FN int tc_taggable(struct tc *t, struct resource *ret)
{
	uint32_t may = t->dialect->taggable;
	int kind = t->cfg->tag_on ? t->cfg->tag_on : may & KIND_BIT(KIND_VPC) ? KIND_VPC :
		   may & KIND_BIT(KIND_DISK) ? KIND_DISK : KIND_VM;
	struct tc_site *site;
	int r;

	if (kind != KIND_VM && !(may & KIND_BIT(kind)))
		return err_set(&t->err, ERR_CONFIG, "%s: ixit: tag_on: found %s; wanted a kind that may bear "
			       "tags in this API", t->cfg->file, kind_info((enum kind)kind)->name);
	site = xcalloc(1, sizeof(*site));
	r = tc_make(t, (enum kind)kind, site, ret);
	free(site);
	return r;
}

int tc_tag_want(struct tc *t, const struct resource *on, const char *value, struct resource *want)
{
	resource_init(want, KIND_TAG);
	str_copy(want->tag.value, sizeof(want->tag.value), value);
	return tag_parent(on->kind, on->id, want->parent) ? ERR_OK :
	       err_set(&t->err, ERR_HARNESS, "the id %s is too long to be tagged", on->id);
}

/* ---- what most kinds promise alike ---- */

void tc_unknown(struct tc *t, enum kind kind, struct resource *ret)
{
	unsigned char noise[16];
	char name[NAME_LEN];

	resource_init(ret, kind);
	if (t->dialect->name_is_id & KIND_BIT(kind)) {
		str_copy(ret->id, sizeof(ret->id), tc_name(t, kind, name));
		return;
	}
	random_bytes(noise, sizeof(noise));
	snprintf(ret->id, sizeof(ret->id),
		 "%02x%02x%02x%02x-%02x%02x-4%x%02x-8%x%02x-%02x%02x%02x%02x%02x%02x", noise[0],
		 noise[1], noise[2], noise[3], noise[4], noise[5], noise[6] & 15, noise[7],
		 noise[8] & 15, noise[9], noise[10], noise[11], noise[12], noise[13], noise[14],
		 noise[15]);
}

CO_FN void tc_check_absent(struct tc *t, const char *req, const struct resource *r)
{
	struct ref ref = resource_ref(r);
	struct resource seen;
	int got;

	CHECK_REFUSED(t, req, "read what is not there", tc_get(t, r, &seen), ERR_NOT_FOUND);
	if (cloud_read_only(t->cloud))
		return;
	got = cloud_destroy(t->cloud, &ref, &t->err);
	if (t->dialect->delete_missing == EXPECT_REFUSED || got < 0)
		CHECK_REFUSED(t, req, "delete what is not there", got, ERR_NOT_FOUND);
	else
		CHECK(t, req, "delete what is not there", true, "accepted without effect", "accepted");
}
