/* Paging: what a list of more entries than a page must hold. */
#include "base/clock.h"
#include "tc/private.h"

static bool each_once(const struct resource_list *all, const struct resource_list *made)
{
	for (size_t i = 0; i < made->count; i++)
		if (resource_list_count_id(all, made->at[i].id) != 1)
			return false;
	return true;
}

/* What was there before the pages were read, and after, is in them once, whoever made it;
 * NULL, or the first that is not. */
static const struct resource *lost_or_twice(const struct resource_list *before,
					    const struct resource_list *all,
					    const struct resource_list *after)
{
	for (size_t i = 0; i < before->count; i++)
		if (resource_list_count_id(after, before->at[i].id) == 1 &&
		    resource_list_count_id(all, before->at[i].id) != 1)
			return &before->at[i];
	return NULL;
}

static CO_FN void count_in_pages(struct tc *t, const char *req, struct cloud *paged,
				 int64_t page_size, const struct resource_list *made)
{
	AUTO(resource_list) struct resource_list all = { 0 }, before = { 0 }, after = { 0 };
	const struct resource *odd;
	enum kind kind = made->at[0].kind;
	const char *title = kind_info(made->at[0].kind)->title;
	int64_t least = ((int64_t)made->count + page_size - 1) / page_size;
	char what[200], wanted[40], seen[40];
	int64_t since_us = clock_mono_us();
	unsigned looks = 0;

	snprintf(what, sizeof(what), "list every %s, %lld at a time", title, (long long)page_size);
	do {
		resource_list_cleanup(&all);
		resource_list_cleanup(&before);
		resource_list_cleanup(&after);
		looks++;
		CALL(t, req, "list all at once", tc_list(t, kind, NULL, &before));
		CALL(t, req, what, cloud_list(paged, kind, NULL, &all, &t->err));
		CALL(t, req, "list all at once again", tc_list(t, kind, NULL, &after));
		odd = lost_or_twice(&before, &all, &after);
	} while ((odd || !each_once(&all, made)) && tc_may_lag(t, since_us));
	tc_journal_lag(t, what, since_us, looks);
	snprintf(wanted, sizeof(wanted), "%lld pages or more", (long long)least);
	snprintf(seen, sizeof(seen), "%u", (unsigned)all.pages);
	CHECK(t, req, "the list comes in pages of the size asked for", (int64_t)all.pages >= least,
	      wanted, seen);
	CHECK(t, req, "what stood in the whole list before and after stands in the pages once", !odd,
	      "each once", odd ? odd->id : "each once");
	for (size_t i = 0; i < made->count; i++) {
		snprintf(what, sizeof(what), "how often the pages hold %s %.100s", title,
			 made->at[i].name);
		CHECK_INT(t, req, what, 1, (int64_t)resource_list_count_id(&all, made->at[i].id));
	}
}

/* One more of the kind; of subnets, the nth of its network. */
static CO_FN int one_more(struct tc *t, enum kind kind, const struct tc_site *site, unsigned nth,
			  struct resource *ret)
{
	enum state ready = kind_info(kind)->ready;
	struct resource want;
	int r;

	tc_want(t, kind, site, &want);
	if (kind == KIND_SUBNET)
		tc_subnet_cidr(t, nth, want.subnet.cidr);
	r = tc_create(t, &want, ret);
	return r < 0 || ready == STATE_NONE ? r : tc_wait(t, ret, ready, &want, NULL);
}

CO_FN void tc_check_paged(struct tc *t, const char *req, enum kind kind, struct tc_site *site,
			  unsigned n, int64_t page_size)
{
	AUTO(resource_list) struct resource_list made = { 0 };
	struct cloud *paged;
	char what[100];

	snprintf(what, sizeof(what), "open a session whose lists ask for %lld at a time",
		 (long long)page_size);
	CALL(t, req, what, tc_paged_session(t, page_size, &paged));
	CALL(t, req, "make what it needs", tc_ground(t, kind, site));
	snprintf(what, sizeof(what), "make a %s", kind_info(kind)->title);
	for (unsigned i = 0; i < n; i++)
		CALL(t, req, what, one_more(t, kind, site, i + 1, resource_list_add(&made)));
	count_in_pages(t, req, paged, page_size, &made);
}
