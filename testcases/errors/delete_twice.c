#include "kinds.h"

/*
 * Clean-up runs twice.  The second time must say "not there" (or do nothing) for
 * every kind, or the job that calls it fails for ever.
 */
static CO_FN void twice(struct tc *t)
{
	struct tc_site site = { 0 };

	for (size_t i = 0; i < MADE_KINDS; i++) {
		const char *title = kind_info(made_kinds[i])->title;
		struct resource one;
		char what[100];
		int r;

		if (!kind_claimed(t, made_kinds[i]))
			continue;
		snprintf(what, sizeof(what), "make a %s", title);
		CALL(t, "MCI-IDM-01", what, tc_make(t, made_kinds[i], &site, &one));
		snprintf(what, sizeof(what), "delete the %s and wait until it is gone", title);
		CALL(t, "MCI-IDM-01", what, tc_destroy(t, &one));
		snprintf(what, sizeof(what), "delete the %s again", title);
		r = tc_send_destroy(t, &one);
		if (r < 0 || t->dialect->delete_missing == EXPECT_REFUSED)
			CHECK_REFUSED(t, "MCI-IDM-01", what, r, ERR_NOT_FOUND);
		else
			CHECK(t, "MCI-IDM-01", what, true, "accepted without effect", "accepted");
	}
}

TESTCASE(errors_delete_twice) {
	.id = "errors.delete.twice-every-kind",
	.title = "A second delete gives the documented answer for every kind",
	.purpose = "Check that deleting a resource again that is gone is answered with not-found or, "
		   "where documented, accepted, for every kind that the target claims.",
	.verifies = REQS("MCI-IDM-01"),
	.needs = CAN(KEYPAIR) | CAN(VPC) | CAN(SUBNET) | CAN(SG),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 2, .addresses = 1, .disks = 1, .routers = 1, .requests = 80 },
	.timeout_s = 1200,
	.run = twice,
};
