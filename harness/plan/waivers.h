#ifndef PLAN_WAIVERS_H
#define PLAN_WAIVERS_H

#include "journal/waiver.h"
#include "plan/plan.h"

/*
 * A waiver file (standards/waivers.schema.json): failures that somebody
 * answers for until a day.  What it covers is run all the same.
 */
struct waiver {
	const char *id;
	const char *const *cases;	/* patterns; ends in NULL */
	const char *target, *profile;	/* patterns; "": all */
	const char *reason, *link, *owner, *approver;
	const char *granted, *expires;	/* "2026-12-31" */
	int line;
};

struct waivers {
	const char *file;
	struct waiver *at;
	size_t count;
	char digest[65];	/* SHA-256 of the file's bytes */
};

/* ERR_INVALID with file and line; ERR_NOT_FOUND. */
int waivers_read(const char *path, struct waivers **ret, struct error *err);
int waivers_read_text(const char *name, const char *text, size_t n, struct waivers **ret,
		      struct error *err);
void waivers_free(struct waivers *w);

/* For `plugfest plan`: each waiver, and what it would cover on a day. */
void waivers_print(const struct waivers *w, const struct plan *p, const char *day, struct str *to);

#endif
