#include "base/str.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/secret.h"

static void *checked(void *p)
{
	if (p)
		return p;
	fputs("plugfest: out of memory\n", stderr);
	abort();
}

void *xmalloc(size_t n) { return checked(malloc(n ? n : 1)); }
void *xcalloc(size_t n, size_t size) { return checked(calloc(n ? n : 1, size ? size : 1)); }
void *xrealloc(void *p, size_t n) { return checked(realloc(p, n ? n : 1)); }
char *xstrdup(const char *s) { return checked(strdup(s)); }
char *xstrndup(const char *s, size_t n) { return checked(strndup(s, n)); }

char *xasprintf(const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	return checked(n < 0 ? NULL : s);
}

enum { FIRST_ROOM = 248 };

static void reserve(struct str *s, size_t more)
{
	size_t need = s->len + more + 1;

	if (need <= s->room)
		return;
	/* Most texts are a line or a header block: they begin with room for it. */
	s->room = s->room * 2 > need ? s->room * 2 : need < FIRST_ROOM ? FIRST_ROOM : need + 32;
	s->text = xrealloc(s->text, s->room);
}

void str_addn(struct str *s, const void *bytes, size_t n)
{
	reserve(s, n);
	if (n)
		memcpy(s->text + s->len, bytes, n);
	s->len += n;
	s->text[s->len] = '\0';
}

void str_reserve(struct str *s, size_t more) { reserve(s, more); }
void str_add(struct str *s, const char *text) { str_addn(s, text, strlen(text)); }

void str_addc(struct str *s, char c)
{
	reserve(s, 1);
	s->text[s->len++] = c;
	s->text[s->len] = '\0';
}

void str_addv(struct str *s, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	reserve(s, 120);
	n = vsnprintf(s->text + s->len, s->room - s->len, fmt, ap);
	if (n > 0 && (size_t)n < s->room - s->len) {
		s->len += (size_t)n;
	} else if (n > 0) {
		reserve(s, (size_t)n);
		vsnprintf(s->text + s->len, (size_t)n + 1, fmt, again);
		s->len += (size_t)n;
	}
	va_end(again);
}

void str_addf(struct str *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	str_addv(s, fmt, ap);
	va_end(ap);
}

void str_add_int(struct str *s, int64_t n)
{
	char digits[24], *at = digits + sizeof(digits);
	uint64_t left = n < 0 ? -(uint64_t)n : (uint64_t)n;

	do {
		*--at = (char)('0' + left % 10);
		left /= 10;
	} while (left);
	if (n < 0)
		*--at = '-';
	str_addn(s, at, (size_t)(digits + sizeof(digits) - at));
}

/* The length of the UTF-8 sequence at p (n bytes left), 0 when it is not one. */
static size_t utf8_len(const unsigned char *p, size_t n)
{
	static const struct { unsigned char lo, hi, min2, max2, len; } form[] = {
		{ 0x00, 0x7f, 0, 0, 1 },
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 },	/* no surrogates */
		{ 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	for (size_t i = 0; i < sizeof(form) / sizeof(*form); i++) {
		if (*p < form[i].lo || *p > form[i].hi)
			continue;
		if (form[i].len > n)
			return 0;
		if (form[i].len > 1 && (p[1] < form[i].min2 || p[1] > form[i].max2))
			return 0;
		for (size_t k = 2; k < form[i].len; k++)
			if ((p[k] & 0xc0) != 0x80)
				return 0;
		return form[i].len;
	}
	return 0;
}

void str_add_jsonn(struct str *s, const char *text, size_t n)
{
	const unsigned char *p = (const unsigned char *)text, *end = p + n;

	str_addc(s, '"');
	while (p < end) {
		const unsigned char *plain = p;
		size_t len;

		while (p < end && *p >= 0x20 && *p < 0x7f && *p != '"' && *p != '\\')
			p++;
		str_addn(s, plain, (size_t)(p - plain));
		if (p == end)
			break;
		len = utf8_len(p, (size_t)(end - p));
		if (!len) {
			str_add(s, "\xef\xbf\xbd");
			p++;
		} else if (*p == '"' || *p == '\\') {
			str_addf(s, "\\%c", *p++);
		} else if (*p == '\n') {
			str_add(s, "\\n");
			p++;
		} else if (*p < 0x20 || *p == 0x7f) {
			str_addf(s, "\\u%04x", *p++);
		} else {
			str_addn(s, p, len);
			p += len;
		}
	}
	str_addc(s, '"');
}

void str_add_json(struct str *s, const char *text)
{
	if (text)
		str_add_jsonn(s, text, strlen(text));
	else
		str_add(s, "null");
}

void str_add_url(struct str *s, const char *text)
{
	for (; *text; text++)
		if (isalnum((unsigned char)*text) || strchr("-._~", *text))
			str_addc(s, *text);
		else
			str_addf(s, "%%%02X", (unsigned char)*text);
}

void str_clear(struct str *s)
{
	s->len = 0;
	if (s->text)
		*s->text = '\0';
}

void str_release(struct str *s)
{
	free(s->text);
	*s = (struct str){ 0 };
}

const char *str_text(const struct str *s) { return s->text ? s->text : ""; }

/* What is cut is cleaned first: half a secret would not be known for one any more. */
static void copy_cut(char *to, size_t room, const char *from)
{
	AUTO(str_buf) struct str whole = { 0 };

	str_add(&whole, from);
	secret_redact(&whole);
	snprintf(to, room, "%s", str_text(&whole));
}

bool str_copy(char *to, size_t room, const char *from)
{
	size_t n = from ? strlen(from) : 0;

	if (n >= room) {
		copy_cut(to, room, from);
		return false;
	}
	if (n)
		memcpy(to, from, n);
	to[n] = '\0';
	return true;
}

void str_one_line(struct str *s)
{
	unsigned char *p = (unsigned char *)s->text;

	for (size_t i = 0; i < s->len; i++) {
		bool c1 = p[i] == 0xc2 && i + 1 < s->len && p[i + 1] >= 0x80 && p[i + 1] < 0xa0;

		if (c1)
			p[i] = p[i + 1] = ' ';
		else if (p[i] < ' ' || p[i] == 0x7f)
			p[i] = ' ';
	}
}

bool str_glob(const char *pattern, const char *text)
{
	const char *star = NULL, *retry = NULL;

	while (*text) {
		if (*pattern == '*') {
			star = pattern++;
			retry = text;
		} else if (*pattern == '?' || *pattern == *text) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star + 1;
			text = ++retry;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

unsigned str_distance(const char *a, const char *b)
{
	unsigned row[64];
	size_t na = strnlen(a, 63), nb = strnlen(b, 63);

	for (size_t j = 0; j <= nb; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++) {
		unsigned diagonal = row[0];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= nb; j++) {
			unsigned best = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[nb];
}

int64_t str_to_int(const char *text, int64_t max)
{
	int64_t n = 0;

	if (!*text)
		return -1;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return -1;
		if (*text - '0' > max || n > (max - (*text - '0')) / 10)
			return -1;
		n = n * 10 + (*text - '0');
	}
	return n;
}
