#ifndef BASE_BANNED_H
#define BASE_BANNED_H

/*
 * Functions with a safer way to say the same.  The Makefile includes this
 * file before every other, after the headers that declare them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* "rand" is a parameter's name in OpenSSL's headers, so it cannot be poisoned. */
extern int rand(void) __attribute__((error("use seeded_next() or random_bytes()")));

#pragma GCC poison strcpy strcat sprintf vsprintf strtok atoi atol localtime gmtime asctime ctime tmpnam mktemp gets

#endif
