#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>
#include <stddef.h>

#include "base/error.h"

/*
 * The only reader of JSON from outside.  Depth and the number of values are
 * bounded before jansson sees the text: 16 MiB of "{}," would cost it 1.2 GB
 * and deep nesting the stack.
 */
struct json_limits {
	unsigned depth;		/* 0: 128 */
	size_t values;		/* 0: 200 000 */
};

/* *ret is a new reference (json_auto_t suits).  ERR_PROTOCOL says what is wrong
 * and at which line; an HTML page or an empty text is named as such. */
int json_read(const char *text, size_t n, const struct json_limits *limits, json_t **ret,
	      struct error *err);

/* Its quick way, for it and its tests: NULL when the text is for jansson to judge, right or wrong;
 * else what jansson would have made of it.  Limits as above, none 0. */
json_t *json_plain(const char *text, size_t n, unsigned depth, size_t values);

/* The string at key of an object; NULL when absent, null or no string. */
const char *json_text(const json_t *object, const char *key);

#endif
