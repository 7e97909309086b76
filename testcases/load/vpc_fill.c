#include "tc/testcase.h"

/*
 * A full account must say that it is full, and be as useful as before once something is
 * deleted.  While it is full nobody else of the account can make a network: intrusive.
 */
enum { MOST = 250 };

/* Until it is refused; the number that were made. */
static CO_FN int64_t fill(struct tc *t, struct resource *want, struct resource *last, int *r)
{
	int64_t limit = t->cfg->limit[KIND_VPC], n;
	int64_t most = limit >= 0 && limit < MOST ? limit : MOST;

	*r = ERR_OK;
	for (n = 0; n < most; n++) {
		struct resource made;

		tc_want(t, KIND_VPC, NULL, want);
		*r = tc_create(t, want, &made);
		if (*r < 0)
			break;
		*last = made;
	}
	return n;
}

static CO_FN void full(struct tc *t)
{
	AUTO(resource_list) struct resource_list before = { 0 }, after = { 0 };
	struct resource want, last, made;
	int64_t n, named = 0;
	int r;

	CALL(t, "MCI-QUO-02", "list every network", tc_list(t, KIND_VPC, NULL, &before));
	n = fill(t, &want, &last, &r);
	if (r == ERR_OK || !n) {
		tc_not_applicable(t, "MCI-QUO-02", n ? "so many networks met no limit" :
				  "there is no room for a single network");
		return;
	}
	CHECK_REFUSED(t, "MCI-QUO-02", "create networks until the limit refuses one", r, ERR_QUOTA);
	CALL(t, "MCI-QUO-02", "list every network again",
	     tc_list_counting(t, KIND_VPC, NULL, before.count + (size_t)n, &after));
	for (size_t i = 0; i < after.count; i++)
		named += !strcmp(after.at[i].name, want.name);
	CHECK_INT(t, "MCI-QUO-02", "how many of the refused one's name there are", 0, named);
	CHECK_INT(t, "MCI-QUO-02", "how many networks there are", (int64_t)before.count + n,
		  (int64_t)after.count);
	CALL(t, "MCI-QUO-02", "delete one", tc_destroy(t, &last));
	tc_want(t, KIND_VPC, NULL, &want);
	CHECK(t, "MCI-QUO-02", "there is room for one again", tc_create(t, &want, &made) == ERR_OK,
	      "accepted", made.id[0] ? "accepted" : t->err.text);
}

TESTCASE(load_vpc_fill) {
	.id = "load.vpc.fill-and-free",
	.title = "An account full of networks says so, and has room again after a delete",
	.purpose = "Check that networks can be created until a quota refuses one as such, that the refusal "
		   "leaves nothing, and that one more can be created after a delete.",
	.verifies = REQS("MCI-QUO-02"),
	.needs = CAN(VPC),
	.apart = true,
	.unbounded = true,
	.severity = SEV_MAJOR,
	.impact = IMPACT_INTRUSIVE,
	.budget = { .vpcs = 1, .requests = 1000 },
	.timeout_s = 3600,
	.run = full,
};
