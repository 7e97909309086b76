#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/sigv4.h"

Suite *sigv4_verify_suite(void);

#define COUNT(a) ((int)(sizeof(a) / sizeof(*(a))))
#define KEY_ID "AKIAIOSFODNN7EXAMPLE"
#define SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
#define NONE "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define GET_SIGNATURE "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
#define SCOPE "20130524/us-east-1/s3/aws4_request"
#define CREDENTIAL "Credential=" KEY_ID "/" SCOPE
#define NAMES "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date"
#define GOOD "AWS4-HMAC-SHA256 " CREDENTIAL "," NAMES ",Signature=" GET_SIGNATURE

/* The example "get an object" of the S3 API reference, spoiled in one way each. */
static const struct spoiled {
	const char *what;
	enum sigv4_flaw flaw;
	const char *authorization;	/* NULL: GOOD; "": none */
	const char *date, *payload;	/* the same */
	const char *host, *range;
	const char *query;
	struct sigv4_header more;
	int64_t late_s;
} spoiled[] = {
	{ .what = "nothing", .flaw = SIGV4_GOOD },
	{ .what = "blanks after the commas, as most write it", .flaw = SIGV4_GOOD,
	  .authorization = "AWS4-HMAC-SHA256 " CREDENTIAL ", " NAMES ", Signature=" GET_SIGNATURE },
	{ .what = "another order", .flaw = SIGV4_GOOD,
	  .authorization = "AWS4-HMAC-SHA256 Signature=" GET_SIGNATURE ", " NAMES ",\t" CREDENTIAL },
	{ .what = "a header that is not signed", .flaw = SIGV4_GOOD, .more = { "Accept", "*/*" } },
	{ .what = "as late as may be", .flaw = SIGV4_GOOD, .late_s = 900 },
	{ .what = "as early as may be", .flaw = SIGV4_GOOD, .late_s = -900 },

	{ .what = "no credential", .flaw = SIGV4_ANONYMOUS, .authorization = "" },
	{ .what = "both ways", .flaw = SIGV4_TWO_WAYS, .query = "X-Amz-Signature=" GET_SIGNATURE },
	{ .what = "the older signature", .flaw = SIGV4_OTHER_SCHEME,
	  .authorization = "AWS AKIAIOSFODNN7EXAMPLE:frJIUN8DYpKDtOLCwo//yllqDzg=" },
	{ .what = "a longer word", .flaw = SIGV4_OTHER_SCHEME, .authorization = "AWS4-HMAC-SHA256X a" },
	{ .what = "only the word", .flaw = SIGV4_BAD_HEADER, .authorization = "AWS4-HMAC-SHA256" },
	{ .what = "two of them", .flaw = SIGV4_BAD_HEADER, .more = { "authorization", GOOD } },
	{ .what = "no signature", .flaw = SIGV4_BAD_HEADER,
	  .authorization = "AWS4-HMAC-SHA256 " CREDENTIAL "," NAMES },
	{ .what = "two signatures", .flaw = SIGV4_BAD_HEADER,
	  .authorization = GOOD ",Signature=" GET_SIGNATURE },
	{ .what = "a part that nobody knows", .flaw = SIGV4_BAD_HEADER, .authorization = GOOD ",X=1" },
	{ .what = "a short signature", .flaw = SIGV4_BAD_HEADER,
	  .authorization = "AWS4-HMAC-SHA256 " CREDENTIAL "," NAMES ",Signature=f0e8" },
	{ .what = "a scope of four parts", .flaw = SIGV4_BAD_HEADER,
	  .authorization = "AWS4-HMAC-SHA256 Credential=" SCOPE "," NAMES
			   ",Signature=" GET_SIGNATURE },
	{ .what = "a scope that ends otherwise", .flaw = SIGV4_BAD_HEADER,
	  .authorization = "AWS4-HMAC-SHA256 " CREDENTIAL "s," NAMES ",Signature=" GET_SIGNATURE },
	{ .what = "a date of letters", .flaw = SIGV4_BAD_HEADER,
	  .authorization = "AWS4-HMAC-SHA256 Credential=" KEY_ID "/2013May4/us-east-1/s3/aws4_request,"
			   NAMES ",Signature=" GET_SIGNATURE },

	{ .what = "no date", .flaw = SIGV4_NO_DATE, .date = "" },
	{ .what = "a date of mail", .flaw = SIGV4_NO_DATE, .date = "Fri, 24 May 2013 00:00:00 GMT" },
	{ .what = "no digest", .flaw = SIGV4_NO_PAYLOAD, .payload = "" },
	{ .what = "a digest of something else", .flaw = SIGV4_BAD_PAYLOAD, .payload = "d41d8cd98f00b204" },
	{ .what = "an unknown word", .flaw = SIGV4_BAD_PAYLOAD, .payload = "UNSIGNED" },

	{ .what = "another region", .flaw = SIGV4_WRONG_REGION,
	  .authorization = "AWS4-HMAC-SHA256 Credential=" KEY_ID "/20130524/eu-west-1/s3/aws4_request,"
			   NAMES ",Signature=" GET_SIGNATURE },
	{ .what = "another service", .flaw = SIGV4_WRONG_SERVICE,
	  .authorization = "AWS4-HMAC-SHA256 Credential=" KEY_ID "/20130524/us-east-1/ec2/aws4_request,"
			   NAMES ",Signature=" GET_SIGNATURE },
	{ .what = "another day", .flaw = SIGV4_WRONG_DATE,
	  .authorization = "AWS4-HMAC-SHA256 Credential=" KEY_ID "/20130523/us-east-1/s3/aws4_request,"
			   NAMES ",Signature=" GET_SIGNATURE },
	{ .what = "too late", .flaw = SIGV4_SKEWED, .late_s = 901 },
	{ .what = "too early", .flaw = SIGV4_SKEWED, .late_s = -901 },

	{ .what = "an order from outside the signature", .flaw = SIGV4_NOT_SIGNED,
	  .more = { "X-Amz-Acl", "public-read" } },
	{ .what = "a host outside the signature", .flaw = SIGV4_NOT_SIGNED,
	  .authorization = "AWS4-HMAC-SHA256 " CREDENTIAL ",SignedHeaders=range;x-amz-date,Signature="
			   GET_SIGNATURE },
	{ .what = "another header", .flaw = SIGV4_MISMATCH, .range = "bytes=0-99" },
	{ .what = "another host", .flaw = SIGV4_MISMATCH, .host = "other.s3.amazonaws.com" },
	{ .what = "a digest of other bytes", .flaw = SIGV4_MISMATCH,
	  .payload = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072" },
	{ .what = "no longer a digest", .flaw = SIGV4_MISMATCH, .payload = SIGV4_UNSIGNED },
	{ .what = "a query", .flaw = SIGV4_MISMATCH, .query = "acl" },
	{ .what = "another signature", .flaw = SIGV4_MISMATCH,
	  .authorization = "AWS4-HMAC-SHA256 " CREDENTIAL "," NAMES ",Signature=" NONE },
	{ .what = "a signed header that did not come", .flaw = SIGV4_MISMATCH,
	  .authorization = "AWS4-HMAC-SHA256 " CREDENTIAL "," NAMES ";x-amz-acl,Signature="
			   GET_SIGNATURE },
	{ .what = "one that came twice", .flaw = SIGV4_MISMATCH, .more = { "range", "bytes=5-" } },
};

static const char *either(const char *value, const char *usual)
{
	return value ? value : usual;
}

static enum sigv4_flaw judge(const struct sigv4_request *r, int64_t now_s, const char *secret)
{
	struct sigv4_site site = { .region = "us-east-1", .service = "s3", .now_s = now_s };
	struct sigv4_claim claim;
	enum sigv4_flaw f = sigv4_claim(r, &claim);

	if (f == SIGV4_GOOD)
		f = sigv4_claim_fits(&claim, &site);
	if (f == SIGV4_GOOD)
		f = sigv4_verify(r, SIGV4_S3, &claim, secret_add(secret, strlen(secret)), NULL);
	return f;
}

/* A header with the value "" is left out. */
static void put(struct sigv4_header *to, const char *name, const char *value)
{
	if (!*value)
		return;
	while (to->name)
		to++;
	*to = (struct sigv4_header){ name, value };
}

static enum sigv4_flaw judge_spoiled(const struct spoiled *s, const char *secret)
{
	struct sigv4_header h[8] = { { "Host", either(s->host, "examplebucket.s3.amazonaws.com") } };
	struct sigv4_request r = { "GET", "/test.txt", s->query, h, NULL };

	put(h, "Range", either(s->range, "bytes=0-9"));
	put(h, "X-Amz-Content-Sha256", either(s->payload, NONE));
	put(h, "X-Amz-Date", either(s->date, "20130524T000000Z"));
	put(h, "Authorization", either(s->authorization, GOOD));
	if (s->more.name)
		put(h, s->more.name, s->more.value);
	return judge(&r, 1369353600 + s->late_s, secret);
}

START_TEST(each_way_to_spoil_it_has_its_name)
{
	enum sigv4_flaw f = judge_spoiled(&spoiled[_i], SECRET);

	ck_assert_msg(f == spoiled[_i].flaw, "%s: %s, not %s", spoiled[_i].what,
		      sigv4_flaw_name(f), sigv4_flaw_name(spoiled[_i].flaw));
}
END_TEST

START_TEST(another_secret_or_none_is_a_mismatch)
{
	struct sigv4_request r = { .method = "GET" };
	struct sigv4_claim claim = { 0 };

	ck_assert_int_eq(judge_spoiled(spoiled, SECRET "x"), SIGV4_MISMATCH);
	ck_assert_int_eq(sigv4_verify(&r, SIGV4_S3, &claim, (struct secret){ 0 }, NULL),
			 SIGV4_NOT_SIGNED);
}
END_TEST

#define Q_HEAD "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" KEY_ID \
	       "%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
#define Q_SIGNED "&X-Amz-SignedHeaders=host&X-Amz-Signature=" \
		 "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"

static const struct { const char *query; enum sigv4_flaw flaw; } addresses[] = {
	{ Q_HEAD "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400" Q_SIGNED, SIGV4_GOOD },
	{ Q_HEAD "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86401" Q_SIGNED, SIGV4_MISMATCH },
	{ Q_HEAD "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&versionId=1" Q_SIGNED,
	  SIGV4_MISMATCH },
	{ Q_HEAD "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=604801" Q_SIGNED, SIGV4_BAD_QUERY },
	{ Q_HEAD "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=0" Q_SIGNED, SIGV4_BAD_QUERY },
	{ Q_HEAD "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=-1" Q_SIGNED, SIGV4_BAD_QUERY },
	{ Q_HEAD "&X-Amz-Date=20130524T000000Z" Q_SIGNED, SIGV4_BAD_QUERY },
	{ Q_HEAD "&X-Amz-Expires=86400" Q_SIGNED, SIGV4_BAD_QUERY },
	{ Q_HEAD "&X-Amz-Date=yesterday&X-Amz-Expires=86400" Q_SIGNED, SIGV4_BAD_QUERY },
	{ Q_HEAD "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400" Q_SIGNED Q_SIGNED,
	  SIGV4_BAD_QUERY },
	{ Q_HEAD "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=864&X-Amz-Expires=00" Q_SIGNED,
	  SIGV4_BAD_QUERY },
	{ "X-Amz-Algorithm=AWS4-HMAC-SHA256", SIGV4_BAD_QUERY },
	{ "X-Amz-Algorithm=", SIGV4_BAD_QUERY },
	{ "x-amz-signature=a", SIGV4_ANONYMOUS },
	{ "", SIGV4_ANONYMOUS },
};

START_TEST(addresses_are_judged)
{
	static const struct sigv4_header host[] = {
		{ "Host", "examplebucket.s3.amazonaws.com" }, { 0 } };
	struct sigv4_request r = { "GET", "/test.txt", addresses[_i].query, host, NULL };
	enum sigv4_flaw f = judge(&r, 1369353600 + 60, SECRET);

	ck_assert_msg(f == addresses[_i].flaw, "%s: %s", addresses[_i].query, sigv4_flaw_name(f));
}
END_TEST

START_TEST(words_for_the_payload_are_known)
{
	ck_assert_int_eq(sigv4_payload(NONE), SIGV4_PAYLOAD_DIGEST);
	ck_assert_int_eq(sigv4_payload(SIGV4_UNSIGNED), SIGV4_PAYLOAD_UNSIGNED);
	ck_assert_int_eq(sigv4_payload(SIGV4_CHUNKS), SIGV4_PAYLOAD_CHUNKS);
	ck_assert_int_eq(sigv4_payload(SIGV4_CHUNKS_TRAILER), SIGV4_PAYLOAD_CHUNKS_TRAILER);
	ck_assert_int_eq(sigv4_payload(SIGV4_UNSIGNED_TRAILER), SIGV4_PAYLOAD_UNSIGNED_TRAILER);
	ck_assert_int_eq(sigv4_payload(NONE "0"), SIGV4_PAYLOAD_STRANGE);
	ck_assert_int_eq(sigv4_payload(""), SIGV4_PAYLOAD_STRANGE);
}
END_TEST

START_TEST(what_is_too_long_for_a_claim_is_refused)
{
	AUTO(str_buf) struct str value = { 0 };
	struct sigv4_header h[] = { { "Authorization", NULL }, { 0 } };
	struct sigv4_request r = { "GET", "/", NULL, h, NULL };
	struct sigv4_claim claim;

	str_add(&value, "AWS4-HMAC-SHA256 Credential=");
	for (int i = 0; i < 129; i++)
		str_addc(&value, 'A');
	str_add(&value, "/" SCOPE "," NAMES ",Signature=" GET_SIGNATURE);
	h[0].value = value.text;
	ck_assert_int_eq(sigv4_claim(&r, &claim), SIGV4_BAD_HEADER);
	/* One less fits, and then it is the date that is missing. */
	memmove(value.text + 28, value.text + 29, value.len - 28);
	ck_assert_int_eq(sigv4_claim(&r, &claim), SIGV4_NO_DATE);
}
END_TEST

static void forget(void)
{
	secret_forget_all();
}

Suite *sigv4_verify_suite(void)
{
	Suite *s = suite_create("base/sigv4_verify");
	TCase *tc = tcase_create("sigv4_verify");

	tcase_add_checked_fixture(tc, NULL, forget);
	tcase_add_loop_test(tc, each_way_to_spoil_it_has_its_name, 0, COUNT(spoiled));
	tcase_add_test(tc, another_secret_or_none_is_a_mismatch);
	tcase_add_loop_test(tc, addresses_are_judged, 0, COUNT(addresses));
	tcase_add_test(tc, words_for_the_payload_are_known);
	tcase_add_test(tc, what_is_too_long_for_a_claim_is_refused);
	suite_add_tcase(s, tc);
	return s;
}
