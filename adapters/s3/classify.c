/* What an error of the API means, and what goes out. */
#include "s3.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/sigv4.h"
#include "base/xml.h"

/* Codes as the API reference lists them; what is not here is told by its status. */
static const struct { const char *code; enum err class; } codes[] = {
	{ "AccessDenied", ERR_DENIED }, { "AllAccessDisabled", ERR_DENIED },
	{ "AccountProblem", ERR_DENIED }, { "InvalidObjectState", ERR_CONFLICT },
	{ "AuthorizationHeaderMalformed", ERR_UNAUTHENTICATED },
	{ "AuthorizationQueryParametersError", ERR_UNAUTHENTICATED },
	{ "ExpiredToken", ERR_UNAUTHENTICATED }, { "InvalidToken", ERR_UNAUTHENTICATED },
	{ "InvalidAccessKeyId", ERR_UNAUTHENTICATED }, { "InvalidSecurity", ERR_UNAUTHENTICATED },
	{ "RequestTimeTooSkewed", ERR_UNAUTHENTICATED },
	{ "SignatureDoesNotMatch", ERR_UNAUTHENTICATED },
	{ "NoSuchBucket", ERR_NOT_FOUND }, { "NoSuchKey", ERR_NOT_FOUND },
	{ "NoSuchUpload", ERR_NOT_FOUND }, { "NoSuchVersion", ERR_NOT_FOUND },
	{ "BucketAlreadyExists", ERR_CONFLICT }, { "BucketAlreadyOwnedByYou", ERR_CONFLICT },
	{ "BucketNotEmpty", ERR_CONFLICT }, { "InvalidBucketState", ERR_CONFLICT },
	{ "OperationAborted", ERR_CONFLICT }, { "PreconditionFailed", ERR_CONFLICT },
	{ "ConditionalRequestConflict", ERR_CONFLICT },
	{ "TooManyBuckets", ERR_QUOTA }, { "QuotaExceeded", ERR_QUOTA },
	{ "SlowDown", ERR_THROTTLED }, { "TooManyRequests", ERR_THROTTLED },
	{ "InternalError", ERR_UNAVAILABLE }, { "ServiceUnavailable", ERR_UNAVAILABLE },
	{ "RequestTimeout", ERR_TIMEOUT },
	{ "MethodNotAllowed", ERR_UNSUPPORTED }, { "NotImplemented", ERR_UNSUPPORTED },
	{ "BadDigest", ERR_INVALID }, { "EntityTooLarge", ERR_INVALID },
	{ "EntityTooSmall", ERR_INVALID }, { "IncompleteBody", ERR_INVALID },
	{ "InvalidArgument", ERR_INVALID }, { "InvalidBucketName", ERR_INVALID },
	{ "InvalidDigest", ERR_INVALID }, { "InvalidPart", ERR_INVALID },
	{ "InvalidPartOrder", ERR_INVALID }, { "InvalidRange", ERR_INVALID },
	{ "InvalidRequest", ERR_INVALID }, { "InvalidURI", ERR_INVALID },
	{ "KeyTooLongError", ERR_INVALID }, { "MalformedXML", ERR_INVALID },
	{ "MalformedTrailerError", ERR_INVALID },
	{ "MetadataTooLarge", ERR_INVALID }, { "MissingContentLength", ERR_INVALID },
	{ "MissingRequestBodyError", ERR_INVALID }, { "MissingSecurityHeader", ERR_INVALID },
	{ "PermanentRedirect", ERR_INVALID }, { "TemporaryRedirect", ERR_INVALID },
	{ "XAmzContentSHA256Mismatch", ERR_INVALID },
};

enum err s3_class(const char *code)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (!strcmp(code, codes[i].code))
			return codes[i].class;
	return ERR_OK;
}

static enum err class_of_status(long status)
{
	switch (status) {
	case 401: return ERR_UNAUTHENTICATED;
	case 403: return ERR_DENIED;
	case 404: return ERR_NOT_FOUND;
	case 405: case 501: return ERR_UNSUPPORTED;
	case 409: case 412: return ERR_CONFLICT;
	case 429: return ERR_THROTTLED;
	}
	return status >= 500 ? ERR_UNAVAILABLE : status >= 400 ? ERR_INVALID : ERR_PROTOCOL;
}

int s3_error(long status, const char *body, size_t n, struct error *err)
{
	static const struct xml_limits small = { .depth = 8, .elements = 200 };
	AUTO(xml_node) struct xml_node *root = NULL;
	struct error unread = { 0 };
	const char *code = NULL, *message = NULL;
	enum err class = ERR_OK;

	if (n && xml_read(body, n, &small, &root, &unread) == ERR_OK && !strcmp(root->name, "Error")) {
		code = xml_child_text(root, "Code");
		message = xml_child_text(root, "Message");
	}
	if (code)
		class = s3_class(code);
	if (class == ERR_OK)
		class = class_of_status(status);
	err_set(err, class, "%ld%s%.60s%s%.200s", status, code ? " " : "", code ? code : "",
		message && *message ? ": " : "", message ? message : "");
	if (n && !root)
		err_set(err, class, "%ld, and no document that can be read (%.200s)", status,
			unread.text);
	err->http_status = (int)status;
	str_copy(err->provider_code, sizeof(err->provider_code), code);
	return err->code;
}

bool s3_etag_md5(const char *etag, char md5[33])
{
	size_t n = strlen(etag), at = n == 34 && *etag == '"' && etag[33] == '"';

	if (n - 2 * at != 32 || strspn(etag + at, "0123456789abcdefABCDEF") < 32)
		return false;
	for (size_t i = 0; i < 32; i++)
		md5[i] = (char)tolower((unsigned char)etag[at + i]);
	md5[32] = '\0';
	return true;
}

/* ---- what goes out ---- */

void s3_put_path(struct str *to, const char *bucket, const char *key)
{
	str_addc(to, '/');
	sigv4_encode(to, bucket, strlen(bucket), false);
	if (!key)
		return;
	str_addc(to, '/');
	sigv4_encode(to, key, strlen(key), true);
}

void s3_put_complete(struct str *to, const struct s3_part *parts, size_t count)
{
	str_add(to, "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
	for (size_t i = 0; i < count; i++) {
		str_addf(to, "<Part><PartNumber>%d</PartNumber>", parts[i].number);
		xml_put_leaf(to, "ETag", parts[i].etag);
		str_add(to, "</Part>");
	}
	str_add(to, "</CompleteMultipartUpload>");
}
