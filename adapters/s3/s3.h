#ifndef S3_S3_H
#define S3_S3_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

/*
 * The client end of the S3 API: what is decided, without a network.  Readers of answers and
 * writers of what goes out; docs/object-storage.md says how a driver will use them.
 *
 * Nothing is repaired: an absent text is "", an absent number -1.  What the API always
 * sends and without which there is nothing to go on with (a key, whether there is more,
 * and from where) is ERR_PROTOCOL when it is missing.
 */
enum { S3_KEY_MAX = 1024 };	/* bytes of UTF-8 */

struct s3_object {
	char *key;		/* decoded */
	int64_t size;
	char etag[136];		/* as it was written, with its quotes */
	char storage_class[40], modified[40];
	char version[136];
	bool latest;		/* of a list of versions */
	bool delete_marker;
};

struct s3_list {
	struct s3_object *at;
	size_t count, room;
	char **prefixes;	/* what a delimiter rolled up */
	size_t prefix_count;
	char *bucket;		/* as the answer calls it */
	int64_t key_count;	/* as the answer states it */
	bool truncated;
	char *next;		/* the token, or the key, to go on with; NULL: this was all */
	char *next_version;	/* of a list of versions */
};
void s3_list_cleanup(struct s3_list *l);	/* AUTO(s3_list) */

/* ListBucketResult, version 2, and ListVersionsResult; appends a page to *ret. */
int s3_read_list(const char *body, size_t n, struct s3_list *ret, struct error *err);
int s3_read_versions(const char *body, size_t n, struct s3_list *ret, struct error *err);

/* InitiateMultipartUploadResult: the id of the upload. */
int s3_read_initiate(const char *body, size_t n, struct str *upload, struct error *err);

/*
 * CompleteMultipartUploadResult and CopyObjectResult.  Both come with status 200 before it
 * is known how it ends: the document may be an error, which is what is returned then.
 */
int s3_read_complete(const char *body, size_t n, struct s3_object *ret, struct error *err);
int s3_read_copy(const char *body, size_t n, struct s3_object *ret, struct error *err);
void s3_object_cleanup(struct s3_object *o);	/* AUTO(s3_object) */

/* An answer that is no success, as an error; always negative.  A HEAD has no document. */
int s3_error(long status, const char *body, size_t n, struct error *err);
/* The class of an error code, or ERR_OK: nobody has heard of it. */
enum err s3_class(const char *code);

/* Whether an entity tag is the MD5 of the bytes, as it is of an object put in one piece without
 * a key of its own: 32 hex digits.  "...-2" is of an object in parts. */
bool s3_etag_md5(const char *etag, char md5[33]);

/* ---- what goes out ---- */

/* "/bucket/key": each byte of the key, but '/', stands for itself. */
void s3_put_path(struct str *to, const char *bucket, const char *key);

struct s3_part {
	int number;
	const char *etag;
};
/* CompleteMultipartUpload. */
void s3_put_complete(struct str *to, const struct s3_part *parts, size_t count);

#endif
