#ifndef RUN_REQUIREMENTS_H
#define RUN_REQUIREMENTS_H

#include <jansson.h>

#include "journal/writer.h"
#include "plan/profile.h"

/* The catalogue dir/mci.json.  New reference; ERR_INVALID names the file. */
int requirements_read(const char *dir, json_t **ret, struct error *err);
/* One `requirement` line for each item of the profile, with text and trace. */
int requirements_journal(struct journal *j, const struct profile *profile, const char *dir,
			 struct error *err);

#endif
