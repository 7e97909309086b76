#include <stdio.h>

#include "tc/testcase.h"

/*
 * Machines get their addresses from a subnet.  A mistyped range must stop the
 * script there, and not with the first machine that nobody can reach.
 */
static const char *const bad[] = {
	"", "300.0.0.0/8", "10.0.0.0/33", "10.0.0.0", "fd00:10::/64", "ten-slash-eight",
};

/* Bits of the host part: refused, or read as the range that they lie in. */
static CO_FN void host_bits(struct tc *t, const struct resource *vpc)
{
	struct resource want, made, seen;
	char range[ADDR_LEN], what[100];
	int r;

	resource_init(&want, KIND_SUBNET);
	str_copy(want.parent, sizeof(want.parent), vpc->id);
	tc_subnet_cidr(t, 3, range);
	snprintf(want.subnet.cidr, sizeof(want.subnet.cidr), "%.*s.77/24",
		 (int)(strrchr(range, '.') - range), range);
	snprintf(what, sizeof(what), "add a subnet with the range \"%s\"", want.subnet.cidr);
	r = tc_create(t, &want, &made);
	if (r < 0) {
		CHECK_REFUSED(t, "MCI-ERR-04", what, r, ERR_INVALID);
		return;
	}
	CALL(t, "MCI-ERR-04", "read the subnet that was accepted", tc_get(t, &made, &seen));
	CHECK_TEXT(t, "MCI-ERR-04", "its range without the host's bits", range, seen.subnet.cidr);
}

static CO_FN void invalid(struct tc *t)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	struct resource vpc;

	CALL(t, "MCI-ERR-04", "create a virtual network", tc_vpc(t, &vpc));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct resource want, made;
		char what[100];

		resource_init(&want, KIND_SUBNET);
		str_copy(want.parent, sizeof(want.parent), vpc.id);
		str_copy(want.subnet.cidr, sizeof(want.subnet.cidr), bad[i]);
		snprintf(what, sizeof(what), "add a subnet with the range \"%s\"", bad[i]);
		CHECK_REFUSED(t, "MCI-ERR-04", what, tc_create(t, &want, &made), ERR_INVALID);
	}
	CALL(t, "MCI-ERR-04", "list the subnets", tc_list(t, KIND_SUBNET, vpc.id, &all));
	CHECK_INT(t, "MCI-ERR-04", "how many subnets the network has", 0, (int64_t)all.count);
	host_bits(t, &vpc);
}

TESTCASE(subnet_invalid_cidr) {
	.id = "network.subnet.invalid-cidr",
	.title = "A subnet whose address range is none is refused and not made",
	.purpose = "Check that texts that are no IPv4 address range are refused as invalid and leave the "
		   "network without a subnet, and that bits of the host part are refused or dropped.",
	.verifies = REQS("MCI-ERR-04"),
	.needs = CAN(VPC) | CAN(SUBNET),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 32 },
	.timeout_s = 600,
	.run = invalid,
};
