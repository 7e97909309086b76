#include "fuzz.h"

#include <stdio.h>
#include <string.h>

#include "base/secret.h"

/*
 * Input: secret, newline, text.  The secret is put into the text in every form that
 * secret.h names, and none may be found after redaction.
 */
static void add_base64(struct str *s, const uint8_t *p, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < n; i += 3) {
		unsigned v = (unsigned)p[i] << 16 | (i + 1 < n ? (unsigned)p[i + 1] << 8 : 0) |
			     (i + 2 < n ? p[i + 2] : 0u);

		str_addc(s, digits[v >> 18]);
		str_addc(s, digits[v >> 12 & 63]);
		str_addc(s, i + 1 < n ? digits[v >> 6 & 63] : '=');
		str_addc(s, i + 2 < n ? digits[v & 63] : '=');
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const uint8_t *cut = memchr(data, '\n', n);
	size_t len = cut ? (size_t)(cut - data) : 0;
	struct str text = { 0 }, plain = { 0 };

	if (!cut || len < 6 || len > 200 || memchr(data, 0, len))
		return 0;
	secret_forget_all();
	secret_add((const char *)data, len);

	str_addn(&plain, data, len);
	str_addn(&text, cut + 1, n - len - 1);
	str_addn(&text, data, len);
	str_addc(&text, ' ');
	str_add_url(&text, plain.text);
	str_addc(&text, ' ');
	str_add_jsonn(&text, plain.text, plain.len);
	str_addc(&text, ' ');
	for (size_t shift = 0; shift < 3; shift++) {
		struct str moved = { 0 };

		str_addn(&moved, "ab", shift);
		str_addn(&moved, data, len);
		add_base64(&text, (const uint8_t *)moved.text, moved.len);
		str_addc(&text, ' ');
		str_release(&moved);
	}
	secret_redact(&text);
	PROMISE(!secret_found(str_text(&text), text.len));
	str_release(&text);
	str_release(&plain);
	secret_forget_all();
	return 0;
}
