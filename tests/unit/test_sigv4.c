#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/sigv4.h"
#include "sigv4_vectors.h"

Suite *sigv4_suite(void);

#define COUNT(a) ((int)(sizeof(a) / sizeof(*(a))))
#define SUITE_KEY_ID "AKIDEXAMPLE"
#define SUITE_SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define S3_KEY_ID "AKIAIOSFODNN7EXAMPLE"
#define S3_SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
#define S3_HOST "examplebucket.s3.amazonaws.com"
#define S3_TIME INT64_C(1369353600)	/* 20130524T000000Z */

static const struct sigv4_scope suite = { "20150830T123600Z", "us-east-1", "service" };
static const struct sigv4_scope s3 = { "20130524T000000Z", "us-east-1", "s3" };

static struct sigv4_key key_of(const char *secret, const struct sigv4_scope *scope)
{
	struct sigv4_key key;

	sigv4_key(secret_add(secret, strlen(secret)), scope, &key);
	return key;
}

/* What a vector signs, in an order that is nobody's. */
struct built {
	struct sigv4_header headers[10];
	char payload[65];
	struct sigv4_request request;
};

static void add(struct built *b, const char *name, const char *value)
{
	size_t n = 0;

	while (b->headers[n].name)
		n++;
	ck_assert_uint_lt(n + 1, COUNT(b->headers));
	b->headers[n] = (struct sigv4_header){ name, value };
}

static void build(const struct vector *v, const char *host, struct built *b)
{
	*b = (struct built){ 0 };
	sha256_hex(v->body ? v->body : "", v->body ? strlen(v->body) : 0, b->payload);
	for (const struct sigv4_header *h = v->headers; h->name; h++)
		add(b, h->name, h->value);
	add(b, "Host", host);
	b->request = (struct sigv4_request){ v->method, v->path, v->query, b->headers, b->payload };
}

static void canonical_is(const struct sigv4_request *r, unsigned flags, const char *digest)
{
	AUTO(str_buf) struct str text = { 0 }, names = { 0 };
	char found[65];

	sigv4_canonical(r, flags, &text, &names);
	sha256_hex(text.text, text.len, found);
	ck_assert_msg(!strcmp(found, digest), "%s", text.text);
}

static const char *signature_in(const struct str *text)
{
	const char *at = strstr(text->text, "Signature=");

	ck_assert_ptr_nonnull(at);
	return at + 10;
}

START_TEST(the_suite_is_met_in_headers)
{
	const struct vector *v = &vectors[_i];
	unsigned flags = v->as_it_is ? 0 : SIGV4_PATH_NORMAL;
	struct sigv4_key key = key_of(SUITE_SECRET, &suite);
	AUTO(str_buf) struct str text = { 0 };
	struct built b;

	build(v, "example.amazonaws.com", &b);
	add(&b, "X-Amz-Date", suite.time);
	if (v->token)
		add(&b, "X-Amz-Security-Token", v->token);
	if (v->body)
		add(&b, "x-amz-content-sha256", b.payload);
	canonical_is(&b.request, flags, v->canonical);
	sigv4_authorization(&b.request, flags, &suite, SUITE_KEY_ID, &key, &text, NULL);
	ck_assert_str_eq(signature_in(&text), v->header);
}
END_TEST

START_TEST(the_suite_is_met_in_addresses)
{
	const struct vector *v = &vectors[_i];
	unsigned flags = v->as_it_is ? 0 : SIGV4_PATH_NORMAL;
	struct sigv4_key key = key_of(SUITE_SECRET, &suite);
	AUTO(str_buf) struct str query = { 0 };
	struct built b;

	if (!v->presigned)
		return;
	build(v, "example.amazonaws.com", &b);
	sigv4_presign(&b.request, flags, &suite, SUITE_KEY_ID, &key, v->token, 3600, &query);
	ck_assert_str_eq(signature_in(&query), v->presigned);
}
END_TEST

START_TEST(the_examples_of_s3_are_met_and_verified)
{
	const struct vector *v = &s3_examples[_i];
	struct sigv4_key key = key_of(S3_SECRET, &s3), again;
	struct sigv4_site site = { .region = "us-east-1", .service = "s3", .now_s = S3_TIME };
	struct secret secret = secret_add(S3_SECRET, strlen(S3_SECRET));
	struct sigv4_claim claim;
	AUTO(str_buf) struct str text = { 0 };
	char seed[65];
	struct built b;

	build(v, S3_HOST, &b);
	add(&b, "x-amz-date", s3.time);
	add(&b, "x-amz-content-sha256", b.payload);
	canonical_is(&b.request, SIGV4_S3, v->canonical);
	sigv4_authorization(&b.request, SIGV4_S3, &s3, S3_KEY_ID, &key, &text, seed);
	ck_assert_str_eq(signature_in(&text), v->header);
	ck_assert_str_eq(seed, v->header);

	add(&b, "Authorization", text.text);
	b.request.payload = NULL;
	ck_assert_int_eq(sigv4_claim(&b.request, &claim), SIGV4_GOOD);
	ck_assert_str_eq(claim.key_id, S3_KEY_ID);
	ck_assert_str_eq(claim.payload, b.payload);
	ck_assert_int_eq(sigv4_claim_fits(&claim, &site), SIGV4_GOOD);
	ck_assert_int_eq(sigv4_verify(&b.request, SIGV4_S3, &claim, secret, &again), SIGV4_GOOD);
	ck_assert_mem_eq(&key, &again, sizeof(key));
}
END_TEST

static const struct sigv4_header just_host[] = { { "host", S3_HOST }, { 0 } };

START_TEST(the_address_of_the_s3_reference_is_made_and_verified)
{
	static const char whole[] =
		"X-Amz-Algorithm=AWS4-HMAC-SHA256"
		"&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
		"&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
		"&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
	struct sigv4_request r = { "GET", "/test.txt", NULL, just_host, SIGV4_UNSIGNED };
	struct sigv4_key key = key_of(S3_SECRET, &s3);
	struct secret secret = secret_add(S3_SECRET, strlen(S3_SECRET));
	struct sigv4_site site = { .region = "us-east-1", .service = "s3" };
	struct sigv4_claim claim;
	AUTO(str_buf) struct str query = { 0 };

	sigv4_presign(&r, SIGV4_S3, &s3, S3_KEY_ID, &key, NULL, 86400, &query);
	ck_assert_str_eq(query.text, whole);

	r.query = query.text;
	ck_assert_int_eq(sigv4_claim(&r, &claim), SIGV4_GOOD);
	ck_assert(claim.presigned);
	ck_assert_int_eq(sigv4_verify(&r, SIGV4_S3, &claim, secret, NULL), SIGV4_GOOD);
	r.path = "/other.txt";
	ck_assert_int_eq(sigv4_verify(&r, SIGV4_S3, &claim, secret, NULL), SIGV4_MISMATCH);

	site.now_s = S3_TIME + 86400;
	ck_assert_int_eq(sigv4_claim_fits(&claim, &site), SIGV4_GOOD);
	site.now_s++;
	ck_assert_int_eq(sigv4_claim_fits(&claim, &site), SIGV4_EXPIRED);
	site.now_s = S3_TIME - 15 * 60;
	ck_assert_int_eq(sigv4_claim_fits(&claim, &site), SIGV4_GOOD);
	site.now_s--;
	ck_assert_int_eq(sigv4_claim_fits(&claim, &site), SIGV4_NOT_YET);
}
END_TEST

/* 66 560 times "a" in chunks of 65 536, 1 024 and none; the second request ends with a
 * checksum.  Values of the S3 API reference. */
static const struct {
	const char *payload, *trailer, *length;
	const char *signature[4];	/* of the request and of each chunk */
	const char *end;
} uploads[] = {
	{ SIGV4_CHUNKS, NULL, "66824",
	  { "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
	    "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
	    "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
	    "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9" }, NULL },
	{ SIGV4_CHUNKS_TRAILER, "x-amz-checksum-crc32c", NULL,
	  { "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
	    "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
	    "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
	    "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992" },
	  "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435" },
};

START_TEST(the_chunked_uploads_of_the_s3_reference_are_met)
{
	static const size_t sizes[] = { 65536, 1024, 0 };
	static const char last[] = "x-amz-checksum-crc32c:sOO8/Q==\n";
	struct sigv4_key key = key_of(S3_SECRET, &s3);
	struct built b = { 0 };
	AUTO(str_buf) struct str text = { 0 };
	AUTO(str) char *bytes = xmalloc(65536);
	char before[65], now[65], digest[65];

	memset(bytes, 'a', 65536);
	add(&b, "Host", "s3.amazonaws.com");
	add(&b, "x-amz-date", s3.time);
	add(&b, "x-amz-storage-class", "REDUCED_REDUNDANCY");
	add(&b, "x-amz-content-sha256", uploads[_i].payload);
	add(&b, "Content-Encoding", "aws-chunked");
	add(&b, "x-amz-decoded-content-length", "66560");
	if (uploads[_i].length)
		add(&b, "Content-Length", uploads[_i].length);
	if (uploads[_i].trailer)
		add(&b, "x-amz-trailer", uploads[_i].trailer);
	b.request = (struct sigv4_request){ "PUT", "/examplebucket/chunkObject.txt", NULL,
					    b.headers, uploads[_i].payload };
	sigv4_authorization(&b.request, SIGV4_S3, &s3, S3_KEY_ID, &key, &text, before);
	ck_assert_str_eq(before, uploads[_i].signature[0]);
	for (int i = 0; i < COUNT(sizes); i++) {
		sha256_hex(bytes, sizes[i], digest);
		sigv4_chunk(&key, &s3, before, digest, now);
		ck_assert_str_eq(now, uploads[_i].signature[i + 1]);
		memcpy(before, now, sizeof(now));
	}
	if (uploads[_i].end) {
		sigv4_trailer(&key, &s3, before, last, sizeof(last) - 1, now);
		ck_assert_str_eq(now, uploads[_i].end);
	}
}
END_TEST

/* ---- paths and queries ---- */

static const struct {
	unsigned flags;
	const char *path, *query;
	const char *canonical_path, *canonical_query;
} spellings[] = {
	/* S3: once, and nothing is tidied: these are keys. */
	{ SIGV4_S3, "/b/a%20b", "", "/b/a%20b", "" },
	{ SIGV4_S3, "/b//x/../y/./", "", "/b//x/../y/./", "" },
	{ SIGV4_S3, "/b/%EA%B0%80%7e+%2B", "", "/b/%EA%B0%80~%2B%2B", "" },
	{ SIGV4_S3, "/b/%ea%b0%80", "", "/b/%EA%B0%80", "" },
	{ SIGV4_S3, "/b/100%", "", "/b/100%25", "" },
	{ SIGV4_S3, "/b/%00", "", "/b/%00", "" },
	/* Others: twice and tidy. */
	{ SIGV4_PATH_TWICE | SIGV4_PATH_NORMAL, "/a%20b//c/../d", "", "/a%2520b/d", "" },
	{ SIGV4_PATH_NORMAL, "/..", "", "/", "" },
	{ SIGV4_PATH_NORMAL, "/a/..b/.c/...", "", "/a/..b/.c/...", "" },
	{ SIGV4_PATH_NORMAL, "", "", "/", "" },
	/* Names in order, then values; a name alone has an empty value. */
	{ SIGV4_S3, "/", "uploads", "/", "uploads=" },
	{ SIGV4_S3, "/", "b=2&a&&a=1&a=0=1", "/", "a=&a=0%3D1&a=1&b=2" },
	{ SIGV4_S3, "/", "a-b=1&a=2&a.=3", "/", "a=2&a-b=1&a.=3" },
	{ SIGV4_S3, "/", "prefix=%ea%b0%80%2f&delimiter=/", "/",
	  "delimiter=%2F&prefix=%EA%B0%80%2F" },
	{ SIGV4_S3, "/", "p=a+b&q=a%2Bb", "/", "p=a%20b&q=a%2Bb" },
	{ SIGV4_S3, "/", "=x&&", "/", "=x" },
};

START_TEST(there_is_one_spelling)
{
	struct sigv4_request r = { "GET", spellings[_i].path, spellings[_i].query, NULL, "-" };
	AUTO(str_buf) struct str text = { 0 }, names = { 0 };
	AUTO(str) char *want = xasprintf("GET\n%s\n%s\n\n\n-", spellings[_i].canonical_path,
					 spellings[_i].canonical_query);

	sigv4_canonical(&r, spellings[_i].flags, &text, &names);
	ck_assert_str_eq(text.text, want);
}
END_TEST

/* ---- times ---- */

static const struct { const char *text; int64_t s; } times[] = {
	{ "19700101T000000Z", 0 }, { "20130524T000000Z", S3_TIME },
	{ "20240229T235959Z", 1709251199 }, { "20230229T000000Z", -1 },
	{ "20130524T240000Z", -1 }, { "20130524T000060Z", -1 }, { "20130524T000000", -1 },
	{ "20130524T000000ZZ", -1 }, { "2013-05-24T00:00:00Z", -1 }, { "20130524 000000Z", -1 },
	{ "20131324T000000Z", -1 }, { "19691231T235959Z", -1 }, { "", -1 },
};

START_TEST(times_are_read_and_written)
{
	char again[17];

	ck_assert_int_eq(sigv4_time_read(times[_i].text), times[_i].s);
	if (times[_i].s >= 0) {
		sigv4_time(times[_i].s * 1000000 + 999999, again);
		ck_assert_str_eq(again, times[_i].text);
	}
}
END_TEST

START_TEST(the_secret_is_in_nothing_that_is_written)
{
	const struct vector *v = &s3_examples[0];
	struct sigv4_key key = key_of(S3_SECRET, &s3);
	AUTO(str_buf) struct str text = { 0 }, names = { 0 }, query = { 0 };
	struct built b;

	build(v, S3_HOST, &b);
	sigv4_canonical(&b.request, SIGV4_S3, &text, &names);
	sigv4_authorization(&b.request, SIGV4_S3, &s3, S3_KEY_ID, &key, &text, NULL);
	sigv4_presign(&b.request, SIGV4_S3, &s3, S3_KEY_ID, &key, NULL, 60, &query);
	ck_assert(!secret_found(text.text, text.len));
	ck_assert(!secret_found(query.text, query.len));
	sigv4_forget(&key);
	for (size_t i = 0; i < sizeof(key.bytes); i++)
		ck_assert_uint_eq(key.bytes[i], 0);
}
END_TEST

static void forget(void)
{
	secret_forget_all();
}

Suite *sigv4_suite(void)
{
	Suite *s = suite_create("base/sigv4");
	TCase *tc = tcase_create("sigv4");

	tcase_add_checked_fixture(tc, NULL, forget);
	tcase_add_loop_test(tc, the_suite_is_met_in_headers, 0, COUNT(vectors));
	tcase_add_loop_test(tc, the_suite_is_met_in_addresses, 0, COUNT(vectors));
	tcase_add_loop_test(tc, the_examples_of_s3_are_met_and_verified, 0, COUNT(s3_examples));
	tcase_add_test(tc, the_address_of_the_s3_reference_is_made_and_verified);
	tcase_add_loop_test(tc, the_chunked_uploads_of_the_s3_reference_are_met, 0, COUNT(uploads));
	tcase_add_loop_test(tc, there_is_one_spelling, 0, COUNT(spellings));
	tcase_add_loop_test(tc, times_are_read_and_written, 0, COUNT(times));
	tcase_add_test(tc, the_secret_is_in_nothing_that_is_written);
	suite_add_tcase(s, tc);
	return s;
}
