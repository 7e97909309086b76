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
/* mkdir -p. */
int folder_make(const char *path, struct error *err);

#endif
