#ifndef TESTCASES_VM_REACHES_H
#define TESTCASES_VM_REACHES_H

#include "tc/testcase.h"

/*
 * Waits for a state that lasts, and records it.  A VM that came to rest in
 * another one, or failed, breaks req; one that is still on its way when the
 * declared time is over breaks MCI-STM-03.
 */
static CO_FN bool vm_reaches(struct tc *t, const char *req, const struct resource *vm,
			     enum state want, struct resource *ret)
{
	const uint32_t on_its_way = 1u << STATE_CREATING | 1u << STATE_STARTING |
				    1u << STATE_STOPPING | 1u << STATE_REBOOTING |
				    1u << STATE_DELETING;
	struct wait_log log = { 0 };
	char what[60];
	int r = tc_wait(t, vm, want, ret, &log);
	bool late = r == ERR_TIMEOUT && log.count && on_its_way & 1u << log.order[log.count - 1];

	snprintf(what, sizeof(what), "wait until it is %s", state_name(want));
	return tc_stimulus(t, late ? "MCI-STM-03" : req, what, r, AT);
}

#endif
