#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/* SHA-256 (FIPS 180-4, by OpenSSL) as 64 lower-case hex digits. */
void sha256_hex(const void *bytes, size_t n, char to[65]);
/* Of the head bytes and then the rest. */
void sha256_hex_two(const void *head, size_t head_n, const void *rest, size_t n, char to[65]);

/* The same of what comes piece by piece; the end frees it, and so does to == NULL. */
struct sha256 *sha256_begin(void);
void sha256_add(struct sha256 *s, const void *bytes, size_t n);
void sha256_end(struct sha256 *s, char to[65]);

/* HMAC-SHA-256 (RFC 2104) under a key of n bytes: the 32 bytes, or as hex. */
void hmac_sha256(const void *key, size_t key_n, const void *bytes, size_t n, unsigned char to[32]);
void hmac_sha256_hex(const void *key, size_t key_n, const void *bytes, size_t n, char to[65]);

/* n random bytes from the kernel; ends the program when there are none. */
void random_bytes(void *to, size_t n);

/* Lower-case hex of n bytes; to has room for 2n + 1. */
void hex(const void *bytes, size_t n, char *to);

/* A small generator for what must be repeatable (never for secrets): splitmix64. */
uint64_t seeded_next(uint64_t *state);

#endif
