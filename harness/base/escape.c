#include "base/escape.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

const char escape_begins[] = "%+\\&";

static int hex_digits(const unsigned char *p, size_t left, size_t n)
{
	int value = 0;

	if (left < n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!isxdigit(p[i]))
			return -1;
		value = value * 16 + (isdigit(p[i]) ? p[i] - '0' : (p[i] | 32) - 'a' + 10);
	}
	return value;
}

static size_t put_utf8(unsigned c, unsigned char *to)
{
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = n; --i; c >>= 6)
		to[i] = (unsigned char)(0x80 | (c & 0x3f));
	to[0] = (unsigned char)(lead[n] | c);
	return n;
}

/* Each of these reads one escape at p and returns its length, 0 for none. */
static size_t undo_percent(const unsigned char *p, size_t left, unsigned char *to, size_t *made)
{
	int c = *p == '%' ? hex_digits(p + 1, left - 1, 2) : -1;

	if (c < 0)
		return 0;
	*to = (unsigned char)c;
	*made = 1;
	return 3;
}

static size_t undo_json(const unsigned char *p, size_t left, unsigned char *to, size_t *made)
{
	static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
	const char *simple;
	int c, low = -1;

	if (*p != '\\' || left < 2)
		return 0;
	*made = 1;
	simple = p[1] ? strchr(from, p[1]) : NULL;
	if (simple) {
		*to = (unsigned char)into[simple - from];
		return 2;
	}
	c = p[1] == 'u' ? hex_digits(p + 2, left - 2, 4) : -1;
	if (c < 0)
		return 0;
	if (c >= 0xd800 && c < 0xdc00 && left >= 12 && p[6] == '\\' && p[7] == 'u')
		low = hex_digits(p + 8, left - 8, 4);
	if (low >= 0xdc00 && low < 0xe000) {
		*made = put_utf8(0x10000 + ((unsigned)c - 0xd800) * 0x400 + (unsigned)low - 0xdc00,
				 to);
		return 12;
	}
	*made = put_utf8((unsigned)c, to);
	return 6;
}

static size_t undo_xml(const unsigned char *p, size_t left, unsigned char *to, size_t *made)
{
	static const struct { const char *name; size_t len; unsigned char c; } names[] = {
		{ "&amp;", 5, '&' }, { "&lt;", 4, '<' }, { "&gt;", 4, '>' },
		{ "&quot;", 6, '"' }, { "&apos;", 6, '\'' },
	};
	unsigned c = 0;
	size_t i = 2;
	bool hexadecimal = left > 2 && (p[2] | 32) == 'x';

	if (*p != '&' || left < 4)
		return 0;
	*made = 1;
	for (size_t k = 0; k < sizeof(names) / sizeof(*names); k++) {
		*to = names[k].c;
		if (left >= names[k].len && !memcmp(p, names[k].name, names[k].len))
			return names[k].len;
	}
	if (p[1] != '#')
		return 0;
	for (i += hexadecimal; i < left && i < 12 && (hexadecimal ? isxdigit(p[i]) : isdigit(p[i]));
	     i++)
		c = c * (hexadecimal ? 16 : 10) + (unsigned)hex_digits(p + i, 1, 1);
	if (i == left || p[i] != ';' || c > 0x10ffff)
		return 0;
	*made = put_utf8(c, to);
	return i + 1;
}

size_t escape_undo(enum escape kind, const unsigned char *p, size_t left, unsigned char *to,
		   size_t *made)
{
	switch (kind) {
	case ESCAPE_PERCENT:
		return undo_percent(p, left, to, made);
	case ESCAPE_FORM:
		if (*p != '+')
			return undo_percent(p, left, to, made);
		*to = ' ';
		*made = 1;
		return 1;
	case ESCAPE_JSON:
		return undo_json(p, left, to, made);
	case ESCAPE_XML:
		return undo_xml(p, left, to, made);
	case ESCAPES:
		return 0;
	}
	return 0;
}
