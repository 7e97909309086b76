/* What cases that load a cloud share. */
#include <stdio.h>

#include "base/clock.h"
#include "tc/private.h"

static int64_t lacking(const struct resource_list *all, const struct tc_answer *a, size_t n)
{
	int64_t ret = 0;

	for (size_t i = 0; i < n; i++)
		ret += a[i].r == ERR_OK && resource_list_count_id(all, a[i].made.id) != 1;
	return ret;
}

CO_FN int64_t tc_count_lacking(struct tc *t, const char *req, enum kind kind,
			       const struct tc_answer *answers, size_t n)
{
	struct tc_answer *asked = xcalloc(n, sizeof(*asked));
	int64_t since_us = clock_mono_us(), ret = -1;
	char what[100];
	bool listed;

	/* Those that are answered while the list is under way need not be in it. */
	memcpy(asked, answers, n * sizeof(*asked));
	snprintf(what, sizeof(what), "list every %s", kind_info(kind)->title);
	do {
		AUTO(resource_list) struct resource_list all = { 0 };

		listed = tc_stimulus(t, req, what, tc_list(t, kind, NULL, &all), AT);
		ret = listed ? lacking(&all, asked, n) : -1;
	} while (ret > 0 && tc_may_lag(t, since_us));
	free(asked);
	return ret;
}
