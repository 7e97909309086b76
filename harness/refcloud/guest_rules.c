/* Who reaches a guest: its state and the rules of its security groups. */
#include "refcloud/guest.h"

#include <string.h>

int ref_guest_port(const struct refcloud *rc)
{
	return rc->cfg.guest_port ? rc->cfg.guest_port : GUEST_PORT;
}

int ref_guest_ears(const struct refcloud *rc)
{
	return rc->cfg.guest_sshd ? GUEST_EARS : GUEST_PORTS;
}

int ref_guest_ear_port(const struct refcloud *rc, int i)
{
	return ref_guest_port(rc) + (i == GUEST_EAR_SSH ? GUEST_SSH_ABOVE : i);
}

unsigned ref_guest_boots(const struct ref_guest *g)
{
	unsigned n = g->vm->acts[ACT_START] + g->vm->acts[ACT_REBOOT];

	if (fault_on(g->rc, KIND_VM, REF_REACH, -1, DO_NEW_ID))
		n += g->vm->acts[ACT_RESUME];
	return fault_on(g->rc, KIND_VM, REF_REACH, -1, DO_KEEP_FIRST) ? 0 : n;
}

enum guest_mode ref_guest_mode(const struct ref_guest *g)
{
	enum state s = g->vm->r.state;

	if (ref_guest_waives(g, s == STATE_DELETING || s == STATE_GONE ? "gone" : "state"))
		return GUEST_AWAKE;
	switch (s) {
	case STATE_RUNNING:
		return GUEST_AWAKE;
	case STATE_SUSPENDING: case STATE_SUSPENDED: case STATE_RESUMING:
		return GUEST_SILENT;
	default:
		return GUEST_DEAF;
	}
}

/* ---- rules ---- */

static bool opens_port(const struct ref_guest *g, const struct rule *u, int port)
{
	if (!strcmp(u->protocol, "all"))
		return true;
	if (strcmp(u->protocol, "tcp") && !ref_guest_waives(g, "protocol"))
		return false;
	return (u->from < 0 && u->to < 0) || (port >= u->from && port <= u->to) ||
	       ref_guest_waives(g, "port");
}

/* peer NULL: anybody. */
static bool opens(const struct ref_guest *g, const struct rule *u, const char *direction, int port,
		  const char *peer)
{
	return (!strcmp(u->direction, direction) || ref_guest_waives(g, "direction")) &&
	       opens_port(g, u, port) &&
	       (!peer || cidr_holds(u->cidr, peer) || ref_guest_waives(g, "source"));
}

static const struct ref_entry *group(const struct ref_guest *g, int i)
{
	const char *id = g->vm->r.vm.sgs[i];

	return *id ? store_by_id(g->rc, NULL, KIND_SG, id) : NULL;
}

/* All its groups together; *any: there was a rule of that direction at all. */
static bool allowed(const struct ref_guest *g, const char *direction, int port, const char *peer,
		    bool *any)
{
	*any = false;
	for (int n = 0; n < VM_SGS_MAX; n++) {
		const struct ref_entry *sg = group(g, n);

		for (int64_t i = 0; sg && i < sg->r.sg.rule_count && i < RULES_MAX; i++) {
			const struct rule *u = &sg->r.sg.rules[i];

			*any = *any || !strcmp(u->direction, direction);
			if (opens(g, u, direction, port, peer) && !ref_guest_ignores(g, n, u))
				return true;
		}
		for (size_t i = 0; sg && i < sg->removed_count; i++)
			if (opens(g, &sg->removed[i], direction, port, peer))
				return true;
	}
	return false;
}

static bool lets_in(const struct ref_guest *g, int port, const char *source)
{
	bool any;

	return ref_guest_waives(g, "rules") || allowed(g, "inbound", port, source, &any);
}

bool ref_guest_hears(const struct ref_guest *g, int port)
{
	return !ref_guest_refuses(g, "outside") && lets_in(g, port, NULL);
}

bool ref_guest_admits(const struct ref_guest *g, int port, const char *source)
{
	return lets_in(g, port, source);
}

static bool shut(const struct ref_guest *g)
{
	for (int n = 0; n < VM_SGS_MAX; n++)
		if (group(g, n) && group(g, n)->shut)
			return true;
	return g->rc->cfg.egress_denied;
}

/* Without an outbound rule everything may leave, unless a group is shut: such APIs show
 * the rule that opens it in a new group, or want one. */
static bool may_leave(const struct ref_guest *g, int port, const char *to)
{
	bool any;

	return allowed(g, "outbound", port, to, &any) || (!any && !shut(g)) ||
	       ref_guest_waives(g, "outbound");
}

bool ref_guest_learns(const struct ref_guest *g)
{
	return may_leave(g, 80, "169.254.169.254");
}

/* ---- inside ---- */

static bool answers(const struct ref_guest *to, const char *address, int port, const char *source)
{
	return !strcmp(to->vm->r.vm.private_ip, address) && ref_guest_mode(to) == GUEST_AWAKE &&
	       to->up && !ref_guest_refuses(to, "inside") && ref_guest_admits(to, port, source);
}

/* Private addresses mean something within one network only: another network may
 * have the same range. */
struct ref_guest *ref_guest_beyond(const struct ref_guest *g, const char *address, int port)
{
	const struct resource *from = &g->vm->r;
	int offset = port - ref_guest_port(g->rc);
	bool bridged = ref_guest_waives(g, "vpc");
	struct ref_guest *near = NULL;

	if (offset < 0 || offset >= GUEST_PORTS || !may_leave(g, port, address))
		return NULL;
	for (struct ref_guest *to = g->rc->guests; to; to = to->next) {
		bool same = !strcmp(to->vm->r.vm.vpc, from->vm.vpc);

		if (!same && !bridged)
			continue;
		if (!answers(to, address, port, from->vm.private_ip))
			continue;
		/* A bridge that leads to an address leads there first. */
		if (!same)
			return to;
		near = to;
	}
	return near;
}
