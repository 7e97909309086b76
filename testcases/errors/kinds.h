#ifndef TESTCASES_ERRORS_KINDS_H
#define TESTCASES_ERRORS_KINDS_H

#include <stdio.h>

#include "tc/testcase.h"

/* The kinds that a user makes and names one by one, network last to first. */
static const enum kind made_kinds[] = {
	KIND_KEYPAIR, KIND_VPC, KIND_SUBNET, KIND_SG, KIND_ROUTER, KIND_ADDRESS, KIND_DISK,
};
enum { MADE_KINDS = sizeof(made_kinds) / sizeof(*made_kinds) };

/* Offered by the API and claimed by the target: cases take what there is. */
static inline bool kind_claimed(const struct tc *t, enum kind kind)
{
	return cloud_offers(t->cloud, kind) &&
	       t->cfg->ics[kind_info(kind)->cap] == CLAIM_SUPPORTED;
}

#endif
