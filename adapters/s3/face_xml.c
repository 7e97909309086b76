/* The documents of the API, as the server end writes and reads them. */
#include "face.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/xml.h"

#define SPACE " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""

static void begin(struct str *to, const char *root)
{
	str_addf(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<%s" SPACE ">", root);
}

static void end(struct str *to, const char *root)
{
	str_addf(to, "</%s>", root);
}

static void put_number(struct str *to, const char *name, int64_t n)
{
	str_addf(to, "<%s>%lld</%s>", name, (long long)n, name);
}

static void put_bool(struct str *to, const char *name, bool value)
{
	xml_put_leaf(to, name, value ? "true" : "false");
}

static void put_etag(struct str *to, const char *etag)
{
	AUTO(str) char *quoted = etag ? xasprintf("\"%s\"", etag) : NULL;

	xml_put_leaf(to, "ETag", quoted);
}

/* Keys, prefixes, delimiters and markers: percent-encoded when that was asked for. */
static void put_name(struct str *to, const char *element, const char *name, bool encode)
{
	AUTO(str_buf) struct str encoded = { 0 };

	if (name && encode) {
		sigv4_encode(&encoded, name, strlen(name), true);
		name = str_text(&encoded);
	}
	xml_put_leaf(to, element, name);
}

void face_put_error(struct str *to, const struct face_refusal *r, const char *resource,
		    const char *request_id)
{
	/* Without a name space, unlike all others. */
	str_add(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>");
	xml_put_leaf(to, "Code", r->code);
	xml_put_leaf(to, "Message", r->message);
	xml_put_leaf(to, "Resource", resource);
	xml_put_leaf(to, "RequestId", request_id);
	end(to, "Error");
}

static void put_object(struct str *to, const char *element, const struct face_object *o,
		       bool encode)
{
	str_addf(to, "<%s>", element);
	put_name(to, "Key", o->key, encode);
	if (o->version) {
		xml_put_leaf(to, "VersionId", o->version);
		put_bool(to, "IsLatest", o->latest);
	}
	xml_put_leaf(to, "LastModified", o->modified);
	if (!o->delete_marker) {
		put_etag(to, o->etag);
		put_number(to, "Size", o->size);
		xml_put_leaf(to, "StorageClass", o->storage_class);
	}
	end(to, element);
}

static void put_prefixes(struct str *to, const struct face_list *l)
{
	for (size_t i = 0; i < l->prefix_count; i++) {
		str_add(to, "<CommonPrefixes>");
		put_name(to, "Prefix", l->prefixes[i], l->encode);
		end(to, "CommonPrefixes");
	}
}

void face_put_list(struct str *to, const struct face_list *l)
{
	begin(to, "ListBucketResult");
	xml_put_leaf(to, "Name", l->bucket);
	put_name(to, "Prefix", l->prefix ? l->prefix : "", l->encode);
	put_name(to, "Delimiter", l->delimiter, l->encode);
	put_name(to, "StartAfter", l->start_after, l->encode);
	xml_put_leaf(to, "ContinuationToken", l->token);
	xml_put_leaf(to, "NextContinuationToken", l->truncated ? l->next_token : NULL);
	put_number(to, "KeyCount", (int64_t)(l->count + l->prefix_count));
	put_number(to, "MaxKeys", l->max_keys);
	xml_put_leaf(to, "EncodingType", l->encode ? "url" : NULL);
	put_bool(to, "IsTruncated", l->truncated);
	for (size_t i = 0; i < l->count; i++)
		put_object(to, "Contents", &l->at[i], l->encode);
	put_prefixes(to, l);
	end(to, "ListBucketResult");
}

void face_put_versions(struct str *to, const struct face_list *l)
{
	begin(to, "ListVersionsResult");
	xml_put_leaf(to, "Name", l->bucket);
	put_name(to, "Prefix", l->prefix ? l->prefix : "", l->encode);
	put_name(to, "Delimiter", l->delimiter, l->encode);
	put_name(to, "KeyMarker", l->key_marker ? l->key_marker : "", l->encode);
	xml_put_leaf(to, "VersionIdMarker", l->version_marker ? l->version_marker : "");
	if (l->truncated) {
		put_name(to, "NextKeyMarker", l->next_key, l->encode);
		xml_put_leaf(to, "NextVersionIdMarker", l->next_version);
	}
	put_number(to, "MaxKeys", l->max_keys);
	xml_put_leaf(to, "EncodingType", l->encode ? "url" : NULL);
	put_bool(to, "IsTruncated", l->truncated);
	for (size_t i = 0; i < l->count; i++)
		put_object(to, l->at[i].delete_marker ? "DeleteMarker" : "Version", &l->at[i],
			   l->encode);
	put_prefixes(to, l);
	end(to, "ListVersionsResult");
}

void face_put_initiate(struct str *to, const char *bucket, const char *key, const char *upload)
{
	begin(to, "InitiateMultipartUploadResult");
	xml_put_leaf(to, "Bucket", bucket);
	xml_put_leaf(to, "Key", key);
	xml_put_leaf(to, "UploadId", upload);
	end(to, "InitiateMultipartUploadResult");
}

void face_put_complete(struct str *to, const char *location, const char *bucket, const char *key,
		       const char *etag)
{
	begin(to, "CompleteMultipartUploadResult");
	xml_put_leaf(to, "Location", location);
	xml_put_leaf(to, "Bucket", bucket);
	xml_put_leaf(to, "Key", key);
	put_etag(to, etag);
	end(to, "CompleteMultipartUploadResult");
}

void face_put_copy(struct str *to, const char *modified, const char *etag)
{
	begin(to, "CopyObjectResult");
	xml_put_leaf(to, "LastModified", modified);
	put_etag(to, etag);
	end(to, "CopyObjectResult");
}

/* ---- reading ---- */

/* Clients write it with quotes and without. */
static bool read_etag(const char *text, char to[33])
{
	size_t n = strlen(text);

	if (n == 34 && *text == '"' && text[33] == '"')
		text++;
	else if (n != 32)
		return false;
	for (size_t i = 0; i < 32; i++) {
		if (!isxdigit((unsigned char)text[i]))
			return false;
		to[i] = (char)tolower((unsigned char)text[i]);
	}
	to[32] = '\0';
	return true;
}

const struct face_refusal *face_read_complete(const char *body, size_t n, struct face_part **ret,
					      size_t *count)
{
	/* A part has at most a number, a tag and five checksums. */
	static const struct xml_limits limits = { .depth = 4, .elements = 8 * FACE_PARTS_MAX + 1 };
	AUTO(xml_node) struct xml_node *root = NULL;
	struct face_part *parts;
	struct error err = { 0 };
	size_t k = 0;

	*ret = NULL;
	*count = 0;
	if (xml_read(body, n, &limits, &root, &err) < 0 ||
	    (strcmp(root->name, "CompleteMultipartUpload") &&
	     strcmp(root->name, "CompleteMultipartUploadRequest")))
		return &face_malformed_xml;
	parts = xcalloc(FACE_PARTS_MAX, sizeof(*parts));
	for (const struct xml_node *p = xml_child(root, "Part"); p; p = xml_next(p)) {
		const char *number = xml_child_text(p, "PartNumber"), *etag = xml_child_text(p, "ETag");
		const struct face_refusal *flaw = NULL;

		if (k == FACE_PARTS_MAX || !number || !etag ||
		    (parts[k].number = (int)str_to_int(number, FACE_PARTS_MAX)) < 1)
			flaw = &face_malformed_xml;
		else if (k && parts[k].number <= parts[k - 1].number)
			flaw = &face_part_order;
		else if (!read_etag(etag, parts[k].etag))
			flaw = &face_invalid_part;
		if (flaw) {
			free(parts);
			return flaw;
		}
		k++;
	}
	if (!k) {
		free(parts);
		return &face_malformed_xml;
	}
	*ret = parts;
	*count = k;
	return NULL;
}
