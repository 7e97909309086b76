#ifndef PLAN_TARGET_PRIV_H
#define PLAN_TARGET_PRIV_H

#include <string.h>

#include "plan/target.h"

/* What target_read() really returns: the texts of the config are those of doc. */
struct target {
	struct cloud_config cfg;	/* first */
	struct cloud_config second;	/* cfg with other settings; cfg.second points here */
	struct conf *doc;
	char **owned;			/* values that came from the environment or a file */
	size_t owned_count;
};

/* The connection keys that every driver understands; ends with a NULL name. */
extern const struct setting_info target_common_settings[];
/* NULL when it is not in the table; a NULL table is empty. */
const struct setting_info *target_setting_find(const struct setting_info *all, const char *name);

struct target_reading {
	struct target *t;
	const struct target_options *opt;
	const struct driver_schema *driver;
	bool may_inline;	/* secrets may stand in the file itself */
	const char *no_inline;	/* or why not */
	struct error *err;
};

/* What stands at c is not what was wanted; its code. */
static inline int wrong(struct target_reading *rd, const struct conf *c, const char *found,
			const char *wanted)
{
	return err_at(rd->err, ERR_INVALID, c->file, c->line, "%s: found \"%.80s\"; %s", c->key, found,
		      wanted);
}

/* A text of a map, within room bytes with its NUL; missing gives "". line may be NULL. */
static inline int read_text(struct target_reading *rd, const struct conf *map, const char *key,
			    size_t room, const char **ret, int *line)
{
	const struct conf *c = conf_get(map, key);

	if (conf_text(c, "", ret, rd->err) < 0)
		return rd->err->code;
	if (c && !**ret)
		return err_at(rd->err, ERR_INVALID, c->file, c->line, "%s: is empty", key);
	if (strlen(*ret) >= room)
		return err_at(rd->err, ERR_INVALID, c->file, c->line, "%s: longer than %zu bytes", key,
			      room - 1);
	if (line)
		*line = c ? c->line : 0;
	return ERR_OK;
}

/* target_connection.c: connection: {...} into cfg.settings. */
int target_read_connection(struct target_reading *rd, const struct conf *connection);
/* second_tenant: {...}, NULL when not given: cfg.second, from all that cfg holds by now. */
int target_read_second(struct target_reading *rd, const struct conf *second);

/* target_guest.c: guest: {...}, NULL when not given.  After ixit:. */
int target_read_guest(struct target_reading *rd, const struct conf *guest);

#endif
