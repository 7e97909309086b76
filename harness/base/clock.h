#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Microseconds of CLOCK_MONOTONIC: for every duration and deadline. */
int64_t clock_mono_us(void);

/* Microseconds of CLOCK_BOOTTIME, which goes on while the machine sleeps and which nobody sets:
 * for how long what somebody else keeps, a token, has existed. */
int64_t clock_boot_us(void);

/* Microseconds since 1970-01-01T00:00:00Z: only for what a person reads. */
int64_t clock_wall_us(void);

/* "2026-11-21T03:04:05.678901Z"; to has room for 28 bytes. */
void clock_utc(int64_t wall_us, char to[28]);

#endif
