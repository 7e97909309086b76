#ifndef CLOUD_CLOUD_H
#define CLOUD_CLOUD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "cloud/config.h"
#include "cloud/dialect.h"
#include "cloud/driver.h"
#include "cloud/model.h"
#include "co/co.h"

/*
 * The unified driver layer: what a test case may call.  One cloud is one
 * authenticated session with one target.
 */
struct cloud;

struct cloud_options {
	const char *user_agent;
	bool read_only;
	bool damaged;		/* present a damaged credential */
	int64_t page_size;	/* 0: what the target says */
	bool once;		/* does not come again after a refusal: for cases about them */
};

/* *ret is NULL on failure.  cfg must outlive the cloud. */
CO_FN int cloud_open(struct loop *loop, const struct cloud_config *cfg,
		     const struct cloud_options *opt, struct cloud **ret, struct error *err);
void cloud_close(struct cloud *c);

const struct driver *cloud_driver(const struct cloud *c);
const struct dialect *cloud_dialect(const struct cloud *c);

/* The operations.  ERR_UNSUPPORTED when the driver has none. */
CO_FN int cloud_create(struct cloud *c, const struct resource *want, struct resource *ret,
		       struct error *err);
CO_FN int cloud_get(struct cloud *c, const struct ref *ref, struct resource *ret,
		    struct error *err);
CO_FN int cloud_list(struct cloud *c, enum kind kind, const char *parent,
		     struct resource_list *ret, struct error *err);
CO_FN int cloud_destroy(struct cloud *c, const struct ref *ref, struct error *err);
CO_FN int cloud_act(struct cloud *c, const struct ref *ref, enum action action,
		    const struct resource *object, struct error *err);
/* ERR_OK and nothing when the driver knows no other place to look. */
CO_FN int cloud_strays(struct cloud *c, enum kind kind, struct resource_list *ret,
		       struct error *err);
bool cloud_looks_behind(const struct cloud *c, enum kind kind);
/* A stray of that name may be what was asked for under the other. */
bool cloud_became(const struct cloud *c, const char *asked, const char *found);
CO_FN int cloud_probe(struct cloud *c, enum probe what, const char *name, struct error *err);
CO_FN int cloud_identify(struct cloud *c, struct identity *ret, struct error *err);
bool cloud_offers(const struct cloud *c, enum kind kind);

/* What a wait saw. */
struct wait_log {
	unsigned polls, same;	/* same: answers equal to the one before */
	int64_t ms;
	uint32_t seen;		/* 1u << each state shown */
	enum state order[16];	/* distinct consecutive states, the first 16 */
	unsigned count;
	char strange[40];	/* the first word that the API does not define */
};

/*
 * Polls until the state is `want`, with back-off, under deadline_s (scaled).
 * STATE_FAILED ends it at once with ERR_UNAVAILABLE; the deadline with
 * ERR_TIMEOUT; want STATE_GONE is reached by not-found.  log may be NULL.
 */
CO_FN int cloud_wait(struct cloud *c, const struct ref *ref, enum state want, int64_t deadline_s,
		     struct resource *ret, struct wait_log *log, struct error *err);

/* The deadline for creating (ready) and deleting a kind: IXIT, else 300 s / 600 s. */
int64_t cloud_deadline_s(const struct cloud *c, enum kind kind);
/* Nominal milliseconds times the target's time scale. */
int64_t cloud_scaled_ms(const struct cloud *c, int64_t ms);

/* Each HTTP exchange, for the journal.  Set by run before the first call. */
struct http_call;
typedef void cloud_observer(void *arg, const struct cloud *c, const struct http_call *call,
			    int r, const struct error *err);
void cloud_observe(cloud_observer *fn, void *arg);

#endif
