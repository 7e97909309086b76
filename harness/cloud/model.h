#ifndef CLOUD_MODEL_H
#define CLOUD_MODEL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/secret.h"

/*
 * The nouns of every cloud, as one table: kind -> fields -> states -> actions.
 * The codec, the reference cloud's validation, comparison, redaction and
 * documentation are all read from it; a new kind is a new row here.
 */
enum kind {
	KIND_REGION, KIND_ZONE, KIND_IMAGE, KIND_SPEC,
	KIND_KEYPAIR, KIND_VPC, KIND_SUBNET, KIND_ROUTER, KIND_ADDRESS, KIND_SG, KIND_VM,
	KIND_DISK, KIND_TAG, KIND_PRICE,
	KIND_COUNT
};
#define KIND_BIT(k) (1u << (k))

/*
 * States as we name them.  Stop/start lose memory, suspend/resume keep it
 * (CB-Spider's "suspend" is our stop).  A kind without a life cycle stays NONE.
 */
enum state {
	STATE_NONE,		/* the kind has no state */
	STATE_UNSTATED,		/* it should have one and the cloud showed none */
	STATE_STRANGE,		/* the cloud showed a word its API does not define */
	STATE_CREATING, STATE_RUNNING, STATE_STOPPING, STATE_STOPPED, STATE_STARTING,
	STATE_REBOOTING, STATE_SUSPENDING, STATE_SUSPENDED, STATE_RESUMING,
	STATE_AVAILABLE,	/* networks, addresses, images: usable */
	STATE_BOUND,		/* an address or disk in use */
	STATE_CHANGING,		/* a disk on its way: being attached, detached, resized */
	STATE_DELETING, STATE_GONE, STATE_FAILED,
	STATE_COUNT
};

enum action {
	ACT_STOP, ACT_START, ACT_REBOOT, ACT_SUSPEND, ACT_RESUME,	/* vm */
	ACT_BIND, ACT_UNBIND,		/* address; object: the vm */
	ACT_JOIN, ACT_PART,		/* router; object: the subnet */
	ACT_ADD_RULE, ACT_REMOVE_RULE,	/* sg; object: a sg resource holding the rules */
	ACT_ATTACH, ACT_DETACH,		/* disk; object: the vm */
	ACT_RESIZE,			/* disk; object: a disk resource of the new size */
	ACT_COUNT
};

/* What a cloud can claim; see caps.def. */
enum cap {
#define CAP(bit, name, text) CAP_BIT_##bit,
#include "cloud/caps.def"
#undef CAP
	CAP_COUNT
};
enum {
	CAP_MAX_IS_64 = 1 / (CAP_COUNT <= 64),
};
#define CAN(bit) (UINT64_C(1) << CAP_BIT_##bit)

/* Bytes with the NUL: OpenStack 36; Azure resource ids are cut by their driver. */
#define ID_MAX 128
/* Over the 255 characters that many an API allows: one more must fit. */
#define NAME_LEN 264
#define ADDR_LEN 48
#define RULES_MAX 24
#define VM_SGS_MAX 4
#define TAG_VALUE_MAX 512

struct rule {
	char direction[10];	/* "inbound" | "outbound" */
	char protocol[8];	/* "tcp" | "udp" | "icmp" | "all" */
	int from, to;		/* ports; -1: all */
	char cidr[ADDR_LEN];
};

/*
 * One resource of any kind.  Owns nothing, may be copied.  Ids are what the
 * cloud wants in its requests; an absent text is "", an absent number -1: an
 * adapter never invents a value for a field that the cloud left out.
 */
struct resource {
	enum kind kind;
	char id[ID_MAX];
	char native[ID_MAX];	/* the provider's id when a unified layer shows both */
	char name[NAME_LEN];
	/* id of what it lives in: subnet -> vpc, sg -> vpc, zone, price -> region;
	 * of a tag: tag_parent() of what it is on */
	char parent[ID_MAX];
	enum state state;
	char state_word[40];	/* as the cloud spelled it */
	union {
		struct { char title[64]; } region;
		struct { char status[24]; } zone;
		struct { char os[64], arch[24], status[24]; int64_t min_disk_gb; } image;
		struct { int64_t vcpu, mem_mib, disk_gb; } spec;
		struct {
			char fingerprint[128], public_key[1024];
			struct secret private_key;	/* present only in the answer to create */
			bool private_key_shown;		/* itself, not a placeholder */
		} keypair;
		struct { char cidr[ADDR_LEN]; } vpc;
		struct { char cidr[ADDR_LEN], zone[64]; } subnet;
		struct { char external_network[ID_MAX]; } router;
		struct { char ip[ADDR_LEN], vm[ID_MAX], external_network[ID_MAX]; } address;
		struct {
			struct rule rules[RULES_MAX];
			int64_t rule_count;
		} sg; /* count may exceed what is kept */
		struct {
			char image[ID_MAX], spec[ID_MAX], vpc[ID_MAX], subnet[ID_MAX],
				keypair[ID_MAX];
			char sgs[VM_SGS_MAX][ID_MAX];
			char zone[64];
			char private_ip[ADDR_LEN], public_ip[ADDR_LEN];
		} vm;
		struct { int64_t size_gb; char type[64], zone[64], vm[ID_MAX]; } disk;
		struct { char value[TAG_VALUE_MAX]; } tag;	/* name: the key */
		struct {
			char spec[ID_MAX], currency[8], unit[40];
			char amount[32];	/* decimal, as the cloud wrote it */
		} price;
	};
};

/* Enough to name a resource in a request. */
struct ref {
	enum kind kind;
	const char *id;
	const char *parent;	/* NULL or "" when the kind has none */
};
/* The whole id or none: a cut one is another's, or nobody's. */
bool resource_set_id(struct resource *r, const char *id);
struct ref resource_ref(const struct resource *r);	/* borrows */

struct resource_list {
	struct resource *at;
	size_t count, room;
	unsigned pages;		/* requests it took */
};
struct resource *resource_list_add(struct resource_list *l);	/* a fresh, initialised one */
const struct resource *resource_list_find(const struct resource_list *l, const char *id);
size_t resource_list_count_id(const struct resource_list *l, const char *id);
void resource_list_cleanup(struct resource_list *l);	/* AUTO(resource_list) */

/* ---- the table ---- */

enum field_type { FIELD_TEXT, FIELD_INT, FIELD_SECRET, FIELD_RULES, FIELD_TEXTS };
enum field_flag {
	FIELD_REQUIRED = 1,	/* a create without it is invalid */
	FIELD_IMMUTABLE = 2,	/* never changes during a life */
	FIELD_PORTABLE = 4,	/* means the same on another cloud */
	FIELD_GIVEN = 8,	/* set by the cloud, not by the request */
	FIELD_ECHO = 16,	/* reads back as asked */
	FIELD_HOLDS = 32,	/* what it refers to cannot be deleted meanwhile */
};
struct field {
	const char *name;
	enum field_type type;
	unsigned flags;
	const char *unit;	/* "" */
	size_t offset, size;
	int ref;		/* the kind whose id it holds, or -1 */
};

struct transition {
	enum action action;
	uint32_t from;		/* 1u << enum state, ored */
	enum state via, to;	/* via: STATE_NONE when immediate */
};

struct kind_info {
	const char *name;	/* "keypair": in ids, files, journals */
	const char *title;	/* "key pair": in sentences */
	int parent;		/* a kind, or -1 */
	bool on_any;		/* its parent is "KIND/ID", a resource of any other kind that is ours */
	enum cap cap;		/* what claims it */
	bool ours;		/* can be created and so must be cleaned up */
	enum state born, ready;	/* state after create accepted; when usable */
	int settle_s;		/* after this an intent that never showed up never will */
	const struct field *fields;
	size_t field_count;
	const struct transition *transitions;
	size_t transition_count;
};
const struct kind_info *kind_info(enum kind k);
int kind_by_name(const char *name);		/* -1 */
const char *state_name(enum state s);
int state_by_name(const char *name);		/* -1 */
const char *action_name(enum action a);
int action_by_name(const char *name);		/* -1 */
const char *cap_name(enum cap c);
const char *cap_text(enum cap c);
int cap_by_name(const char *name);		/* -1 */

/* "KIND/ID": the parent of a tag on that resource.  False when it does not fit. */
bool tag_parent(enum kind kind, const char *id, char to[ID_MAX]);
/* The way back: the kind, with *id inside of parent; -1 when it is none. */
int tag_owner(const char *parent, const char **id);

/* The transition of action in state, or NULL: illegal there. */
const struct transition *kind_transition(enum kind k, enum action a, enum state from);

/* ---- values ---- */

void resource_init(struct resource *r, enum kind k);	/* all absent */

/* A field's value as text ("" when absent); false: no such field. Common ones
 * ("id", "native", "name", "parent", "state") and table fields alike. */
bool resource_get_text(const struct resource *r, const char *field, char *to, size_t room);
/* Sets a field from text; ERR_INVALID when it does not fit or does not exist. */
int resource_set_text(struct resource *r, const char *field, const char *value, struct error *err);

/* The neutral JSON form; secrets as "***", absent fields left out.  New reference. */
json_t *resource_to_json(const struct resource *r);
int resource_from_json(const json_t *doc, struct resource *ret, struct error *err);

/* Rules mean the same: order of rules ignored, both normalised. */
bool rule_eq(const struct rule *a, const struct rule *b);

/* IPv4 "10.0.0.0/16": parses; false when it is not one. */
bool cidr_parse(const char *cidr, uint32_t *net, unsigned *bits);
bool cidr_contains(const char *outer, const char *inner);
bool cidr_holds(const char *cidr, const char *address);

#endif
