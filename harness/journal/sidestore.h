#ifndef JOURNAL_SIDESTORE_H
#define JOURNAL_SIDESTORE_H

#include "base/error.h"
#include "base/str.h"

/*
 * The side store: confidential content, addressed by digest (docs/journal.md).
 */

/*
 * Writes {"salt":..,<members>} with every secret blanked to
 * dir/exchanges/target/xx/DIGEST.json and gives the digest.
 */
int sidestore_put(const char *dir, const char *target, struct str *members, char digest[65],
		  struct error *err);

/* The bytes of a stored object, digest checked; ERR_NOT_FOUND when withheld. */
int sidestore_get(const char *dir, const char *target, const char *digest, struct str *ret,
		  struct error *err);

#endif
