/* The cases that this program was linked with, and what each must have. */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "tc/testcase.h"

extern const struct testcase *const __start_testcases[], *const __stop_testcases[];

static const struct testcase **sorted;
static size_t count;

/* Ids of cases that once were; they are never given again. */
static const char *const retired[] = { NULL };

static int by_id(const void *a, const void *b)
{
	return strcmp((*(const struct testcase *const *)a)->id,
		      (*(const struct testcase *const *)b)->id);
}

static void gather(void)
{
	if (sorted)
		return;
	count = (size_t)(__stop_testcases - __start_testcases);
	sorted = xcalloc(count + 1, sizeof(*sorted));
	for (size_t i = 0; i < count; i++)
		sorted[i] = __start_testcases[i];
	qsort(sorted, count, sizeof(*sorted), by_id);
}

const struct testcase *testcase_at(size_t i)
{
	gather();
	return i < count ? sorted[i] : NULL;
}

const struct testcase *testcase_by_id(const char *id)
{
	const struct testcase *tc;

	for (size_t i = 0; (tc = testcase_at(i)); i++)
		if (!strcmp(tc->id, id))
			return tc;
	return NULL;
}

static const char *fault_of(const struct testcase *tc, const struct testcase *next)
{
	if (!tc->id || !*tc->id)
		return "has no id";
	if (next && !strcmp(tc->id, next->id))
		return "has an id that another case has too";
	for (size_t i = 0; retired[i]; i++)
		if (!strcmp(retired[i], tc->id))
			return "has an id that was retired";
	if (!strchr(tc->id, '.') || !strchr(strchr(tc->id, '.') + 1, '.'))
		return "has an id that is not service.resource.behaviour";
	if (!tc->title || !*tc->title || !tc->purpose || !*tc->purpose)
		return "has no title or purpose";
	if (!tc->verifies || !tc->verifies[0])
		return "verifies no requirement";
	if (!tc->budget.requests)
		return "has no budget of requests";
	if (tc->impact == IMPACT_READ &&
	    (tc->budget.vms || tc->budget.vpcs || tc->budget.addresses))
		return "says that it only reads and has a budget of resources";
	if ((tc->any_vpc || tc->any_site) && !tc->budget.vpcs)
		return "takes any network and has no budget of networks";
	if (tc->inside && !tc->budget.vms)
		return "looks into a VM and has no budget of VMs";
	if (!tc->timeout_s || !tc->run)
		return "has no timeout or no function";
	return NULL;
}

int testcases_check(struct error *err)
{
	struct str all = { 0 };
	int r = ERR_OK;

	for (size_t i = 0; testcase_at(i); i++) {
		const char *why = fault_of(testcase_at(i), testcase_at(i + 1));

		if (why)
			str_addf(&all, "%scase %s %s", all.len ? "; " : "",
				 testcase_at(i)->id ? testcase_at(i)->id : "?", why);
	}
	if (all.len)
		r = err_set(err, ERR_HARNESS, "%s", all.text);
	str_release(&all);
	return r;
}
