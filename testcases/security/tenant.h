#ifndef TESTCASES_SECURITY_TENANT_H
#define TESTCASES_SECURITY_TENANT_H

#include <stdio.h>

#include "tc/testcase.h"

/* What the first tenant makes and the second must not reach. */
static const enum kind tenant_kinds[] = { KIND_KEYPAIR, KIND_VPC, KIND_SG, KIND_ADDRESS };
enum { TENANT_KINDS = sizeof(tenant_kinds) / sizeof(*tenant_kinds) };

/* Not every cloud has public addresses. */
static inline bool tenant_has(const struct tc *t, enum kind kind)
{
	return cloud_offers(t->cloud, kind) &&
	       t->cfg->ics[kind_info(kind)->cap] == CLAIM_SUPPORTED;
}

/* "read the first tenant's key pair" */
static inline const char *tenant_what(const char *verb, enum kind kind, char to[100])
{
	snprintf(to, 100, "%s the first tenant's %s", verb, kind_info(kind)->title);
	return to;
}

#endif
