/* The framing "aws-chunked": SIZE[;chunk-signature=...], the bytes, ..., 0, trailing headers. */
#include "face.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/digest.h"

enum { LINE_MAX_ = 1024, TRAILERS_MAX = 8192, SIZE_DIGITS = 10 };

static const struct face_refusal incomplete = {
	400, "IncompleteBody", "The body is not what its headers and its framing say." };
static const struct face_refusal malformed_trailer = {
	400, "MalformedTrailerError", "The trailing headers cannot be read." };

enum state { IN_SIZE, IN_BYTES, AFTER_BYTES, IN_TRAILERS, IN_NOTHING };

struct face_chunks {
	enum sigv4_payload kind;
	enum state state;
	int64_t to_come;		/* of the object */
	int64_t left;			/* of this chunk */
	bool last;			/* this chunk is the empty one */
	struct sigv4_key key;
	struct sigv4_scope scope;
	char region[65], service[33];
	char previous[65], shown[65];	/* signatures: of the chunk before, of this one */
	struct sha256 *digest;		/* of this chunk; NULL: nothing is signed */
	struct str line, trailers;
	bool ended;			/* by a signature, or by a line without anything */
};

static bool is_signed(const struct face_chunks *c)
{
	return c->kind != SIGV4_PAYLOAD_UNSIGNED_TRAILER;
}

struct face_chunks *face_chunks_begin(enum sigv4_payload kind, int64_t length,
				      const struct sigv4_key *key, const struct sigv4_claim *claim)
{
	struct face_chunks *c = xcalloc(1, sizeof(*c));

	c->kind = kind;
	c->to_come = length;
	c->key = *key;
	str_copy(c->region, sizeof(c->region), claim->region);
	str_copy(c->service, sizeof(c->service), claim->service);
	str_copy(c->scope.time, sizeof(c->scope.time), claim->time);
	c->scope.region = c->region;
	c->scope.service = c->service;
	memcpy(c->previous, claim->signature, sizeof(c->previous));
	return c;
}

void face_chunks_free(struct face_chunks *c)
{
	if (!c)
		return;
	sha256_end(c->digest, NULL);
	sigv4_forget(&c->key);
	str_release(&c->line);
	str_release(&c->trailers);
	free(c);
}

/* "10000;chunk-signature=...", or "10000" where nothing is signed. */
static const struct face_refusal *read_size(struct face_chunks *c, const char *line)
{
	static const char name[] = ";chunk-signature=";
	size_t n = strspn(line, "0123456789abcdefABCDEF");
	int64_t size = 0;

	if (!n || n > SIZE_DIGITS)
		return &incomplete;
	for (size_t i = 0; i < n; i++)
		size = size * 16 + (isdigit((unsigned char)line[i]) ? line[i] - '0' :
								      (line[i] | 32) - 'a' + 10);
	line += n;
	if (is_signed(c)) {
		if (strncmp(line, name, sizeof(name) - 1) ||
		    strlen(line) != sizeof(name) - 1 + 64)
			return &incomplete;
		memcpy(c->shown, line + sizeof(name) - 1, sizeof(c->shown));
		c->digest = sha256_begin();
	} else if (*line) {
		return &incomplete;
	}
	if (size > c->to_come || (!size && c->to_come))
		return &incomplete;
	c->left = size;
	c->last = !size;
	c->state = IN_BYTES;
	return NULL;
}

static const struct face_refusal *end_chunk(struct face_chunks *c)
{
	char digest[65], signature[65];

	c->state = c->last ? IN_TRAILERS : AFTER_BYTES;
	if (!is_signed(c))
		return NULL;
	sha256_end(c->digest, digest);
	c->digest = NULL;
	sigv4_chunk(&c->key, &c->scope, c->previous, digest, signature);
	memcpy(c->previous, signature, sizeof(signature));
	return sigv4_same(signature, c->shown) ? NULL :
	       face_refuse(SIGV4_MISMATCH);
}

/* A trailing header, or the signature of all of them. */
static const struct face_refusal *read_trailer(struct face_chunks *c, char *line)
{
	static const char name[] = "x-amz-trailer-signature:";
	char signature[65];

	if (!*line) {
		/* Some write one before the trailing headers too. */
		if (c->kind == SIGV4_PAYLOAD_CHUNKS || c->trailers.len)
			c->state = IN_NOTHING;
		return NULL;
	}
	if (c->kind == SIGV4_PAYLOAD_CHUNKS || c->ended || !strchr(line, ':') || *line == ':')
		return &malformed_trailer;
	for (char *p = line; *p != ':'; p++)
		*p = (char)tolower((unsigned char)*p);
	if (strncmp(line, name, sizeof(name) - 1)) {
		str_addf(&c->trailers, "%s\n", line);
		return c->trailers.len > TRAILERS_MAX ? &malformed_trailer : NULL;
	}
	if (!is_signed(c) || !c->trailers.len)
		return &malformed_trailer;
	sigv4_trailer(&c->key, &c->scope, c->previous, c->trailers.text, c->trailers.len,
		      signature);
	c->ended = true;
	return sigv4_same(signature, line + sizeof(name) - 1) ? NULL :
	       face_refuse(SIGV4_MISMATCH);
}

/* A line of the framing that is whole, without its end. */
static const struct face_refusal *read_line(struct face_chunks *c)
{
	const struct face_refusal *flaw = NULL;

	if (c->line.len < 2 || c->line.text[c->line.len - 2] != '\r')
		return &incomplete;
	c->line.text[c->line.len -= 2] = '\0';
	if (strlen(c->line.text) != c->line.len)
		return &incomplete;
	if (c->state == IN_SIZE)
		flaw = read_size(c, c->line.text);
	else if (c->state == AFTER_BYTES)
		flaw = c->line.len ? &incomplete : NULL, c->state = IN_SIZE;
	else
		flaw = read_trailer(c, c->line.text);
	str_clear(&c->line);
	return flaw;
}

const struct face_refusal *face_chunks_feed(struct face_chunks *c, const char *bytes, size_t n,
					    struct str *to)
{
	const struct face_refusal *flaw = NULL;

	while (n && !flaw) {
		const char *end = memchr(bytes, '\n', n);
		size_t take = end ? (size_t)(end - bytes) + 1 : n;

		if (c->state == IN_NOTHING)
			return &incomplete;
		if (c->state == IN_BYTES) {
			take = (int64_t)n < c->left ? n : (size_t)c->left;
			str_addn(to, bytes, take);
			if (c->digest)
				sha256_add(c->digest, bytes, take);
			c->left -= (int64_t)take;
			c->to_come -= (int64_t)take;
		} else if (take + c->line.len > LINE_MAX_) {
			return &incomplete;
		} else {
			str_addn(&c->line, bytes, take);
			flaw = end ? read_line(c) : NULL;
		}
		if (!flaw && c->state == IN_BYTES && !c->left)
			flaw = end_chunk(c);
		bytes += take;
		n -= take;
	}
	return flaw;
}

const struct face_refusal *face_chunks_end(struct face_chunks *c, struct str *trailers)
{
	bool whole = c->state == IN_NOTHING ||
		     (c->state == IN_TRAILERS && c->kind != SIGV4_PAYLOAD_CHUNKS &&
		      c->trailers.len && !c->line.len);

	if (!whole || (c->kind == SIGV4_PAYLOAD_CHUNKS_TRAILER && !c->ended))
		return &incomplete;
	if (trailers)
		str_add(trailers, str_text(&c->trailers));
	return NULL;
}
