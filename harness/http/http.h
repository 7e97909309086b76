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
	bool once;			/* http_ask() does not come again */
	bool http2;			/* over TLS, by ALPN; never in plain text */
	struct http_rate *rate;		/* of all handles of a target; NULL: as fast as it goes */
};

/* At most so many calls a second, evenly, with a tenth of a second's worth at once. */
struct http_rate {
	double per_s;			/* 0: no limit */
	double full_at_us;		/* when the bucket is full again, monotonic */
};
/* Takes one call's turn: microseconds until it may be sent.  Pure but for r. */
int64_t http_rate_take(struct http_rate *r, int64_t now_us);

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

	/* http_ask() counts here; each attempt is an exchange of its own */
	unsigned attempt;		/* 0 and 1: the first */
	unsigned sends;			/* those, of all rounds, that may have reached the server */
	int64_t paused_us;		/* before this attempt, because the server asked for it */
	int64_t refused_pause_s;	/* it asked for a longer pause than there was; 0: no */

	/* out */
	long status;
	char *reply;			/* NUL-terminated; http_call_cleanup() frees it */
	size_t reply_len;
	char *reply_headers;		/* "name: value\n" lines, names in lower case */
	int64_t started_us;		/* monotonic: first byte could be sent (permit held) */
	int64_t waited_us;		/* client wait: for a connection and our own rate limit */
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

/*
 * http_do(), and again while the answer is a refusal that passes: 429, and 503
 * that says when to come again.  Such a call was not carried out, so any method
 * may be repeated.  The pause is what Retry-After asks for, else it doubles from
 * a quarter of a second; all pauses together stay within the endpoint's
 * total_timeout_ms and the deadline in force.  A longer one is not begun: the
 * refusal stands.  err->sent is about all attempts: who refused one may have passed it on.
 */
CO_FN int http_ask(struct http *h, struct http_call *call, struct error *err);

/* What http_ask() did about refusals, to end a message with; "" when nothing. */
void http_ask_note(const struct http_call *call, char *to, size_t room);
void http_call_cleanup(struct http_call *call);

/* The value of a reply header (lower-case name) copied to `to`; "" when absent. */
bool http_reply_header(const struct http_call *call, const char *name, char *to, size_t room);

/* Told of each exchange after it ended, failures included (r is http_do's). */
typedef void http_observer(void *arg, const struct http *h, const struct http_call *call, int r,
			   const struct error *err);
void http_observe(struct http *h, http_observer *fn, void *arg);

const char *http_base_url(const struct http *h);

/*
 * Whether url is of the same scheme and host as the endpoint, at any port, or of
 * an origin in `also`: a blank-separated list such as "https://compute.example
 * https://network.example:9696", with '*' and '?' as in file names.  ERR_DENIED
 * says that it is neither.
 */
int http_origin_allowed(const char *url, const char *endpoint, const char *also,
			struct error *err);

#endif
