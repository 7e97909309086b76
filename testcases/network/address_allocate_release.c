#include "tc/testcase.h"

/*
 * Public addresses are scarce and billed: one that cannot be listed or released
 * is paid for ever.
 */
static CO_FN void lifecycle(struct tc *t)
{
	struct resource want, address, seen;

	resource_init(&want, KIND_ADDRESS);
	str_copy(want.address.external_network, ID_MAX, t->cfg->external_network);
	CALL(t, "MCI-NET-06", "allocate a public address", tc_create(t, &want, &address));
	CALL(t, "MCI-NET-06", "read it", tc_get(t, &address, &seen));
	CHECK(t, "MCI-NET-06", "it is an address", *seen.address.ip != '\0', "an IP address",
	      *seen.address.ip ? seen.address.ip : "(absent)");
	CHECK_TEXT(t, "MCI-NET-06", "it stays the one that was allocated", address.address.ip,
		   seen.address.ip);
	CHECK_TEXT(t, "MCI-NET-06", "it is free", state_name(STATE_AVAILABLE), state_name(seen.state));
	tc_check_listed(t, "MCI-NET-06", &address, true);
	CALL(t, "MCI-NET-06", "release it and wait until it is gone", tc_destroy(t, &address));
	tc_check_listed(t, "MCI-NET-06", &address, false);
	tc_check_absent(t, "MCI-ERR-02", &address);
}

TESTCASE(address_lifecycle) {
	.id = "network.address.allocate-release",
	.title = "A public address can be allocated, read, listed and released",
	.purpose = "Check the life of a public address from allocation to release.",
	.verifies = REQS("MCI-NET-06", "MCI-ERR-02"),
	.needs = 0,
	.if_claimed = CAN(ADDRESS),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .addresses = 1, .requests = 24 },
	.timeout_s = 240,
	.run = lifecycle,
};
