#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/*
 * Secrets never reach a file.  A value is registered once, whether it comes
 * from a configuration or from a cloud's reply, and is known from then on by a
 * handle that can be copied, compared and printed as "***" without harm.
 * Everything written anywhere first passes secret_redact().
 */
struct secret {
	unsigned handle;	/* 0: no secret */
};

/* Values of fewer bytes are not searched for in text. */
enum { SECRET_SHORTEST = 6 };

/* Registers n bytes (the same value twice gives the same handle).  Values of
 * fewer than SECRET_SHORTEST bytes are kept but not searched for in text: they would blank
 * ordinary words; the caller who accepts one from a person warns about it. */
struct secret secret_add(const char *value, size_t n);

/* How many values are known. */
unsigned secret_count(void);

/* The value, for putting into a request; "" for handle 0.  Borrowed. */
const char *secret_reveal(struct secret s);

static inline bool secret_present(struct secret s) { return s.handle != 0; }

/*
 * Blanks every registered value in text by "***", in the forms in which it may
 * appear: raw, percent-encoded (either case), base64 (standard and URL
 * alphabet, with or without padding, at each of the three alignments, and as
 * the password of a "user:password" pair), JSON-escaped, XML-escaped.
 */
void secret_redact(struct str *text);

/* True when any form of a registered value stands in text: what tests ask. */
bool secret_found(const char *text, size_t n);

/* Forgets everything; for unit tests. */
void secret_forget_all(void);

#endif
