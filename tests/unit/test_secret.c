#include <check.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/secret.h"

Suite *secret_suite(void);

#define COUNT(a) ((int)(sizeof(a) / sizeof(*a)))
#define PEM "-----BEGIN KEY-----\nMIIEow/IBAAKCAQ+EA7\n-----END KEY-----\n"

/* One secret, one text, what is left of it. */
static const struct { const char *secret, *text, *left; } forms[] = {
	{ "hunter2!", "the password is hunter2!.", "the password is ***." },
	{ "hunter2!", "hunter2!", "***" },
	{ "hunter2!", "hunter2! and hunter2!", "*** and ***" },
	{ "hunter2!", "hunter2!hunter2!", "******" },
	{ "hunter2!", "hunter2 ! is another", "hunter2 ! is another" },
	{ "hunter2!", "", "" },
	{ "a/b+c d&e", "q=a%2Fb%2Bc%20d%26e&x", "q=***&x" },
	{ "a/b+c d&e", "q=a%2fb%2bc+d%26e&x", "q=***&x" },
	{ "a/b+c d&e", "q=a/b%2Bc%20d%26e", "q=***" },
	{ "a/b+c d&e", "{\"p\":\"a\\/b+c d\\u0026e\"}", "{\"p\":\"***\"}" },
	{ "a/b+c d&e", "<p>a/b+c d&amp;e</p>", "<p>***</p>" },
	{ "a/b+c d&e", "<p>a/b+c&#32;d&#x26;e</p>", "<p>***</p>" },
	{ "q\"u\\ote", "{\"p\":\"q\\\"u\\\\ote\"}", "{\"p\":\"***\"}" },
	{ "q\"u\\ote", "\"{\\\"p\\\":\\\"q\\\\\\\"u\\\\\\\\ote\\\"}\"", "\"{\\\"p\\\":\\\"***\\\"}\"" },
	{ "q\"u'<o>", "a=&quot;q&quot;u&apos;&lt;o&gt;&quot;", "a=&quot;***&quot;" },
	{ "\xed\x95\x9c\xea\xb8\x80", "{\"p\":\"\\ud55c\\uAE00\"}", "{\"p\":\"***\"}" },
	{ "\xf0\x9f\x98\x80" "ab", "{\"p\":\"\\ud83d\\ude00ab\"}", "{\"p\":\"***\"}" },
	{ PEM, "{\"k\":\"-----BEGIN KEY-----\\nMIIEow/IBAAKCAQ+EA7\\n-----END KEY-----\\n\"}",
	  "{\"k\":\"***\\n\"}" },
	{ PEM, "-----BEGIN KEY-----\nMIIEow/IBAAKCAQ+EA7\n-----END KEY-----", "***" },
	{ "  padded  ", "x=padded;", "x=***;" },
	{ "abc", "abc is too short to be searched for", "abc is too short to be searched for" },
	{ "abcde", "abcde", "abcde" },
	{ "abcdef", "abcdef", "***" },
	/* Escapes that are none stay as they are. */
	{ "hunter2!", "100% \\q &foo; %zz \\u12 &#; &#x; hunter2! %", "100% \\q &foo; %zz \\u12 &#; &#x; *** %" },
	{ "hunter2!", "&#99999999999999;hunter2!&#x", "&#99999999999999;***&#x" },
};

START_TEST(every_form_is_blanked)
{
	AUTO(str_buf) struct str s = { 0 };

	secret_add("another-secret", 14);
	secret_add(forms[_i].secret, strlen(forms[_i].secret));
	str_add(&s, forms[_i].text);
	ck_assert(secret_found(s.text, s.len) == (strcmp(forms[_i].text, forms[_i].left) != 0));
	secret_redact(&s);
	ck_assert_str_eq(str_text(&s), forms[_i].left);
	ck_assert(!secret_found(str_text(&s), s.len));
}
END_TEST

/* A long text is searched in blocks: a secret may lie across any border of them,
 * and the border within an escape. */
START_TEST(no_border_hides_a_secret)
{
	static const char *const spelled[] = { "hunter2!", "hun\\u0074er2!", "%68unter2!",
					       "hun\\\\u0074er2!" };

	/* Megabytes, forty times: under valgrind a few of them. */
	size_t step = getenv("PLUGFEST_TEST_FEW") ? 13 : 1;

	secret_add("hunter2!", 8);
	for (size_t shift = 0; shift < 40; shift += step) {
		AUTO(str_buf) struct str s = { 0 };
		const char *one = spelled[shift % 4];

		s.text = xmalloc((3u << 20) + 64);
		s.room = (3u << 20) + 64;
		memset(s.text, shift % 8 < 4 ? 'x' : '\\', 3u << 20);
		s.len = 3u << 20;
		s.text[s.len] = '\0';
		memset(s.text + (1u << 20) - 64, 'x', 128);
		memcpy(s.text + (1u << 20) - shift, one, strlen(one));
		memcpy(s.text + (2u << 20) + 4096, " hunter2! ", 10);
		ck_assert(secret_found(s.text, s.len));
		secret_redact(&s);
		ck_assert_msg(!memmem(s.text, s.len, "unter2", 6) && !memmem(s.text, s.len, "er2!", 4),
			      "%s %zu before the border", one, shift);
	}
}
END_TEST

static void base64(const char *text, char *to, bool url, bool pad)
{
	size_t n = (size_t)EVP_EncodeBlock((unsigned char *)to, (const unsigned char *)text,
					   (int)strlen(text));

	for (size_t i = 0; url && i < n; i++)
		to[i] = to[i] == '+' ? '-' : to[i] == '/' ? '_' : to[i];
	while (!pad && n && to[n - 1] == '=')
		to[--n] = '\0';
}

/* user:password of every length, so that the secret meets every alignment, and
 * with something behind it. */
START_TEST(base64_is_blanked_at_every_alignment)
{
	static const char *const secrets[] = { "hunter", "~~~\?\?\?>>>", "0123456789abcdef0123456789abcdef!" };
	static const char *const users[] = { "", "a:", "ab:", "abc:", "admin:", "someone:" };
	static const char *const tails[] = { "", "x", "xy", "xyz" };

	for (int i = 0; i < 4 * COUNT(secrets) * COUNT(users) * COUNT(tails); i++) {
		const char *secret = secrets[i / 4 % COUNT(secrets)];
		const char *user = users[i / 4 / COUNT(secrets) % COUNT(users)];
		const char *tail = tails[i / 4 / COUNT(secrets) / COUNT(users)];
		AUTO(str) char *plain = xasprintf("%s%s%s", user, secret, tail);
		AUTO(str_buf) struct str s = { 0 };
		char code[128], *stars;

		secret_forget_all();
		secret_add(secret, strlen(secret));
		base64(plain, code, i & 1, i & 2);
		str_addf(&s, "authorization: Basic %s\n", code);
		ck_assert(secret_found(s.text, s.len));
		secret_redact(&s);
		stars = strstr(s.text, "***");
		ck_assert_msg(stars != NULL, "%s", s.text);
		/* What stays are the characters of the user and the tail alone. */
		ck_assert_uint_le((size_t)(stars - s.text), 21 + strlen(user) * 4 / 3);
		ck_assert_uint_le(strlen(stars + 3), strlen(tail) * 4 / 3 + 4);
	}
}
END_TEST

START_TEST(base64_within_escapes_is_blanked)
{
	AUTO(str_buf) struct str s = { 0 };

	secret_add("~~~\?\?\?>>>", 9);
	str_add(&s, "token=fn5%2BPz8%2FPj4%2B; \"fn5+Pz8\\/Pj4+\"");
	secret_redact(&s);
	ck_assert_str_eq(s.text, "token=***; \"***\"");
}
END_TEST

START_TEST(same_value_same_handle)
{
	struct secret a = secret_add("hunter2!", 8), b = secret_add("hunter3!", 8);

	ck_assert_uint_eq(a.handle, secret_add("hunter2!", 8).handle);
	ck_assert_uint_ne(a.handle, b.handle);
	ck_assert_str_eq(secret_reveal(a), "hunter2!");
	ck_assert_str_eq(secret_reveal(b), "hunter3!");
	ck_assert(!secret_present(secret_add("", 0)));
	ck_assert_str_eq(secret_reveal((struct secret){ 0 }), "");
	ck_assert_str_eq(secret_reveal((struct secret){ 99 }), "");
	ck_assert_str_eq(secret_reveal(secret_add("ab", 2)), "ab");
	secret_forget_all();
	ck_assert_str_eq(secret_reveal(a), "");
	ck_assert(!secret_found("hunter2!", 8));
}
END_TEST

START_TEST(overlapping_secrets_leave_nothing)
{
	AUTO(str_buf) struct str s = { 0 };

	secret_add("abcdefgh", 8);
	secret_add("efghijkl", 8);
	secret_add("abcdefghijklmnop", 16);
	str_add(&s, "<abcdefghijkl> <abcdefghijklmnop>");
	secret_redact(&s);
	ck_assert_str_eq(s.text, "<***> <***>");
}
END_TEST

START_TEST(binary_text_is_searched)
{
	AUTO(str_buf) struct str s = { 0 };

	secret_add("hunter2!", 8);
	str_addn(&s, "\0\xff\0hunter2!\0", 12);
	secret_redact(&s);
	ck_assert_uint_eq(s.len, 7);
	ck_assert_mem_eq(s.text, "\0\xff\0***\0", 7);
}
END_TEST

/* Tokens that all begin alike, and a text full of beginnings. */
START_TEST(ten_thousand_secrets_take_no_time)
{
	AUTO(str_buf) struct str s = { 0 };
	char one[200];
	int64_t began;

	for (int i = 0; i < 10000; i++) {
		snprintf(one, sizeof(one), "gAAAAABmAbCd-%032d-%d-some-more-of-the-token", i, i * 7);
		secret_add(one, strlen(one));
	}
	while (s.len < 64 << 10)
		str_add(&s, "{\"token\":\"gAAAAABmAbCd-0000000000000000%2F00000\",\"eHh4eA\"},");
	str_add(&s, one);
	began = clock_mono_us();
	for (int i = 0; i < 10; i++)
		ck_assert(secret_found(s.text, s.len));
	/* About 50 ms each with a sanitizer; a search of each by each takes a minute. */
	ck_assert_int_lt(clock_mono_us() - began, 5000000);
	secret_redact(&s);
	ck_assert_str_eq(s.text + s.len - 5, "}," "***");
}
END_TEST

/* So many places that look like a beginning that another way of searching takes over. */
START_TEST(a_text_full_of_beginnings_is_searched_too)
{
	AUTO(str_buf) struct str s = { 0 };

	secret_add("--secret-one", 12);
	secret_add("a-long-secret-of-more-than-thirty-two-characters", 48);
	for (int i = 0; i < 5000; i++)
		str_add(&s, "a--");
	str_add(&s, "a-long-secret-of-more-than-thirty-two-characters");
	for (int i = 0; i < 5000; i++)
		str_add(&s, "--a-");
	str_add(&s, "--secret-one");
	ck_assert(secret_found(s.text, s.len));
	secret_redact(&s);
	ck_assert_ptr_null(strstr(s.text, "secret"));
	ck_assert_uint_eq(s.len, 5000 * 3 + 3 + 5000 * 4 + 3);
}
END_TEST

START_TEST(a_secret_at_either_end_is_found)
{
	AUTO(str_buf) struct str s = { 0 };

	secret_add("abcdef", 6);
	str_add(&s, "abcdef.abcde.bcdef.abcdef");
	secret_redact(&s);
	ck_assert_str_eq(s.text, "***.abcde.bcdef.***");
}
END_TEST

Suite *secret_suite(void)
{
	Suite *s = suite_create("base/secret");
	TCase *tc = tcase_create("secret");

	tcase_add_checked_fixture(tc, secret_forget_all, secret_forget_all);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, every_form_is_blanked, 0, COUNT(forms));
	tcase_add_test(tc, no_border_hides_a_secret);
	tcase_add_test(tc, base64_is_blanked_at_every_alignment);
	tcase_add_test(tc, base64_within_escapes_is_blanked);
	tcase_add_test(tc, same_value_same_handle);
	tcase_add_test(tc, overlapping_secrets_leave_nothing);
	tcase_add_test(tc, binary_text_is_searched);
	tcase_add_test(tc, a_text_full_of_beginnings_is_searched_too);
	tcase_add_test(tc, a_secret_at_either_end_is_found);
	tcase_add_test(tc, ten_thousand_secrets_take_no_time);
	suite_add_tcase(s, tc);
	return s;
}
