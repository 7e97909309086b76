#include "rules.h"

/*
 * A router to nowhere is accepted, joined, and every packet is lost: the wrong
 * id must be refused when it is given.
 */
static CO_FN void nowhere(struct tc *t)
{
	struct resource want, nobody;

	tc_unknown(t, KIND_VPC, &nobody);
	resource_init(&want, KIND_ROUTER);
	str_copy(want.router.external_network, ID_MAX, nobody.id);
	tc_check_create_refused(t, "MCI-ERR-04",
				"create a router to an external network that does not exist", &want,
				ERR_NOT_FOUND, ERR_INVALID);
}

TESTCASE(router_unknown_exit) {
	.id = "network.router.unknown-external",
	.title = "A router to an external network that does not exist is refused and not made",
	.purpose = "Check that an unknown external network of a router is refused as not-found or "
		   "invalid and that nothing is created.",
	.verifies = REQS("MCI-ERR-04"),
	.needs = 0,
	.if_claimed = CAN(ROUTER),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 12 },
	.timeout_s = 400,
	.run = nowhere,
};
