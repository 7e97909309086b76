#ifndef REFCLOUD_PRIV_H
#define REFCLOUD_PRIV_H

#include "refcloud/refcloud.h"

/* What the files of the reference cloud share; faces must not include it. */

enum ref_op {
	REF_CREATE, REF_GET, REF_LIST, REF_DESTROY, REF_ACT, REF_AUTH,
	REF_REACH, REF_DATA,		/* no operations: what a guest does, for faults alone */
	REF_OPS
};

/* One resource, or the memory of one when a fault plan needs it (gone). */
struct ref_entry {
	struct resource r;
	struct ref_tenant *tenant;	/* NULL: public */
	bool gone, hidden, foreign, leftover, leaked, external;
	bool shut;			/* a group: REF_SHUT */
	enum state next;		/* what at_ms brings */
	int64_t at_ms;			/* 0: nothing is under way */
	int64_t born_us;		/* wall clock */

	/* For stale reads: how it looked before the last change. */
	bool changed, before_none;
	enum ref_op change;
	struct resource *before;
	int reads[REF_OPS];

	char *private_key;		/* of a key pair */
	char (*joined)[ID_MAX];		/* subnets of a router */
	size_t joined_count;
	char own_ip[ADDR_LEN];		/* a VM's public address from its creation */
	unsigned acts[ACT_COUNT];	/* how often each was done */
	struct ref_guest *guest;	/* what runs in a VM of a guest image */
	char *text;			/* what stands on a disk, or on a VM's own; NULL: nothing */
	int64_t first_gb;		/* the size of a disk when it was made */
	struct rule *removed;		/* of a group, when a fault plan needs them */
	size_t removed_count;
	uint32_t next_host;		/* of a subnet */
	bool wrapped;

	struct ref_entry *id_next, *name_next, *prev, *next_made;
};

struct ref_tenant {
	char name[NAME_LEN];
	int used[KIND_COUNT];
	struct ref_tenant *next;
};

#define REF_BUCKETS 4096

struct refcloud {
	struct loop *loop;
	struct refcloud_config cfg;
	uint64_t id_state, delay_state;
	struct ref_entry *by_id[REF_BUCKETS], *by_name[REF_BUCKETS];
	struct ref_entry *first[KIND_COUNT], *last[KIND_COUNT];
	struct ref_tenant *tenants;
	struct ref_fault *faults;
	bool keep_gone;			/* some fault shows what is no more */
	uint32_t next_public;		/* 0: none was given yet */
	struct ref_server *servers;
	struct ref_guest *guests;
	struct guest_net *guest_net;
	struct guest_router *guest_router;
	bool no_guests;			/* their ports are taken everywhere */
	char *shared_text[2];		/* what a fault plan has on all disks of VMs, all others */
	json_t *face_data;
	void (*trace)(void *arg, const char *face, const char *op, int status);
	void *trace_arg;
};

/* ---- store.c ---- */

struct ref_tenant *store_tenant(struct refcloud *rc, const char *name);
struct ref_entry *store_add(struct refcloud *rc, struct ref_tenant *t, const struct resource *r);
/* Out of use: forgotten, or kept as gone when a fault wants to show it. */
void store_drop(struct refcloud *rc, struct ref_entry *e);
void store_clear(struct refcloud *rc);
/* Brings a state change that is due to its end; false when that made it go. */
bool store_settle(struct refcloud *rc, struct ref_entry *e);
/* Live and settled, of that tenant (NULL: of any) or public; NULL. */
struct ref_entry *store_by_id(struct refcloud *rc, const char *tenant, enum kind k, const char *id);
/* The same for one that is gone and remembered. */
struct ref_entry *store_gone(struct refcloud *rc, const char *tenant, enum kind k, const char *id);
/* By name; hidden ones too when asked; the oldest that is live, else gone ones when asked. */
struct ref_entry *store_by_name(struct refcloud *rc, const char *tenant, enum kind k,
				const char *name, const char *parent, bool hidden, bool gone);
/* for (e = store_next(rc, k, NULL); e; e = store_next(rc, k, e)): live ones, settled. */
struct ref_entry *store_next(struct refcloud *rc, enum kind k, struct ref_entry *after);
bool store_sees(const struct ref_entry *e, const char *tenant);
void store_new_id(struct refcloud *rc, char to[ID_MAX]);
void store_change_id(struct refcloud *rc, struct ref_entry *e);
uint64_t store_noise(uint64_t *state);
/* Remembers how it looks, before op changes it. */
void store_remember(struct refcloud *rc, struct ref_entry *e, enum ref_op op);

/* ---- data.c ---- */

void data_fill(struct refcloud *rc);
void data_foreign(struct refcloud *rc, struct ref_tenant *t);

/* ---- check.c: what a create must satisfy, what a destroy must not break ---- */

/* Sets err to that class, its provider_code to why. */
int refuse(struct error *err, enum err code, const char *why, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
int check_create(struct refcloud *rc, const char *tenant, const struct resource *want,
		 unsigned flags, struct error *err);
int check_unused(struct refcloud *rc, const struct ref_entry *e, struct error *err);
int check_rule(const struct rule *u, struct error *err);
bool check_uses(const struct ref_entry *vm, enum kind k, const char *id);

/* ---- disk.c, tag.c ---- */

int disk_check_size(int64_t size_gb, struct error *err);
int disk_act(struct refcloud *rc, struct ref_entry *e, enum action a,
	     const struct resource *object, struct error *err);
/* A VM has gone: its disks stay, detached. */
void disks_release(struct refcloud *rc, const char *vm);

/* That the resource is there which parent names; else an error of class code. */
int tag_check_owner(struct refcloud *rc, const char *tenant, const char *parent, enum err code,
		    struct error *err);
/* Gives a tag of the same key and parent the new value; false: there is none. */
bool tag_overwrite(struct refcloud *rc, const struct resource *want, const char *tenant,
		   struct resource *ret);
/* The tags of a resource go with it. */
void tags_drop(struct refcloud *rc, enum kind kind, const char *id);

/* ---- ops.c ---- */

/* The transition of action in e's state, or a conflict. */
int ref_act_state(struct refcloud *rc, struct ref_entry *e, enum action a, struct error *err);

int ref_limit(const struct refcloud *rc, enum kind k);	/* -1: none */

/* ---- alloc.c: what the cloud gives ---- */

int alloc_private_ip(struct refcloud *rc, const char *vpc, const char *subnet,
		     char to[ADDR_LEN], struct error *err);
/* guest: one that a guest can listen on. */
void alloc_public_ip(struct refcloud *rc, bool guest, char to[ADDR_LEN]);
/* Fills in public key and fingerprint; the private key (PEM) is the caller's. */
char *alloc_keypair(const char *name, struct resource *r);
/* Fills in the fingerprint of a public key that was given; ERR_INVALID when it is none. */
int alloc_fingerprint(struct resource *r, struct error *err);

/* ---- faults.c ---- */

enum fault_do {
	DO_SWALLOW, DO_ACCEPT_ILLEGAL, DO_ACCEPT_DUPLICATE, DO_IGNORE_FIELD, DO_SET_FIELD, DO_STALE,
	DO_PARTIAL_LIST, DO_REPEAT_LIST, DO_EXTRA_LEFTOVER, DO_FREEZE_STATE, DO_SKIP_STATE,
	DO_WRONG_FINAL_STATE, DO_REFUSE, DO_RECLASS, DO_SLOW, DO_NEW_ID, DO_NO_AUTH, DO_LEAK,
	DO_MAP_VALUE, DO_COLLIDE, DO_ADOPT, DO_HALF_MADE, DO_TOO_MUCH, DO_BRIDGE, DO_MISCOUNT,
	DO_THROTTLE,
	DO_CASCADE, DO_KEEP_FIRST, DO_SKIP_AT_PAGE, DO_REPEAT_AT_PAGE,
	DO_CUT_FIELD, DO_LOWER_FIELD, DO_PLAIN_FIELD, DO_MIX_FIELD, DO_HARM_USERS, DO_LOSE,
	DO_DROP_KEY, DO_RENAME_KEY, DO_RETYPE_KEY, DO_STATUS, DO_BODY, DO_HTML,
	DO_CONTENT_TYPE, DO_TELL,
	DO_COUNT
};
enum { FAULT_COUNT_ALL = -1, FAULT_COUNT_MADE = -2 };

struct ref_fault {
	char name[64], title[160], requirement[40], on[64];
	int kind, op, action;		/* -1: any */
	enum fault_do does;
	char field[64], value[256], from[32], to[64];
	int count;			/* 0: not given */
	int64_t window_ms;		/* throttle: when the present one began */
	int in_window;			/* and how many were taken in it */
	struct ref_fault *next;
};

/* The first fault of that operator on that operation after prev (NULL: from the start). */
const struct ref_fault *fault_next(struct refcloud *rc, const struct ref_fault *prev, enum kind k,
				   enum ref_op op, int action, enum fault_do does);
static inline const struct ref_fault *fault_on(struct refcloud *rc, enum kind k, enum ref_op op,
					       int action, enum fault_do does)
{
	return rc->faults ? fault_next(rc, NULL, k, op, action, does) : NULL;
}
bool fault_auth(const struct refcloud *rc);
/* A fault from texts; ERR_INVALID says which is wrong. */
int fault_parse(struct ref_fault *f, const char *on, const char *does, struct error *err);
void fault_add(struct refcloud *rc, const struct ref_fault *f);
void faults_clear(struct refcloud *rc);

/* ---- operators.c: what model faults do to an operation ---- */

/* refuse: the class and a text in err, or ERR_OK. */
int fault_refused(struct refcloud *rc, enum kind k, enum ref_op op, int action, struct error *err);
/* The same for one that `from` names the state of. */
int fault_refused_now(struct refcloud *rc, const struct ref_entry *e, enum ref_op op, int action,
		      struct error *err);
/* swallow, in the state and as often as the fault has it. */
bool fault_swallows(struct refcloud *rc, const struct ref_entry *e, enum ref_op op, int action);
/* accept-duplicate, beside the one that has the name. */
bool fault_duplicate(struct refcloud *rc, const struct ref_entry *first);
/* cut-field of "private_key". */
/* throttle: over the limit, ERR_THROTTLED. */
int fault_throttled(struct refcloud *rc, enum kind k, struct error *err);
/* What a refused create leaves nevertheless. */
void fault_half_made(struct refcloud *rc, struct ref_tenant *t, const struct resource *made);
void fault_private_key(struct refcloud *rc, enum ref_op op, char *pem);
void fault_harm(struct refcloud *rc, const struct ref_entry *e);
/* reclass: what the error r becomes. */
int fault_reclass(struct refcloud *rc, enum kind k, enum ref_op op, int action, int r,
		  struct error *err);
/* ignore-field, set-field and the others that spoil a field. */
void fault_fields(struct refcloud *rc, enum ref_op op, int action, struct resource *r);
bool resource_clear_field(struct resource *r, const char *field);
/* accept-illegal of an act or destroy in the state that e is in. */
bool fault_lenient_now(struct refcloud *rc, const struct ref_entry *e, enum ref_op op, int action);
/* accept-illegal for that field ("": the whole operation). */
bool fault_lenient(struct refcloud *rc, enum kind k, enum ref_op op, int action, const char *field);
/* The same, in the state that the fault names. */
bool fault_lenient_there(struct refcloud *rc, const struct ref_entry *e, enum ref_op op,
			 const char *field);
/* One of the names in "A,B". */
bool fault_names(const char *fields, const char *field);
/* In the state that the fault names, if it names one. */
bool fault_in_state(const struct ref_fault *f, const struct ref_entry *e);
/* freeze-state, skip-state, wrong-final-state: where a change really leads.
 * via and to may become the same state, which then is reached at once. */
void fault_path(struct refcloud *rc, enum kind k, enum ref_op op, int action, enum state from,
		enum state *via, enum state *to, bool *never);
/* How e looks to this read: itself, its past, or nothing (NULL). */
const struct resource *fault_view(struct refcloud *rc, struct ref_entry *e, enum ref_op op);
void fault_list(struct refcloud *rc, enum kind k, struct resource_list *l, const bool *made);

/* ---- neighbours.c: faults about who and what else there is ---- */

/* map-value, and cut-field of the rules. */
void fault_values(struct refcloud *rc, enum ref_op op, int action, struct resource *r);
/* bridge: the tenant whose resources the operation sees; NULL: everybody's. */
const char *fault_tenant(struct refcloud *rc, enum kind k, enum ref_op op, int action,
			 const char *tenant);
/* bridge, on any operation of the kind: the one of that name, whosever it is. */
struct ref_entry *fault_bridged(struct refcloud *rc, enum kind k, const char *name);
/* collide: another one of the tenant has the same value of the fault's field. */
bool fault_collides(struct refcloud *rc, const char *tenant, const struct resource *want);
/* adopt: the one of that name, or of another, that a create answers with instead; NULL. */
struct ref_entry *fault_adopted(struct refcloud *rc, const char *tenant,
				const struct resource *want);
/* too-much: what goes along with e. */
void fault_destroys_more(struct refcloud *rc, const struct ref_entry *e);
/* miscount: true with the number that is shown. */
bool fault_miscounts(struct refcloud *rc, enum kind k, int *used);

/* ---- guest.c, guest_agent.c: the data plane ---- */

/* A VM of that image is a guest. */
bool ref_guest_image(const char *image);
/* Nobody listens there on the ports of a guest. */
bool ref_guest_address_free(const struct refcloud *rc, const char *address);
/* A VM was made, or is in another state, or has another address. */
void ref_guest_changed(struct refcloud *rc, struct ref_entry *vm);
/* Its rules are others now. */
void ref_guest_group_changed(struct refcloud *rc, const char *sg);
/* It is gone; only a fault plan lets it go on answering. */
void ref_guest_gone(struct refcloud *rc, struct ref_entry *vm);
void ref_guests_stop(struct refcloud *rc);
/* With guest_sshd: what tells the guests' systems who reaches whom. */
int ref_guest_router_start(struct refcloud *rc, struct error *err);
void ref_guest_router_stop(struct refcloud *rc);

/* ---- guest_faults.c ---- */

/* The arguments of a fault on vm.reach, vm.data or disk.data. */
int ref_guest_fault_check(const struct ref_fault *f, const char *does, struct error *err);
/* accept-illegal "removed": the rule goes on to count. */
void fault_rule_removed(struct refcloud *rc, struct ref_entry *sg, const struct rule *u);
/* lose: what stands on a VM's own disk and on those attached to it, or on one disk. */
void fault_data_lost(struct refcloud *rc, struct ref_entry *e, const char *event);

/* ---- wire.c ---- */

void wire_faults(struct refcloud *rc, struct face_reply *rep);
/* slow: how long the answer to op is held back, in ms; 0. */
int64_t wire_delay_ms(struct refcloud *rc, const char *op);

/* ---- server.c ---- */

void servers_stop(struct refcloud *rc);

#endif
