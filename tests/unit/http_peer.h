#ifndef TESTS_UNIT_HTTP_PEER_H
#define TESTS_UNIT_HTTP_PEER_H

#include <stddef.h>
#include <stdatomic.h>

/*
 * Servers for the tests of harness/http, each in threads of the test's own
 * process on a free loopback port.
 */

/*
 * A well-behaved one (libmicrohttpd):
 *   /hello        200 "hello", X-One: 1, set twice: X-Two
 *   /echo         200 "METHOD content-type|x-test|user-agent|body" of the request
 *   /gzip /bomb   17 bytes, 20 000 bytes, both compressed
 *   /big?n=N      N bytes
 *   /redirect     302 to /hello
 *   /retry        429 with Retry-After: 7
 *   /meet?n=N     answers nobody before N requests wait here together
 *   /never        answers nobody
 */
struct peer;
struct peer *peer_start(void);
void peer_stop(struct peer *p);
unsigned peer_port(const struct peer *p);
unsigned peer_most_at_once(const struct peer *p);	/* requests under way together */
unsigned peer_requests(const struct peer *p);

/* One that says exactly the given bytes to whoever has sent an empty line. */
struct raw_peer {
	const char *reply;
	size_t len;		/* 0: strlen */
	unsigned answers;	/* per connection, 0: 1; after that it ends it, below */
	enum { RAW_CLOSE, RAW_RESET, RAW_ENDLESS } then;
	const char *cert, *key;	/* PEM text: speak TLS */

	unsigned port;
	atomic_uint requests, connections;
	int listen_fd;
	void *tls;
	unsigned long thread;
};
void raw_start(struct raw_peer *p);
void raw_stop(struct raw_peer *p);

/* A loopback port where nothing listens. */
unsigned closed_port(void);

/* A self-signed certificate for host, valid from and to so many days from now;
 * both texts are for free(). */
void make_certificate(const char *host, long from_days, long to_days, char **cert, char **key);
/* Writes text to a new temporary file; path is for free(), the file for unlink(). */
char *make_file(const char *text);

#endif
