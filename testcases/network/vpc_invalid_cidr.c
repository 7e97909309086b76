#include "tc/testcase.h"

/*
 * A range that is none was mistyped.  A cloud that takes it gives the network
 * some other range, and the mistake shows when two networks are to be joined.
 */
static const char *const bad[] = {
	"300.0.0.0/8", "10.0.0.0/33", "10.0.0.0", "10.0.0/16", "fd00:10::/64", "ten-slash-eight",
};

static CO_FN void invalid(struct tc *t)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct resource want;
		char what[100];

		resource_init(&want, KIND_VPC);
		str_copy(want.vpc.cidr, sizeof(want.vpc.cidr), bad[i]);
		snprintf(what, sizeof(what), "create a virtual network with the range \"%s\"", bad[i]);
		tc_check_create_refused(t, "MCI-ERR-04", what, &want, ERR_INVALID, ERR_INVALID);
	}
}

TESTCASE(vpc_invalid_cidr) {
	.id = "network.vpc.invalid-cidr",
	.title = "A virtual network whose address range is none is refused and not made",
	.purpose = "Check that texts that are no IPv4 address range are refused as invalid and that "
		   "nothing is created.",
	.verifies = REQS("MCI-ERR-04"),
	.needs = CAN(VPC),
	.if_claimed = CAN(VPC_CIDR),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 24 },
	.timeout_s = 600,
	.run = invalid,
};
