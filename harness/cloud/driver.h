#ifndef CLOUD_DRIVER_H
#define CLOUD_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "cloud/config.h"
#include "cloud/dialect.h"
#include "cloud/model.h"
#include "co/co.h"

/*
 * What an adapter implements.
 *
 * Operations are coroutine functions written as straight code: send, wait,
 * read, return.  Each returns ERR_OK, or a negative enum err with *err filled
 * in.  A "ret" parameter is written on success only, with one exception: a
 * create sets ret->id as soon as the cloud has named the resource, so that
 * what a later step of it left behind can be found and removed.
 *
 * An operation the cloud does not offer stays NULL.  The cloud layer answers
 * ERR_UNSUPPORTED for it; an adapter never writes a stub.
 *
 * R4: an adapter never repairs the system under test: no invented field, no
 * default for a missing one, no silent retry of what is not idempotent.
 */
#define DRIVER_ABI 1

struct cloud;

struct kind_ops {
	/* Returns once the cloud has accepted the order; *ret may still be CREATING. */
	CO_FN int (*create)(struct cloud *c, const struct resource *want, struct resource *ret,
			    struct error *err);
	CO_FN int (*get)(struct cloud *c, const struct ref *ref, struct resource *ret,
			 struct error *err);
	/* All pages.  parent: NULL for all. */
	CO_FN int (*list)(struct cloud *c, const char *parent, struct resource_list *ret,
			  struct error *err);
	/* Fills in only id and state, by the cheapest call: for waiting.  NULL: get is used. */
	CO_FN int (*poll)(struct cloud *c, const struct ref *ref, struct resource *ret,
			  struct error *err);
	/* Returns once accepted; a missing one is ERR_NOT_FOUND. */
	CO_FN int (*destroy)(struct cloud *c, const struct ref *ref, struct error *err);
	/* object: what the action is about, or NULL (enum action says). */
	CO_FN int (*act)(struct cloud *c, const struct ref *ref, enum action action,
			 const struct resource *object, struct error *err);
	/* What exists behind the API and is in no list of it, with the names it has there
	 * (dialect: became); get and destroy know the ids.  NULL: the lists show everything. */
	CO_FN int (*strays)(struct cloud *c, enum kind kind, struct resource_list *ret,
			    struct error *err);
};

/* Who answers: what `doctor` shows and `sweep` compares before it deletes. */
struct identity {
	char product[128];	/* as the endpoint calls itself; "" when it does not */
	char version[64];
	char account[ID_MAX];	/* project, tenant or account id; "" when the API shows none */
	char region[64];
	char catalogue[1024];	/* origins learnt from a catalogue, space-separated */
};

struct quota { int64_t used, limit; };	/* -1: unknown; limit -1 with used >= 0: none */

/* A request to create a key pair that is spoiled in one way, or a list of key pairs
 * without a credential. */
enum probe {
	PROBE_CUT_JSON,		/* ends in the middle */
	PROBE_ARRAY,		/* a JSON array where the API wants an object */
	PROBE_WRONG_TYPE,	/* the name is a number */
	PROBE_FORM,		/* form fields, and says so */
	PROBE_HUGE,		/* 2 MiB */
	PROBE_NO_CREDENTIAL,
};

struct driver {
	const char *name;		/* as target files spell it */
	unsigned abi;			/* DRIVER_ABI */
	const char *title;		/* "CB-Spider REST API" */
	const char *scope;		/* "unified-api" | "native-api" */
	uint64_t caps;			/* the most this driver can offer: CAN(...) ored */
	const struct setting_info *settings;	/* ends with a NULL name */
	const struct dialect *dialect;

	/* Checks settings, connects, authenticates. */
	CO_FN int (*open)(struct cloud *c, struct error *err);
	void (*close)(struct cloud *c);	/* also runs after a failed open */
	CO_FN int (*identify)(struct cloud *c, struct identity *ret, struct error *err);
	/* Limits per kind as the cloud shows them.  NULL: it shows none. */
	CO_FN int (*quotas)(struct cloud *c, struct quota ret[KIND_COUNT], struct error *err);

	/* Sends one of these, once.  ERR_OK: it was answered with success.  NULL: the cases
	 * that need it do not apply. */
	CO_FN int (*probe)(struct cloud *c, enum probe what, const char *name, struct error *err);

	const struct kind_ops *ops[KIND_COUNT];	/* NULL: no such service */
};

/* What open() works with. */
struct loop;
struct http;
const struct cloud_config *cloud_config(const struct cloud *c);
struct loop *cloud_loop(const struct cloud *c);
void *cloud_private(const struct cloud *c);
void cloud_set_private(struct cloud *c, void *state);
/* --read-only: passed on to http_open(). */
bool cloud_read_only(const struct cloud *c);
/* True for a session that must present a damaged credential: an invented user
 * or an altered token, never a real user with a false password. */
bool cloud_damaged(const struct cloud *c);
/*
 * Fills in what `connection:` says to every driver: certificates, proxy, times,
 * HTTP version, the rate limit that all sessions with a target share.  The
 * driver adds base_url.
 */
struct http_config;
void cloud_http_config(const struct cloud *c, struct http_config *ret);

/* The driver tells the cloud of an http handle that it opened: the cloud hooks
 * in the observer.  Not owned. */
void cloud_observe_http(struct cloud *c, struct http *h);
/* The observer itself, for what is no call to the cloud: an http_observer whose arg is
 * the cloud. */
struct http_call;
void cloud_observed(void *cloud, const struct http *h, const struct http_call *call, int r,
		    const struct error *err);
const char *cloud_user_agent(const struct cloud *c);
/* Entries that one page of a list should hold; 0: the driver's own choice. */
int64_t cloud_page_size(const struct cloud *c);

/* DRIVER(acme) { .name = ... };  enters the driver in the link-time table. */
#define DRIVER(name_)                                                   \
	static const struct driver name_##_driver;                      \
	static const struct driver *const name_##_driver_entry          \
		__attribute__((used, section("drivers"))) = &name_##_driver; \
	static const struct driver name_##_driver =

/* The table, sorted by name at start.  NULL past the end. */
const struct driver *driver_at(size_t i);
const struct driver *driver_by_name(const char *name);

#endif
