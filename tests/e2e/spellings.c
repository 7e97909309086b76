#include "spellings.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <stdbool.h>

#include "base/cleanup.h"

void *must(void *p)
{
	if (!p) {
		fputs("echo-sut: out of memory\n", stderr);
		abort();
	}
	return p;
}

FILE *writing(char **text)
{
	static _Thread_local size_t n;

	return must(open_memstream(text, &n));
}

/* The character at *p, which moves past it; a byte that begins none stands for itself. */
static unsigned next_char(const char **p)
{
	const unsigned char *b = (const unsigned char *)*p;
	unsigned more = b[0] < 0xc2 ? 0 : b[0] < 0xe0 ? 1 : b[0] < 0xf0 ? 2 : b[0] < 0xf5 ? 3 : 0;
	unsigned c = more ? b[0] & (0x3fu >> more) : b[0];

	for (unsigned i = 1; i <= more; i++) {
		if ((b[i] & 0xc0) != 0x80) {
			(*p)++;
			return b[0];
		}
		c = c << 6 | (b[i] & 0x3f);
	}
	*p += more + 1;
	return c;
}

static void as_it_is(FILE *to, const char *s) { fputs(s, to); }

static void percent(FILE *to, const char *s, const char *digits, bool form)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (isalnum(c) || strchr("-._~", c))
			fputc(c, to);
		else if (form && c == ' ')
			fputc('+', to);
		else
			fprintf(to, "%%%c%c", digits[c >> 4], digits[c & 15]);
	}
}

static const char upper[] = "0123456789ABCDEF", lower[] = "0123456789abcdef";

static void percent_upper(FILE *to, const char *s) { percent(to, s, upper, false); }
static void percent_lower(FILE *to, const char *s) { percent(to, s, lower, false); }
static void percent_form(FILE *to, const char *s) { percent(to, s, upper, true); }

static void base64(FILE *to, const char *before, const char *s)
{
	AUTO(str) char *raw = NULL, *coded = NULL;
	int n = asprintf(&raw, "%s%s", before, s);

	if (n < 0)
		abort();
	coded = must(malloc((size_t)n / 3 * 4 + 5));
	EVP_EncodeBlock((unsigned char *)coded, (const unsigned char *)raw, n);
	fputs(coded, to);
}

static void base64_alone(FILE *to, const char *s) { base64(to, "", s); }
static void base64_of_user(FILE *to, const char *s) { base64(to, "admin:", s); }
static void base64_after_1(FILE *to, const char *s) { base64(to, "x", s); }
static void base64_after_2(FILE *to, const char *s) { base64(to, "x=", s); }

static void base64_of_urls(FILE *to, const char *s)
{
	AUTO(str) char *coded = NULL;
	FILE *f = writing(&coded);

	base64(f, "", s);
	fclose(f);
	for (const char *c = coded; *c; c++)
		fputc(*c == '+' ? '-' : *c == '/' ? '_' : *c, to);
}

static void u_escape(FILE *to, unsigned c)
{
	if (c > 0xffff)
		fprintf(to, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10), 0xdc00 + (c & 0x3ff));
	else
		fprintf(to, "\\u%04x", c);
}

static void json(FILE *to, const char *s, bool ascii)
{
	static const char what[] = "\"\\\b\f\n\r\t", by[] = "\"\\bfnrt";

	while (*s) {
		const char *from = s, *simple = strchr(what, *s);
		unsigned c = next_char(&s);

		if (simple)
			fprintf(to, "\\%c", by[simple - what]);
		else if (c < 0x20 || (ascii && c > 0x7e))
			u_escape(to, c);
		else
			fwrite(from, 1, (size_t)(s - from), to);
	}
}

static void json_ascii(FILE *to, const char *s) { json(to, s, true); }
static void json_utf8(FILE *to, const char *s) { json(to, s, false); }

static void json_all(FILE *to, const char *s)
{
	while (*s)
		u_escape(to, next_char(&s));
}

static void html_named(FILE *to, const char *s)
{
	static const char what[] = "&<>\"'";
	static const char *const by[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&#x27;" };

	for (; *s; s++) {
		const char *special = strchr(what, *s);

		if (special)
			fputs(by[special - what], to);
		else
			fputc(*s, to);
	}
}

static void html_decimal(FILE *to, const char *s)
{
	while (*s)
		fprintf(to, "&#%u;", next_char(&s));
}

static void html_hex(FILE *to, const char *s)
{
	while (*s)
		fprintf(to, "&#x%x;", next_char(&s));
}

static void (*const spellings[])(FILE *, const char *) = {
	as_it_is, percent_upper, percent_lower, percent_form,
	base64_alone, base64_of_urls, base64_of_user, base64_after_1, base64_after_2,
	json_ascii, json_utf8, html_named, html_decimal, html_hex, json_all,
};
_Static_assert(sizeof(spellings) / sizeof(*spellings) == SPELLINGS, "spellings.h has their number");

void spell(FILE *to, unsigned how, const char *secret) { spellings[how](to, secret); }

/* Where the first n characters end; where the last n begin. */
static size_t head(const char *s, unsigned n)
{
	const char *p = s;

	while (n-- && *p)
		next_char(&p);
	return (size_t)(p - s);
}

static size_t tail(const char *s, unsigned n)
{
	unsigned all = 0;

	for (const char *p = s; *p; all++)
		next_char(&p);
	return all > n ? head(s, all - n) : 0;
}

void print_spellings(const char *secret)
{
	enum { END = 12 };

	for (unsigned i = 0; i < SPELLINGS; i++) {
		AUTO(str) char *s = NULL;
		FILE *f = writing(&s);

		spell(f, i, secret);
		fclose(f);
		printf("%s\n%.*s\n%s\n", s, (int)head(s, END), s, s + tail(s, END));
	}
	/* Its head in base64, without what stands before it. */
	for (unsigned shift = 0; shift < 3; shift++) {
		AUTO(str) char *begin = must(strndup(secret, head(secret, END - 1)));
		AUTO(str) char *s = NULL;
		FILE *f = writing(&s);
		size_t n;

		base64(f, shift == 0 ? "" : shift == 1 ? "x" : "x=", begin);
		fclose(f);
		n = strcspn(s, "=");
		printf("%.*s\n", n > 6 ? (int)(n - 6) : 0, s + 4);
	}
}
