#include "tc/own.h"

#include <string.h>

#include "base/str.h"

enum { TARGETS_MAX = 32, HEAD = 9 };	/* of a name: what is unique to run and resource */

static struct {
	const struct cloud_config *cfg;
	const struct resource_list *of;
} before[TARGETS_MAX];

void own_before(const struct cloud_config *cfg, const struct resource_list *of)
{
	for (int i = 0; i < TARGETS_MAX; i++)
		if (!before[i].cfg || before[i].cfg == cfg) {
			before[i].cfg = cfg;
			before[i].of = of;
			return;
		}
}

static const struct resource_list *list_of(const struct cloud *c, enum kind kind)
{
	for (int i = 0; i < TARGETS_MAX; i++)
		if (before[i].of && before[i].cfg == cloud_config(c))
			return &before[i].of[kind];
	return NULL;
}

static bool stood_before(const struct cloud *c, const struct resource *r)
{
	const struct resource_list *all = list_of(c, r->kind);

	for (size_t i = 0; all && i < all->count; i++) {
		const struct resource *old = &all->at[i];

		if (!strcmp(old->id, r->id) &&
		    (!*old->parent || !*r->parent || !strcmp(old->parent, r->parent)))
			return true;
	}
	return false;
}

bool own_name(const struct cloud *c, const char *asked, const char *found)
{
	return cloud_became(c, asked, found) ||
	       (strlen(asked) > HEAD && asked[HEAD] == '-' && !strncmp(asked, found, HEAD));
}

int own_answer(const struct cloud *c, const struct resource *want, struct resource *ret, int r,
	       struct error *err)
{
	const char *what = kind_info(want->kind)->title;
	char id[ID_MAX];
	bool old, other;

	if (!*ret->id)
		return r;
	old = stood_before(c, ret);
	other = *want->name && *ret->name && !own_name(c, want->name, ret->name) &&
		!(cloud_dialect(c)->nameless & KIND_BIT(want->kind));
	if (!old && !other)
		return r;
	memcpy(id, ret->id, sizeof(id));
	*ret->id = '\0';
	if (r < 0)
		return r;
	if (old)
		err_set(err, ERR_PROTOCOL, "the answer names the %s \"%.100s\" (id %.100s), which was there "
			"before the run; wanted a new one: it is left alone", what, ret->name, id);
	else
		err_set(err, ERR_PROTOCOL, "the answer names the %s \"%.100s\" (id %.100s); wanted \"%.100s\": it "
			"is left alone", what, ret->name, id, want->name);
	err->sent = true;
	return ERR_PROTOCOL;
}

CO_FN int own_still(struct cloud *c, const struct ref *ref, const char *name, bool *ours,
		    struct error *err)
{
	bool name_is_id = cloud_dialect(c)->name_is_id & KIND_BIT(ref->kind);
	struct resource there;
	int r;

	*ours = true;
	if (cloud_dialect(c)->nameless & KIND_BIT(ref->kind) ||
	    (name_is_id && !strcmp(ref->id, name)))
		return ERR_OK;
	r = cloud_get(c, ref, &there, err);
	/* What was asked for without a name has none, or what the cloud calls it by. */
	if (r < 0 || (*name ? own_name(c, name, there.name) :
			      !*there.name || (!name_is_id && !strcmp(there.name, there.id))))
		return r;
	*ours = false;
	err_set(err, ERR_DENIED, "the %s with the id %.100s is called \"%.100s\"; wanted %s%.100s%s, as the "
		"journal says: it is left alone", kind_info(ref->kind)->title, ref->id, there.name,
		*name ? "\"" : "none", name, *name ? "\"" : "");
	return ERR_OK;
}
