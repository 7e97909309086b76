#ifndef REFCLOUD_REFCLOUD_H
#define REFCLOUD_REFCLOUD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"
#include "cloud/model.h"
#include "co/loop.h"

/*
 * The embedded reference cloud: one model of a cloud in memory, with
 * asynchronous states, seeded latency, quotas and a fault plan.  Faces (the
 * APIs it is spoken to by) stand on the functions below and hold no resource of
 * their own.  Everything runs on one loop; nothing here suspends.
 */
struct refcloud;
struct ref_fault;

struct refcloud_config {
	uint64_t seed;			/* same seed, same ids and latencies */
	int64_t latency_ms;		/* mean of a state change, before scaling; 0: 40 */
	double time_scale;		/* 0: 1.0; every delay is multiplied by it */
	/* 0: the default (vm 50, router 20, others 200); -1: none */
	int quota[KIND_COUNT];
	bool egress_denied;		/* a new security group lets nothing out */
	bool foreign;			/* start with resources that belong to somebody else */
	int guest_port;			/* 0: 7007; guests listen on it and on the next */
	int guest_sshd;			/* not 0: the guests' systems are another process, which
					 * takes logins at this port of 127.0.0.1 and */
	const char *guest_folder;	/* finds here what they are made of (guest_machine.c) */
};

struct refcloud *refcloud_new(struct loop *loop, const struct refcloud_config *cfg);
void refcloud_free(struct refcloud *rc);
/* New security groups let nothing out: faces make none of the rules that do. */
bool refcloud_egress_denied(const struct refcloud *rc);
int64_t refcloud_now_ms(struct refcloud *rc);
/* ms of real time that a delay of this many nominal ms takes, jittered by the seed. */
int64_t refcloud_delay_ms(struct refcloud *rc, int64_t nominal_ms);

/*
 * Operations.  A tenant is a project or connection; it sees only its own
 * resources (and the public images, specs, regions, zones and networks).
 * Errors carry the class and a plain English text; a face dresses them in its
 * API's own shape and words.
 *
 * ERR_INVALID bad or missing field, unknown reference; ERR_CONFLICT duplicate
 * name (with REF_UNIQUE_NAMES), in use, wrong state; ERR_QUOTA; ERR_NOT_FOUND.
 * err->provider_code tells them apart: "unknown:KIND" (a reference; the text is
 * the id that was given), "duplicate", "in-use", "state", "field:NAME".
 */
enum ref_flag {
	REF_UNIQUE_NAMES =
		1, /* a second resource of that kind, name, tenant and parent is a conflict */
	REF_UNIQUE_ANYWHERE = 2, /* the same, whatever the parent */
	REF_HIDDEN = 4,	   /* no read shows it before ref_reveal(); its name and references count */
	/* (A tag without either flag overwrites the one of its key.) */
	REF_PUBLIC_IP = 8, /* a VM gets a public address of its own */
	REF_SHUT = 16, /* of a security group: without an outbound rule nothing leaves */
};

/* A VM is CREATING after it and RUNNING after a delay; a disk likewise AVAILABLE.
 * A key pair with public_key filled in is imported: it has no private key. */
int ref_create(struct refcloud *rc, const char *tenant, const struct resource *want,
	       unsigned flags, struct resource *ret, struct error *err);
int ref_get(struct refcloud *rc, const char *tenant, enum kind kind, const char *id,
	    struct resource *ret, struct error *err);
/* By name, for faces whose ids are names.  parent may be NULL. */
int ref_find(struct refcloud *rc, const char *tenant, enum kind kind, const char *name,
	     const char *parent, struct resource *ret, struct error *err);
/* In order of creation.  parent may be NULL: all. */
int ref_list(struct refcloud *rc, const char *tenant, enum kind kind, const char *parent,
	     struct resource_list *ret, struct error *err);
/* Refuses what is in use.  A VM or disk is DELETING for a delay and then gone. */
int ref_destroy(struct refcloud *rc, const char *tenant, enum kind kind, const char *id,
		struct error *err);
/* object: NULL, or what the action is about (enum action says what). */
int ref_act(struct refcloud *rc, const char *tenant, enum kind kind, const char *id,
	    enum action action, const struct resource *object, struct error *err);
/* The id behind a name, for faces whose ids are names: "" when there is none.
 * No fault applies: the operation that follows gets the id, or the name itself,
 * and fails (or not) as the fault plan has it.  parent may be NULL. */
void ref_resolve(struct refcloud *rc, const char *tenant, enum kind kind, const char *name,
		 const char *parent, char to[ID_MAX]);
/* The name behind an id; the id itself when there is none. */
const char *ref_name(struct refcloud *rc, enum kind kind, const char *id);
/* Ends REF_HIDDEN. */
void ref_reveal(struct refcloud *rc, enum kind kind, const char *id);
/* The disks that a VM has, with no fault applied. */
void ref_list_attached(struct refcloud *rc, const char *tenant, const char *vm,
		       struct resource_list *ret);
/* How many a tenant has that are hidden, and their ids: ref_list of the others. */
int ref_list_hidden(struct refcloud *rc, const char *tenant, enum kind kind,
		    struct resource_list *ret);
/* The network that leads outside: in every tenant's list, nobody's to delete. */
bool ref_external(struct refcloud *rc, const char *vpc_id);
/* The subnets that a router joins, one call for each i until NULL. */
const char *ref_joined(struct refcloud *rc, const char *router_id, size_t i);
/* When it was created, in microseconds of the wall clock; 0: unknown. */
int64_t ref_born_us(struct refcloud *rc, enum kind kind, const char *id);
/* When the state change under way ends, on the loop's clock; 0: none is under way. */
int64_t ref_settles_at_ms(struct refcloud *rc, enum kind kind, const char *id);
/* The fault plan takes, in a create of that kind, whatever stands in the field:
 * a face that looks at it before the model does asks here first. */
bool ref_takes(struct refcloud *rc, enum kind kind, const char *field);
/* How many the tenant has, and its quota (-1: none). */
void ref_usage(struct refcloud *rc, const char *tenant, enum kind kind, int *used, int *limit);
/* A private key (PEM) made for a key pair.  An answer shows it when its resource
 * has private_key_shown set: that of ref_create (and what a fault makes show it). */
const char *ref_private_key(struct refcloud *rc, const char *keypair_id);

/* ---- faults ---- */

/*
 * A deviation to be found: an operator applied to one operation of one kind.
 *   fault: vpc-delete-swallowed
 *   title: "delete answers success and deletes nothing"
 *   requirement: MCI-NET-01
 *   on: vpc.destroy           # kind.operation: create get list destroy act.NAME;
 *                             # also any.get, vpc.any, any.auth; or vm.reach,
 *                             # vm.data, disk.data: what the guests do
 *   do: swallow               # the operator
 *   field: / value: / count: / from: / to:      # its arguments
 * Operators on the model: swallow (answer success, do nothing), accept-illegal
 * (skip the state or dependency check), accept-duplicate, ignore-field (a create
 * or act forgets field, a read does not show it), set-field (read shows value),
 * cut-field (to count bytes, else to half),
 * lower-field (lower case), plain-field (ASCII alone, "?" for the rest), mix-field (a
 * create takes the field of its neighbour), stale (reads show the state from
 * before the last count changes or until count reads), partial-list (count are left out),
 * repeat-list, skip-at-page and repeat-at-page (a page after the first begins one
 * entry too late, or repeats the last of the one before), extra-leftover (a destroy
 * leaves it in list), freeze-state (never leaves `from`), skip-state,
 * wrong-final-state, refuse (class in value), slow (value ms), new-id (act gives
 * another id/address), no-auth (a bad credential is accepted), leak (a child is left
 * behind), cascade (the disks of a VM go with it), keep-first (a create that should
 * overwrite leaves the old value), harm-users (a destroy puts the VMs that use it
 * into state to), map-value (what reads `from` becomes `to`, in any of the
 * rules for rule.X), collide (a create is a conflict when another one has the same value of
 * field), adopt (a create under a name in use answers with the one that is there; with value
 * "neighbour" any create with one of another name, where there is one),
 * half-made (a create that is refused leaves the resource, with value "hidden" only where
 * no read shows it), too-much (a destroy takes a
 * sibling along, a removed rule all others), bridge (the operation works on the resources
 * of other tenants), miscount (of a list: the use that is shown stays at value, or 0).
 * throttle (no deviation, a rate limit: of more than count creates in value ms the rest is
 * refused as throttled).
 * refuse, swallow and accept-illegal with from: only while it is in that state; swallow
 * with value: only while it is younger than so many ms, of an act with count: from the
 * act after so many on; accept-duplicate with value: only while the first is so young.
 * reclass (an error of class `from`, or any, is answered as class `value`; "ok":
 * as success, with an empty resource).
 * field: a name of the model table, or "name", "state", "rule.from" ... of the first
 * rule, or "private_key"; to forget one also "FIELD.last", the last of several; of
 * accept-illegal also "A,B", either, and "cidr.text" (a range that is none), "parent",
 * "quota".  count: a number, "all", or "made" (all made by
 * requests).
 * Operators on the guests.  vm.reach: accept-illegal (what is ignored when somebody comes
 * to reach one: one or several of rules source port protocol direction state gone vpc bound
 * removed outbound, or all; of a login: key, all keys of the tenant open it, namesake, one
 * that has the name of its own by now; from: only while the VM is in that state), refuse
 * (it is not reached: from outside, inside, both; by rules added in its lifetime, by its groups
 * others than the first, at an address bound later; by key, imported-key, deleted-key, that
 * of its pair; or since its stop, start, reboot,
 * suspend, resume, the count-th), set-field (id, name, boot as it tells them), mix-field
 * (it tells the neighbour's name, or id: id and name; address: the neighbour answers; key:
 * it takes the tenant's last other key),
 * keep-first (the boot stays the first), new-id (a resume is another boot).
 * vm.data and disk.data, a VM's own disk and those that
 * are attached: lose (the content, by the act in field: stop start reboot suspend resume,
 * of a disk also attach detach resize destroy, the VM's end), bridge (all have the same),
 * swallow (a write is not kept), cut-field text, set-field and keep-first (text, bytes),
 * refuse (it is not there), accept-illegal (attached: those of other VMs are there too).
 * Operators on the wire, applied by the server to the JSON that a face answers:
 * drop-key, rename-key, retype-key (field: the JSON key, at any depth), status
 * (value; from: only instead of that one), body (value), html, content-type (value), tell
 * (an error shows the password that is accepted).
 */
/* Adds a built-in fault by name.  ERR_NOT_FOUND names the nearest one. */
int refcloud_fault(struct refcloud *rc, const char *name, struct error *err);
/* Adds every fault of a YAML file; ERR_INVALID with file and line. */
int refcloud_fault_file(struct refcloud *rc, const char *path, struct error *err);

struct fault_info {
	const char *name, *title, *requirement, *on;
};
/* The built-in faults, for `plugfest list faults`. */
size_t refcloud_faults(const struct fault_info **ret);

/* ---- faces and the server ---- */

struct face_request {
	const char *method;
	const char *path;		/* decoded path after the face's prefix, no query */
	const char *tenant;		/* set by the face's auth */
	const json_t *json;		/* the body when it is JSON, else NULL */
	const char *body;		/* as received */
	size_t body_len;
	const void *transport;		/* for the two functions below */
};
/* The base URL this face is served at, prefix included; "" outside a server. */
const char *face_url(const struct face_request *q);
/* Case-sensitive query key, case-insensitive header name; NULL when absent. */
const char *face_query(const struct face_request *q, const char *key);
const char *face_header(const struct face_request *q, const char *name);

struct face_reply {
	int status;
	json_t *json;			/* owned; sent as application/json */
	char *text;			/* owned, instead of json */
	const char *content_type;	/* for text */
	struct { char name[40]; char value[600]; } headers[6];
	unsigned header_count;
	char op[48];			/* "vpc.create": what faults and logs call it */

	/* When wait_ms > 0 the server holds the connection and calls `again`
	 * after it (with the client gone or not), which fills in the reply anew. */
	int64_t wait_ms;
	void (*again)(struct refcloud *rc, void *arg, struct face_reply *rep);
	void *arg;			/* freed by free() after the last call */
};

struct face {
	const char *name;		/* "spider" */
	const char *prefix;		/* "/spider": shown in the URL */
	void (*handle)(struct refcloud *rc, struct face_request *q, struct face_reply *rep);
	/* A target file for this face, listening there (prefix included): for `run`
	 * with no target. */
	void (*target)(const char *base_url, struct str *yaml);
};

/* FACE(spider) { .name = ... };  enters the face in the link-time table. */
#define FACE(name_)                                                     \
	static const struct face name_##_face;                          \
	static const struct face *const name_##_face_entry              \
		__attribute__((used, section("faces"))) = &name_##_face; \
	static const struct face name_##_face =

const struct face *face_by_name(const char *name);
size_t face_count(void);
const struct face *face_at(size_t i);

/* Serves a face on 127.0.0.1:port (0: any); *port is then the real one.
 * ERR_INVALID no such face; ERR_HARNESS port taken or out of descriptors. */
int refcloud_serve(struct refcloud *rc, const char *face, int *port, struct error *err);

/* Records every request line "face op status" when not NULL (for tests). */
void refcloud_trace(struct refcloud *rc, void (*fn)(void *arg, const char *face, const char *op,
						     int status), void *arg);

/* An object that lives as long as rc, for a face's own tables (connections,
 * tokens); empty at first, borrowed. */
json_t *refcloud_face_data(struct refcloud *rc, const char *face);
/* The basic user and password, or a fault plan that takes any. */
bool refcloud_login(struct refcloud *rc, const char *user, const char *password);

/*
 * Serves the faces ("spider:0", "openstack:5000") until SIGTERM or SIGINT.
 * Writes one line "FACE URL" for each to ready_fd and closes it.  0, or 1 with
 * a message on stderr.
 */
int refcloud_main(const char *const *faces_with_ports, size_t n, const struct refcloud_config *cfg,
		  const char *const *faults, size_t nfaults, const char *fault_file, int ready_fd);

/* How far a page after the first begins from where it has to: 0, 1 or -1. */
int ref_page_slip(struct refcloud *rc, const char *op);

/* The credentials every face of this process accepts besides those it documents. */
const char *refcloud_user(void);
const char *refcloud_password(void);	/* env PLUGFEST_REFCLOUD_PASSWORD, or random per process */

#endif
