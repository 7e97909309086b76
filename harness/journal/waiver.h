#ifndef JOURNAL_WAIVER_H
#define JOURNAL_WAIVER_H

#include <stdbool.h>

/*
 * What a waiver covers, and when: the one definition for plan and reports.  A
 * waiver never changes a verdict; it says that somebody answers for a failure
 * until a day.
 */
enum waiver_state { WAIVER_IN_FORCE, WAIVER_EARLY, WAIVER_EXPIRED };

/* "2026-12-31", a day that there is. */
bool waiver_is_day(const char *text);
/* Days as above; both ends belong to it. */
enum waiver_state waiver_on(const char *granted, const char *expires, const char *day);
/* cases: patterns as of --only, ends in NULL; target, profile: patterns, "" for all. */
bool waiver_covers(const char *const *cases, const char *target, const char *profile,
		   const char *of_case, const char *of_target, const char *of_profile);

#endif
