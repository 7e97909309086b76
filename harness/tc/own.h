#ifndef TC_OWN_H
#define TC_OWN_H

#include "cloud/cloud.h"

/*
 * R6: what an answer says that we made is not ours on its word alone.  An id that stood at
 * the target before the run, or a name of somebody else's, is a mistake of the cloud, and
 * deleting by it would be ours.
 */

/* What stood at the target before the run made anything, per kind; borrowed until it is
 * told NULL. */
void own_before(const struct cloud_config *cfg, const struct resource_list *of);

/* Stood it at the target before the run made anything?  False where no inventory tells. */
bool own_stood_before(const struct cloud *c, const struct resource *r);

/* May what was asked for under one name be what now bears the other?  The name itself, what
 * the dialect makes of it, or whatever begins with the characters that are its alone. */
bool own_name(const struct cloud *c, const char *asked, const char *found);

/* What a create answered with, and came to (r).  Of what is another's ret->id is cleared, and
 * a success becomes ERR_PROTOCOL: with the id the case might delete it. */
int own_answer(const struct cloud *c, const struct resource *want, struct resource *ret, int r,
	       struct error *err);

/*
 * Reads what bears this id, for which a journal alone vouches.  ERR_OK, and *ours says whether
 * it is called name; if not, err does.  Of what was asked for without a name: that it has none.
 */
CO_FN int own_still(struct cloud *c, const struct ref *ref, const char *name, bool *ours,
		    struct error *err);

#endif
