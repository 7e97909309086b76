#ifndef BASE_ESCAPE_H
#define BASE_ESCAPE_H

#include <stddef.h>

/*
 * Escapes, undone one at a time: of addresses (RFC 3986), of forms ("+" for a
 * space as well), of JSON (RFC 8259) and of XML (1.0, the five names and numbers).
 * For looking into texts of any origin: what is no escape is left as it is, and
 * nothing is an error.
 */
enum escape { ESCAPE_PERCENT, ESCAPE_FORM, ESCAPE_JSON, ESCAPE_XML, ESCAPES };

/* What an escape of each kind begins with: of a form "+", though "%" does too. */
extern const char escape_begins[];
enum { ESCAPE_MAX = 12 };	/* bytes of the longest */

/*
 * The escape that p, of which left > 0 bytes may be read, begins with: its length in
 * bytes, and what it stands for in to (room for 4) with its length in *made, which is
 * never longer.  0: there is none, and *to and *made mean nothing.
 */
size_t escape_undo(enum escape kind, const unsigned char *p, size_t left, unsigned char *to,
		   size_t *made);

#endif
