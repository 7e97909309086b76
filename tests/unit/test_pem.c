#include "base/pem.h"

#include <check.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

Suite *pem_suite(void);

/* A fresh key as OpenSSL writes it; the caller's. */
static char *fresh(void)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	BIO *to = BIO_new(BIO_s_mem());
	char *text = xcalloc(1, 4096);

	ck_assert_int_eq(PEM_write_bio_PrivateKey(to, key, NULL, NULL, 0, NULL, NULL), 1);
	ck_assert_int_gt(BIO_read(to, text, 4095), 0);
	BIO_free(to);
	EVP_PKEY_free(key);
	return text;
}

START_TEST(a_whole_key_has_no_flaw)
{
	char *text = fresh();

	ck_assert_ptr_null(pem_private_key_flaw(text));
	free(text);
}
END_TEST

START_TEST(each_cut_is_a_flaw)
{
	char *text = fresh();
	size_t n = strlen(text);

	/* But for the line break at the end. */
	for (size_t i = 0; i < n - 1; i++) {
		char *part = xstrndup(text, i);

		ck_assert_msg(pem_private_key_flaw(part) != NULL, "cut at %zu of %zu", i, n);
		free(part);
	}
	free(text);
}
END_TEST

static const struct { const char *text; bool good; } keys[] = {
	{ "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n", true },
	{ "-----BEGIN RSA PRIVATE KEY-----\r\nMAA=\r\n-----END RSA PRIVATE KEY-----\r\n", true },
	{ "-----BEGIN RSA PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n", false },
	{ "-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n", false },
	{ "-----BEGIN PRIVATE KEY-----\nMAE=\n-----END PRIVATE KEY-----\n", false },
	{ "-----BEGIN PRIVATE KEY-----\nMAA\n-----END PRIVATE KEY-----\n", false },
	{ "-----BEGIN PRIVATE KEY-----\nM*A=\n-----END PRIVATE KEY-----\n", false },
	{ "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n", false },
	{ "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\nmore\n", false },
	{ "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n"
	  "-----END OPENSSH PRIVATE KEY-----\n", true },
	{ "ssh-ed25519 AAAA", false }, { "", false }, { "Hidden for security.", false },
};

START_TEST(each_form_is_told)
{
	const char *flaw = pem_private_key_flaw(keys[_i].text);

	ck_assert_msg(!flaw == keys[_i].good, "%s: %s", keys[_i].text, flaw ? flaw : "no flaw");
}
END_TEST

Suite *pem_suite(void)
{
	Suite *s = suite_create("base/pem");
	TCase *tc = tcase_create("pem");

	tcase_add_test(tc, a_whole_key_has_no_flaw);
	tcase_add_test(tc, each_cut_is_a_flaw);
	tcase_add_loop_test(tc, each_form_is_told, 0, sizeof(keys) / sizeof(*keys));
	suite_add_tcase(s, tc);
	return s;
}
