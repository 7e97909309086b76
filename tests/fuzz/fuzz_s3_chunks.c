#include "fuzz.h"

#include <string.h>

#include "adapters/s3/face.h"
#include "base/cleanup.h"

static const struct face_refusal *read_pieces(enum sigv4_payload kind, const char *body, size_t n,
					      size_t piece, struct str *to)
{
	struct sigv4_claim claim = { .region = "us-east-1", .service = "s3",
				     .time = "20130524T000000Z" };
	struct sigv4_key key = { { 0 } };
	struct face_chunks *c = face_chunks_begin(kind, 20, &key, &claim);
	const struct face_refusal *flaw = NULL;

	for (size_t at = 0; at < n && !flaw; at += piece)
		flaw = face_chunks_feed(c, body + at, n - at < piece ? n - at : piece, to);
	if (!flaw)
		flaw = face_chunks_end(c, NULL);
	face_chunks_free(c);
	return flaw;
}

/*
 * An object of 20 bytes in chunks: however it is cut into pieces, it is taken or refused alike,
 * never with more than that, and never with a signature that nobody could make.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const enum sigv4_payload kinds[] = {
		SIGV4_PAYLOAD_CHUNKS, SIGV4_PAYLOAD_CHUNKS_TRAILER,
		SIGV4_PAYLOAD_UNSIGNED_TRAILER };
	AUTO(str_buf) struct str whole = { 0 }, pieces = { 0 };
	const struct face_refusal *a, *b;
	enum sigv4_payload kind;

	if (n < 2)
		return 0;
	kind = kinds[data[0] % 3];
	a = read_pieces(kind, (const char *)data + 2, n - 2, n, &whole);
	b = read_pieces(kind, (const char *)data + 2, n - 2, data[1] % 16 + 1, &pieces);
	PROMISE(!a == !b && whole.len <= 20 && pieces.len <= 20);
	PROMISE(a || (whole.len == 20 && !memcmp(whole.text, pieces.text, 20)));
	PROMISE(a || kind == SIGV4_PAYLOAD_UNSIGNED_TRAILER);
	return 0;
}
