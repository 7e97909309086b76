#ifndef EXPLORE_SCRIPT_H
#define EXPLORE_SCRIPT_H

#include "explore/operation.h"

/*
 * A sequence as a file that people can read, cut and run again: YAML, one
 * operation a line, with the words for it beside (plugfest: exploration/1).
 */
struct script_head {
	uint64_t seed;
	const char *target;
	const char *requirement, *what, *expected, *observed;	/* where it diverged */
};
void script_write(const struct script_head *head, const struct sequence *s, struct str *to);
/* ERR_INVALID with file and line. */
int script_read(const char *path, struct sequence *ret, uint64_t *seed, struct error *err);
int script_read_text(const char *name, const char *text, size_t n, struct sequence *ret,
		     uint64_t *seed, struct error *err);

#endif
