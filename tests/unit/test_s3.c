#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/s3/face.h"
#include "adapters/s3/s3.h"
#include "base/cleanup.h"

Suite *s3_suite(void);

#define COUNT(a) ((int)(sizeof(a) / sizeof(*(a))))
#define XMLNS " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""
#define MD5 "fba9dede5f27731c9771645a39863328"

/* ---- lists ---- */

/* Written after the reference's sample answers, not by our own server end. */
static const char page[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	"<ListBucketResult" XMLNS ">\n"
	"  <Name>bucket</Name><Prefix>photos/</Prefix><Delimiter>/</Delimiter>\n"
	"  <NextContinuationToken>1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=</NextContinuationToken>\n"
	"  <KeyCount>3</KeyCount><MaxKeys>3</MaxKeys><EncodingType>url</EncodingType>\n"
	"  <IsTruncated>true</IsTruncated>\n"
	"  <Contents><Key>photos/a+b%2Bc%20%EA%B0%80</Key>\n"
	"    <LastModified>2009-10-12T17:50:30.000Z</LastModified>\n"
	"    <ETag>&quot;" MD5 "&quot;</ETag><Size>5368709120</Size>\n"
	"    <StorageClass>STANDARD</StorageClass></Contents>\n"
	"  <Contents><Key>photos/%01</Key></Contents>\n"
	"  <CommonPrefixes><Prefix>photos/2006%26/</Prefix></CommonPrefixes>\n"
	"</ListBucketResult>\n";

START_TEST(a_list_is_read)
{
	AUTO(s3_list) struct s3_list l = { 0 };
	struct error err = { 0 };

	ck_assert_msg(s3_read_list(page, sizeof(page) - 1, &l, &err) == ERR_OK, "%s", err.text);
	ck_assert_uint_eq(l.count, 2);
	ck_assert_str_eq(l.bucket, "bucket");
	ck_assert_int_eq(l.key_count, 3);
	ck_assert_str_eq(l.at[0].key, "photos/a b+c \xea\xb0\x80");
	ck_assert_int_eq(l.at[0].size, INT64_C(5368709120));
	ck_assert_str_eq(l.at[0].etag, "\"" MD5 "\"");
	ck_assert_str_eq(l.at[0].storage_class, "STANDARD");
	ck_assert_str_eq(l.at[0].modified, "2009-10-12T17:50:30.000Z");
	/* What is absent stays absent. */
	ck_assert_str_eq(l.at[1].key, "photos/\x01");
	ck_assert_int_eq(l.at[1].size, -1);
	ck_assert_str_eq(l.at[1].etag, "");
	ck_assert_uint_eq(l.prefix_count, 1);
	ck_assert_str_eq(l.prefixes[0], "photos/2006&/");
	ck_assert(l.truncated);
	ck_assert_str_eq(l.next, "1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=");

	/* A second page is appended, and the token is the second's. */
	ck_assert_int_eq(s3_read_list(page, sizeof(page) - 1, &l, &err), ERR_OK);
	ck_assert_uint_eq(l.count, 4);
	ck_assert_uint_eq(l.prefix_count, 2);
}
END_TEST

#define LIST(inside) "<ListBucketResult" XMLNS ">" inside "</ListBucketResult>"
#define WHOLE "<IsTruncated>false</IsTruncated>"

static const struct { const char *body; enum err r; const char *says; } lists[] = {
	{ LIST(WHOLE), ERR_OK, "" },
	{ "<ListBucketResult>" WHOLE "</ListBucketResult>", ERR_OK, "" },
	{ LIST(WHOLE "<EncodingType/><Contents><Key>a%20b</Key></Contents>"), ERR_OK, "" },
	{ LIST(WHOLE "<Unknown><Key>1</Key></Unknown>"), ERR_OK, "" },
	{ LIST(WHOLE "<NextContinuationToken/>"), ERR_OK, "" },
	{ LIST(""), ERR_PROTOCOL, "without <IsTruncated>" },
	{ LIST("<IsTruncated>1</IsTruncated>"), ERR_PROTOCOL, "\"1\", not true or false" },
	{ LIST("<IsTruncated>true</IsTruncated>"), ERR_PROTOCOL, "without <NextContinuationToken>" },
	{ LIST("<IsTruncated>true</IsTruncated><NextContinuationToken/>"), ERR_PROTOCOL, "without <Next" },
	{ LIST(WHOLE "<Contents/>"), ERR_PROTOCOL, "<Contents> without <Key>" },
	{ LIST(WHOLE "<Contents><Key/></Contents>"), ERR_PROTOCOL, "without <Key>" },
	{ LIST(WHOLE "<Contents><Key>a</Key><Size>1k</Size></Contents>"), ERR_PROTOCOL, "<Size> is \"1k\"" },
	{ LIST(WHOLE "<Contents><Key>a</Key><Size>-1</Size></Contents>"), ERR_PROTOCOL, "not a number" },
	{ LIST(WHOLE "<Contents><Key>a</Key><Size/></Contents>"), ERR_PROTOCOL, "not a number" },
	{ LIST(WHOLE "<EncodingType>utf-7</EncodingType>"), ERR_PROTOCOL, "only url is known" },
	{ LIST(WHOLE "<EncodingType>url</EncodingType><Contents><Key>a%00b</Key></Contents>"),
	  ERR_PROTOCOL, "a NUL" },
	{ LIST(WHOLE "<CommonPrefixes/>"), ERR_PROTOCOL, "without <Prefix>" },
	{ "<ListAllMyBucketsResult/>", ERR_PROTOCOL, "not <ListBucketResult>" },
	{ "<Error><Code>NoSuchBucket</Code><Message>gone</Message></Error>", ERR_NOT_FOUND, "gone" },
	{ "<ListBucketResult", ERR_PROTOCOL, "not XML" },
	{ "", ERR_PROTOCOL, "empty" },
};

START_TEST(a_list_says_what_is_wrong_with_it)
{
	AUTO(s3_list) struct s3_list l = { 0 };
	struct error err = { 0 };
	int r = s3_read_list(lists[_i].body, strlen(lists[_i].body), &l, &err);

	ck_assert_msg(r == (int)lists[_i].r, "%s: %s", lists[_i].body, err.text);
	ck_assert_msg(strstr(err.text, lists[_i].says), "%s: %s", lists[_i].body, err.text);
}
END_TEST

static int read_key_of(int length, struct s3_list *l)
{
	AUTO(str_buf) struct str body = { 0 };
	struct error err = { 0 };

	str_add(&body, "<ListBucketResult>" WHOLE "<Contents><Key>");
	while (length--)
		str_addc(&body, 'k');
	str_add(&body, "</Key></Contents></ListBucketResult>");
	return s3_read_list(body.text, body.len, l, &err);
}

START_TEST(a_key_is_whole_or_refused)
{
	AUTO(s3_list) struct s3_list l = { 0 };

	ck_assert_int_eq(read_key_of(S3_KEY_MAX, &l), ERR_OK);
	ck_assert_uint_eq(strlen(l.at[0].key), S3_KEY_MAX);
	ck_assert_int_eq(read_key_of(S3_KEY_MAX + 1, &l), ERR_PROTOCOL);
}
END_TEST

START_TEST(versions_keep_their_order)
{
	static const char body[] =
		"<ListVersionsResult" XMLNS "><Name>b</Name><KeyMarker/><VersionIdMarker/>"
		"<NextKeyMarker>k</NextKeyMarker><NextVersionIdMarker>v1</NextVersionIdMarker>"
		"<MaxKeys>3</MaxKeys><IsTruncated>true</IsTruncated>"
		"<DeleteMarker><Key>k</Key><VersionId>v3</VersionId><IsLatest>true</IsLatest></DeleteMarker>"
		"<Version><Key>k</Key><VersionId>v2</VersionId><IsLatest>false</IsLatest>"
		"<ETag>\"" MD5 "\"</ETag><Size>0</Size></Version>"
		"<Version><Key>k</Key><VersionId>null</VersionId><IsLatest>false</IsLatest></Version>"
		"</ListVersionsResult>";
	static const char bare[] = "<ListVersionsResult>" WHOLE
				   "<Version><Key>k</Key></Version></ListVersionsResult>";
	AUTO(s3_list) struct s3_list l = { 0 };
	struct error err = { 0 };

	ck_assert_msg(s3_read_versions(body, sizeof(body) - 1, &l, &err) == ERR_OK, "%s", err.text);
	ck_assert_uint_eq(l.count, 3);
	ck_assert(l.at[0].delete_marker && l.at[0].latest);
	ck_assert_str_eq(l.at[0].version, "v3");
	ck_assert_int_eq(l.at[0].size, -1);
	ck_assert(!l.at[1].delete_marker && !l.at[1].latest);
	ck_assert_int_eq(l.at[1].size, 0);
	ck_assert_str_eq(l.at[2].version, "null");
	ck_assert_str_eq(l.next, "k");
	ck_assert_str_eq(l.next_version, "v1");
	ck_assert_int_eq(s3_read_versions(bare, sizeof(bare) - 1, &l, &err), ERR_PROTOCOL);
	ck_assert_ptr_nonnull(strstr(err.text, "without <VersionId>"));
}
END_TEST

/* ---- uploads and copies ---- */

START_TEST(uploads_begin_and_end)
{
	static const char begun[] = "<InitiateMultipartUploadResult" XMLNS "><Bucket>b</Bucket>"
		"<Key>k</Key><UploadId>VXBsb2FkIElE</UploadId></InitiateMultipartUploadResult>";
	static const char done[] = "<CompleteMultipartUploadResult" XMLNS ">"
		"<Location>http://b.example/k</Location><Bucket>b</Bucket><Key>k</Key>"
		"<ETag>\"3858f62230ac3c915f300c664312c11f-9\"</ETag></CompleteMultipartUploadResult>";
	/* The blanks are what keeps the connection alive until it is known. */
	static const char late[] = "\n \n<Error><Code>InternalError</Code><Message>again</Message></Error>";
	static const char copied[] = "<CopyObjectResult" XMLNS ">"
		"<LastModified>2009-10-28T22:32:00</LastModified><ETag>\"" MD5 "\"</ETag></CopyObjectResult>";
	AUTO(str_buf) struct str upload = { 0 };
	AUTO(s3_object) struct s3_object o = { 0 };
	struct error err = { 0 };

	ck_assert_int_eq(s3_read_initiate(begun, sizeof(begun) - 1, &upload, &err), ERR_OK);
	ck_assert_str_eq(upload.text, "VXBsb2FkIElE");
	ck_assert_int_eq(s3_read_complete(done, sizeof(done) - 1, &o, &err), ERR_OK);
	ck_assert_str_eq(o.key, "k");
	ck_assert_str_eq(o.etag, "\"3858f62230ac3c915f300c664312c11f-9\"");
	s3_object_cleanup(&o);
	ck_assert_int_eq(s3_read_copy(copied, sizeof(copied) - 1, &o, &err), ERR_OK);
	ck_assert_str_eq(o.etag, "\"" MD5 "\"");
	ck_assert_int_eq(s3_read_complete(copied, sizeof(copied) - 1, &o, &err), ERR_PROTOCOL);
	ck_assert_int_eq(s3_read_complete(late, sizeof(late) - 1, &o, &err), ERR_UNAVAILABLE);
	ck_assert_int_eq(err.http_status, 200);
	ck_assert_str_eq(err.provider_code, "InternalError");
}
END_TEST

/* ---- errors ---- */

static const struct {
	long status;
	const char *body;
	enum err class;
	const char *code;
} errors[] = {
	{ 404, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code>"
	       "<Message>The resource you requested does not exist</Message>"
	       "<Resource>/mybucket/myfoto.jpg</Resource><RequestId>4442587FB7D0A2F9</RequestId></Error>",
	  ERR_NOT_FOUND, "NoSuchKey" },
	{ 403, "<Error><Code>SignatureDoesNotMatch</Code></Error>", ERR_UNAUTHENTICATED,
	  "SignatureDoesNotMatch" },
	{ 403, "<Error><Code>AccessDenied</Code></Error>", ERR_DENIED, "AccessDenied" },
	{ 400, "<Error><Code>RequestTimeout</Code></Error>", ERR_TIMEOUT, "RequestTimeout" },
	{ 503, "<Error><Code>SlowDown</Code></Error>", ERR_THROTTLED, "SlowDown" },
	{ 400, "<Error><Code>TooManyBuckets</Code></Error>", ERR_QUOTA, "TooManyBuckets" },
	{ 418, "<Error><Code>Teapot</Code></Error>", ERR_INVALID, "Teapot" },
	{ 409, "<Error/>", ERR_CONFLICT, "" },
	{ 404, "", ERR_NOT_FOUND, "" },		/* HEAD */
	{ 403, "", ERR_DENIED, "" }, { 412, "", ERR_CONFLICT, "" }, { 501, "", ERR_UNSUPPORTED, "" },
	{ 302, "", ERR_PROTOCOL, "" }, { 200, "<Error/>", ERR_PROTOCOL, "" },
	{ 502, "<html>Bad Gateway</html>", ERR_UNAVAILABLE, "" },
	{ 500, "<!DOCTYPE Error [<!ENTITY a 'b'>]><Error><Code>&a;</Code></Error>", ERR_UNAVAILABLE, "" },
};

START_TEST(errors_have_a_class)
{
	struct error err = { 0 };
	int r = s3_error(errors[_i].status, errors[_i].body, strlen(errors[_i].body), &err);

	ck_assert_msg(r == (int)errors[_i].class && err.code == errors[_i].class, "%ld %s: %s",
		      errors[_i].status, errors[_i].body, err.text);
	ck_assert_str_eq(err.provider_code, errors[_i].code);
	ck_assert_int_eq(err.http_status, (int)errors[_i].status);
	ck_assert(!err.guessed);
}
END_TEST

START_TEST(tags_that_are_digests_are_known)
{
	char md5[33];

	ck_assert(s3_etag_md5("\"" MD5 "\"", md5));
	ck_assert_str_eq(md5, MD5);
	ck_assert(s3_etag_md5("FBA9DEDE5F27731C9771645A39863328", md5));
	ck_assert_str_eq(md5, MD5);
	ck_assert(!s3_etag_md5("\"" MD5 "-2\"", md5));
	ck_assert(!s3_etag_md5("\"" MD5, md5));
	ck_assert(!s3_etag_md5("W/\"" MD5 "\"", md5));
	ck_assert(!s3_etag_md5("", md5));
}
END_TEST

static const struct { const char *bucket, *key, *path; } paths[] = {
	{ "b", NULL, "/b" }, { "b", "k", "/b/k" }, { "b", "a b+c/%2F", "/b/a%20b%2Bc/%252F" },
	{ "b", "\xea\xb0\x80~", "/b/%EA%B0%80~" }, { "b", "../x", "/b/../x" }, { "b", "/x", "/b//x" },
	{ "b", "?a=1#f", "/b/%3Fa%3D1%23f" },
};

START_TEST(paths_are_the_key_and_nothing_else)
{
	AUTO(str_buf) struct str to = { 0 };

	s3_put_path(&to, paths[_i].bucket, paths[_i].key);
	ck_assert_str_eq(to.text, paths[_i].path);
}
END_TEST

/* ---- the server end ---- */

#define PARTS(inside) "<CompleteMultipartUpload" XMLNS ">" inside "</CompleteMultipartUpload>"
#define PART(n, etag) "<Part><PartNumber>" n "</PartNumber><ETag>" etag "</ETag></Part>"

static const struct {
	const char *body;
	size_t count;
	const struct face_refusal *flaw;
} completes[] = {
	{ PARTS(PART("1", "\"" MD5 "\"")), 1, NULL },
	{ PARTS(PART("2", MD5) PART("10000", "&quot;" MD5 "&quot;")), 2, NULL },
	{ PARTS("<Part><ETag>" MD5 "</ETag><ChecksumCRC32/><PartNumber>7</PartNumber></Part>"), 1, NULL },
	{ PARTS(""), 0, &face_malformed_xml },
	{ PARTS(PART("0", MD5)), 0, &face_malformed_xml },
	{ PARTS(PART("10001", MD5)), 0, &face_malformed_xml },
	{ PARTS(PART("1.5", MD5)), 0, &face_malformed_xml },
	{ PARTS("<Part><PartNumber>1</PartNumber></Part>"), 0, &face_malformed_xml },
	{ PARTS(PART("2", MD5) PART("1", MD5)), 0, &face_part_order },
	{ PARTS(PART("1", MD5) PART("1", MD5)), 0, &face_part_order },
	{ PARTS(PART("1", "abc")), 0, &face_invalid_part },
	{ PARTS(PART("1", "zba9dede5f27731c9771645a39863328")), 0, &face_invalid_part },
	{ "<Other/>", 0, &face_malformed_xml }, { "", 0, &face_malformed_xml },
	{ "{}", 0, &face_malformed_xml },
};

START_TEST(the_server_reads_lists_of_parts)
{
	AUTO(str) char *free_me = NULL;
	struct face_part *parts;
	size_t count;
	const struct face_refusal *flaw =
		face_read_complete(completes[_i].body, strlen(completes[_i].body), &parts, &count);

	free_me = (char *)parts;
	ck_assert_msg(flaw == completes[_i].flaw, "%s: %s", completes[_i].body, flaw ? flaw->code : "good");
	ck_assert_uint_eq(count, completes[_i].count);
	if (count)
		ck_assert_str_eq(parts[count - 1].etag, MD5);
}
END_TEST

START_TEST(every_flaw_has_an_answer)
{
	for (int f = SIGV4_ANONYMOUS; f < SIGV4_FLAWS; f++) {
		const struct face_refusal *r = face_refuse((enum sigv4_flaw)f);

		ck_assert_msg(r->status == 400 || r->status == 403, "%s", sigv4_flaw_name((enum sigv4_flaw)f));
		ck_assert_msg(s3_class(r->code) != ERR_OK, "%s", r->code);
		ck_assert(r->message && *r->message);
	}
	ck_assert_str_eq(face_refuse(SIGV4_MISMATCH)->code, "SignatureDoesNotMatch");
	ck_assert_str_eq(face_refuse(SIGV4_SKEWED)->code, "RequestTimeTooSkewed");
	ck_assert_str_eq(face_refuse(SIGV4_BAD_HEADER)->code, "AuthorizationHeaderMalformed");
	ck_assert_str_eq(face_unknown_key.code, "InvalidAccessKeyId");
}
END_TEST

/* Both ends are ours: this shows only that neither garbles a key.  That each is right by itself
 * is for the tables above, and for tests/peers. */
START_TEST(odd_keys_survive_both_ends)
{
	static const char *const prefixes[] = { "a&b/", "\xea\xb0\x80/" };
	struct face_object objects[] = {
		{ .key = " <&>\"' +%2B ", .etag = MD5, .modified = "2026-11-22T00:00:00.000Z",
		  .storage_class = "STANDARD", .size = 0, .version = "v" },
		{ .key = "\xf0\x9f\x98\x80\n\t\r.", .etag = MD5, .size = INT64_MAX, .version = "v" },
		{ .key = "..//./", .delete_marker = true, .latest = true, .version = "null" },
	};
	struct face_list out = { .bucket = "b", .max_keys = 3, .at = objects, .count = 3,
				 .truncated = true, .next_token = "t&", .next_key = "k<",
				 .next_version = "v", .prefixes = prefixes, .prefix_count = 2,
				 .encode = _i & 1 };
	AUTO(str_buf) struct str body = { 0 };
	AUTO(s3_list) struct s3_list l = { 0 };
	struct error err = { 0 };
	int r;

	if (_i & 2)
		face_put_versions(&body, &out);
	else
		face_put_list(&body, &out);
	r = _i & 2 ? s3_read_versions(body.text, body.len, &l, &err) :
		     s3_read_list(body.text, body.len, &l, &err);
	ck_assert_msg(r == ERR_OK, "%s\n%s", err.text, body.text);
	ck_assert_uint_eq(l.count, 3);
	for (int i = 0; i < COUNT(objects); i++)
		ck_assert_str_eq(l.at[i].key, objects[i].key);
	ck_assert_int_eq(l.at[1].size, INT64_MAX);
	ck_assert_str_eq(l.prefixes[1], prefixes[1]);
	ck_assert_str_eq(l.next, _i & 2 ? "k<" : "t&");
	ck_assert_int_eq(l.at[2].delete_marker, _i & 2 ? 1 : 0);
}
END_TEST

START_TEST(small_documents_survive_both_ends)
{
	static const struct s3_part parts[] = { { 1, "\"" MD5 "\"" }, { 9, MD5 } };
	AUTO(str_buf) struct str body = { 0 }, upload = { 0 };
	AUTO(s3_object) struct s3_object o = { 0 };
	AUTO(str) char *free_me = NULL;
	struct face_part *read;
	struct error err = { 0 };
	size_t n;

	face_put_initiate(&body, "b", "k\r", "u&");
	ck_assert_int_eq(s3_read_initiate(body.text, body.len, &upload, &err), ERR_OK);
	ck_assert_str_eq(upload.text, "u&");
	str_clear(&body);
	face_put_complete(&body, "http://127.0.0.1/b/k", "b", "k\r", MD5 "-2");
	ck_assert_int_eq(s3_read_complete(body.text, body.len, &o, &err), ERR_OK);
	ck_assert_str_eq(o.key, "k\r");
	str_clear(&body);
	s3_object_cleanup(&o);
	face_put_copy(&body, "2026-11-22T00:00:00.000Z", MD5);
	ck_assert_int_eq(s3_read_copy(body.text, body.len, &o, &err), ERR_OK);
	str_clear(&body);
	face_put_error(&body, face_refuse(SIGV4_SKEWED), "/b/<k>", "1");
	ck_assert_int_eq(s3_error(403, body.text, body.len, &err), ERR_UNAUTHENTICATED);
	ck_assert_str_eq(err.provider_code, "RequestTimeTooSkewed");
	str_clear(&body);
	s3_put_complete(&body, parts, 2);
	ck_assert_ptr_null(face_read_complete(body.text, body.len, &read, &n));
	free_me = (char *)read;
	ck_assert_uint_eq(n, 2);
	ck_assert_int_eq(read[1].number, 9);
}
END_TEST

Suite *s3_suite(void)
{
	Suite *s = suite_create("adapters/s3");
	TCase *tc = tcase_create("s3");

	tcase_add_test(tc, a_list_is_read);
	tcase_add_loop_test(tc, a_list_says_what_is_wrong_with_it, 0, COUNT(lists));
	tcase_add_test(tc, a_key_is_whole_or_refused);
	tcase_add_test(tc, versions_keep_their_order);
	tcase_add_test(tc, uploads_begin_and_end);
	tcase_add_loop_test(tc, errors_have_a_class, 0, COUNT(errors));
	tcase_add_test(tc, tags_that_are_digests_are_known);
	tcase_add_loop_test(tc, paths_are_the_key_and_nothing_else, 0, COUNT(paths));
	tcase_add_loop_test(tc, the_server_reads_lists_of_parts, 0, COUNT(completes));
	tcase_add_test(tc, every_flaw_has_an_answer);
	tcase_add_loop_test(tc, odd_keys_survive_both_ends, 0, 4);
	tcase_add_test(tc, small_documents_survive_both_ends);
	suite_add_tcase(s, tc);
	return s;
}
