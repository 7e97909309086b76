#ifndef TESTCASES_SECURITY_SPOILED_H
#define TESTCASES_SECURITY_SPOILED_H

#include "tc/testcase.h"

/* Requests that are spoiled on purpose: refused as invalid (too much of it is over a limit
 * for some), and the service still answers. */
struct spoiled { enum probe probe; const char *what; };

static inline CO_FN void spoiled_refused(struct tc *t, const struct spoiled all[], size_t n)
{
	AUTO(resource_list) struct resource_list keys = { 0 };

	if (!cloud_driver(t->cloud)->probe) {
		tc_not_applicable(t, "MCI-SEC-07", "this driver cannot send spoiled requests");
		return;
	}
	for (size_t i = 0; i < n; i++)
		CHECK_REFUSED_AS(t, "MCI-SEC-07", all[i].what, tc_probe(t, all[i].probe), ERR_INVALID,
				 all[i].probe == PROBE_HUGE ? ERR_QUOTA : ERR_INVALID);
	CALL(t, "MCI-SEC-07", "list the key pairs after that", tc_list(t, KIND_KEYPAIR, NULL, &keys));
}

#endif
