#ifndef CMD_AGAIN_H
#define CMD_AGAIN_H

#include "cmd.h"
#include "run/past.h"

/* run --rerun failed DIR, and --resume DIR: what comes from the earlier run. */

/* The targets of the run as it kept them, or as given by name; the reference cloud
 * is started anew.  yes: wherever the run was made.  Returns 0 or the exit status, said why. */
int again_targets(const struct past *past, const struct texts *given, bool inline_secrets, bool yes,
		  struct embedded_options *embedded, struct embedded *cloud,
		  struct targets *targets);
/* The profile is the very one of the run. */
int again_profile(const struct past *past, const struct profile *profile);
/* For struct plan_options. */
bool again_wanted(const void *past, const char *test, const char *target);

#endif
