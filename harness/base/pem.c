#include "base/pem.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

static const char begin[] = "-----BEGIN ", end[] = "-----END ", dashes[] = "-----";

static int digit(char c)
{
	static const char all[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(all, c) : NULL;

	return at ? (int)(at - all) : -1;
}

/* The bytes behind base64, blanks left out; false when it is none. */
static bool decode(const char *from, const char *to, unsigned char *ret, size_t *len)
{
	unsigned bits = 0, held = 0, pads = 0;
	size_t digits = 0;

	*len = 0;
	for (; from < to; from++) {
		if (isspace((unsigned char)*from))
			continue;
		digits++;
		if (*from == '=') {
			pads++;
			continue;
		}
		if (pads || digit(*from) < 0)
			return false;
		held = held << 6 | (unsigned)digit(*from);
		bits += 6;
		if (bits < 8)
			continue;
		bits -= 8;
		ret[(*len)++] = (unsigned char)(held >> bits);
		held &= (1u << bits) - 1;
	}
	return digits % 4 == 0 && pads <= 2;
}

/* One SEQUENCE that fills it. */
static bool is_sequence(const unsigned char *der, size_t n)
{
	size_t len, head = 2;

	if (n < 2 || der[0] != 0x30)
		return false;
	len = der[1];
	if (len & 0x80) {
		size_t more = len & 0x7f;

		if (more < 1 || more > 3 || n < 2 + more)
			return false;
		for (len = 0, head = 2 + more; more; more--)
			len = len << 8 | der[head - more];
	}
	return len == n - head;
}

static bool is_openssh(const unsigned char *bytes, size_t n)
{
	static const char magic[] = "openssh-key-v1";

	return n > sizeof(magic) && !memcmp(bytes, magic, sizeof(magic));
}

static const char *flaw_of_body(const char *from, const char *to)
{
	unsigned char *bytes = xmalloc((size_t)(to - from) + 1);
	const char *flaw = NULL;
	size_t n;

	if (!decode(from, to, bytes, &n))
		flaw = "what is between its lines is not base64";
	else if (!is_sequence(bytes, n) && !is_openssh(bytes, n))
		flaw = "what is between its lines is not a whole key";
	memset(bytes, 0, (size_t)(to - from) + 1);
	free(bytes);
	return flaw;
}

const char *pem_private_key_flaw(const char *text)
{
	const char *label, *body, *last;
	size_t n;

	while (isspace((unsigned char)*text))
		text++;
	if (strncmp(text, begin, sizeof(begin) - 1))
		return "it does not begin with a BEGIN line";
	label = text + sizeof(begin) - 1;
	body = strstr(label, dashes);
	n = body ? (size_t)(body - label) : 0;
	if (n < 11 || strncmp(body - 11, "PRIVATE KEY", 11) || memchr(label, '\n', n))
		return "its BEGIN line names no private key";
	body += sizeof(dashes) - 1;
	last = strstr(body, end);
	if (!last)
		return "it has no END line";
	if (strncmp(last + sizeof(end) - 1, label, n) ||
	    strncmp(last + sizeof(end) - 1 + n, dashes, sizeof(dashes) - 1))
		return "its END line does not match its BEGIN line";
	for (const char *rest = last + sizeof(end) - 1 + n + sizeof(dashes) - 1; *rest; rest++)
		if (!isspace((unsigned char)*rest))
			return "something follows its END line";
	return flaw_of_body(body, last);
}
