/*
 * Ed25519 keys as OpenSSL writes them (PKCS #8).  libssh 0.10 reads one without its
 * public half and then cannot offer it, so it gets the key in OpenSSH's own form:
 * PROTOCOL.key of OpenSSH.
 */
#include "guest/priv.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

#include "base/cleanup.h"

enum { HALF = 32, BLOB_MAX = 512 };

struct blob {
	unsigned char at[BLOB_MAX];
	size_t len;
};

static void add(struct blob *b, const void *bytes, size_t n)
{
	memcpy(b->at + b->len, bytes, n);
	b->len += n;
}

static void add_number(struct blob *b, unsigned n)
{
	const unsigned char be[4] = { (unsigned char)(n >> 24), (unsigned char)(n >> 16),
				      (unsigned char)(n >> 8), (unsigned char)n };

	add(b, be, sizeof(be));
}

static void add_string(struct blob *b, const void *bytes, size_t n)
{
	add_number(b, (unsigned)n);
	add(b, bytes, n);
}

static void add_public(struct blob *b, const unsigned char pub[HALF])
{
	add_string(b, "ssh-ed25519", 11);
	add_string(b, pub, HALF);
}

/* The halves of the key; false: it is none of that type. */
static bool read_halves(const char *pem, unsigned char secret[HALF], unsigned char pub[HALF])
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, (void *)"") : NULL;
	size_t n = HALF, m = HALF;
	bool ok = key && EVP_PKEY_get_id(key) == EVP_PKEY_ED25519 &&
		  EVP_PKEY_get_raw_private_key(key, secret, &n) == 1 &&
		  EVP_PKEY_get_raw_public_key(key, pub, &m) == 1 && n == HALF && m == HALF;

	EVP_PKEY_free(key);
	BIO_free(bio);
	return ok;
}

/* The private part: two equal check words, both halves, no comment, padding. */
static void private_part(const unsigned char secret[HALF], const unsigned char pub[HALF],
			 struct blob *to)
{
	unsigned char both[2 * HALF], pad = 0;

	memcpy(both, secret, HALF);
	memcpy(both + HALF, pub, HALF);
	add_number(to, 0);
	add_number(to, 0);
	add_public(to, pub);
	add_string(to, both, sizeof(both));
	add_string(to, "", 0);
	while (to->len % 8) {
		pad++;
		add(to, &pad, 1);
	}
	OPENSSL_cleanse(both, sizeof(both));
}

char *guest_openssh_key(const char *pem)
{
	unsigned char secret[HALF], pub[HALF], text[BLOB_MAX * 2];
	struct blob all = { .len = 0 }, part = { .len = 0 }, public = { .len = 0 };
	char *ret = NULL;

	if (strstr(pem, "-----BEGIN PRIVATE KEY-----") && read_halves(pem, secret, pub)) {
		add_public(&public, pub);
		private_part(secret, pub, &part);
		add(&all, "openssh-key-v1", 15);
		add_string(&all, "none", 4);
		add_string(&all, "none", 4);
		add_string(&all, "", 0);
		add_number(&all, 1);
		add_string(&all, public.at, public.len);
		add_string(&all, part.at, part.len);
		EVP_EncodeBlock(text, all.at, (int)all.len);
		ret = xasprintf("-----BEGIN OPENSSH PRIVATE KEY-----\n%s\n"
				"-----END OPENSSH PRIVATE KEY-----\n", text);
	}
	OPENSSL_cleanse(secret, sizeof(secret));
	OPENSSL_cleanse(&part, sizeof(part));
	OPENSSL_cleanse(&all, sizeof(all));
	OPENSSL_cleanse(text, sizeof(text));
	return ret;
}
