#ifndef TESTCASES_NETWORK_NAMES_H
#define TESTCASES_NETWORK_NAMES_H

#include "tc/testcase.h"

/* Upper and lower case, the longest name and letters outside ASCII, on fresh ones of the
 * kind. */
static inline CO_FN void names_kept(struct tc *t, const char *req, enum kind kind)
{
	struct tc_site site = { 0 };
	struct resource want;
	size_t n;

	CALL(t, req, "make what it needs", tc_ground(t, kind, &site));
	tc_want(t, kind, &site, &want);
	n = strlen(want.name);
	str_copy(want.name + n, sizeof(want.name) - n, "-AbC");
	tc_check_name_kept(t, req, &want);
	tc_want(t, kind, &site, &want);
	tc_name_of_length(t, kind, tc_longest_name(t, kind), want.name);
	tc_check_name_kept(t, req, &want);
	tc_want(t, kind, &site, &want);
	tc_check_unicode_name(t, req, &want);
}

#endif
