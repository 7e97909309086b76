/* States of a VM: into one, and what must not lead out of it. */
#include "tc/alike.h"

#include "tc/private.h"

CO_FN bool tc_vm_in_state(struct tc *t, const char *req, enum state state, struct tc_site *site,
			  struct resource *vm)
{
	bool stop = state == STATE_STOPPED;
	char what[80];

	*site = (struct tc_site){ 0 };
	if (!tc_stimulus(t, req, "make a VM and what it needs, and wait until it runs",
			 tc_make(t, KIND_VM, site, vm), AT))
		return false;
	if (state == STATE_RUNNING)
		return true;
	if (!tc_stimulus(t, req, stop ? "stop it" : "suspend it",
			 tc_act(t, vm, stop ? ACT_STOP : ACT_SUSPEND, NULL), AT))
		return false;
	snprintf(what, sizeof(what), "wait until it is %s", state_name(state));
	return tc_stimulus(t, req, what, tc_wait(t, vm, state, NULL, NULL), AT);
}

CO_FN void tc_check_illegal(struct tc *t, const char *req, const struct resource *vm,
			    enum action action, enum state stays)
{
	struct resource seen;
	char what[80];
	int r = tc_act(t, vm, action, NULL);

	snprintf(what, sizeof(what), "%s it although it is %s", action_name(action),
		 state_name(stays));
	if (t->dialect->illegal_action == EXPECT_REFUSED || r < 0)
		CHECK_REFUSED_AS(t, req, what, r, ERR_CONFLICT, ERR_INVALID);
	else
		CHECK(t, req, what, true, "refused, or without effect", "accepted");
	CALL(t, req, "read it", tc_get(t, vm, &seen));
	CHECK_TEXT(t, req, "its state stays", state_name(stays), state_name(seen.state));
}
