#ifndef TESTCASES_SECURITY_TENANT_H
#define TESTCASES_SECURITY_TENANT_H

#include <stdio.h>

#include "tc/testcase.h"

/*
 * A walk over what the first tenant makes and the second must not reach: one of each kind
 * that the cloud has, made when its turn comes.  Starts as {0}.
 */
struct tenants {
	struct cloud *second;	/* the second tenant's session */
	enum kind kind;
	struct resource mine;	/* the first tenant's, of that kind */
	struct ref ref;		/* to it */
	struct tc_site site;
	size_t next;
	char what[100];
};

/* "read the first tenant's key pair"; until the next of these. */
static inline const char *tenant_what(struct tenants *of, const char *verb)
{
	snprintf(of->what, sizeof(of->what), "%s the first tenant's %s", verb,
		 kind_info(of->kind)->title);
	return of->what;
}

/* Not every cloud has public addresses. */
static inline bool tenant_has(const struct tc *t, enum kind kind)
{
	return cloud_offers(t->cloud, kind) &&
	       t->cfg->ics[kind_info(kind)->cap] == CLAIM_SUPPORTED;
}

/* Makes the next; false when there are no more, or with a failed step. */
static inline CO_FN bool tenant_next(struct tc *t, struct tenants *of)
{
	static const enum kind kinds[] = { KIND_KEYPAIR, KIND_VPC, KIND_SG, KIND_ADDRESS,
					   KIND_DISK };

	if (!of->second && !tc_stimulus(t, "MCI-SEC-05", "open a session of another tenant",
					tc_second_tenant(t, &of->second), AT))
		return false;
	do {
		if (of->next == sizeof(kinds) / sizeof(*kinds))
			return false;
		of->kind = kinds[of->next++];
	} while (!tenant_has(t, of->kind));
	if (!tc_stimulus(t, "MCI-SEC-05", tenant_what(of, "make"),
			 tc_make(t, of->kind, &of->site, &of->mine), AT))
		return false;
	of->ref = resource_ref(&of->mine);
	return true;
}

#endif
