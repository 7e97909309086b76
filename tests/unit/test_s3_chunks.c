#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/s3/face.h"
#include "base/cleanup.h"
#include "base/digest.h"

Suite *s3_chunks_suite(void);

#define COUNT(a) ((int)(sizeof(a) / sizeof(*(a))))
#define SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

/* The two uploads of the S3 API reference, 66 560 times "a", each a line of the framing. */
static const struct upload {
	enum sigv4_payload kind;
	const char *seed, *first, *second, *end;
	size_t length;			/* Content-Length of the reference */
} uploads[] = {
	{ SIGV4_PAYLOAD_CHUNKS,
	  "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
	  "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
	  "400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
	  "0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n",
	  66824 },
	{ SIGV4_PAYLOAD_CHUNKS_TRAILER,
	  "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
	  "10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
	  "400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
	  "0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n"
	  "x-amz-checksum-crc32c:sOO8/Q==\r\n"
	  "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435"
	  "\r\n\r\n", 66946 },
	{ SIGV4_PAYLOAD_UNSIGNED_TRAILER, "", "10000", "400",
	  "0\r\nx-amz-checksum-crc32c:sOO8/Q==\r\n\r\n", 0 },
};

static void build(const struct upload *u, struct str *to)
{
	str_addf(to, "%s\r\n", u->first);
	for (int i = 0; i < 65536; i++)
		str_addc(to, 'a');
	str_addf(to, "\r\n%s\r\n", u->second);
	for (int i = 0; i < 1024; i++)
		str_addc(to, 'a');
	str_addf(to, "\r\n%s", u->end);
	ck_assert(!u->length || to->len == u->length);
}

/* The code of the refusal, or "". */
static const char *read_pieces(const struct upload *u, const struct str *body, size_t piece,
			       int64_t length, struct str *to, struct str *trailers)
{
	struct sigv4_claim claim = { .region = "us-east-1", .service = "s3",
				     .time = "20130524T000000Z" };
	struct sigv4_scope scope = { "20130524T000000Z", "us-east-1", "s3" };
	const struct face_refusal *flaw = NULL;
	struct face_chunks *c;
	struct sigv4_key key;

	sigv4_key(secret_add(SECRET, strlen(SECRET)), &scope, &key);
	str_copy(claim.signature, sizeof(claim.signature), u->seed);
	c = face_chunks_begin(u->kind, length, &key, &claim);
	for (size_t at = 0; at < body->len && !flaw; at += piece)
		flaw = face_chunks_feed(c, body->text + at,
					body->len - at < piece ? body->len - at : piece, to);
	if (!flaw)
		flaw = face_chunks_end(c, trailers);
	face_chunks_free(c);
	return flaw ? flaw->code : "";
}

START_TEST(they_are_read_in_any_pieces)
{
	static const size_t pieces[] = { 1, 2, 777, 65536, 1 << 20 };
	AUTO(str_buf) struct str body = { 0 };

	build(&uploads[_i], &body);
	for (int i = 0; i < COUNT(pieces); i++) {
		AUTO(str_buf) struct str to = { 0 }, trailers = { 0 };

		ck_assert_str_eq(read_pieces(&uploads[_i], &body, pieces[i], 66560, &to, &trailers), "");
		ck_assert_uint_eq(to.len, 66560);
		ck_assert_uint_eq(strspn(to.text, "a"), 66560);
		ck_assert_str_eq(str_text(&trailers), uploads[_i].kind == SIGV4_PAYLOAD_CHUNKS ?
						      "" : "x-amz-checksum-crc32c:sOO8/Q==\n");
	}
}
END_TEST

START_TEST(no_cut_of_it_is_whole)
{
	/* Not two: after trailing headers the last line end may be missing. */
	static const size_t cuts[] = { 1, 3, 4, 20, 60, 84, 90, 1100, 60000 };
	AUTO(str_buf) struct str body = { 0 };

	build(&uploads[_i], &body);
	for (int i = 0; i < COUNT(cuts); i++) {
		AUTO(str_buf) struct str to = { 0 };
		struct str part = { body.text, body.len - cuts[i], 0 };
		const char *code = read_pieces(&uploads[_i], &part, 4096, 66560, &to, NULL);

		ck_assert_msg(!strcmp(code, "IncompleteBody"), "%zu: %s", cuts[i], code);
	}
}
END_TEST

static const struct {
	int upload;
	const char *from, *into;	/* the first of it in the body */
	int64_t length;
	const char *code;
} spoiled[] = {
	{ 0, "ad80c", "ad80d", 66560, "SignatureDoesNotMatch" },
	{ 0, "aaa", "aba", 66560, "SignatureDoesNotMatch" },
	{ 0, "b6c6e", "b6c6f", 66560, "SignatureDoesNotMatch" },
	{ 1, "sOO8", "sOO9", 66560, "SignatureDoesNotMatch" },
	{ 1, "d81f8", "d81f9", 66560, "SignatureDoesNotMatch" },
	{ 1, "x-amz-trailer-signature:", "x-amz-trailer-signatures:", 66560, "IncompleteBody" },
	{ 0, "10000;", "1ffff;", 66560, "IncompleteBody" },
	{ 0, "10000;", "0ffff;", 66560, "SignatureDoesNotMatch" },
	{ 0, "10000;", "00000010000;", 66560, "IncompleteBody" },
	{ 0, "10000;", "-1;", 66560, "IncompleteBody" },
	{ 0, "10000;", ";", 66560, "IncompleteBody" },
	{ 0, "chunk-signature", "chunk-signatura", 66560, "IncompleteBody" },
	{ 0, "a\r\n400", "a\n400", 66560, "IncompleteBody" },
	{ 0, "648\r\n", "648x\n", 66560, "IncompleteBody" },
	{ 0, "a\r\n400", "ab\r\n400", 66560, "IncompleteBody" },
	{ 0, "\r\n\r\n", "\r\nx-a:b\r\n\r\n", 66560, "MalformedTrailerError" },
	{ 0, "\r\n\r\n", "\r\n\r\nmore", 66560, "IncompleteBody" },
	{ 0, "", "", 66559, "IncompleteBody" }, { 0, "", "", 66561, "IncompleteBody" },
	{ 0, "", "", -1, "IncompleteBody" },
	{ 2, "10000\r", "10000;chunk-signature=\r", 66560, "IncompleteBody" },
	{ 2, "x-amz-checksum-crc32c:", ":", 66560, "MalformedTrailerError" },
	{ 2, "x-amz-checksum-crc32c:", "none", 66560, "MalformedTrailerError" },
	{ 2, "x-amz-checksum-crc32c:sOO8/Q==\r\n", "", 66560, "IncompleteBody" },
	{ 2, "x-amz-checksum-crc32c:", "X-Amz-Checksum-CRC32C:", 66560, "" },
	{ 2, "0\r\nx-amz", "0\r\n\r\nx-amz", 66560, "" },
};

START_TEST(each_way_to_spoil_it_is_found)
{
	AUTO(str_buf) struct str body = { 0 }, other = { 0 }, to = { 0 }, trailers = { 0 };
	const char *from = spoiled[_i].from, *code;
	char *at;

	build(&uploads[spoiled[_i].upload], &body);
	at = strstr(body.text, from);
	ck_assert_ptr_nonnull(at);
	str_addn(&other, body.text, (size_t)(at - body.text));
	str_add(&other, spoiled[_i].into);
	str_add(&other, at + strlen(from));
	code = read_pieces(&uploads[spoiled[_i].upload], &other, 1000, spoiled[_i].length, &to,
			   &trailers);
	ck_assert_msg(!strcmp(code, spoiled[_i].code), "%s for %s: %s", spoiled[_i].into, from, code);
	ck_assert(!to.len || (int64_t)to.len <= spoiled[_i].length);
	ck_assert_str_eq(str_text(&trailers), *code ? "" : "x-amz-checksum-crc32c:sOO8/Q==\n");
}
END_TEST

START_TEST(a_line_without_end_is_bounded)
{
	struct sigv4_claim claim = { .region = "us-east-1" };
	struct sigv4_key key = { { 0 } };
	struct face_chunks *c = face_chunks_begin(SIGV4_PAYLOAD_CHUNKS, 10, &key, &claim);
	AUTO(str_buf) struct str to = { 0 };

	for (int i = 0; i < 1024; i++)
		ck_assert_ptr_null(face_chunks_feed(c, "0", 1, &to));
	ck_assert_ptr_nonnull(face_chunks_feed(c, "0", 1, &to));
	ck_assert_uint_eq(to.len, 0);
	face_chunks_free(c);
}
END_TEST

START_TEST(digests_piece_by_piece)
{
	struct sha256 *s = sha256_begin();
	char whole[65], pieces[65];

	sha256_hex("abcdef", 6, whole);
	sha256_add(s, "abc", 3);
	sha256_add(s, "", 0);
	sha256_add(s, "def", 3);
	sha256_end(s, pieces);
	ck_assert_str_eq(pieces, whole);
	sha256_end(sha256_begin(), NULL);
	sha256_end(NULL, NULL);
}
END_TEST

static void forget(void)
{
	secret_forget_all();
}

Suite *s3_chunks_suite(void)
{
	Suite *s = suite_create("adapters/s3 chunks");
	TCase *tc = tcase_create("chunks");

	tcase_add_checked_fixture(tc, NULL, forget);
	tcase_add_loop_test(tc, they_are_read_in_any_pieces, 0, COUNT(uploads));
	tcase_add_loop_test(tc, no_cut_of_it_is_whole, 0, COUNT(uploads));
	tcase_add_loop_test(tc, each_way_to_spoil_it_is_found, 0, COUNT(spoiled));
	tcase_add_test(tc, a_line_without_end_is_bounded);
	tcase_add_test(tc, digests_piece_by_piece);
	suite_add_tcase(s, tc);
	return s;
}
