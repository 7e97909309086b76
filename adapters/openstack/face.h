#ifndef OPENSTACK_FACE_H
#define OPENSTACK_FACE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"
#include "cloud/model.h"
#include "refcloud/refcloud.h"

/*
 * The reference cloud as OpenStack: Keystone, Nova, Neutron, Glance and Cinder
 * behind one origin.  A handler reads c->q, calls the model and fills in c->rep; what
 * the model has no word for (a description, an IPv6 rule, a router's gateway)
 * stands in the extras of the resource that it belongs to.
 */
enum osf_service { OSF_NONE, OSF_IDENTITY, OSF_COMPUTE, OSF_NETWORK, OSF_IMAGE, OSF_VOLUME };

#define OSF_UUID 37
#define OSF_STAMP 28
#define OSF_COMPUTE_MAX 79	/* microversion 2.79 */
#define OSF_VOLUME_MAX 41	/* microversion 3.41 */

struct osf_project { const char *id, *name, *user_id; };

struct osf_token {
	char id[192];
	char audit[24];
	const struct osf_project *user;		/* whose own project it is */
	const struct osf_project *project;	/* NULL: unscoped */
	bool rescoped, application;
	int64_t issued_us, expires_us;		/* wall clock */
};

struct osf_call {
	struct refcloud *rc;
	struct face_request *q;
	struct face_reply *rep;
	enum osf_service service;
	char base[160];				/* "http://127.0.0.1:8000" */
	char arg[3][ID_MAX];			/* what the '?' of the route stood for */
	struct osf_token token;			/* user NULL: none was needed */
	unsigned minor;				/* the x of compute's 2.x, of volume's 3.x */
	struct str filters;			/* "&name=x": for the link to the next page */
};

enum { OSF_OPEN = 1, OSF_UNSCOPED = 2 };	/* needs no token; needs no project */

struct osf_route {
	const char *method, *path;	/* below the service; '?' is one segment */
	const char *op;
	void (*handle)(struct osf_call *c);
	unsigned flags;
};
/* Each ends with an empty one. */
extern const struct osf_route osf_identity_routes[], osf_compute_routes[], osf_nova_routes[],
	osf_network_routes[], osf_port_routes[], osf_router_routes[], osf_policy_routes[],
	osf_image_routes[], osf_attach_routes[], osf_volume_routes[], osf_meta_routes[];

/* ---- identity ---- */

/* Users and projects are one to one. */
const struct osf_project *osf_project_by_id(const char *id);
const char *osf_user_name(const struct osf_project *p);
/* The region that the model calls "default" has OpenStack's usual name. */
const char *osf_region(const char *id);
/* false: unknown, revoked or expired. */
bool osf_token_find(struct refcloud *rc, const char *id, struct osf_token *ret);
void osf_identity_versions(struct osf_call *c);

/* ---- network ---- */

/*
 * The external network has a different id in every cloud of the model; here it
 * is the same one in all of them, so that a target file can name it.
 */
void osf_external_id(char to[OSF_UUID]);
/* To and from the model's id; others pass as they are. */
void osf_network_in(struct osf_call *c, const char *id, char to[ID_MAX]);
const char *osf_network_out(struct osf_call *c, const char *id);

void osf_port_of_vm(const char *vm, char to[OSF_UUID]);
void osf_port_of_router(const char *router, const char *subnet, char to[OSF_UUID]);
void osf_mac_of(const char *id, char to[18]);
/* The id of the tenant's "default" security group, which the model has not. */
void osf_default_sg(const struct osf_call *c, char to[OSF_UUID]);
bool osf_is_default_sg(const struct osf_call *c, const char *id);
/* A rule in Neutron's words.  Pointers may lead into its own rooms: not to be copied. */
struct osf_rule {
	const char *direction, *ethertype, *protocol, *cidr, *group;	/* NULL: null */
	int from, to;							/* -1: null */
	char protocol_room[24], cidr_room[ADDR_LEN];
};
/* Reads and checks the body of a create; false: answered. */
bool osf_rule_read(struct osf_call *c, const json_t **ret_body, struct osf_rule *ret);
/* The ports of VMs and routers, as Neutron shows them; new reference. */
json_t *osf_ports(struct osf_call *c);
/* Borrowed from all; NULL. */
json_t *osf_port_find(json_t *all, const char *id);
/* Names have at most 255 characters, in every service; those of UTF-8, not bytes. */
enum { OSF_NAME_MAX = 255 };
size_t osf_characters(const char *text);
/* The name of a network resource into want; false: answered. */
bool osf_network_name(struct osf_call *c, const char *name, struct resource *want);
/* One collection after filters and paging; takes the reference. */
void osf_network_list(struct osf_call *c, const char *key, json_t *items);
/* ref_list that answers when it fails. */
bool osf_list(struct osf_call *c, enum kind kind, const char *parent, struct resource_list *ret);
/* description, times, revision and tags, which every network resource has. */
json_t *osf_network_common(struct osf_call *c, enum kind kind, const char *id, json_t *view);
/* Whether an update wants another name, which the model has no way to give: answered. */
bool osf_renamed(struct osf_call *c, const json_t *body, const char *name);
/* Sets the attributes named by keys from the body in the extras. */
void osf_extra_take(struct osf_call *c, const char *id, const json_t *body,
		    const char *const *keys);

/* One collection of Nova after paging, its items found by marker_key; takes the reference. */
void osf_compute_list(struct osf_call *c, const char *key, const char *marker_key, json_t *items);

/* The zones, as Nova and Cinder show them, each with these members more; takes the reference. */
void osf_zone_list(struct osf_call *c, json_t *more);
/* "self" and "bookmark" of what ("servers"). */
json_t *osf_links(const struct osf_call *c, const char *what, const char *id);
/* [{"name": ...}], the default group among them. */
json_t *osf_sgs_of(struct osf_call *c, const struct resource *vm);
void osf_server_create(struct osf_call *c);

/* ---- metadata, which are the model's tags: of servers and volumes alike ---- */

/* {"KEY": "VALUE"}; new reference. */
json_t *osf_metadata(struct osf_call *c, enum kind kind, const char *id);
/* Sets what the object holds; false: answered. */
bool osf_metadata_set(struct osf_call *c, enum kind kind, const char *id, const json_t *items);
/* Whether keys and values fit; NULL fits.  false: answered. */
bool osf_metadata_fits(struct osf_call *c, const json_t *items);

/* ---- volumes ---- */

/* "in-use", as Cinder writes a state. */
const char *osf_volume_status(const struct resource *disk);
/* The volumes of a server: a list of their ids as resources. */
void osf_volumes_of(struct osf_call *c, const char *vm, struct resource_list *ret);
/* Cinder's refusal of a change in the wrong state, in its words. */
void osf_invalid_volume(struct osf_call *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* ---- answers ---- */

void osf_header(struct osf_call *c, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Takes the reference. */
void osf_answer(struct osf_call *c, int status, json_t *json);
/* {key: value}; takes the reference. */
void osf_answer_one(struct osf_call *c, int status, const char *key, json_t *value);
void osf_op(struct osf_call *c, const char *op);
/* The service's own shape of an error.  type is Neutron's; elsewhere ignored. */
void osf_fail(struct osf_call *c, int status, const char *type, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* What the model refused.  id names the resource in the text; may be "". */
void osf_fail_model(struct osf_call *c, enum kind kind, const char *id, const struct error *err);
void osf_unauthorized(struct osf_call *c);

/*
 * The body's object at key after its attributes were looked at; NULL when that
 * failed and was answered.  An attribute is spelled "s name": its type (s text,
 * b bool, i integer, a array, o object, * any; a capital allows null) and '!'
 * in place of the blank when it has to be there.
 */
const json_t *osf_body(struct osf_call *c, const char *key, const char *const *attrs);
bool osf_check(struct osf_call *c, const json_t *object, const char *const *attrs);

/* Drops the items that the query's filters exclude, by the items' own keys. */
void osf_filter(struct osf_call *c, json_t *items);
bool osf_true(const char *text);
/*
 * Cuts the page that limit and marker ask for.  *next is then the last one's
 * marker, or NULL.  false: answered with an error.
 */
bool osf_page(struct osf_call *c, json_t **items, const char *marker_key, size_t page_max,
	      const char **next);

/* ---- ids, times, extras ---- */

void osf_uuid(char to[OSF_UUID], const char *space, const char *a, const char *b);
void osf_hex(char *to, size_t digits, const char *space, const char *a);
void osf_stamp(int64_t wall_us, bool micros, char to[OSF_STAMP]);
/* Borrowed; NULL when it has none. */
json_t *osf_extra(struct osf_call *c, const char *id);
json_t *osf_extra_make(struct osf_call *c, const char *id);
void osf_extra_drop(struct osf_call *c, const char *id);
/* "2026-11-21T03:04:05Z"; public data has the time of the epoch of this API. */
void osf_created(struct osf_call *c, enum kind kind, const char *id, char to[OSF_STAMP]);

#endif
