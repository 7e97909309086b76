#ifndef TESTCASES_NETWORK_ADDRESS_H
#define TESTCASES_NETWORK_ADDRESS_H

#include <stdio.h>

#include "base/clock.h"
#include "tc/testcase.h"

/* What cases about public addresses do first and look at last. */

__attribute__((noinline, unused)) static CO_FN int address_make(struct tc *t, struct resource *ret)
{
	struct tc_site none = { 0 };

	return tc_make(t, KIND_ADDRESS, &none, ret);
}

/* Where a public address needs it: a router between subnet and outside. */
__attribute__((noinline, unused)) static CO_FN bool address_way(struct tc *t, const char *req,
								 const struct tc_site *site)
{
	struct resource want, router;

	if (!t->dialect->needs_router)
		return true;
	tc_want(t, KIND_ROUTER, site, &want);
	return tc_stimulus(t, req, "create a router", tc_create(t, &want, &router), AT) &&
	       tc_stimulus(t, req, "join the subnet", tc_act(t, &router, ACT_JOIN, &site->subnet),
			   AT);
}

/*
 * Whether the VM shows that public address.  The network tells the compute
 * service of it: within the time that the dialect, or the target, gives it.
 */
__attribute__((noinline, unused)) static CO_FN void check_vm_shows(struct tc *t, const char *req,
		const char *what, const struct resource *vm, const char *ip, bool shown)
{
	int64_t said_s = t->cfg->address_lag_s < 0 ? t->dialect->vm_address_lag_s :
						     t->cfg->address_lag_s;
	int64_t lag_s = t->cfg->consistency_s > said_s ? t->cfg->consistency_s : said_s;
	int64_t end = clock_mono_us() + cloud_scaled_ms(t->cloud, lag_s * 1000) * 1000;
	struct resource seen;
	bool is;

	for (;;) {
		if (!tc_stimulus(t, req, "read the VM", tc_get(t, vm, &seen), AT))
			return;
		is = !strcmp(seen.vm.public_ip, ip);
		if (is == shown || clock_mono_us() >= end ||
		    co_sleep(cloud_scaled_ms(t->cloud, 3000)) < 0)
			break;
	}
	CHECK(t, req, what, is == shown, shown ? ip : "another one, or none",
	      *seen.vm.public_ip ? seen.vm.public_ip : "(absent)");
}

/* Free, or bound to that VM. */
__attribute__((noinline, unused)) static CO_FN void check_bound_to(struct tc *t, const char *req,
					const struct resource *address, const char *vm)
{
	struct resource seen;

	if (!tc_stimulus(t, req, "read the address", tc_get(t, address, &seen), AT))
		return;
	CHECK_TEXT(t, req, "the VM that the address names", *vm ? vm : "(none)",
		   *seen.address.vm ? seen.address.vm : "(none)");
	CHECK_TEXT(t, req, "the state of the address", state_name(*vm ? STATE_BOUND : STATE_AVAILABLE),
		   state_name(seen.state));
}

#endif
