#include "tc/own.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

enum { HEAD = 9 };	/* of a name: what is unique to run and resource */

/* One a target, however many there are: who is not in it has no such protection. */
static struct {
	const struct cloud_config *cfg;
	const struct resource_list *of;
} *before;
static size_t targets;

void own_before(const struct cloud_config *cfg, const struct resource_list *of)
{
	size_t i = 0;

	while (i < targets && before[i].cfg != cfg)
		i++;
	if (i == targets)
		before = xrealloc(before, ++targets * sizeof(*before));
	before[i].cfg = cfg;
	before[i].of = of;
}

static const struct resource_list *list_of(const struct cloud *c, enum kind kind)
{
	for (size_t i = 0; i < targets; i++)
		if (before[i].of && before[i].cfg == cloud_config(c))
			return &before[i].of[kind];
	return NULL;
}

bool own_stood_before(const struct cloud *c, const struct resource *r)
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
	old = own_stood_before(c, ret);
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

static bool is_called(const struct cloud *c, const struct resource *there, const char *name)
{
	if (*name)
		return own_name(c, name, there->name);
	/* What was asked for without a name has none, or what the cloud calls it by. */
	return !*there->name || (!(cloud_dialect(c)->name_is_id & KIND_BIT(there->kind)) &&
				 !strcmp(there->name, there->id));
}

CO_FN int own_still(struct cloud *c, const struct ref *ref, const char *name, bool *ours,
		    struct error *err)
{
	const struct dialect *d = cloud_dialect(c);
	bool told = d->nameless & KIND_BIT(ref->kind) ||
		    (d->name_is_id & KIND_BIT(ref->kind) && !strcmp(ref->id, name));
	const char *what = kind_info(ref->kind)->title;
	struct resource there;
	int r;

	*ours = true;
	resource_init(&there, ref->kind);
	str_copy(there.id, sizeof(there.id), ref->id);
	str_copy(there.parent, sizeof(there.parent), ref->parent);
	r = told ? ERR_OK : cloud_get(c, ref, &there, err);
	if (r < 0)
		return r;
	if (!told && !is_called(c, &there, name))
		err_set(err, ERR_DENIED, "the %s with the id %.100s is called \"%.100s\"; wanted %s%.100s%s, as the "
			"journal says: it is left alone", what, ref->id, there.name,
			*name ? "\"" : "none", name, *name ? "\"" : "");
	else if (own_stood_before(c, &there))
		err_set(err, ERR_DENIED, "the %s with the id %.100s was there before the run: it is left alone",
			what, ref->id);
	else
		return ERR_OK;
	*ours = false;
	return ERR_OK;
}
