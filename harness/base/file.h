#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

/* The bytes of a file.  ERR_NOT_FOUND; ERR_INVALID over max or no regular file;
 * ERR_HARNESS unreadable.  err->file is set. */
int file_read(const char *path, size_t max, struct str *ret, struct error *err);
/* Writes through a temporary name, so that a reader sees all or nothing. */
int file_write(const char *path, const char *text, size_t n, struct error *err);
/* The same into an open folder, for this user's eyes alone. */
int file_write_private(int folder, const char *name, const char *text, size_t n,
		       struct error *err);
/* Opens a folder in another, made for this user alone when it is not there; never through a
 * link.  A descriptor, or -1 with err. */
int folder_private(int in, const char *name, struct error *err);
/* mkdir -p. */
int folder_make(const char *path, struct error *err);

#endif
