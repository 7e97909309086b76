#ifndef E2E_SPELLINGS_H
#define E2E_SPELLINGS_H

#include <stdio.h>

/*
 * How a secret may come back: as it is, percent-encoded, in base64, with the
 * escapes of JSON and of HTML.  Written here once more, and not taken from
 * harness/base/secret.c: what both got wrong in the same way nobody would find.
 */
enum { SPELLINGS = 15 };
void spell(FILE *to, unsigned how, const char *secret);

/* A line each: every spelling of it, and either end of each; half a secret is
 * a leak as well. */
void print_spellings(const char *secret);

/* p, which may not be NULL: out of memory ends the program. */
void *must(void *p);

/* A FILE that grows in memory: *text is there once it is closed; free() it. */
FILE *writing(char **text);

#endif
