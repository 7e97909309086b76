#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

/*
 * What libFuzzer calls: one input, no state from the one before.  An input is at
 * fault only by a crash, a sanitizer's report, a leak or a broken promise, which
 * PROMISE turns into a crash.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define PROMISE(holds) \
	do { if (!(holds)) __builtin_trap(); } while (0)

/* The input as a file under a folder of this process in memory, for readers that
 * want a path.  Static; overwritten by the next call. */
const char *fuzz_file(const char *name, const uint8_t *data, size_t n);
/* That folder. */
const char *fuzz_folder(void);

#endif
