#ifndef TESTS_HOSTILE_H
#define TESTS_HOSTILE_H

#include <openssl/ssl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/*
 * A system under test that misbehaves.  Between plugfest and a healthy
 * reference cloud stands a proxy: it passes everything on, until the call that
 * a row of the table names.  Then the row's act answers in its own way.
 */
enum driver_bit { SPIDER = 1, OPENSTACK = 2, BOTH = 3 };

/* Which calls: a row of it for each driver, see proxy.c. */
enum where {
	AT_NONE, AT_READ, AT_CREATE, AT_OPEN, AT_EVERY, AT_AFTER_CREATE, AT_IMAGES, AT_CONNECT,
	AT_COUNT
};

/* One connection, from a client or to the cloud. */
struct wire {
	int fd;
	SSL *tls;
};
ssize_t wire_read(struct wire *w, void *to, size_t n);
bool wire_send(struct wire *w, const void *bytes, size_t n);
void wire_close(struct wire *w, bool reset);

struct row;
struct proxy;

/* One request and, when the act asked for it, what the cloud really answered. */
struct talk {
	struct proxy *p;
	struct wire *client, *cloud;
	struct str request;		/* head and body as they came */
	size_t head_len;
	char method[16], path[1024];
	unsigned nth;			/* hit of the row's call, from 1 */
	unsigned status;
	struct str head, body;		/* of the real reply; head: no length, no blank line */
};

/* True to keep the connection. */
typedef bool act_fn(struct talk *t);

/* Gets the real answer. */
bool talk_fetch(struct talk *t);
/* Sends an answer: head as given (status line and fields), then the length and body. */
bool talk_send(struct talk *t, const char *head, const void *body, size_t n);
bool talk_say(struct talk *t, const char *bytes);
/* Waits until the client hangs up or the row is over. */
void talk_linger(struct talk *t);

struct proxy {
	const struct row *row;
	enum driver_bit driver;
	unsigned cloud_port, port, elsewhere_port;
	int listen_fd, elsewhere_fd;
	SSL_CTX *tls;
	const char *outside;		/* "https" when clients come by TLS, at whatever port */
	pthread_t thread, elsewhere_thread;
	atomic_uint hits, requests, auths, creates, connections, elsewhere, by_http2;
	atomic_bool over;
	pthread_mutex_t lock;
	char worn[5000];		/* the credential line that died */
	int64_t fresh_ms;		/* when the last token was handed out */
	char credential[5000];		/* the header line last passed on */
	struct str also_seen;		/* what arrived elsewhere */
};
bool proxy_start(struct proxy *p);
void proxy_stop(struct proxy *p);
/* Key pairs that the cloud holds, asked past the proxy; -1 when it cannot be told. */
int proxy_holdings(struct proxy *p);

/* What certificate the endpoint shows. */
enum cert {
	CERT_NONE, CERT_GOOD, CERT_EXPIRED, CERT_EARLY, CERT_OTHER_HOST, CERT_SELF, CERT_UNKNOWN,
};
/* Writes DIR/ca.pem, DIR/server.pem, DIR/server.key. */
bool cert_write(const char *dir, enum cert kind);
SSL_CTX *cert_context(const char *dir);

struct row {
	const char *name;
	unsigned drivers;
	enum where at;
	unsigned times;			/* hits that are answered so; 0: all */
	act_fn *act;
	long number;			/* for the act */
	const char *text;

	enum cert cert;
	const char *scheme;		/* of the endpoint; NULL: as `cert` says */
	const char *settings;		/* more of connection: */
	int timeout_s;			/* of a call; 0: 2 */
	bool ipv6, http2, doctor, closed, elsewhere_relays;
	const char *case_id;		/* NULL: the key pair's */
	const char *profile;		/* NULL: that of the images with a case_id, else of keys */

	int exit;
	const char *verdict, *cause, *cleanup;	/* of the case; NULL: not looked at */
	const char *says;		/* in the journal, and in junit.xml of what did not pass */
	int left;			/* key pairs left in the cloud */
	double at_least_s, limit_s;	/* limit 0: 12 */
	unsigned hits_most, auths_most;	/* 0: not looked at */
	unsigned hits_least, auths_least;
};
extern const struct row rows[];
extern const size_t row_count;

#endif
