#include <stdio.h>

#include "tc/testcase.h"

/*
 * The image that falls between two pages cannot be chosen, and the spec that stands on two
 * of them is priced twice. Both lists are longer on a real cloud than any page.
 */
enum { PAGES = 3 };

/* The id of the first that the pages do not hold once; NULL. */
static const char *not_once(const struct resource_list *all, const struct resource_list *paged)
{
	for (size_t i = 0; i < all->count; i++)
		if (resource_list_count_id(paged, all->at[i].id) != 1)
			return all->at[i].id;
	return NULL;
}

static CO_FN void pages(struct tc *t, enum kind kind)
{
	AUTO(resource_list) struct resource_list all = { 0 }, paged = { 0 };
	const char *title = kind_info(kind)->title, *wrong;
	struct cloud *session;
	int64_t size;
	char what[100];

	snprintf(what, sizeof(what), "list every %s", title);
	CALL(t, "MCI-META-03", what, tc_list(t, kind, NULL, &all));
	if (all.count < 2)
		return;
	size = ((int64_t)all.count + PAGES - 1) / PAGES;
	snprintf(what, sizeof(what), "open a session whose lists ask for %lld at a time",
		 (long long)size);
	CALL(t, "MCI-META-03", what, tc_paged_session(t, size, &session));
	snprintf(what, sizeof(what), "list every %s, %lld at a time", title, (long long)size);
	CALL(t, "MCI-META-03", what, cloud_list(session, kind, NULL, &paged, &t->err));
	CHECK(t, "MCI-META-03", "the list comes in pages of the size asked for", paged.pages >= 2,
	      "two pages or more", paged.pages >= 2 ? "two pages or more" : "one");
	wrong = not_once(&all, &paged);
	snprintf(what, sizeof(what), "the pages hold each %s once", title);
	CHECK(t, "MCI-META-03", what, !wrong, "each once", wrong ? wrong : "each once");
}

static CO_FN void paging(struct tc *t)
{
	pages(t, KIND_IMAGE);
	pages(t, KIND_SPEC);
}

TESTCASE(list_paging_images) {
	.id = "catalogue.list.paging-images",
	.title = "Paging neither loses nor repeats an image or a VM spec",
	.purpose = "Check that the lists of images and VM specs hold the same in three pages as in one.",
	.verifies = REQS("MCI-META-03"),
	.needs = CAN(IMAGE) | CAN(SPEC),
	.if_claimed = CAN(PAGING),
	.severity = SEV_MAJOR,
	.impact = IMPACT_READ,
	.budget = { .requests = 40 },
	.timeout_s = 600,
	.run = paging,
};
