#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "co/co.h"

/*
 * One request is one call in one coroutine.  An endpoint has at most
 * `connections` easy handles; further calls wait in a co_sem, never in curl's
 * own queue.  Redirects are not followed, environment proxies and netrc are
 * ignored, and only http and https are spoken.
 */
struct http;

struct http_config {
	const char *base_url;		/* "http://127.0.0.1:1024/spider": scheme, host, prefix */
	unsigned connections;		/* 0: 64 */
	const char *ca_file;		/* PEM; NULL: the system's */
	const char *client_cert, *client_key;
	const char *proxy;		/* NULL: none */
	const char *resolve;		/* "host:port:address" as curl's CURLOPT_RESOLVE, or NULL */
	const char *user_agent;
	bool read_only;			/* refuses every method but GET and HEAD, before sending */
	int64_t connect_timeout_ms;	/* 0: 10 s */
	int64_t total_timeout_ms;	/* 0: 60 s; a call may ask for more */
};

struct http_header {
	const char *name, *value;
};

struct http_call {
	/* in */
	const char *method;
	const char *path;		/* appended to base_url; "/servers?limit=2" */
	const char *absolute_url;	/* instead of path; must be of the endpoint's origin */
	const struct http_header *headers;	/* ends with a NULL name; may be NULL */
	const char *body;		/* NULL: none */
	size_t body_len;		/* 0 with a body: strlen */
	size_t max_reply;		/* decoded bytes; 0: 4 MiB */
	int64_t timeout_ms;		/* 0: the endpoint's */
	const char *op;			/* "keypair.create": for the observer, never sent */
	bool mutates_nothing; /* a POST that only reads or makes a token: allowed read-only */

	/* out */
	long status;
	char *reply;			/* NUL-terminated; http_call_cleanup() frees it */
	size_t reply_len;
	char *reply_headers;		/* "name: value\n" lines, names in lower case */
	int64_t started_us;		/* monotonic: first byte could be sent (permit held) */
	int64_t waited_us;		/* client-side wait for the permit */
	int64_t first_byte_us, total_us;	/* since started_us */
	int retry_after_s;		/* as the server asked; -1: it did not */
};

/* Checks the configuration and resolves nothing yet.  *ret is NULL on error.
 * ERR_INVALID: the URL or a file in cfg is at fault. */
int http_open(struct loop *loop, const struct http_config *cfg, struct http **ret,
	      struct error *err);
/* No call may be under way.  Accepts NULL. */
void http_close(struct http *h);

/*
 * Sends one request and waits for the whole reply.  ERR_OK means a reply was
 * read, whatever its status; the caller judges the status.  Otherwise:
 * ERR_NETWORK (name, route, refused, reset, TLS; the text says which and what
 * to check), ERR_TIMEOUT, ERR_CANCELLED, ERR_PROTOCOL (not HTTP, reply over
 * max_reply), ERR_DENIED (refused by read_only).  err->sent says whether bytes
 * of the request may have reached the server.
 */
CO_FN int http_do(struct http *h, struct http_call *call, struct error *err);
void http_call_cleanup(struct http_call *call);

/* The value of a reply header (lower-case name) copied to `to`; "" when absent. */
bool http_reply_header(const struct http_call *call, const char *name, char *to, size_t room);

/* Told of each exchange after it ended, failures included (r is http_do's). */
typedef void http_observer(void *arg, const struct http *h, const struct http_call *call, int r,
			   const struct error *err);
void http_observe(struct http *h, http_observer *fn, void *arg);

const char *http_base_url(const struct http *h);

#endif
