/*
 * What exists at the provider and is not in CB-Spider's own books (API reference, 19): a
 * create that has not returned, or that failed after the provider had taken the order.
 * Only /all... shows it; its id here is "csp:" and the provider's id.
 */
#include "spider.h"

#include <ctype.h>
#include <string.h>

static const char mark[] = "csp:";
enum { MARK = sizeof(mark) - 1, XID = 20 };

/* What follows "/all" and "/csp". */
static const char *const word[KIND_COUNT] = {
	[KIND_KEYPAIR] = "keypair", [KIND_VPC] = "vpc", [KIND_SG] = "securitygroup",
	[KIND_VM] = "vm", [KIND_DISK] = "disk",
};

bool spider_is_stray(const struct ref *ref) { return !strncmp(ref->id, mark, MARK); }

/*
 * The provider gets the name as it is (IDTransformMode OFF), or in lower case, cut to what
 * the provider takes less 21, then "-" and 20 characters of [0-9a-v] (API reference, 2).
 * Nine are left of it at least, and those are nobody else's (R6).
 */
bool spider_became(const char *asked, const char *found)
{
	size_t n = strlen(found), head;

	if (!strcmp(asked, found))
		return true;
	if (n <= XID + 1 || (found[n - XID - 1] != '-' && found[n - XID - 1] != '_') ||
	    strspn(found + n - XID, "0123456789abcdefghijklmnopqrstuv") != XID)
		return false;
	head = n - XID - 1;
	if (head > strlen(asked) || (head < 9 && head < strlen(asked)))
		return false;
	for (size_t i = 0; i < head; i++) {
		char want = (char)tolower((unsigned char)asked[i]);

		if (found[i] != want && (found[i] != '_' || want != '-'))
			return false;
	}
	return true;
}

int spider_read_strays(const json_t *reply, enum kind kind, struct resource_list *ret,
		       struct error *err)
{
	const json_t *all = json_object_get(reply, "AllList");
	size_t i;
	const json_t *alone;
	json_t *one;

	if (!json_is_object(all))
		return err_set(err, ERR_PROTOCOL, "GET /all%s: HTTP 200 without AllList", word[kind]);
	if (spider_list_of(all, "OnlyCSPList", &alone, err) < 0)
		return err->code;
	json_array_foreach(alone, i, one) {
		const char *name = json_text(one, "NameId"), *id = json_text(one, "SystemId");
		struct resource *to = resource_list_add(ret);

		resource_init(to, kind);
		to->state = STATE_UNSTATED;
		str_copy(to->name, sizeof(to->name), name);
		/* Without one it can neither be looked at nor removed; the others can. */
		if (!id || !*id || strlen(id) + MARK >= ID_MAX)
			continue;
		snprintf(to->id, sizeof(to->id), "%s%s", mark, id);
		str_copy(to->native, sizeof(to->native), id);
	}
	return ERR_OK;
}

CO_FN int spider_strays(struct cloud *c, enum kind kind, struct resource_list *ret,
			struct error *err)
{
	AUTO(str) char *op = xasprintf("%s.all", kind_info(kind)->name);
	AUTO(str) char *path = NULL;
	json_auto_t *reply = NULL;
	int r;

	if (!word[kind])
		return err_set(err, ERR_UNSUPPORTED, "CB-Spider compares no %s with the provider's",
			       kind_info(kind)->title);
	path = xasprintf("/all%s", word[kind]);
	r = spider_call(c, op, "GET", path, NULL, SPIDER_BLOCKS, &reply, err);
	return r < 0 ? r : spider_read_strays(reply, kind, ret, err);
}

CO_FN int spider_stray_get(struct cloud *c, const struct ref *ref, struct resource *ret,
			   struct error *err)
{
	struct resource_list all = { 0 };
	const struct resource *found;
	int r = spider_strays(c, ref->kind, &all, err);

	found = r == ERR_OK ? resource_list_find(&all, ref->id) : NULL;
	if (found)
		*ret = *found;
	else if (r == ERR_OK)
		r = err_set(err, ERR_NOT_FOUND, "the provider has no %s with the id %s",
			    kind_info(ref->kind)->title, ref->id + MARK);
	resource_list_cleanup(&all);
	return r;
}

CO_FN int spider_stray_destroy(struct cloud *c, const struct ref *ref, struct error *err)
{
	AUTO(str) char *op = xasprintf("%s.destroy", kind_info(ref->kind)->name);
	AUTO(str) char *head = NULL, *path = NULL;

	if (!word[ref->kind])
		return err_set(err, ERR_UNSUPPORTED, "CB-Spider deletes no %s by the provider's id",
			       kind_info(ref->kind)->title);
	head = xasprintf("/csp%s/", word[ref->kind]);
	path = spider_path(head, ref->id + MARK, NULL);
	return ref->kind == KIND_VM ? spider_terminate(c, path, err) :
	       spider_delete(c, op, path, err);
}
