#ifndef HTTP_PRIV_H
#define HTTP_PRIV_H

#include <curl/curl.h>

#include "base/str.h"
#include "co/co.h"
#include "co/loop.h"
#include "http/http.h"

/* What the files of this folder share. */

/* curl looks for a connection to reuse by walking the list of all to the host:
 * more than this many in one CURLM cost more than a further CURLM. */
#define SHARD_CONNECTIONS 200

/* What a reply may hold when its call names no number of its own. */
#define REPLY_DEFAULT ((size_t)4 << 20)

#define MAX_REPLY_HEADERS ((size_t)256 << 10)

struct http_shard {
	struct http *http;
	CURLM *multi;			/* NULL until it is needed */
	struct loop_timer timer;
	unsigned busy;
};

struct http_names;

/* Split from the base URL, or from a call's absolute one. */
struct http_origin {
	char *scheme, *host, *port;	/* the host of an IPv6 literal has its brackets */
};

struct http {
	struct loop *loop;
	struct http_config cfg;		/* its strings are our own copies */
	struct http_origin origin;
	CURLU *base;			/* the endpoint, taken apart; NULL: behind a proxy */
	char *label;			/* "https://host:443", for texts */
	struct http_names *names;	/* NULL: nothing to resolve */
	struct co_sem permits;
	struct co_sem large;		/* replies over REPLY_DEFAULT come one at a time */
	struct http_easy *idle;
	struct http_shard *shards;
	unsigned shard_count;
	http_observer *observer;
	void *observer_arg;
};

/* One easy handle and, while a call is under way, the exchange on it. */
struct http_easy {
	struct http_easy *next;		/* in http->idle */
	struct http *http;
	struct http_shard *shard;
	CURL *curl;
	struct co *co;
	struct str lines;		/* request headers, a NUL after each */
	struct curl_slist *send_headers;	/* an array, linked: curl only reads it */
	size_t send_room;
	struct curl_slist *pin;
	char *url;			/* or what follows the host, where http->base is set */
	struct str reply, headers;
	size_t max_reply;
	bool only_reads;
	bool headers_over;		/* a block of headers has ended */
	bool reply_too_long, headers_too_long, two_lengths;
	int64_t stated_length;		/* of this block of headers; -1: none yet */
	unsigned sends;			/* times that the request was put on a connection */
	bool done;
	CURLcode result;
	int64_t ended_us;
	char text[CURL_ERROR_SIZE];
};

/* origin.c */
int http_origin_parse(const char *url, struct http_origin *ret, struct error *err);
bool http_origin_eq(const struct http_origin *a, const struct http_origin *b);
bool http_origin_is_literal(const struct http_origin *o);
void http_origin_cleanup(struct http_origin *o);

/* files.c: certificates and keys are read once, so that a wrong one is told
 * before the first call and with its name. */
int http_check_files(const struct http_config *cfg, struct error *err);

/* request.c: whether the call may be sent at all, and its URL. */
int http_request_check(const struct http *h, const struct http_call *call, struct error *err);
char *http_request_url(const struct http *h, const struct http_call *call);

/* easy.c */
struct http_easy *http_easy_get(struct http *h);
void http_easy_prepare(struct http_easy *e, const struct http_call *call);
void http_easy_put(struct http_easy *e);
void http_easy_free(struct http_easy *e);

/* multi.c: from start to stop the exchange moves by itself; its end sets
 * e->done and wakes e->co. */
int http_multi_start(struct http *h, struct http_easy *e);
void http_multi_stop(struct http_easy *e);
void http_multi_close(struct http *h);
/* The connections that it opens stay known to the loop from request to request. */
void http_multi_keep(struct http_easy *e);

/* explain.c: e->result as one of our classes, with a text to act on. */
int http_explain(const struct http_easy *e, int64_t total_us, int64_t timeout_ms,
		 struct error *err);
/* True when no connection was had, so that another address may be better. */
bool http_never_connected(const struct http_easy *e);

/* names.c */
struct http_names *http_names_new(struct loop *loop, const struct http_origin *o);
void http_names_free(struct http_names *n);
/* Sees to it that addresses are known and no older than a minute. */
CO_FN int http_names_fresh(struct http_names *n, int64_t timeout_ms, struct error *err);
/* They failed us: the next call looks them up again. */
void http_names_doubt(struct http_names *n);
/* "host:port:address,address" for CURLOPT_RESOLVE. */
const char *http_names_pin(const struct http_names *n);

#endif
