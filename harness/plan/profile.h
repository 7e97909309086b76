#ifndef PLAN_PROFILE_H
#define PLAN_PROFILE_H

#include "base/conf.h"

/*
 * A profile is a versioned, immutable set of requirements.  It, not the
 * standard's keyword, says what is mandatory.
 */
enum level { LEVEL_MANDATORY, LEVEL_CONDITIONAL, LEVEL_ADVISORY };
const char *level_name(enum level l);

struct profile_item {
	const char *requirement;	/* "MCI-KEY-01" */
	enum level level;
	int line;
};

struct profile {
	const char *file, *id, *version, *title, *title_ko, *authority;
	struct profile_item *items;
	size_t item_count;
	const char **cases; /* patterns, NULL-terminated; NULL: every case that is not apart */
	char digest[65];		/* SHA-256 of the file's bytes, hex */
};

/* path, or the name of one in the profiles folder ("iaas-core"); folder is
 * where those are.  ERR_INVALID with file and line; ERR_NOT_FOUND names the nearest. */
int profile_read(const char *name_or_path, const char *folder, struct profile **ret,
		 struct error *err);
void profile_free(struct profile *p);
/* NULL when the profile does not ask for it. */
const struct profile_item *profile_find(const struct profile *p, const char *requirement);
/* Whether it is about a case of that id at all, whatever the case verifies. */
bool profile_takes(const struct profile *p, const char *id, bool apart);

#endif
