#ifndef RUN_SEAL_H
#define RUN_SEAL_H

#include <stdbool.h>

/*
 * Whose word a kept target is.  A run seals each under a key that this user alone has on this
 * machine, and that never leaves it; a folder that came from elsewhere bears no such seal,
 * whoever owns it once it is unpacked.
 */

/* "": no key can be kept here (no home, or it cannot be written). */
void seal_make(const char *run, const char *target, const char *config, char to[65]);
/* False without a key, too. */
bool seal_holds(const char *run, const char *target, const char *config, const char *seal);

#endif
