/* The data plane in a case: making guests, and asking who answers. */
#include "tc/guest.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "base/clock.h"
#include "base/digest.h"
#include "tc/private.h"

enum { LOOK_MS = 1000 };	/* between two looks */
enum { QUESTION_MS = 5000, QUESTION_LOOPBACK_MS = 1000, QUESTION_LEAST_MS = 400 };

int tc_guest_port(const struct tc *t) { return guest_port(&t->cfg->guest, 0); }

static bool asked_privately(const struct tc *t)
{
	return t->cfg->guest.private_address;
}

/* ---- making ---- */

void tc_guest_rule(const struct tc *t, int from, int to, struct rule *ret)
{
	rule_set(ret, "inbound", "tcp", from, to, t->cfg->guest.source);
}

/*
 * A guest asks its cloud who it is, and others when it is told to: it must get out.  Where
 * new groups have no rule for that, what lets it out without one ends, by some APIs, with
 * the first outbound rule.
 */
static bool needs_way_out(const struct tc *t, const struct rule rules[], size_t n)
{
	bool names_one = false;

	for (size_t i = 0; i < n; i++)
		names_one = names_one || !strcmp(rules[i].direction, "outbound");
	return t->cfg->guest.egress_denied || (names_one && !t->dialect->default_egress);
}

CO_FN int tc_guest_sg(struct tc *t, const struct resource *vpc, const struct rule rules[], size_t n,
		      struct resource *ret)
{
	int login = guest_control_port(&t->cfg->guest);
	struct resource want;

	resource_init(&want, KIND_SG);
	if (t->dialect->sg_in_vpc)
		str_copy(want.parent, sizeof(want.parent), vpc->id);
	memcpy(want.sg.rules, rules, n * sizeof(*rules));
	if (login)
		tc_guest_rule(t, login, login, &want.sg.rules[n++]);
	if (needs_way_out(t, want.sg.rules, n))
		rule_set(&want.sg.rules[n++], "outbound", "all", -1, -1, "0.0.0.0/0");
	want.sg.rule_count = (int64_t)n;
	return tc_create(t, &want, ret);
}

/* Where a public address needs it: a router between subnet and outside. */
static CO_FN int way_out(struct tc *t, const struct resource *subnet)
{
	struct resource want, router;
	int r;

	if (!t->dialect->needs_router || asked_privately(t))
		return ERR_OK;
	resource_init(&want, KIND_ROUTER);
	str_copy(want.router.external_network, ID_MAX, t->cfg->external_network);
	r = tc_create(t, &want, &router);
	return r < 0 ? r : tc_act(t, &router, ACT_JOIN, subnet);
}

/* Network, subnet and the way out; that of a subnet which is there already is not ours to
 * make. */
static CO_FN int place(struct tc *t, struct tc_site *ret)
{
	int r = tc_some_vpc(t, &ret->vpc);

	if (r == ERR_OK)
		r = tc_some_subnet(t, &ret->vpc, &ret->subnet);
	return r < 0 || !ledger_find(&t->p->ledger, KIND_SUBNET, ret->subnet.id) ?
	       r : way_out(t, &ret->subnet);
}

static CO_FN int guard(struct tc *t, const struct rule rules[], size_t n, struct tc_site *ret)
{
	int r = tc_guest_sg(t, &ret->vpc, rules, n, &ret->sg);

	return r < 0 ? r : tc_keypair(t, &ret->keypair);
}

CO_FN int tc_login_site(struct tc *t, struct tc_site *ret)
{
	const struct rule none = { 0 };
	int r = place(t, ret);

	return r < 0 ? r : tc_guest_sg(t, &ret->vpc, &none, 0, &ret->sg);
}

CO_FN int tc_guest_site(struct tc *t, const struct rule rules[], size_t n, struct tc_site *ret)
{
	int r = place(t, ret);

	return r < 0 ? r : guard(t, rules, n, ret);
}

CO_FN int tc_guest_open_site(struct tc *t, struct tc_site *ret)
{
	struct rule both;

	tc_guest_rule(t, tc_guest_port(t), tc_guest_port(t) + 1, &both);
	return tc_guest_site(t, &both, 1, ret);
}

CO_FN int tc_guest_inner_site(struct tc *t, struct tc_site *ret, struct rule *inner)
{
	int port = tc_guest_port(t), r = place(t, ret);
	struct rule rules[2];

	if (r < 0)
		return r;
	tc_guest_rule(t, port, port + 1, &rules[0]);
	rule_set(&rules[1], "inbound", "tcp", port, port, ret->subnet.subnet.cidr);
	*inner = rules[1];
	return guard(t, rules, 2, ret);
}

void tc_guest_want(struct tc *t, const struct tc_site *site, struct resource *want)
{
	tc_vm_want(t, site, want);
	if (*t->cfg->guest.image)
		str_copy(want->vm.image, ID_MAX, t->cfg->guest.image);
}

/* A question may take its time, less on loopback, and on a target whose time is scaled no
 * less than what a busy machine needs.  Without a way to the new address the old one stays. */
static int open_way(struct tc *t, struct tc_guest *g, const char *at)
{
	int64_t bound_ms = cloud_scaled_ms(t->cloud, t->cfg->embedded ? QUESTION_LOOPBACK_MS :
							      QUESTION_MS);
	struct guest_way way = {
		.cfg = &t->cfg->guest, .address = at, .user_agent = cloud_user_agent(t->cloud),
		.vm = g->vm.id, .key = g->key,
		.timeout_ms = bound_ms > QUESTION_LEAST_MS ? bound_ms : QUESTION_LEAST_MS,
		.observer = cloud_observed, .observer_arg = t->cloud,
	};
	struct guest *fresh;
	int r = guest_open(cloud_loop(t->cloud), &way, &fresh, &t->err);

	if (r < 0)
		return r;
	guest_close(g->way);
	g->way = fresh;
	str_copy(g->at, sizeof(g->at), at);
	return r;
}

CO_FN int tc_guest(struct tc *t, const struct resource *vm, const char *at, struct tc_guest **ret)
{
	struct tc_guest *g = xcalloc(1, sizeof(*g));
	int r;

	g->vm = *vm;
	g->key = t->p->login;
	r = open_way(t, g, at);
	if (r < 0) {
		free(g);
		return r;
	}
	g->next = t->p->guests;
	t->p->guests = *ret = g;
	return ERR_OK;
}

int tc_guest_by_key(struct tc *t, struct tc_guest *g, struct secret key)
{
	struct secret before = g->key;
	char at[ADDR_LEN];
	int r;

	str_copy(at, sizeof(at), g->at);
	g->key = key;
	r = open_way(t, g, at);
	if (r < 0)
		g->key = before;
	return r;
}

void tc_guests_free(struct tc_private *p)
{
	while (p->guests) {
		struct tc_guest *g = p->guests;

		p->guests = g->next;
		guest_close(g->way);
		free(g);
	}
}

/* A public address of its own, for a VM that is given none unasked. */
static CO_FN int bind_address(struct tc *t, const struct resource *vm, struct resource *address)
{
	struct resource want;
	int r;

	resource_init(&want, KIND_ADDRESS);
	str_copy(want.address.external_network, ID_MAX, t->cfg->external_network);
	r = tc_create(t, &want, address);
	return r < 0 ? r : tc_act(t, address, ACT_BIND, vm);
}

/* A VM that runs may show the address it was given a moment later. */
static CO_FN int await_address(struct tc *t, struct resource *vm)
{
	int64_t end_us = clock_mono_us() +
			 cloud_scaled_ms(t->cloud, t->cfg->guest.rule_lag_s * 1000) * 1000;
	struct resource seen;
	int r = ERR_OK;

	while (r == ERR_OK && !*vm->vm.public_ip && clock_mono_us() < end_us) {
		r = co_sleep(cloud_scaled_ms(t->cloud, LOOK_MS));
		if (r == ERR_OK)
			r = tc_get(t, vm, &seen);
		if (r == ERR_OK)
			*vm = seen;
	}
	return r;
}

CO_FN int tc_guest_made(struct tc *t, struct resource *want, struct tc_guest **ret)
{
	bool bound = !asked_privately(t) && !t->dialect->public_ip_on_create;
	struct resource *made = xcalloc(3, sizeof(*made)), *vm = made + 1, *address = made + 2;
	int r = tc_create(t, want, made);

	if (r == ERR_OK)
		r = tc_wait(t, made, STATE_RUNNING, vm, NULL);
	if (r == ERR_OK && bound)
		r = bind_address(t, vm, address);
	else if (r == ERR_OK && !asked_privately(t))
		r = await_address(t, vm);
	if (r == ERR_OK)
		r = tc_guest(t, vm, bound ? address->address.ip : asked_privately(t) ?
			     vm->vm.private_ip : vm->vm.public_ip, ret);
	if (r == ERR_OK)
		(*ret)->address = *address;
	free(made);
	return r;
}

CO_FN int tc_guest_vm(struct tc *t, const struct tc_site *site, struct tc_guest **ret)
{
	struct resource want;

	tc_guest_want(t, site, &want);
	return tc_guest_made(t, &want, ret);
}

CO_FN int tc_guest_bare(struct tc *t, const struct tc_site *site, struct resource *ret)
{
	struct resource want, made;
	int r;

	tc_guest_want(t, site, &want);
	r = tc_create(t, &want, &made);
	return r < 0 ? r : tc_wait(t, &made, STATE_RUNNING, ret, NULL);
}

CO_FN int tc_guest_again(struct tc *t, struct tc_guest *g)
{
	struct resource seen;
	int r = tc_get(t, &g->vm, &seen);

	if (r < 0)
		return r;
	g->vm = seen;
	g->let_go = false;
	if (*g->address.id || asked_privately(t) || !*g->vm.vm.public_ip ||
	    !strcmp(g->at, g->vm.vm.public_ip))
		return r;
	return open_way(t, g, g->vm.vm.public_ip);
}

CO_FN int tc_guest_act(struct tc *t, struct tc_guest *g, enum action action, enum state want)
{
	int r = tc_act(t, &g->vm, action, NULL);

	if (r == ERR_OK)
		r = tc_wait(t, &g->vm, want, NULL, NULL);
	if (r == ERR_OK)
		r = tc_guest_again(t, g);
	/* A cloud may take back what it gave unasked while the VM does not run. */
	g->let_go = want != STATE_RUNNING && !*g->address.id;
	return r;
}

/* ---- looking ---- */

struct look {
	int64_t since_us, limit_ms;
	unsigned count;
	int r;
};

static void look_begin(struct tc *t, struct look *l, int64_t limit_s)
{
	*l = (struct look){ .since_us = clock_mono_us(),
			    .limit_ms = cloud_scaled_ms(t->cloud, limit_s * 1000) };
}

static int64_t looked_ms(const struct look *l) { return (clock_mono_us() - l->since_us) / 1000; }

static CO_FN bool moment(struct tc *t)
{
	return co_sleep(cloud_scaled_ms(t->cloud, LOOK_MS)) == ERR_OK;
}

/* Waits a moment; false when looking again makes no sense. */
static CO_FN bool look_again(struct tc *t, struct look *l)
{
	if (l->r == ERR_CANCELLED || l->r == ERR_HARNESS || looked_ms(l) >= l->limit_ms)
		return false;
	return moment(t);
}

/* Of one form: letters and digits where the other has some. */
static bool comparable(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if (!isalnum((unsigned char)*a) != !isalnum((unsigned char)*b))
			return false;
	return *a == *b;
}

/* The first label of a host name. */
static bool is_label(const char *host, const char *name)
{
	size_t n = strcspn(host, ".");

	return n && !strncasecmp(host, name, n) && !name[n];
}

/*
 * By its id where the guest knows the one that the API shows; some images learn another
 * one, which has another form.  Else by its host name, whole or its first label: the name
 * of the VM, or the provider's, which some APIs show as its id or at the end of that.
 */
bool tc_guest_is(const struct guest_who *who, const struct resource *vm)
{
	const char *slash = strrchr(vm->native, '/');

	if (!strcmp(who->id, vm->id) || (*vm->native && !strcmp(who->id, vm->native)))
		return true;
	if (comparable(who->id, *vm->native ? vm->native : vm->id))
		return false;
	return is_label(who->name, vm->name) || is_label(who->name, slash ? slash + 1 : vm->native);
}

/* Errors that say something about who answers; the others are ours or the target file's. */
static bool says_who(int r)
{
	return r == ERR_OK || r == ERR_NETWORK || r == ERR_PROTOCOL || r == ERR_UNAVAILABLE ||
	       r == ERR_TIMEOUT;
}

static void seen_text(const struct tc *t, const struct look *l, const struct guest_who *who,
		      char to[700])
{
	if (l->r == ERR_OK)
		snprintf(to, 700, "VM %s (%s) answers, boot %s, after %lld ms", who->name, who->id,
			 who->boot, (long long)looked_ms(l));
	else
		snprintf(to, 700, "%s after %lld ms and %u looks: %s",
			 l->r == ERR_NETWORK ? "nobody answers" : err_name((enum err)l->r),
			 (long long)looked_ms(l), l->count, t->err.text);
}

static void journal_look(struct tc *t, const char *what, const struct look *l)
{
	struct wait_log log = { .polls = l->count, .same = l->count > 2 ? l->count - 2 : 0,
				.ms = looked_ms(l) };

	tc_journal_wait(t, what, &log);
}

/* old: a boot that must be over, or NULL. */
struct want { int nth; int64_t limit_s; const char *old; };

static bool wanted(const struct tc_guest *g, const struct look *l, const struct want *w)
{
	return l->r == ERR_OK && tc_guest_is(&g->who, &g->vm) &&
	       (!w->old || strcmp(w->old, g->who.boot));
}

/* Where nobody answers, the VM may have got another address: what the first error said
 * stays. */
static CO_FN bool follow(struct tc *t, struct tc_guest *g, const struct look *l)
{
	struct error kept = t->err;

	if (l->r == ERR_NETWORK && !*g->address.id && !asked_privately(t))
		(void)tc_guest_again(t, g);
	t->err = kept;
	return true;
}

/* Looks until the VM itself answers; another's answer ends it only with the time. */
static CO_FN bool check_answers(struct tc *t, const char *req, const char *what,
				struct tc_guest *g, const struct want *w)
{
	struct co_hold hold;
	struct look l;
	char want[NAME_LEN + ID_MAX + 160], seen[700];

	look_begin(t, &l, w->limit_s);
	co_deadline_hold(&hold);
	do {
		l.count++;
		l.r = guest_who(g->way, tc_guest_port(t) + w->nth, &g->who, &t->err);
	} while (!wanted(g, &l, w) && look_again(t, &l) && follow(t, g, &l));
	co_deadline_resume(&hold);
	journal_look(t, what, &l);
	if (!says_who(l.r))
		return tc_stimulus(t, req, what, l.r, AT);
	snprintf(want, sizeof(want), "VM %s (%s) answers%s%s", g->vm.name, g->vm.id,
		 w->old ? ", boot not " : "", w->old ? w->old : "");
	seen_text(t, &l, &g->who, seen);
	return tc_check(t, req, what, wanted(g, &l, w), want, seen, AT);
}

CO_FN bool tc_check_reachable(struct tc *t, const char *req, const char *what, struct tc_guest *g,
			      int nth)
{
	const struct want w = { nth, t->cfg->guest.boot_s, NULL };

	return check_answers(t, req, what, g, &w);
}

CO_FN bool tc_check_rebooted(struct tc *t, const char *req, const char *what, struct tc_guest *g,
			     const char *old)
{
	const struct want w = { 0, t->cfg->guest.boot_s, old };

	return check_answers(t, req, what, g, &w);
}

CO_FN bool tc_check_opened(struct tc *t, const char *req, const char *what, struct tc_guest *g,
			   int nth)
{
	const struct want w = { nth, t->cfg->guest.rule_lag_s, NULL };

	return check_answers(t, req, what, g, &w);
}

/* So many in a row: one question may be lost, and rules may be loaded anew. */
enum { SILENT_LOOKS = 3 };

CO_FN bool tc_check_unreachable(struct tc *t, const char *req, const char *what,
				struct tc_guest *g, int nth)
{
	struct guest_who who;
	struct co_hold hold;
	struct look l;
	unsigned silent = 0;
	bool another;
	char seen[700];

	look_begin(t, &l, t->cfg->guest.rule_lag_s);
	co_deadline_hold(&hold);
	do {
		l.count++;
		l.r = guest_who(g->way, tc_guest_port(t) + nth, &who, &t->err);
		another = l.r == ERR_OK && g->let_go && !tc_guest_is(&who, &g->vm);
		silent = l.r == ERR_NETWORK || another ? silent + 1 : 0;
	} while (silent < SILENT_LOOKS && (silent ? moment(t) : look_again(t, &l)));
	co_deadline_resume(&hold);
	journal_look(t, what, &l);
	if (!says_who(l.r))
		return tc_stimulus(t, req, what, l.r, AT);
	seen_text(t, &l, &who, seen);
	return tc_check(t, req, what, silent >= SILENT_LOOKS, "nobody answers, three times in a row",
			seen, AT);
}

CO_FN void tc_check_can_open(struct tc *t, const char *req, const struct tc_site *site,
			     struct tc_guest *g, int nth)
{
	struct resource rule;

	if (t->cfg->ics[CAP_BIT_SG_CHANGE] == CLAIM_UNSUPPORTED)
		return;
	resource_init(&rule, KIND_SG);
	rule.sg.rule_count = 1;
	tc_guest_rule(t, tc_guest_port(t) + nth, tc_guest_port(t) + nth, &rule.sg.rules[0]);
	CALL(t, req, "add a rule that does open it", tc_act(t, &site->sg, ACT_ADD_RULE, &rule));
	tc_check_opened(t, req, "it listens there: now it answers", g, nth);
}

CO_FN bool tc_check_reaches(struct tc *t, const char *req, const char *what,
			    struct tc_guest *from, struct tc_guest *to, bool reaches)
{
	struct guest_who who;
	struct co_hold hold;
	struct look l;
	unsigned silent = 0;
	bool as_wanted;
	char want[NAME_LEN + ID_MAX + 80], seen[700];

	look_begin(t, &l, t->cfg->guest.rule_lag_s);
	co_deadline_hold(&hold);
	do {
		l.count++;
		l.r = guest_reach(from->way, to->vm.vm.private_ip, tc_guest_port(t), &who, &t->err);
		/* Whoever else answers at that address: who must reach nobody has reached it. */
		silent = l.r == ERR_NETWORK ? silent + 1 : 0;
		as_wanted = reaches ? l.r == ERR_OK && tc_guest_is(&who, &to->vm) :
				      silent >= SILENT_LOOKS;
	} while (!as_wanted && (silent && !reaches ? moment(t) : look_again(t, &l)));
	co_deadline_resume(&hold);
	journal_look(t, what, &l);
	/* The guest that was to look does not answer itself: that shows nothing of the other. */
	if (l.r != ERR_OK && l.r != ERR_NETWORK && l.r != ERR_PROTOCOL)
		return tc_stimulus(t, req, what, l.r, AT);
	snprintf(want, sizeof(want), "VM %s (%s) %s", to->vm.name, to->vm.id,
		 reaches ? "answers" : "does not answer, nor anybody else, three times in a row");
	seen_text(t, &l, &who, seen);
	return tc_check(t, req, what, as_wanted, want, seen, AT);
}
