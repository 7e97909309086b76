/* Documents that a store answers with. */
#include "s3.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/escape.h"
#include "base/xml.h"

/* A page holds 1 000 keys of at most a dozen elements; some stores send more of both. */
static const struct xml_limits limits = { .depth = 8, .elements = 200000 };

void s3_object_cleanup(struct s3_object *o)
{
	free(o->key);
	*o = (struct s3_object){ 0 };
}

void s3_list_cleanup(struct s3_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->at[i].key);
	for (size_t i = 0; i < l->prefix_count; i++)
		free(l->prefixes[i]);
	free(l->at);
	free(l->prefixes);
	free(l->bucket);
	free(l->next);
	free(l->next_version);
	*l = (struct s3_list){ 0 };
}

/* The document, whose outermost element must have that name; an error is told as such. */
static int open_reply(const char *body, size_t n, const char *name, struct xml_node **ret,
		      struct error *err)
{
	int r = xml_read(body, n, &limits, ret, err);

	if (r < 0)
		return r;
	if (!strcmp((*ret)->name, name))
		return ERR_OK;
	if (!strcmp((*ret)->name, "Error"))
		r = s3_error(200, body, n, err);
	else
		r = err_set(err, ERR_PROTOCOL, "line %d: the answer is <%.60s>, not <%s>",
			    (*ret)->line, (*ret)->name, name);
	xml_free(*ret);
	*ret = NULL;
	return r;
}

static int missing(const struct xml_node *in, const char *what, struct error *err)
{
	return err_set(err, ERR_PROTOCOL, "line %d: <%.60s> without <%s>", in->line, in->name, what);
}

static int read_bool(const struct xml_node *in, const char *name, bool *ret, struct error *err)
{
	const char *text = xml_child_text(in, name);

	if (!text)
		return missing(in, name, err);
	*ret = !strcmp(text, "true");
	if (!*ret && strcmp(text, "false"))
		return err_set(err, ERR_PROTOCOL, "line %d: <%s> is \"%.40s\", not true or false",
			       xml_child(in, name)->line, name, text);
	return ERR_OK;
}

/* -1: absent. */
static int read_number(const struct xml_node *in, const char *name, int64_t *ret,
		       struct error *err)
{
	const char *text = xml_child_text(in, name);

	*ret = text ? str_to_int(text, INT64_MAX) : -1;
	if (text && *ret < 0)
		return err_set(err, ERR_PROTOCOL, "line %d: <%s> is \"%.40s\", not a number",
			       xml_child(in, name)->line, name, text);
	return ERR_OK;
}

/* Whole or not at all: a cut one is another's. */
static int read_text(const struct xml_node *in, const char *name, char *to, size_t room,
		     struct error *err)
{
	const char *text = xml_child_text(in, name);

	if (str_copy(to, room, text))
		return ERR_OK;
	return err_set(err, ERR_PROTOCOL, "line %d: <%s> has %zu bytes", xml_child(in, name)->line,
		       name, strlen(text));
}

/* A name as the list was asked to write it: for encoding-type=url as in a form. */
static char *decode(const char *text, bool url, struct error *err)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t left = strlen(text);
	struct str out = { 0 };

	if (!url)
		return xstrdup(text);
	while (left) {
		unsigned char c[4] = { *p };
		size_t made = 1, took = escape_undo(ESCAPE_FORM, p, left, c, &made);

		if (took && !*c) {
			str_release(&out);
			err_set(err, ERR_PROTOCOL, "a key with a NUL in it");
			return NULL;
		}
		if (took)
			str_addn(&out, c, made);
		else
			str_addc(&out, (char)*p);
		took += !took;
		p += took;
		left -= took;
	}
	return out.text ? out.text : xstrdup("");
}

static int is_url(const struct xml_node *root, bool *ret, struct error *err)
{
	const char *type = xml_child_text(root, "EncodingType");

	*ret = type && !strcmp(type, "url");
	return !type || *ret || !*type ? ERR_OK :
	       err_set(err, ERR_PROTOCOL, "<EncodingType> is \"%.40s\": only url is known", type);
}

static struct s3_object *one_more(struct s3_list *l)
{
	if (l->count == l->room) {
		l->room = l->room ? 2 * l->room : 64;
		l->at = xrealloc(l->at, l->room * sizeof(*l->at));
	}
	l->at[l->count] = (struct s3_object){ .size = -1 };
	return &l->at[l->count++];
}

static int read_key(const struct xml_node *in, bool url, char **ret, struct error *err)
{
	const char *key = xml_child_text(in, "Key");

	if (!key || !*key)
		return missing(in, "Key", err);
	*ret = decode(key, url, err);
	if (!*ret)
		return ERR_PROTOCOL;
	if (strlen(*ret) > S3_KEY_MAX)
		return err_set(err, ERR_PROTOCOL, "line %d: a key of %zu bytes, over %d", in->line,
			       strlen(*ret), S3_KEY_MAX);
	return ERR_OK;
}

static int read_object(const struct xml_node *in, bool url, struct s3_object *o,
		       struct error *err)
{
	int r = read_key(in, url, &o->key, err);

	if (r < 0 || (r = read_number(in, "Size", &o->size, err)) < 0 ||
	    (r = read_text(in, "ETag", o->etag, sizeof(o->etag), err)) < 0 ||
	    (r = read_text(in, "StorageClass", o->storage_class, sizeof(o->storage_class), err)) < 0)
		return r;
	return read_text(in, "LastModified", o->modified, sizeof(o->modified), err);
}

static int read_prefixes(const struct xml_node *root, bool url, struct s3_list *ret,
			 struct error *err)
{
	for (const struct xml_node *p = xml_child(root, "CommonPrefixes"); p; p = xml_next(p)) {
		const char *text = xml_child_text(p, "Prefix");
		char *prefix = text ? decode(text, url, err) : NULL;

		if (!prefix)
			return text ? ERR_PROTOCOL : missing(p, "Prefix", err);
		ret->prefixes = xrealloc(ret->prefixes,
					 (ret->prefix_count + 1) * sizeof(*ret->prefixes));
		ret->prefixes[ret->prefix_count++] = prefix;
	}
	return ERR_OK;
}

/* Of the page just read; those of the page before go. */
static void forget_next(struct s3_list *l)
{
	free(l->next);
	free(l->next_version);
	free(l->bucket);
	l->next = l->next_version = l->bucket = NULL;
}

/* What both kinds of list have at their top. */
static int read_head(const struct xml_node *root, struct s3_list *ret, bool *url,
		     struct error *err)
{
	const char *name = xml_child_text(root, "Name");
	int r = is_url(root, url, err);

	forget_next(ret);
	ret->bucket = xstrdup(name ? name : "");
	if (r < 0 || (r = read_bool(root, "IsTruncated", &ret->truncated, err)) < 0)
		return r;
	return read_number(root, "KeyCount", &ret->key_count, err);
}

int s3_read_list(const char *body, size_t n, struct s3_list *ret, struct error *err)
{
	AUTO(xml_node) struct xml_node *root = NULL;
	const char *next;
	bool url;
	int r = open_reply(body, n, "ListBucketResult", &root, err);

	if (r < 0 || (r = read_head(root, ret, &url, err)) < 0)
		return r;
	for (const struct xml_node *c = xml_child(root, "Contents"); c; c = xml_next(c))
		if ((r = read_object(c, url, one_more(ret), err)) < 0)
			return r;
	/* Opaque: never decoded.  Without it a list that goes on would begin anew for ever. */
	next = xml_child_text(root, "NextContinuationToken");
	if (ret->truncated && (!next || !*next))
		return missing(root, "NextContinuationToken", err);
	ret->next = ret->truncated ? xstrdup(next) : NULL;
	return read_prefixes(root, url, ret, err);
}

static int read_version(const struct xml_node *in, bool url, struct s3_object *o,
			struct error *err)
{
	int r = read_object(in, url, o, err);

	o->delete_marker = !strcmp(in->name, "DeleteMarker");
	if (r < 0 || (r = read_text(in, "VersionId", o->version, sizeof(o->version), err)) < 0)
		return r;
	return *o->version ? read_bool(in, "IsLatest", &o->latest, err) :
			     missing(in, "VersionId", err);
}

int s3_read_versions(const char *body, size_t n, struct s3_list *ret, struct error *err)
{
	AUTO(xml_node) struct xml_node *root = NULL;
	const char *key, *version;
	bool url;
	int r = open_reply(body, n, "ListVersionsResult", &root, err);

	if (r < 0 || (r = read_head(root, ret, &url, err)) < 0)
		return r;
	/* Versions and delete markers come mixed, and their order says which is younger. */
	for (const struct xml_node *c = root->first; c; c = c->next)
		if ((!strcmp(c->name, "Version") || !strcmp(c->name, "DeleteMarker")) &&
		    (r = read_version(c, url, one_more(ret), err)) < 0)
			return r;
	key = xml_child_text(root, "NextKeyMarker");
	version = xml_child_text(root, "NextVersionIdMarker");
	if (ret->truncated && (!key || !*key))
		return missing(root, "NextKeyMarker", err);
	if (ret->truncated) {
		ret->next = decode(key, url, err);
		ret->next_version = version && *version ? xstrdup(version) : NULL;
		if (!ret->next)
			return ERR_PROTOCOL;
	}
	return read_prefixes(root, url, ret, err);
}

int s3_read_initiate(const char *body, size_t n, struct str *upload, struct error *err)
{
	AUTO(xml_node) struct xml_node *root = NULL;
	const char *id;
	int r = open_reply(body, n, "InitiateMultipartUploadResult", &root, err);

	if (r < 0)
		return r;
	id = xml_child_text(root, "UploadId");
	if (!id || !*id)
		return missing(root, "UploadId", err);
	str_clear(upload);
	str_add(upload, id);
	return ERR_OK;
}

static int read_result(const char *body, size_t n, const char *name, struct s3_object *ret,
		       struct error *err)
{
	AUTO(xml_node) struct xml_node *root = NULL;
	struct s3_object o = { .size = -1 };
	const char *key;
	int r = open_reply(body, n, name, &root, err);

	if (r < 0 || (r = read_text(root, "ETag", o.etag, sizeof(o.etag), err)) < 0 ||
	    (r = read_text(root, "LastModified", o.modified, sizeof(o.modified), err)) < 0)
		return r;
	if (!*o.etag)
		return missing(root, "ETag", err);
	key = xml_child_text(root, "Key");
	o.key = xstrdup(key ? key : "");
	*ret = o;
	return ERR_OK;
}

int s3_read_complete(const char *body, size_t n, struct s3_object *ret, struct error *err)
{
	return read_result(body, n, "CompleteMultipartUploadResult", ret, err);
}

int s3_read_copy(const char *body, size_t n, struct s3_object *ret, struct error *err)
{
	return read_result(body, n, "CopyObjectResult", ret, err);
}
