/* What is a secret in an exchange, and lines that stay lines whatever a cloud calls one. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/secret.h"
#include "journal/clean.h"
#include "journal/emit.h"
#include "run/learn.h"

Suite *learn_suite(void);

#define COUNT(a) ((int)(sizeof(a) / sizeof(*a)))
#define S "Learn-This-1"

/* Bodies in which S is a secret... */
static const char *const told[] = {
	"{\"password\":\"" S "\"}",
	"{\"AdminPassword\":\"" S "\"}",
	"{\"root_password\":\"" S "\"}",
	"{\"api_key\":\"" S "\"}",
	"{\"X\":{\"session-token\":\"" S "\"}}",
	"{\"refreshToken\":\"" S "\"}",
	"{\"secret_access_key\":\"" S "\"}",
	"[{\"kubeconfig\":\"" S "\"}]",
	"{\"password\":[\"" S "\"]}",
	"{\"secret\":{\"value\":\"" S "\"}}",
	"{\"access\":{\"token\":{\"id\":\"" S "\"}}}",
	"{\"KeyValueList\":[{\"Key\":\"Password\",\"Value\":\"" S "\"}]}",
	"{\"VMUserPasswd\":\"" S "\"}",
	"{\"url\":\"https://h/o?X-Amz-Date=1&X-Amz-Signature=" S "&y=1\"}",
	"{\"url\":\"https://h/o?a=1\\u0026sig=" S "\"}",
	"see https://h/o?token=" S " for more",
	"{\"url\":\"https://h/o?acl&X-Amz-Signature=" S "\"}",
	"{\"url\":\"https://h/o?acl\\u0026sig=" S "\"}",
	"<a href=\"/x?a=b&amp;access_token=" S "\">",
	"denied: Authorization: Bearer " S,
	/* No JSON, or not quite. */
	"\xef\xbb\xbf{\"password\":\"" S "\"}",
	"{\"a\":1,\"a\":2,\"VMUserPasswd\":\"" S "\"}",
	"{\"a\":{\"token\":\"" S "\",\"b\":[1,2",
	"{\"token\":\"" S,
	"{\"x\":1}\n{\"token\" : \"" S "\"}\n",
	"{\"a\":1,\"a\":2,\"List\":[{\"Key\":\"Password\",\"Value\":\"" S "\"}]}",
	"{\"a\":1,\"a\":2,\"password\":[\"" S "\"]}",
};
/* ... and in which it is none. */
static const char *const harmless[] = {
	"{\"name\":\"" S "\"}",
	"{\"nextToken\":\"" S "\"}",
	"{\"next_page_token\":\"" S "\"}",
	"{\"keypair\":{\"name\":\"" S "\"}}",
	"{\"token\":{\"user\":{\"name\":\"" S "\"}}}",
	"{\"url\":\"https://h/o?marker=" S "\"}",
	"{\"List\":[{\"Key\":\"Size\",\"Value\":\"" S "\"}]}",
	"{\"password_expires_at\":\"" S "\"}",
	"{\"a\":1,\"a\":2,\"password\":\"another one\",\"name\":\"" S "\"}",
	"{\"a\":1,\"a\":2,\"List\":[{\"Key\":\"Size\",\"Value\":\"" S "\"}]}",
};

static void forget(void) { secret_forget_all(); }

START_TEST(a_secret_is_learnt)
{
	ck_assert(learn_body(told[_i], strlen(told[_i])));
	ck_assert_msg(secret_found("<" S ">", strlen(S) + 2), "%s", told[_i]);
}
END_TEST

START_TEST(a_name_is_not)
{
	ck_assert(learn_body(harmless[_i], strlen(harmless[_i])));
	ck_assert_msg(!secret_found("<" S ">", strlen(S) + 2), "%s", harmless[_i]);
}
END_TEST

START_TEST(a_number_can_be_a_password)
{
	static const char body[] = "{\"password\":73519824}";

	ck_assert(learn_body(body, strlen(body)));
	ck_assert(secret_found("pin 73519824", 12));
}
END_TEST

/* Cut anywhere, with any byte gone wrong: nothing is read past the end (ASan). */
START_TEST(any_part_of_a_body_can_be_read)
{
	for (int i = 0; i < COUNT(told); i++)
		for (size_t n = 0; n <= strlen(told[i]); n++) {
			AUTO(str) char *part = xmalloc(n ? n : 1);

			memcpy(part, told[i], n);
			ck_assert(learn_body(part, n));
			if (n)
				part[n / 2] = '"';
			ck_assert(learn_body(part, n));
		}
}
END_TEST

START_TEST(headers_are_learnt_by_name_and_by_form)
{
	static const struct { const char *name, *value, *learnt; } header[] = {
		{ "X-Subject-Token", "token-one-1", "token-one-1" },
		{ "X-Api-Key", "key-two-222", "key-two-222" },
		{ "Set-Cookie", "sid=cookie-three; Path=/; Expires=Thu, 01 Jan 2037", "cookie-three" },
		{ "Cookie", "a=1; b=cookie-four", "cookie-four" },
		{ "Authorization", "Bearer token-five-5", "token-five-5" },
		{ "Location", "https://h/x?a=b&token=token-six-6", "token-six-6" },
	};

	for (int i = 0; i < COUNT(header); i++) {
		ck_assert(learn_header(header[i].name, header[i].value, strlen(header[i].value)));
		ck_assert_msg(secret_found(header[i].learnt, strlen(header[i].learnt)), "%s",
			      header[i].name);
	}
	ck_assert(!secret_found("Thu, 01 Jan 2037", 16));
	ck_assert(secret_header("set-cookie") && secret_header("X-Refresh-Token"));
	ck_assert(!secret_header("Location") && !secret_header("X-Request-Id"));
}
END_TEST

/* A balancer that changes its cookie with each reply does not eat the machine's memory. */
START_TEST(what_headers_make_us_remember_has_an_end)
{
	char value[80];
	unsigned refused = 0;

	ck_assert(learn_body("{}", 2));
	for (int i = 0; i < 1500; i++) {
		snprintf(value, sizeof(value), "sid=cookie-number-%d; Path=/", i);
		refused += !learn_header("Set-Cookie", value, strlen(value));
	}
	ck_assert_uint_eq(secret_count(), 1000);
	ck_assert_uint_eq(refused, 500);
}
END_TEST

/* A cloud that calls our words secrets does not change what the line says. */
START_TEST(a_line_stays_a_line)
{
	static const char *const words[] = {
		"\"verdict\":", "\"fail\"", "verdict", "finish", "my-target", "my-vpc-1", "\",\"",
		"ledger", "created", "{\"type\"", "\\\"quoted\\\"", "nothing", "\\", "quoted\\",
	};
	AUTO(str_buf) struct str s = { 0 };
	json_auto_t *doc = NULL;
	struct error err;

	for (int i = 0; i < COUNT(words); i++)
		secret_add(words[i], strlen(words[i]));
	member_text(&s, "type", "finish");
	member_text(&s, "target", "my-target");
	member_text(&s, "name", "my-vpc-1");
	member_text(&s, "verdict", "fail");
	member_text(&s, "why", "it said nothing, \"quoted\\");
	str_add(&s, ",\"list\":[\"nothing here\",{\"deep\":\"created\"}],\"n\":5");
	members_clean(&s);
	str_addc(&s, '}');
	{
		AUTO(str_buf) struct str line = { 0 };

		str_addf(&line, "{%s", s.text);
		ck_assert_msg(json_read(line.text, line.len, NULL, &doc, &err) == ERR_OK, "%s: %s",
			      line.text, err.text);
	}
	ck_assert_str_eq(json_text(doc, "type"), "finish");
	ck_assert_str_eq(json_text(doc, "target"), "my-target");
	ck_assert_str_eq(json_text(doc, "name"), "my-vpc-1");
	ck_assert_str_eq(json_text(doc, "verdict"), "fail");
	ck_assert_str_eq(json_text(doc, "why"), "it said ***, \"***");
	ck_assert_str_eq(json_string_value(json_array_get(json_object_get(doc, "list"), 0)), "*** here");
	ck_assert_str_eq(json_text(json_array_get(json_object_get(doc, "list"), 1), "deep"), "***");
	ck_assert_int_eq(json_integer_value(json_object_get(doc, "n")), 5);
}
END_TEST

Suite *learn_suite(void)
{
	Suite *s = suite_create("learn");
	TCase *t = tcase_create("secrets nobody told us of");

	tcase_add_checked_fixture(t, forget, forget);
	tcase_add_loop_test(t, a_secret_is_learnt, 0, COUNT(told));
	tcase_add_loop_test(t, a_name_is_not, 0, COUNT(harmless));
	tcase_add_test(t, a_number_can_be_a_password);
	tcase_add_test(t, any_part_of_a_body_can_be_read);
	tcase_add_test(t, headers_are_learnt_by_name_and_by_form);
	tcase_add_test(t, what_headers_make_us_remember_has_an_end);
	tcase_add_test(t, a_line_stays_a_line);
	suite_add_tcase(s, t);
	return s;
}
