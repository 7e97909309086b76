#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A growing text buffer.  {0} is a valid empty one; text is NULL until the
 * first byte and always NUL-terminated after it.  Running out of memory ends
 * the program (see xmalloc).
 */
struct str {
	char *text;
	size_t len, room;
};

/* Room for so many bytes more, at once. */
void str_reserve(struct str *s, size_t more);
void str_add(struct str *s, const char *text);
void str_addn(struct str *s, const void *bytes, size_t n);
void str_addc(struct str *s, char c);
void str_add_int(struct str *s, int64_t n);	/* in decimal */
void str_addv(struct str *s, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
/* Line breaks and what a terminal would obey become spaces: for texts of others. */
void str_one_line(struct str *s);
void str_addf(struct str *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* "text" as a JSON string with its quotes; NULL writes null.  Bytes that are
 * not UTF-8 become U+FFFD, so that the line stays valid JSON. */
void str_add_json(struct str *s, const char *text);
void str_add_jsonn(struct str *s, const char *text, size_t n);

/* Percent-encodes all but RFC 3986 unreserved characters. */
void str_add_url(struct str *s, const char *text);

/* Empties without freeing. */
void str_clear(struct str *s);
/* Frees; the buffer may be used again. */
void str_release(struct str *s);
static inline void str_buf_cleanup(struct str *s) { str_release(s); }	/* AUTO(str_buf) */

/* The text, never NULL. */
const char *str_text(const struct str *s);

/* Copies at most room - 1 bytes and terminates; false when it did not fit.
 * NULL copies as "". */
bool str_copy(char *to, size_t room, const char *from);

/* True when text matches a pattern of literal characters, '*' and '?'. */
bool str_glob(const char *pattern, const char *text);

/* The Levenshtein distance, for "did you mean": bounded, both cut at 63 bytes. */
unsigned str_distance(const char *a, const char *b);

/* Decimal digits only, up to max; -1 when it is anything else. */
int64_t str_to_int(const char *text, int64_t max);

/* These never return NULL: out of memory ends the program with a message. */
void *xmalloc(size_t n);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
