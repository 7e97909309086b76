#ifndef PLAN_TARGET_H
#define PLAN_TARGET_H

#include "base/conf.h"
#include "base/str.h"
#include "cloud/config.h"

/*
 * Target files.  Every mistake is one clear line: file:line, what was found,
 * what was wanted, the nearest valid key.  Nothing is created and nothing is
 * sent by reading one.
 */

/* What the reader must know of a driver, so that plan/ need not know drivers. */
struct driver_schema {
	const char *name;
	const struct setting_info *settings;	/* ends with a NULL name */
	uint64_t caps;				/* what the driver can offer at most */
};

struct target_options {
	const struct driver_schema *drivers;	/* ends with a NULL name */
	bool allow_inline_secrets;		/* --inline-secrets: and only from a 0600 file */
	bool embedded;
	bool egress_denied;			/* as if guest: egress: said so */
};

/* ERR_INVALID with err->file and line; ERR_HARNESS when a file cannot be read. */
int target_read(const char *path, const struct target_options *opt, struct cloud_config **ret,
		struct error *err);
int target_read_text(const char *name, const char *text, size_t n,
		     const struct target_options *opt, struct cloud_config **ret,
		     struct error *err);
void target_free(struct cloud_config *cfg);
static inline void target_cleanup(struct cloud_config **c) { target_free(*c); }	/* AUTO(target) */

/*
 * The target without secret values but with their references (environment
 * variable or file name), as JSON that target_read_text() reads again: what a
 * run keeps so that `sweep` can reopen the target on another machine.
 */
void target_write(const struct cloud_config *cfg, struct str *json);

/* A commented first file for a driver: every ICS item unknown, candidates
 * (one "id  # title" per line, may be NULL) as comments. */
void target_template(const struct driver_schema *driver, const char *images, const char *specs,
		     const char *zones, struct str *yaml);

#endif
