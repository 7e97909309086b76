#ifndef TESTCASES_LOAD_MANY_H
#define TESTCASES_LOAD_MANY_H

#include "tc/testcase.h"

enum { MANY = 60 };

/* As many as the target file allows, wants filled in. */
static inline size_t many_keys(struct tc *t, struct resource want[MANY])
{
	int64_t limit = t->cfg->limit[KIND_KEYPAIR];
	size_t n = limit >= 0 && limit < MANY ? (size_t)limit : MANY;

	for (size_t i = 0; i < n; i++)
		tc_want(t, KIND_KEYPAIR, NULL, &want[i]);
	return n;
}

#endif
