#ifndef ADAPTERS_OPENSTACK_H
#define ADAPTERS_OPENSTACK_H

#include <jansson.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/str.h"
#include "cloud/driver.h"
#include "http/http.h"

/*
 * OpenStack: Keystone v3, Nova 2.1 (microversion up to 2.35, where a server
 * still shows the id of its flavor), Neutron 2.0, Glance 2, Cinder 3.
 */
enum service {
	SERVICE_IDENTITY, SERVICE_COMPUTE, SERVICE_NETWORK, SERVICE_IMAGE, SERVICE_VOLUME,
	SERVICE_COUNT
};

struct openstack_auth;

struct openstack {
	struct openstack_auth *auth;
	struct http *http[SERVICE_COUNT];
	char project[ID_MAX], region[64];
	char token[4096];
	int64_t token_since_us;		/* when it came, of clock_boot_us() */
	int64_t token_life_us;		/* from issued_at to expires_at; -1: not stated */
	bool renewing;
	unsigned token_serial;
	struct co_sem replacing;
	char microversion[32];		/* "compute 2.35", or "" */
	char compute_version[32];	/* what the service says is its newest */
};

/* Reads connection settings, clouds.yaml and OS_*, gets a token and the
 * catalogue (auth.c). */
CO_FN int openstack_connect(struct cloud *c, struct openstack *s, struct error *err);
/* A new token when the present one is due. */
CO_FN int openstack_renew(struct cloud *c, struct openstack *s, struct error *err);
/*
 * R4: after a 401 for a token that is older than its stated life (of that serial
 * number), another one.  A token that was refused within its life is not replaced:
 * the 401 stands, and whoever asked for the token to be good that long learns of it.
 */
CO_FN int openstack_replace(struct cloud *c, struct openstack *s, unsigned refused,
			    struct error *err);
/* Pure.  Over: older than its stated life, which is known.  Due: over, or a minute before
 * that; a token that lives under two minutes is used to its end. */
bool openstack_token_over(int64_t age_us, int64_t life_us);
bool openstack_token_due(int64_t age_us, int64_t life_us);
void openstack_disconnect(struct openstack *s);

/*
 * One request to a service; want is the status of success.  body: its
 * reference is taken; NULL none.  ret NULL: the reply is not read.
 */
CO_FN int openstack_call(struct cloud *c, enum service service, const char *op,
			 const char *method, const char *path, json_t *body, int want,
			 json_t **ret, struct error *err);

/* ERR_UNSUPPORTED, for what a cloud without that service cannot do. */
int openstack_no_service(enum service service, struct error *err);

/* All pages of GET path: each element of `key` goes to read() as a `kind`. */
typedef int openstack_read(const json_t *one, struct resource *ret, struct error *err);
CO_FN int openstack_list(struct cloud *c, enum service service, const char *op, const char *path,
			 const char *key, enum kind kind, openstack_read *read,
			 struct resource_list *ret, struct error *err);
/* GET path, and read() the object at key. */
CO_FN int openstack_get(struct cloud *c, enum service service, const char *op, const char *path,
			const char *key, openstack_read *read, struct resource *ret,
			struct error *err);

/* "/servers/" + the escaped id (+ tail).  Caller frees. */
char *openstack_path(const char *head, const char *id, const char *tail);

/* The class of a failed reply; guessed when the text had to tell (pure). */
enum err openstack_classify(int http_status, const char *type, const char *message, bool *guessed);
/* Message and type of a service's error document, each in its own shape (pure). */
void openstack_error_text(const json_t *doc, const char **type, const char **message);
enum state openstack_vm_state(const char *status, const char *task);
enum state openstack_volume_state(const char *status);
/* "2026-11-21T03:04:05.000000Z" as wall microseconds; -1. */
int64_t openstack_time_us(const char *text);
/* The newest microversion that is at most ours and theirs: "2.35". */
void openstack_microversion(const char *theirs, char *to, size_t room);

CO_FN int openstack_probe(struct cloud *c, enum probe what, const char *name, struct error *err);

/* id and name of an object into ret. */
int openstack_read_id(const json_t *one, struct resource *ret, struct error *err);

extern const struct kind_ops openstack_region_ops, openstack_zone_ops, openstack_image_ops,
	openstack_spec_ops, openstack_keypair_ops, openstack_vpc_ops, openstack_subnet_ops,
	openstack_router_ops, openstack_address_ops, openstack_sg_ops, openstack_vm_ops,
	openstack_disk_ops, openstack_tag_ops;

#endif
