#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/*
 * What people write: target, profile, waiver and fault files, in YAML or JSON
 * (which YAML contains), read into a tree whose every node knows its line.
 * Aliases, anchors, tags, several documents, duplicate keys, nesting over 32
 * and files over 1 MiB are errors, so that a file says one thing only.
 */
enum conf_type { CONF_TEXT, CONF_MAP, CONF_LIST, CONF_NULL };

struct conf {
	enum conf_type type;
	const char *key;	/* in its map; NULL in a list */
	const char *text;	/* CONF_TEXT */
	bool quoted;		/* "12" is a text, 12 a number */
	int line;		/* of the value; of the key when it is a map or list */
	const char *file;
	struct conf *first, *next;	/* children; sibling */
};

/* Reads a file; *ret is freed by conf_free().  Errors: err->file and line. */
int conf_read(const char *path, struct conf **ret, struct error *err);
/* The same from text; name stands for the file in messages. */
int conf_read_text(const char *name, const char *text, size_t n, struct conf **ret,
		   struct error *err);
void conf_free(struct conf *c);
static inline void conf_cleanup(struct conf **c) { conf_free(*c); }	/* AUTO(conf) */

const struct conf *conf_get(const struct conf *map, const char *key);	/* NULL */
size_t conf_count(const struct conf *c);

/* What a map may hold: ends with a NULL key. */
struct conf_key {
	const char *key;
	enum conf_type type;
	bool required;
};
/* ERR_INVALID names the first unknown key (and the nearest valid one), wrong
 * type, or missing key: "target.yaml:7: unknown key "enpoint"; did you mean
 * "endpoint"?".  where: what the map is, for the message ("connection"). */
int conf_check(const struct conf *map, const char *where, const struct conf_key *keys,
	       struct error *err);

/* Typed reads of a scalar.  A missing (NULL) node gives fallback. */
int conf_text(const struct conf *c, const char *fallback, const char **ret, struct error *err);
int conf_int(const struct conf *c, int64_t min, int64_t max, int64_t fallback, int64_t *ret,
	     struct error *err);
int conf_number(const struct conf *c, double min, double max, double fallback, double *ret,
		struct error *err);
int conf_bool(const struct conf *c, bool fallback, bool *ret, struct error *err);

/* "did you mean "x"?" from a NULL-terminated list, or "" when nothing is near. */
void conf_suggest(const char *found, const char *const *valid, char *to, size_t room);

#endif
