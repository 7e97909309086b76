#include "tc/testcase.h"

enum { PAGE = 2, MADE = 5 };

static CO_FN bool made(struct tc *t, enum kind kind, struct resource all[MADE])
{
	char what[100];

	snprintf(what, sizeof(what), "make a %s", kind_info(kind)->title);
	for (int i = 0; i < MADE; i++) {
		struct resource want;

		resource_init(&want, kind);
		if (!tc_stimulus(t, "MCI-META-03", what, tc_create(t, &want, &all[i]), AT))
			return false;
	}
	return true;
}

static CO_FN void every_one_once(struct tc *t, struct cloud *paged, enum kind kind)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	struct resource one[MADE];
	char what[200];

	if (!made(t, kind, one))
		return;
	snprintf(what, sizeof(what), "list every %s, two at a time", kind_info(kind)->title);
	CALL(t, "MCI-META-03", what, cloud_list(paged, kind, NULL, &all, &t->err));
	CHECK(t, "MCI-META-03", "the list comes in pages of the size asked for",
	      all.pages >= (MADE + PAGE - 1) / PAGE, "3 pages or more", all.pages > 1 ? "2" : "1");
	for (int i = 0; i < MADE; i++) {
		snprintf(what, sizeof(what), "how often the pages hold %s %.100s",
			 kind_info(kind)->title, one[i].name);
		CHECK_INT(t, "MCI-META-03", what, 1,
			  (int64_t)resource_list_count_id(&all, one[i].id));
	}
}

/*
 * Whoever counts, bills or cleans up by a list that spans pages misses what is
 * lost between two of them, and does twice what is shown twice.
 */
static CO_FN void paging(struct tc *t)
{
	struct cloud *paged;

	CALL(t, "MCI-META-03", "open a session whose lists ask for two at a time",
	     tc_paged_session(t, PAGE, &paged));
	every_one_once(t, paged, KIND_KEYPAIR);
	every_one_once(t, paged, KIND_SG);
}

TESTCASE(list_paging) {
	.id = "catalogue.list.paging",
	.title = "Paging neither loses nor repeats an entry",
	.purpose = "Check that a list of more entries than a page holds every one of them exactly "
		   "once, in whatever order.",
	.verifies = REQS("MCI-META-03"),
	.needs = CAN(KEYPAIR) | CAN(SG),
	.if_claimed = CAN(PAGING),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .requests = 200 },
	.timeout_s = 900,
	.run = paging,
};
