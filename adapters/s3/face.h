#ifndef S3_FACE_H
#define S3_FACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/sigv4.h"
#include "base/str.h"

/*
 * The server end of the S3 API: what is decided, before there is a server.  Written from the
 * API reference, apart from the client end, with which it shares nothing.
 */

/* An answer that is no success: what goes into the status line and the document. */
struct face_refusal {
	int status;
	const char *code, *message;
};
extern const struct face_refusal face_unknown_key;	/* nobody has this access key */
extern const struct face_refusal face_malformed_xml, face_invalid_part, face_part_order;

/* What S3 answers to a signature with that flaw; status 200 for SIGV4_GOOD. */
const struct face_refusal *face_refuse(enum sigv4_flaw flaw);

void face_put_error(struct str *to, const struct face_refusal *r, const char *resource,
		    const char *request_id);

struct face_object {
	const char *key, *etag, *modified, *storage_class;	/* the tag without quotes */
	int64_t size;
	const char *version;		/* of a list of versions */
	bool latest, delete_marker;
};

/* One page of a list.  NULL is left out; encode: encoding-type=url was asked for. */
struct face_list {
	const char *bucket, *prefix, *delimiter, *start_after;
	const char *token, *next_token;			/* version 2 */
	const char *key_marker, *version_marker;	/* versions */
	const char *next_key, *next_version;
	int64_t max_keys;
	bool encode, truncated;
	const struct face_object *at;
	size_t count;
	const char *const *prefixes;
	size_t prefix_count;
};
void face_put_list(struct str *to, const struct face_list *l);
void face_put_versions(struct str *to, const struct face_list *l);

void face_put_initiate(struct str *to, const char *bucket, const char *key, const char *upload);
void face_put_complete(struct str *to, const char *location, const char *bucket, const char *key,
		       const char *etag);
void face_put_copy(struct str *to, const char *modified, const char *etag);

/*
 * The framing of a body that comes as aws-chunked: taken off, and each chunk and the trailing
 * headers held against their signatures as soon as they are whole.  Any size, in constant memory.
 */
struct face_chunks;
/* kind: of the claim's payload, one of the three that come in chunks.  length: as
 * x-amz-decoded-content-length says.  seed: the claim's signature; *key is copied. */
struct face_chunks *face_chunks_begin(enum sigv4_payload kind, int64_t length,
				      const struct sigv4_key *key, const struct sigv4_claim *claim);
/* Appends what n bytes of the body hold.  NULL: good so far; after a refusal only the end. */
const struct face_refusal *face_chunks_feed(struct face_chunks *c, const char *bytes, size_t n,
					    struct str *to);
/* The body is over: whether all of it came.  trailers, unless NULL: "name:value\n" each. */
const struct face_refusal *face_chunks_end(struct face_chunks *c, struct str *trailers);
void face_chunks_free(struct face_chunks *c);

enum { FACE_PARTS_MAX = 10000 };
struct face_part {
	int number;
	char etag[33];		/* in lower case, without quotes */
};
/* CompleteMultipartUpload: the parts in *ret, freed by the caller; NULL: good. */
const struct face_refusal *face_read_complete(const char *body, size_t n, struct face_part **ret,
					      size_t *count);

#endif
