#ifndef ADAPTERS_SPIDER_H
#define ADAPTERS_SPIDER_H

#include <jansson.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/str.h"
#include "cloud/driver.h"
#include "http/http.h"

/*
 * The CB-Spider REST API, as its source at 6459f464 (2026-08-19) speaks it.
 * Ids are the user's own names; SystemId is kept as the native id.
 */
struct spider {
	struct http *http;
	char connection[NAME_LEN];
	char *basic;		/* the Authorization header */
};

/*
 * One request.  req_info becomes {"ConnectionName":..,"ReqInfo":..} (its
 * reference is taken; NULL: only the connection is sent).  A GET carries the
 * connection as a query, or as a body too where the server reads only that.
 */
enum spider_flag { SPIDER_GET_BODY = 1, SPIDER_BLOCKS = 2 };
CO_FN int spider_call(struct cloud *c, const char *op, const char *method, const char *path,
		      json_t *req_info, unsigned flags, json_t **ret, struct error *err);

/* "/vpc/" + the escaped name (+ tail).  Caller frees. */
char *spider_path(const char *head, const char *name, const char *tail);

/* DELETE of a kind that answers {"Result":"true"}. */
CO_FN int spider_delete(struct cloud *c, const char *op, const char *path, struct error *err);

/*
 * The class of a failure.  CB-Spider answers 500 to nearly everything, so the
 * class comes from the text and is marked as guessed (facts: API reference 1, 26.4).
 */
enum err spider_classify(int http_status, const char *message, bool *guessed);

/* Fills err from a reply that is no success. */
int spider_failure(const struct http_call *call, struct error *err);
CO_FN int spider_probe(struct cloud *c, enum probe what, const char *name, struct error *err);

/* {"IId":{"NameId","SystemId"}} into id, name and native. */
int spider_read_iid(const json_t *object, const char *key, struct resource *ret, struct error *err);
/* NameId of an IID member; "" when there is none. */
const char *spider_name_id(const json_t *object, const char *key);
/* The list under that key; null is an empty one (Go's nil slice).  ERR_PROTOCOL for none at
 * all: what does not say that it is empty must not be taken for it. */
int spider_list_of(const json_t *object, const char *key, const json_t **ret, struct error *err);
/* A decimal text or an integer; -1 for absent, "-1", "NA". */
int64_t spider_number(const json_t *object, const char *key);

/* plain.c: one, all (path: NULL, or that of a part of them) and the delete of the kinds whose
 * replies these read. */
CO_FN int spider_plain_get(struct cloud *c, const struct ref *ref, struct resource *ret,
			   struct error *err);
CO_FN int spider_plain_list(struct cloud *c, enum kind kind, const char *path,
			    struct resource_list *ret, struct error *err);
CO_FN int spider_plain_destroy(struct cloud *c, const struct ref *ref, struct error *err);
typedef int spider_read(const json_t *one, struct resource *ret, struct error *err);
spider_read spider_read_keypair, spider_read_vpc, spider_read_sg, spider_read_address,
	spider_read_vm, spider_read_disk;

/* stray.c: what exists at the provider alone; its id begins with "csp:". */
bool spider_is_stray(const struct ref *ref);
bool spider_became(const char *asked, const char *found);
/* kind: one that spider_strays() asks for. */
int spider_read_strays(const json_t *reply, enum kind kind, struct resource_list *ret,
		       struct error *err);
CO_FN int spider_strays(struct cloud *c, enum kind kind, struct resource_list *ret,
			struct error *err);
CO_FN int spider_stray_get(struct cloud *c, const struct ref *ref, struct resource *ret,
			   struct error *err);
CO_FN int spider_stray_destroy(struct cloud *c, const struct ref *ref, struct error *err);
/* DELETE of a VM, which answers with a state. */
CO_FN int spider_terminate(struct cloud *c, const char *path, struct error *err);

enum state spider_vm_state(const char *word);

extern const struct kind_ops spider_region_ops, spider_zone_ops, spider_image_ops,
	spider_spec_ops, spider_keypair_ops, spider_vpc_ops, spider_subnet_ops, spider_sg_ops,
	spider_address_ops, spider_vm_ops, spider_disk_ops, spider_tag_ops, spider_price_ops;

#endif
