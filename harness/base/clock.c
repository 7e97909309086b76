#include "base/clock.h"

#include <string.h>
#include <time.h>

static int64_t now_us(clockid_t which)
{
	struct timespec t;

	clock_gettime(which, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_mono_us(void) { return now_us(CLOCK_MONOTONIC); }
int64_t clock_boot_us(void) { return now_us(CLOCK_BOOTTIME); }
int64_t clock_wall_us(void) { return now_us(CLOCK_REALTIME); }

/* The day's part changes once a second and is asked for at each line of a journal. */
void clock_utc(int64_t wall_us, char to[28])
{
	static _Thread_local struct { time_t s; char text[20]; } last = { .s = -1 };
	time_t s = (time_t)(wall_us / 1000000);
	unsigned us = (unsigned)(wall_us % 1000000) % 1000000;
	struct tm tm;

	if (s != last.s) {
		gmtime_r(&s, &tm);
		strftime(last.text, sizeof(last.text), "%Y-%m-%dT%H:%M:%S", &tm);
		last.s = s;
	}
	memcpy(to, last.text, 19);
	to[19] = '.';
	for (int i = 25; i > 19; i--, us /= 10)
		to[i] = (char)('0' + us % 10);
	to[26] = 'Z';
	to[27] = '\0';
}
