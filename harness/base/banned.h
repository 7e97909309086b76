#ifndef BASE_BANNED_H
#define BASE_BANNED_H

/*
 * Functions with a safer way to say the same.  The Makefile includes this
 * file before every other, after the headers that declare them.  (rand and srand
 * are refused by `make lint`: OpenSSL's headers use the word for a parameter.)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat sprintf vsprintf strtok atoi atol localtime gmtime asctime ctime  \
	tmpnam mktemp gets

#endif
