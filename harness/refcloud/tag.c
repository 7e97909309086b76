/* Tags: texts on another resource, which go when it goes. */
#include "refcloud/priv.h"

#include <string.h>

static const struct ref_entry *owner(struct refcloud *rc, const char *tenant, const char *parent,
				     int *kind, const char **id)
{
	*id = parent;
	*kind = tag_owner(parent, id);
	if (*kind < 0 || *kind == KIND_TAG || !kind_info((enum kind)*kind)->ours)
		return NULL;
	return store_by_id(rc, tenant, (enum kind)*kind, *id);
}

int tag_check_owner(struct refcloud *rc, const char *tenant, const char *parent, enum err code,
		    struct error *err)
{
	const char *id;
	char why[32];
	int kind;
	const struct ref_entry *e = owner(rc, tenant, parent, &kind, &id);

	if (e && !e->hidden && e->tenant)
		return ERR_OK;
	if (kind < 0)
		return refuse(err, ERR_INVALID, "field:parent", "nothing of the kind can be tagged: %s",
			      parent);
	snprintf(why, sizeof(why), "unknown:%s", kind_info((enum kind)kind)->name);
	return refuse(err, code, why, "%s", id);
}

bool tag_overwrite(struct refcloud *rc, const struct resource *want, const char *tenant,
		   struct resource *ret)
{
	struct ref_entry *e = store_by_name(rc, tenant, KIND_TAG, want->name, want->parent, false,
					    false);

	if (!e)
		return false;
	*ret = *want;
	str_copy(ret->id, ID_MAX, e->r.id);
	if (fault_on(rc, KIND_TAG, REF_CREATE, -1, DO_SWALLOW) ||
	    fault_on(rc, KIND_TAG, REF_CREATE, -1, DO_KEEP_FIRST))
		return true;
	store_remember(rc, e, REF_ACT);
	str_copy(e->r.tag.value, TAG_VALUE_MAX, want->tag.value);
	fault_fields(rc, REF_CREATE, -1, &e->r);
	return true;
}

void tags_drop(struct refcloud *rc, enum kind kind, const char *id)
{
	char parent[ID_MAX];

	if (kind == KIND_TAG || !tag_parent(kind, id, parent))
		return;
	for (struct ref_entry *e = rc->first[KIND_TAG], *next; e; e = next) {
		next = e->next_made;
		if (e->gone || strcmp(e->r.parent, parent))
			continue;
		store_remember(rc, e, REF_DESTROY);
		store_drop(rc, e);
	}
}
