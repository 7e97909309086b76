/* What most kinds have in common: read one, read all, delete one. */
#include "spider.h"

static const struct plain {
	const char *path;	/* and the key of a list, without the slash */
	spider_read *read;
	unsigned get, list;	/* enum spider_flag */
} plain[KIND_COUNT] = {
	[KIND_KEYPAIR] = { "/keypair", spider_read_keypair, 0, 0 },
	[KIND_VPC] = { "/vpc", spider_read_vpc, 0, 0 },
	[KIND_SG] = { "/securitygroup", spider_read_sg, 0, 0 },
	[KIND_ADDRESS] = { "/publicip", spider_read_address, SPIDER_GET_BODY, SPIDER_GET_BODY },
	[KIND_VM] = { "/vm", spider_read_vm, 0, SPIDER_BLOCKS },
	[KIND_DISK] = { "/disk", spider_read_disk, 0, 0 },
};

static char *path_of(const struct ref *ref)
{
	AUTO(str) char *head = xasprintf("%s/", plain[ref->kind].path);

	return spider_path(head, ref->id, NULL);
}

CO_FN int spider_plain_get(struct cloud *c, const struct ref *ref, struct resource *ret,
			   struct error *err)
{
	const struct plain *p = &plain[ref->kind];
	AUTO(str) char *op = xasprintf("%s.get", kind_info(ref->kind)->name);
	AUTO(str) char *path = path_of(ref);
	json_auto_t *reply = NULL;
	int r;

	if (spider_is_stray(ref))
		return spider_stray_get(c, ref, ret, err);
	r = spider_call(c, op, "GET", path, NULL, p->get, &reply, err);
	return r < 0 ? r : p->read(reply, ret, err);
}

CO_FN int spider_plain_list(struct cloud *c, enum kind kind, const char *path,
			    struct resource_list *ret, struct error *err)
{
	const struct plain *p = &plain[kind];
	AUTO(str) char *op = xasprintf("%s.list", kind_info(kind)->name);
	json_auto_t *reply = NULL;
	const json_t *all;
	size_t i;
	json_t *one;
	int r = spider_call(c, op, "GET", path ? path : p->path, NULL, p->list, &reply, err);

	if (r == ERR_OK)
		r = spider_list_of(reply, p->path + 1, &all, err);
	if (r < 0)
		return r;
	json_array_foreach(all, i, one) {
		struct resource *to = resource_list_add(ret);

		resource_init(to, kind);
		r = p->read(one, to, err);
		if (r < 0)
			return r;
	}
	ret->pages = 1;
	return ERR_OK;
}

CO_FN int spider_plain_destroy(struct cloud *c, const struct ref *ref, struct error *err)
{
	AUTO(str) char *op = xasprintf("%s.destroy", kind_info(ref->kind)->name);
	AUTO(str) char *path = path_of(ref);

	return spider_is_stray(ref) ? spider_stray_destroy(c, ref, err) :
	       spider_delete(c, op, path, err);
}
