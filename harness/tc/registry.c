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

unsigned budget_of(const struct testcase *test, enum kind kind)
{
	switch (kind) {
	case KIND_VM:
		return test->budget.vms;
	case KIND_VPC:
		return test->budget.vpcs;
	case KIND_SUBNET:
		return test->budget.subnets ? test->budget.subnets : test->budget.vpcs;
	case KIND_SG:
		return test->budget.sgs ? test->budget.sgs : test->budget.vpcs;
	case KIND_ROUTER:
		if (test->budget.routers)
			return test->budget.routers;
		/* A public address may reach its VM only over one. */
		return (test->needs | test->if_claimed) & CAN(ROUTER) ||
		       (test->budget.vms && test->budget.addresses);
	case KIND_ADDRESS:
		return test->budget.addresses;
	case KIND_KEYPAIR:
		return test->impact == IMPACT_READ ? 0 :
		       test->budget.keypairs ? test->budget.keypairs : 1;
	case KIND_DISK:
		return test->budget.disks;
	case KIND_TAG:
		return (test->needs | test->if_claimed) & CAN(TAG) &&
		       test->impact != IMPACT_READ ? 3 : 0;
	case KIND_REGION:
	case KIND_ZONE:
	case KIND_IMAGE:
	case KIND_SPEC:
	case KIND_PRICE:
	case KIND_COUNT:
		break;
	}
	return 0;
}

enum site_part site_part(const struct testcase *test)
{
	return !test->any_site ? SITE_NONE : test->budget.vms ? SITE_WHOLE : SITE_NETWORK;
}

unsigned budget_own(const struct testcase *test, enum kind kind)
{
	enum site_part part = site_part(test);
	bool shared = kind == KIND_VPC ? part != SITE_NONE :
		      part == SITE_WHOLE &&
		      (kind == KIND_SUBNET || kind == KIND_SG || kind == KIND_KEYPAIR);
	unsigned all = budget_of(test, kind);

	return shared && all ? all - 1 : all;
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
	if (tc->unbounded && !tc->apart)
		return "makes as many as there are and is not apart";
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
