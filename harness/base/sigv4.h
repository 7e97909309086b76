#ifndef BASE_SIGV4_H
#define BASE_SIGV4_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/secret.h"
#include "base/str.h"

/*
 * AWS Signature Version 4 as pure functions: what is signed, with which key, and what
 * a server makes of a signature that it is shown.  No clock, no network, no state.
 *
 * It stands in base because both ends of an object API need it and may share nothing
 * else.  That both use the same lines proves nothing, so the tests hold them against
 * published values and tests/peers/sigv4 against somebody else's implementation.
 *
 * The canonical request and the string to sign hold no secret.  A derived key is as good
 * as the secret for its day and service; a presigned query opens what it names for as
 * long as it says: whoever makes one to send registers its signature by secret_add().
 */
struct sigv4_header {
	const char *name, *value;
};

struct sigv4_request {
	const char *method;
	const char *path;	/* as on the wire, percent-encoded, no query; "" is "/" */
	const char *query;	/* as on the wire, without '?'; NULL: none */
	/* To sign: exactly those that are signed, "host" among them.  To verify: all that
	 * came.  Ends with a NULL name. */
	const struct sigv4_header *headers;
	const char *payload;	/* the body's SHA-256 in hex, or a word of the table below */
};

/* What x-amz-content-sha256 may say instead of a digest. */
#define SIGV4_UNSIGNED "UNSIGNED-PAYLOAD"
#define SIGV4_CHUNKS "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
#define SIGV4_CHUNKS_TRAILER "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
#define SIGV4_UNSIGNED_TRAILER "STREAMING-UNSIGNED-PAYLOAD-TRAILER"

enum sigv4_payload {
	SIGV4_PAYLOAD_DIGEST, SIGV4_PAYLOAD_UNSIGNED, SIGV4_PAYLOAD_CHUNKS,
	SIGV4_PAYLOAD_CHUNKS_TRAILER, SIGV4_PAYLOAD_UNSIGNED_TRAILER,
	SIGV4_PAYLOAD_STRANGE,
};
enum sigv4_payload sigv4_payload(const char *text);

/* How a service writes the path that it signs.  S3: neither, since a key may hold "//" or
 * ".."; every other service: both. */
enum { SIGV4_S3 = 0, SIGV4_PATH_TWICE = 1, SIGV4_PATH_NORMAL = 2 };

struct sigv4_scope {
	char time[17];		/* "20130524T000000Z"; its date is the scope's */
	const char *region, *service;
};
struct sigv4_key {
	unsigned char bytes[32];
};

/* "20130524T000000Z" of microseconds since 1970 (up to the year 9999), and back to
 * seconds; -1 when it is no such time. */
void sigv4_time(int64_t wall_us, char to[17]);
int64_t sigv4_time_read(const char *text);

/* Percent-encodes n bytes as the signature wants it: all but RFC 3986 unreserved
 * characters, and '/' too unless it may stay.  For building what goes on the wire. */
void sigv4_encode(struct str *to, const char *bytes, size_t n, bool keep_slash);

/* ---- signing ---- */

/* Good for one day, region and service.  sigv4_forget() when done. */
void sigv4_key(struct secret secret, const struct sigv4_scope *scope, struct sigv4_key *ret);
void sigv4_forget(struct sigv4_key *key);

/* Appends; signed_headers gets "host;x-amz-date". */
void sigv4_canonical(const struct sigv4_request *r, unsigned flags, struct str *to,
		     struct str *signed_headers);
void sigv4_string_to_sign(const struct sigv4_scope *scope, const char *canonical, size_t n,
			  struct str *to);
void sigv4_signature(const struct sigv4_key *key, const char *string_to_sign, char to[65]);

/* The value of an Authorization header; what makes it is x-amz-date among r->headers.
 * seed, unless NULL, gets the signature: the first of a chain of chunks. */
void sigv4_authorization(const struct sigv4_request *r, unsigned flags,
			 const struct sigv4_scope *scope, const char *key_id,
			 const struct sigv4_key *key, struct str *to, char seed[65]);

/* The query, whole, of an address that needs no header but those of r (at least host).
 * token: of temporary credentials, or NULL. */
void sigv4_presign(const struct sigv4_request *r, unsigned flags, const struct sigv4_scope *scope,
		   const char *key_id, const struct sigv4_key *key, const char *token,
		   int64_t expires_s, struct str *to);

/* One chunk of a body sent as SIGV4_CHUNKS, by its SHA-256, and the trailing headers
 * ("name:value\n", in order) after the last; previous: the signature before it. */
void sigv4_chunk(const struct sigv4_key *key, const struct sigv4_scope *scope,
		 const char previous[65], const char digest[65], char to[65]);
void sigv4_trailer(const struct sigv4_key *key, const struct sigv4_scope *scope,
		   const char previous[65], const char *lines, size_t n, char to[65]);

/* ---- verifying ---- */

enum sigv4_flaw {
	SIGV4_GOOD,
	SIGV4_ANONYMOUS,	/* nothing of the kind was shown */
	SIGV4_TWO_WAYS,		/* in a header and in the query */
	SIGV4_OTHER_SCHEME,	/* an Authorization of another kind */
	SIGV4_BAD_HEADER,	/* cannot be read, or is for another scope */
	SIGV4_BAD_QUERY,
	SIGV4_NO_DATE,
	SIGV4_WRONG_REGION, SIGV4_WRONG_SERVICE, SIGV4_WRONG_DATE,
	SIGV4_SKEWED,
	SIGV4_NOT_YET, SIGV4_EXPIRED,	/* presigned only */
	SIGV4_NO_PAYLOAD,	/* no x-amz-content-sha256 */
	SIGV4_BAD_PAYLOAD,	/* neither a digest nor a known word */
	SIGV4_NOT_SIGNED,	/* host or an x-amz- header is outside the signature */
	SIGV4_MISMATCH,
	SIGV4_FLAWS,
};
/* "mismatch" and so on, for logs. */
const char *sigv4_flaw_name(enum sigv4_flaw f);

/* What a request says about who signed it: nothing of it is proved yet. */
struct sigv4_claim {
	bool presigned;
	char key_id[129], region[65], service[33], date[9], time[17];
	char signed_headers[1025];	/* "host;x-amz-date" */
	char signature[65];
	char payload[65];
	int64_t expires_s;	/* presigned */
};

/* Reads it; what does not fit the fields above is a bad header or query. */
enum sigv4_flaw sigv4_claim(const struct sigv4_request *r, struct sigv4_claim *ret);

struct sigv4_site {
	const char *region, *service;
	int64_t now_s;
	int64_t skew_s;		/* 0: 15 minutes, as S3 */
};
/* Whether it is for this place and time. */
enum sigv4_flaw sigv4_claim_fits(const struct sigv4_claim *c, const struct sigv4_site *site);

/* Whether the owner of the secret signed this request, in time that does not depend on where
 * a wrong signature differs.  ret, unless NULL, gets the key, for the chunks that follow. */
enum sigv4_flaw sigv4_verify(const struct sigv4_request *r, unsigned flags,
			     const struct sigv4_claim *c, struct secret secret,
			     struct sigv4_key *ret);
/* The same of two signatures: 64 digits. */
bool sigv4_same(const char *a, const char *b);

#endif
