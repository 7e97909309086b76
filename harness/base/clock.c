#include "base/clock.h"

#include <stdio.h>
#include <time.h>

static int64_t now_us(clockid_t which)
{
	struct timespec t;

	clock_gettime(which, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_mono_us(void) { return now_us(CLOCK_MONOTONIC); }
int64_t clock_wall_us(void) { return now_us(CLOCK_REALTIME); }

void clock_utc(int64_t wall_us, char to[28])
{
	time_t s = (time_t)(wall_us / 1000000);
	struct tm tm;
	char day[20];

	gmtime_r(&s, &tm);
	strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(to, 28, "%s.%06uZ", day, (unsigned)(wall_us % 1000000) % 1000000);
}
