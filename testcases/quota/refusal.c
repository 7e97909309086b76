#include "tc/testcase.h"

/*
 * Over the limit, a cloud must say so, in those words, and leave nothing half
 * made: else the room that is freed is filled by ruins.
 */
enum { MOST = 24 };

static CO_FN void check_none(struct tc *t, struct cloud *session, const char *name)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	int64_t n = 0;

	CALL(t, "MCI-QUO-02", "list the second tenant's routers",
	     cloud_list(session, KIND_ROUTER, NULL, &all, &t->err));
	for (size_t i = 0; i < all.count; i++)
		n += !strcmp(all.at[i].name, name);
	CHECK_INT(t, "MCI-QUO-02", "how many routers of that name there are", 0, n);
}

/* The other tenant's routers: nobody else of the run makes any there. */
static CO_FN void refusal(struct tc *t)
{
	struct quota quota[KIND_COUNT];
	struct resource want, made, mine;
	struct tc_site none = { 0 };
	struct cloud *second;
	struct ref ref;
	int64_t room;

	CALL(t, "MCI-QUO-02", "open a session of another tenant", tc_second_tenant(t, &second));
	CALL(t, "MCI-QUO-02", "read limits and use", tc_quotas(t, second, quota));
	room = quota[KIND_ROUTER].limit - quota[KIND_ROUTER].used;
	if (quota[KIND_ROUTER].limit < 0 || quota[KIND_ROUTER].used < 0 || room < 1 ||
	    room > MOST) {
		tc_not_applicable(t, "MCI-QUO-02", "the room for routers is none, or too much to fill");
		return;
	}
	for (int64_t i = 0; i < room; i++) {
		resource_init(&want, KIND_ROUTER);
		CALL(t, "MCI-QUO-02", "create a router as the second tenant",
		     tc_create_as(t, second, &want, &made));
	}
	resource_init(&want, KIND_ROUTER);
	CHECK_REFUSED(t, "MCI-QUO-02", "create one more than the limit",
		      tc_create_as(t, second, &want, &mine), ERR_QUOTA);
	check_none(t, second, want.name);
	CALL(t, "MCI-QUO-02", "create a router as the first tenant",
	     tc_make(t, KIND_ROUTER, &none, &mine));
	ref = resource_ref(&made);
	CALL(t, "MCI-QUO-02", "delete one as the second", cloud_destroy(second, &ref, &t->err));
	resource_init(&want, KIND_ROUTER);
	CALL(t, "MCI-QUO-02", "create one in the room that is free again",
	     tc_create_as(t, second, &want, &made));
}

TESTCASE(quota_refusal) {
	.id = "quota.refusal.clean",
	.title = "Over the limit a create is refused as such, leaves nothing, and harms no other tenant",
	.purpose = "Check that a create over a quota is refused as quota and makes nothing, that another "
		   "tenant can still create, and that room which is freed can be used.",
	.verifies = REQS("MCI-QUO-02"),
	.needs = 0,
	.if_claimed = CAN(QUOTA) | CAN(TENANTS) | CAN(ROUTER),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vpcs = 1, .requests = 90 },
	.timeout_s = 900,
	.run = refusal,
};
