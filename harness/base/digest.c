#include "base/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>
#include <sys/random.h>

#include "base/str.h"

void hex(const void *bytes, size_t n, char *to)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i++) {
		*to++ = digits[p[i] >> 4];
		*to++ = digits[p[i] & 15];
	}
	*to = '\0';
}

static bool digest_two(const void *head, size_t head_n, const void *rest, size_t n,
		       unsigned char to[EVP_MAX_MD_SIZE])
{
	/* Kept: to look the algorithm up takes longer than to digest a line. */
	static EVP_MD *md;
	static EVP_MD_CTX *ctx;
	unsigned len = 0;

	if (!ctx) {
		md = EVP_MD_fetch(NULL, "SHA256", NULL);
		ctx = EVP_MD_CTX_new();
	}
	return md && ctx && EVP_DigestInit_ex2(ctx, md, NULL) == 1 &&
	       EVP_DigestUpdate(ctx, head, head_n) == 1 && EVP_DigestUpdate(ctx, rest, n) == 1 &&
	       EVP_DigestFinal_ex(ctx, to, &len) == 1 && len == 32;
}

static void no_sha256(void)
{
	fputs("plugfest: the crypto library cannot do SHA-256\n", stderr);
	abort();
}

void sha256_hex_two(const void *head, size_t head_n, const void *rest, size_t n, char to[65])
{
	unsigned char digest[EVP_MAX_MD_SIZE];

	if (!digest_two(head, head_n, rest, n, digest))
		no_sha256();
	hex(digest, 32, to);
}

void sha256_hex(const void *bytes, size_t n, char to[65])
{
	sha256_hex_two(NULL, 0, bytes, n, to);
}

/* What base/digest.h does not say of it: it is OpenSSL's. */
static EVP_MD_CTX *context(struct sha256 *s)
{
	return (EVP_MD_CTX *)s;
}

struct sha256 *sha256_begin(void)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (!ctx || EVP_DigestInit_ex2(ctx, EVP_sha256(), NULL) != 1)
		no_sha256();
	return (struct sha256 *)ctx;
}

void sha256_add(struct sha256 *s, const void *bytes, size_t n)
{
	if (EVP_DigestUpdate(context(s), bytes, n) != 1)
		no_sha256();
}

void sha256_end(struct sha256 *s, char to[65])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if (s && to) {
		if (EVP_DigestFinal_ex(context(s), digest, &len) != 1 || len != 32)
			no_sha256();
		hex(digest, 32, to);
	}
	EVP_MD_CTX_free(context(s));
}

void hmac_sha256(const void *key, size_t key_n, const void *bytes, size_t n, unsigned char to[32])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if (!HMAC(EVP_sha256(), key, (int)key_n, bytes, n, digest, &len) || len != 32) {
		fputs("plugfest: the crypto library cannot do HMAC-SHA-256\n", stderr);
		abort();
	}
	memcpy(to, digest, 32);
	explicit_bzero(digest, sizeof(digest));	/* it may be a key */
}

void hmac_sha256_hex(const void *key, size_t key_n, const void *bytes, size_t n, char to[65])
{
	unsigned char digest[32];

	hmac_sha256(key, key_n, bytes, n, digest);
	hex(digest, sizeof(digest), to);
}

void random_bytes(void *to, size_t n)
{
	unsigned char *p = to;

	while (n) {
		ssize_t got = getrandom(p, n, 0);

		if (got <= 0) {
			fputs("plugfest: the kernel gives no random bytes\n", stderr);
			abort();
		}
		p += got;
		n -= (size_t)got;
	}
}

uint64_t seeded_next(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}
